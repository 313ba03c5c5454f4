// librdkafka's own mock of a cluster, on loopback, shared by every client that is given its address. It makes topics that
// are asked for, speaks transactions and keeps group offsets, but not those sent in a transaction.
#pragma once
#include <librdkafka/rdkafka.h>
// After rdkafka.h.
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace copydesk::kafka {

struct Received {
  std::string topic, key, value;
  std::map<std::string, std::string> headers;
  bool has_key = false;
};

class MockCluster {
 public:
  explicit MockCluster(int brokers = 1) {
    char why[512];
    rk_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    if (rk_ == nullptr) throw std::runtime_error(why);
    cluster_ = rd_kafka_mock_cluster_new(rk_, brokers);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(rk_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;
  [[nodiscard]] std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  [[nodiscard]] rd_kafka_mock_cluster_t* get() const { return cluster_; }

  void make_topic(const std::string& name, int partitions = 1) {
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  }
  void topic_error(const std::string& name, rd_kafka_resp_err_t error) {
    rd_kafka_mock_topic_set_error(cluster_, name.c_str(), error);
  }
  // The next requests of a kind (its number in Kafka's protocol) are answered by these errors.
  void fail_next(std::int16_t api, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_push_request_errors_array(cluster_, api, errors.size(), errors.data());
  }
  // Who leads a partition from now on.
  static constexpr std::int32_t kNobody = -1;
  void lead(const std::string& topic, std::int32_t partition, std::int32_t broker) {
    rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), partition, broker);
  }
  void down(int broker = 1) { rd_kafka_mock_broker_set_down(cluster_, broker); }
  void up(int broker = 1) { rd_kafka_mock_broker_set_up(cluster_, broker); }

  // What lies in a partition, once `count` messages do, or after a while less.
  std::vector<Received> read(const std::string& topic, std::size_t count,
                             std::int32_t partition = 0) {
    char why[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    const auto set = [&](const char* name, const std::string& value) {
      if (rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
        throw std::runtime_error(why);
    };
    set("bootstrap.servers", brokers());
    set("group.id", "reader");
    set("auto.offset.reset", "earliest");
    set("fetch.wait.max.ms", "10");
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
    std::vector<Received> out;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (out.size() < count && std::chrono::steady_clock::now() < end) {
      rd_kafka_message_t* m = rd_kafka_consumer_poll(consumer, 100);
      if (m != nullptr && m->err == RD_KAFKA_RESP_ERR_NO_ERROR) out.push_back(copy_of(*m));
      if (m != nullptr) rd_kafka_message_destroy(m);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return out;
  }

 private:
  static Received copy_of(const rd_kafka_message_t& m) {
    Received r{rd_kafka_topic_name(m.rkt),
               std::string(static_cast<const char*>(m.key), m.key_len),
               std::string(static_cast<const char*>(m.payload), m.len),
               {},
               m.key != nullptr};
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return r;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i)
      r.headers[name] = std::string(static_cast<const char*>(value), size);
    return r;
  }

  rd_kafka_t* rk_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

// Numbers of requests in Kafka's protocol.
inline constexpr std::int16_t kProduceApi = 0, kFetchApi = 1, kInitProducerIdApi = 22,
                              kEndTxnApi = 26, kTxnOffsetCommitApi = 28;

}  // namespace copydesk::kafka
