// A source on a mock of a cluster, what lies in its topics, and what its group knows.
#pragma once
#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kafka/consumer_commit.h"
#include "kafka/position.h"
#include "kafka/source.h"
#include "mock_cluster.h"

namespace copydesk::kafka {

using Steady = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(30);  // for what takes some seconds at most

// Number of a request in Kafka's protocol, and the data_dir and line of the harness.
inline constexpr std::int16_t kOffsetCommitApi = 8, kOffsetFetchApi = 9, kHeartbeatApi = 12;
inline const Owner kHarness{"0123456789abcdef0123456789abcdef", "line"};

struct Sent {
  std::string payload;
  std::string key = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool tombstone = false;
};

inline void produce(const MockCluster& cluster, const std::string& topic, std::int32_t partition,
                    const std::vector<Sent>& messages) {
  char why[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", cluster.brokers().c_str(), why, sizeof why);
  rd_kafka_conf_set(conf, "linger.ms", "0", why, sizeof why);
  rd_kafka_t* rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  ASSERT_NE(rk, nullptr) << why;
  for (const Sent& m : messages) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(m.headers.size());
    for (const auto& [name, value] : m.headers)
      rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                          static_cast<ssize_t>(value.size()));
    void* payload = m.tombstone ? nullptr : const_cast<char*>(m.payload.data());
    ASSERT_EQ(
        rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                          RD_KAFKA_V_VALUE(payload, m.payload.size()),
                          RD_KAFKA_V_KEY(m.key.data(), m.key.size()), RD_KAFKA_V_HEADERS(headers),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  EXPECT_EQ(rd_kafka_flush(rk, 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_destroy(rk);
}

inline std::vector<Sent> numbered(int first, int count) {
  std::vector<Sent> out;
  for (int i = first; i < first + count; ++i) out.push_back({"m" + std::to_string(i)});
  return out;
}

// The group's offsets, seen and set from outside, as a tool does it.
class Group {
 public:
  Group(const MockCluster& cluster, const std::string& group) {
    char why[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", cluster.brokers().c_str(), why, sizeof why);
    rd_kafka_conf_set(conf, "group.id", group.c_str(), why, sizeof why);
    rk_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  }
  ~Group() { rd_kafka_destroy_flags(rk_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  std::optional<GroupOffset> offset(const std::string& topic, std::int32_t partition) {
    const Partitions list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
    EXPECT_EQ(rd_kafka_committed(rk_, list.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    const rd_kafka_topic_partition_t& p = list->elems[0];
    if (p.offset < 0) return std::nullopt;
    return GroupOffset{p.offset,
                       std::string(static_cast<const char*>(p.metadata), p.metadata_size)};
  }
  void set(const std::string& topic, std::int32_t partition, std::int64_t offset,
           const std::string& metadata) {
    const Partitions list(rd_kafka_topic_partition_list_new(1));
    add_offset(list.get(), topic, partition, offset, metadata);
    EXPECT_EQ(rd_kafka_commit(rk_, list.get(), 0), RD_KAFKA_RESP_ERR_NO_ERROR);
  }

 private:
  rd_kafka_t* rk_ = nullptr;
};

class Reader {
 public:
  using Harness = testing::SourceHarness<KafkaSource>;
  explicit Reader(const testing::Given& given, bool once = false, bool real_time = true)
      : harness_(given, once) {
    if (real_time) harness_.host().use_real_time();
  }
  [[nodiscard]] Harness& harness() { return harness_; }
  [[nodiscard]] testing::MockHost& host() { return harness_.host(); }
  // One poll that may wait a little. What it throws but Retry goes on.
  bool poll() {
    try {
      ended_ = harness_.poll(1 << 20, host().now() + 50'000'000) == CD_END;
    } catch (const testing::StepFailed& e) {
      if (e.status != CD_RETRY) throw;
      why_ = e.why;
    }
    return !ended_;
  }
  // Polls until it is so; false when it never is.
  bool until(const std::function<bool()>& so, std::chrono::seconds patience = kPatience) {
    for (const auto end = Steady::now() + patience; Steady::now() < end;) {
      if (so()) return true;
      poll();
    }
    return so();
  }
  bool got(std::size_t count) {
    return until([&] { return harness_.records().size() >= count; });
  }
  void to_the_end() {
    EXPECT_TRUE(until([&] { return ended_; })) << host().log_text() << why_;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    for (const testing::Record& r : harness_.records())
      out.push_back(r.text("refused.code").empty() ? r.payload : "!" + r.text("refused.code"));
    return out;
  }
  void settle() { harness_.commit_and_settle(); }
  void rewind() {
    ended_ = false;
    harness_.rewind();
  }
  void restart() {
    ended_ = false;
    harness_.restart();
  }
  void restart(const testing::Given& given) {
    ended_ = false;
    harness_.restart(given);
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  // What `status` shows of the source now; empty before it had anything to say.
  [[nodiscard]] std::string status() {
    const std::vector<std::string> said = host().statuses();
    return said.empty() ? std::string() : said.back();
  }

 private:
  Harness harness_;
  bool ended_ = false;
  std::string why_;
};

using Texts = std::vector<std::string>;

}  // namespace copydesk::kafka
