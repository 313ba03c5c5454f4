// Brings offsets to the consumer group, one request at a time, so that an older one never overtakes a newer.
//
// What cannot be brought is no loss: the daemon's own state is ahead of the group then, and the next assignment knows.
// Every function is [any].
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "kafka/client.h"
#include "kafka/health.h"

namespace copydesk::kafka {

// A list of partitions to commit, with `metadata` at each.
void add_offset(rd_kafka_topic_partition_list_t* list, const std::string& topic,
                std::int32_t partition, std::int64_t offset, const std::string& metadata);

class Committer {
 public:
  using Clock = std::chrono::steady_clock;

  Committer(rd_kafka_t* rk, Health& health);
  // At every offset from now on.
  void set_metadata(std::string metadata);

  void want(const std::string& topic, std::int32_t partition, std::int64_t offset);
  // Whether the group took an offset of the partition since it was last forgotten.
  [[nodiscard]] bool was_heard(const std::string& topic, std::int32_t partition) const;
  // The partition is somebody else's now: what was not sent, is not.
  void forget(const std::string& topic, std::int32_t partition);
  // While the group is being shared anew nothing is sent: an offset that arrives between two generations costs a
  // cooperative member its assignment (librdkafka before 2.10, #4059).
  void pause(bool yes);
  // Takes answers, sends what is wanted when nothing is under way. Never waits.
  void pump();
  // Until all that is wanted was brought, or the time is over: false then.
  bool finish(Clock::time_point until);

 private:
  using Key = std::pair<std::string, std::int32_t>;
  void take_answer(int wait_ms);
  void send();
  void answered(rd_kafka_event_t* event);

  rd_kafka_t* rk_;
  Health& health_;
  Queue answers_;
  mutable std::mutex mutex_;
  std::string metadata_;
  std::map<Key, std::int64_t> wanted_, under_way_;
  std::set<Key> heard_;
  bool paused_ = false;
  bool sent_ = false;             // a request is under way
  Clock::time_point not_before_;  // after a failure
};

}  // namespace copydesk::kafka
