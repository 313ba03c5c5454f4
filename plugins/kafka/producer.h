// A producer and the thread that hears its delivery reports.
#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include "kafka/client.h"
#include "kafka/health.h"
#include "kafka/sink_deliveries.h"

namespace copydesk::kafka {

struct Outgoing {
  std::string_view key;  // empty: none
  std::string_view value;
  std::span<const std::pair<std::string_view, std::string_view>> headers;
};

// What is known of a topic.
enum class TopicState { there, missing, forbidden, unreachable };

// [sink], one producer at a time for a pair of Health and Deliveries, which outlive it. Its destruction throws away what
// is on its way and takes a second at most.
class Producer {
 public:
  // Throws copydesk::Retry. Does not wait for brokers.
  Producer(const Conf& conf, Health& health, Deliveries& deliveries);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  [[nodiscard]] rd_kafka_t* get() const noexcept { return client_.get(); }

  // Asks the brokers, for `limit` at most, unless the answer is known; `why` gets a sentence about any other than `there`.
  TopicState look_for(const std::string& topic, std::chrono::milliseconds limit, std::string& why);
  void forget(const std::string& topic);  // ask again before the next message
  // To a topic that is there. Copies the message; its report comes to `deliveries` with the opaque.
  rd_kafka_resp_err_t produce(const std::string& topic, const Outgoing& message, void* opaque);
  void purge();  // everything not yet sent: the reports come at once

 private:
  struct Ears final : Listener {  // gives each callback to whom it is for
    Ears(Health& h, Deliveries& d) : health(h), deliveries(d) {}
    void log(int level, std::string_view facility, std::string_view text) noexcept override {
      health.log(level, facility, text);
    }
    void error(rd_kafka_resp_err_t code, std::string_view reason) noexcept override {
      health.error(code, reason);
    }
    Health& health;
    Deliveries& deliveries;
  };
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
  static const Conf& with_callback(const Conf& conf);
  void poll();
  rd_kafka_topic_t* find(const std::string& topic);  // null: not known to be there
  void forget_all();

  struct Missing {
    TopicState state;
    std::string why;
    std::chrono::steady_clock::time_point until;
  };
  Health& health_;
  Ears ears_;
  Client client_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::map<std::string, Topic, std::less<>>::value_type* recent_ = nullptr;  // one of them
  std::map<std::string, Missing, std::less<>> missing_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace copydesk::kafka
