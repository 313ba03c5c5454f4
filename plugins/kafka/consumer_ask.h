// What the brokers know of partitions: the group's offset, where the log begins and ends, where the option `start` leads.
//
// Each partition has an answer of its own: one without a leader, or whose offset belongs to a transaction that has not
// ended, keeps no other waiting. All are asked with a few requests, however many they are.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/consumer_settings.h"
#include "kafka/position_start.h"

namespace copydesk::kafka {

struct Asked {
  Known known;
  std::string why;  // it could not be asked; empty: it could
};

// The topics when we joined the group: what came later is read from its beginning, whatever `start` says, for it is found
// only some time after its first messages were written.
struct Census {
  std::map<std::string, std::int32_t, std::less<>> partitions;  // how many a topic had
  // Of these an offset was known: a partition without one was added while nobody looked.
  std::set<std::string, std::less<>> begun;
  // Whether the option `start` has nothing to say about a partition of which no offset is known.
  [[nodiscard]] bool came_later(std::string_view topic, std::int32_t partition) const {
    const auto count = partitions.find(topic);
    return count == partitions.end() || partition >= count->second || begun.contains(topic);
  }
};

class Inquiry {
 public:
  // No further request is made once `closing` is true.
  Inquiry(rd_kafka_t* rk, const ConsumerSettings& settings, const Census& census,
          const std::atomic<bool>& closing)
      : rk_(rk), settings_(settings), census_(census), closing_(closing) {}

  // One for each of the list, in its order. May take some seconds when brokers do not answer.
  std::vector<Asked> ask(const rd_kafka_topic_partition_list_t* list);

 private:
  using Places = std::vector<int>;  // in the list
  void ask_group();
  void ask_logs();
  void find_start(int place, std::int64_t at_time);
  // The offsets at `when`, a time or one of librdkafka's two logical ones; -1: none is that young.
  std::vector<std::int64_t> ask_offsets(std::int64_t when);
  rd_kafka_resp_err_t ask_at_once(const Places& places, std::int64_t when, int limit_ms,
                                  std::vector<std::int64_t>& offsets);
  void ask_leader(const Places& places, std::int64_t when, std::vector<std::int64_t>& offsets);
  std::map<std::int32_t, Places> by_leader(const Places& places);
  void fail(const Places& places, const std::string& why);
  [[nodiscard]] Places open() const;
  [[nodiscard]] int patience() const;  // ms that one request may take

  rd_kafka_t* rk_;
  const ConsumerSettings& settings_;
  const Census& census_;
  const std::atomic<bool>& closing_;
  const rd_kafka_topic_partition_list_t* list_ = nullptr;
  std::vector<Asked> asked_;
  std::chrono::steady_clock::time_point until_;
};

}  // namespace copydesk::kafka
