#include "kafka/consumer_commit.h"

#include <cstdlib>
#include <cstring>

namespace copydesk::kafka {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);  // after a failure
constexpr int kGlance = 20;  // ms; how long an answer is waited for at a time

// The group is being shared anew. Whoever keeps the partition brings its offset in the next generation.
bool is_between_generations(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
         error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS;
}

}  // namespace

void add_offset(rd_kafka_topic_partition_list_t* list, const std::string& topic,
                std::int32_t partition, std::int64_t offset, const std::string& metadata) {
  rd_kafka_topic_partition_t* p = rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  p->offset = offset;
  if (metadata.empty()) return;
  p->metadata = std::malloc(metadata.size());  // freed with the list
  if (p->metadata == nullptr) throw std::bad_alloc();
  std::memcpy(p->metadata, metadata.data(), metadata.size());
  p->metadata_size = metadata.size();
}

Committer::Committer(rd_kafka_t* rk, Health& health)
    : rk_(rk), health_(health), answers_(rd_kafka_queue_new(rk)) {}

void Committer::set_metadata(std::string metadata) {
  const std::lock_guard lock(mutex_);
  metadata_ = std::move(metadata);
}

void Committer::want(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  wanted_[{topic, partition}] = offset;
}

bool Committer::was_heard(const std::string& topic, std::int32_t partition) const {
  const std::lock_guard lock(mutex_);
  return heard_.contains({topic, partition});
}

void Committer::forget(const std::string& topic, std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  wanted_.erase({topic, partition});
  under_way_.erase({topic, partition});
  heard_.erase({topic, partition});
}

void Committer::pause(bool yes) {
  const std::lock_guard lock(mutex_);
  paused_ = yes;
}

void Committer::pump() {
  take_answer(0);
  send();
}

bool Committer::finish(Clock::time_point until) {
  for (;;) {
    pump();
    {
      const std::lock_guard lock(mutex_);
      if (wanted_.empty() && !sent_) return true;
    }
    if (Clock::now() >= until) return false;
    take_answer(kGlance);
  }
}

// Not under the lock: others may want something while we wait.
void Committer::take_answer(int wait_ms) {
  while (rd_kafka_event_t* event = rd_kafka_queue_poll(answers_.get(), wait_ms)) {
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT) answered(event);
    rd_kafka_event_destroy(event);
    wait_ms = 0;
  }
}

void Committer::send() {
  const std::lock_guard lock(mutex_);
  if (paused_ || sent_ || wanted_.empty() || Clock::now() < not_before_) return;
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(wanted_.size())));
  for (const auto& [key, offset] : wanted_)
    add_offset(list.get(), key.first, key.second, offset, metadata_);
  const rd_kafka_resp_err_t error =
      rd_kafka_commit_queue(rk_, list.get(), answers_.get(), nullptr, nullptr);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    not_before_ = Clock::now() + kPause;
    return;
  }
  sent_ = true;
  under_way_.swap(wanted_);
  wanted_.clear();
}

void Committer::answered(rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t all = rd_kafka_event_error(event);
  const rd_kafka_topic_partition_list_t* list = rd_kafka_event_topic_partition_list(event);
  const std::lock_guard lock(mutex_);
  sent_ = false;
  std::string why;
  for (const auto& [key, offset] : under_way_) {
    const rd_kafka_topic_partition_t* p =
        list == nullptr
            ? nullptr
            : rd_kafka_topic_partition_list_find(const_cast<rd_kafka_topic_partition_list_t*>(list),
                                                 key.first.c_str(), key.second);
    const rd_kafka_resp_err_t error = p != nullptr && p->err ? p->err : all;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      heard_.insert(key);
      continue;
    }
    wanted_.emplace(key, offset);  // unless a newer one is wanted by now
    not_before_ = Clock::now() + kPause;
    if (!is_between_generations(error)) why = rd_kafka_err2str(error);
  }
  under_way_.clear();
  if (wanted_.empty()) health_.well();
  if (!why.empty()) health_.trouble("offsets cannot be committed to the group (" + why + ")");
}

}  // namespace copydesk::kafka
