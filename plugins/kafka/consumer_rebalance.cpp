// The poll thread: partitions come and go. librdkafka waits for us here, and the group with it, but heartbeats go on.
#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/consumer.h"

namespace copydesk::kafka {
namespace {

constexpr int kAsk = 5000;  // ms for one answer
constexpr int kAttempts = 4;
constexpr auto kBetween = std::chrono::milliseconds(300);
constexpr auto kRejoin = std::chrono::seconds(2);
constexpr auto kCommit = std::chrono::seconds(2);  // for the last offsets of what is revoked

Partitions copy(const rd_kafka_topic_partition_list_t* list) {
  return Partitions(rd_kafka_topic_partition_list_copy(list));
}

// What the group has committed. Returns why not, empty when it could be read.
std::string read_group(rd_kafka_t* rk, const rd_kafka_topic_partition_list_t* list,
                       std::vector<Known>& known) {
  const Partitions offsets = copy(list);
  if (const rd_kafka_resp_err_t error = rd_kafka_committed(rk, offsets.get(), kAsk))
    return "the group's offsets cannot be read: " + text_of(error);
  for (int i = 0; i < offsets->cnt; ++i) {
    const rd_kafka_topic_partition_t& p = offsets->elems[i];
    if (p.err) return "the group's offsets cannot be read: " + text_of(p.err);
    if (p.offset < 0) continue;
    known[static_cast<std::size_t>(i)].group = {
        p.offset, std::string(static_cast<const char*>(p.metadata), p.metadata_size)};
  }
  return {};
}

// Where the logs begin and end.
std::string read_logs(rd_kafka_t* rk, const rd_kafka_topic_partition_list_t* list,
                      std::vector<Known>& known) {
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& p = list->elems[i];
    Known& k = known[static_cast<std::size_t>(i)];
    if (const rd_kafka_resp_err_t error =
            rd_kafka_query_watermark_offsets(rk, p.topic, p.partition, &k.low, &k.high, kAsk))
      return partition_name(p.topic, p.partition) + ": " + text_of(error);
  }
  return {};
}

// Where the option `start` leads. `counts` tells how many partitions a topic had when we joined: what comes later is read
// from its beginning, for it is found only some minutes after its first messages may have been written.
std::string read_starts(rd_kafka_t* rk, const StartAt& start,
                        const std::map<std::string, std::int32_t>& counts,
                        const rd_kafka_topic_partition_list_t* list, std::vector<Known>& known) {
  const Partitions times = copy(list);
  if (start.kind == StartAt::Kind::kTimestamp) {
    for (int i = 0; i < times->cnt; ++i) times->elems[i].offset = start.timestamp_ms;
    if (const rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(rk, times.get(), kAsk))
      return "no offset for start_at: " + text_of(error);
  }
  for (int i = 0; i < list->cnt; ++i) {
    Known& k = known[static_cast<std::size_t>(i)];
    k.configured = k.low;
    const auto count = counts.find(list->elems[i].topic);
    const bool is_new = count != counts.end() && list->elems[i].partition >= count->second;
    if (start.kind == StartAt::Kind::kLatest && !is_new) k.configured = k.high;
    if (start.kind == StartAt::Kind::kTimestamp) {
      const std::int64_t found = times->elems[i].offset;
      k.configured = found < 0 ? k.high : found;  // none is that young
    }
    if (start.kind == StartAt::Kind::kOffsets) {
      const auto it =
          start.offsets.find(partition_name(list->elems[i].topic, list->elems[i].partition));
      if (it != start.offsets.end()) k.configured = it->second;
    }
    k.configured = std::clamp(k.configured, k.low, k.high);
  }
  return {};
}

}  // namespace

void Consumer::rebalance_callback(rd_kafka_t*, rd_kafka_resp_err_t error,
                                  rd_kafka_topic_partition_list_t* list, void* opaque) noexcept {
  static_cast<Consumer*>(static_cast<Listener*>(opaque))->rebalance(error, list);
}

// Whatever happens, librdkafka must be told that we took note.
void Consumer::rebalance(rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* list) {
  try {
    counters_.of[kRebalances].add();
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) return assign(list);
    if (error == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
      return revoke(list, rd_kafka_assignment_lost(rk_) != 0);
    complain("rebalance: " + text_of(error));
  } catch (const std::exception& e) {
    host_.error(std::string("Kafka: rebalance: ") + e.what() + ".");
  }
  rd_kafka_assign(rk_, nullptr);
}

bool Consumer::cooperative() const {
  const char* protocol = rd_kafka_rebalance_protocol(rk_);
  return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

void Consumer::assign(rd_kafka_topic_partition_list_t* list) {
  std::string why;
  for (int attempt = 0; attempt < kAttempts && !closing_; ++attempt) {
    std::vector<Known> known(static_cast<std::size_t>(list->cnt));
    why = list->cnt == 0 ? std::string() : read_group(rk_, list, known);
    if (why.empty()) why = read_logs(rk_, list, known);
    if (why.empty()) why = read_starts(rk_, settings_.start, counts_, list, known);
    if (closing_) break;
    if (why.empty()) {
      hold(list, std::move(known));
      return hand_over(list);
    }
    Lock lock(mutex_);
    changed_.wait_for(lock, kBetween, [&] { return closing_.load(); });
  }
  if (!closing_) return assign_nothing(list, why);
  // Nothing of it is read any more. Who closed us may be gone by now, and the host with it.
  for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = RD_KAFKA_OFFSET_END;
  take_on(list);
}

// Without knowing where to begin, nothing begins; the group is left and joined again.
void Consumer::assign_nothing(rd_kafka_topic_partition_list_t* list, const std::string& why) {
  complain(why);
  {
    const Lock lock(mutex_);
    for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = RD_KAFKA_OFFSET_END;
    rejoin_at_ = Clock::now() + kRejoin;
  }
  hand_over(list);
  rd_kafka_pause_partitions(rk_, list);
}

void Consumer::hold(rd_kafka_topic_partition_list_t* list, std::vector<Known> known) {
  const Lock lock(mutex_);
  for (int i = 0; i < list->cnt; ++i) {
    rd_kafka_topic_partition_t& p = list->elems[i];
    const auto past = past_.positions.find(partition_name(p.topic, p.partition));
    const bool known_to_us = past != past_.positions.end();
    // Later than any before it, also when the clock went back.
    last_assignment_ = std::max({last_assignment_ + 1, static_cast<std::uint64_t>(host_.now()),
                                 known_to_us ? past->second.assignment + 1 : 0});
    auto held = std::make_shared<Held>(p.topic, p.partition, last_assignment_);
    held->known = std::move(known[static_cast<std::size_t>(i)]);
    if (known_to_us) held->known.state = past->second;
    held->end = held->known.high;
    if (held->known.group) held->base = base_of(*held->known.group);
    held->begin(past_.self, group_hash_);
    held_.insert_or_assign(PartitionKey{held->topic, held->number}, held);
    p.offset = held->fetch_from();
    if (held->start.commit) committer_->want(held->topic, held->number, held->next);
    if (held->start.stop.empty()) {
      tell(*held);
      continue;
    }
    p.offset = RD_KAFKA_OFFSET_END;
  }
}

// What a person wants to know of a beginning.
void Consumer::tell(const Held& held) {
  const Start& start = held.start;
  if (start.because == Because::kOperator)
    host_.info("Kafka: " + held.name + ": begins at offset " + std::to_string(start.offset) +
               ", to which somebody else set the group.");
  if (start.lost == 0) return;
  counters_.of[kLost].add(static_cast<std::uint64_t>(start.lost));
  host_.error("Kafka: " + held.name + ": up to " + std::to_string(start.lost) +
              " messages were removed before they were read; going on at offset " +
              std::to_string(start.offset) + ".");
}

// Messages must find their queue, so it is joined to ours before the first can come.
void Consumer::hand_over(rd_kafka_topic_partition_list_t* list) {
  for (int i = 0; i < list->cnt; ++i) {
    const Queue queue(
        rd_kafka_queue_get_partition(rk_, list->elems[i].topic, list->elems[i].partition));
    if (queue) rd_kafka_queue_forward(queue.get(), messages_.get());
  }
  const std::string why = take_on(list);
  if (!why.empty()) host_.error("Kafka: assign: " + why + ".");
  {
    const Lock lock(mutex_);
    assigned_ = rejoin_at_ == Clock::time_point::max();
    if (assigned_) complaint_.clear();
    for (const auto& [key, held] : held_)
      if (!held->start.stop.empty() && held->stopped.empty()) stop(*held, held->start.stop, lock);
    show(lock);
  }
  committer_->pause(false);
  committer_->pump();
  wake();
}

// Tells librdkafka that these are ours from the offsets in the list; why not, if that fails.
std::string Consumer::take_on(const rd_kafka_topic_partition_list_t* list) {
  if (!cooperative()) {
    const rd_kafka_resp_err_t error = rd_kafka_assign(rk_, list);
    return error ? text_of(error) : std::string();
  }
  const Error error(rd_kafka_incremental_assign(rk_, list));
  return error ? rd_kafka_error_string(error.get()) : "";
}

void Consumer::revoke(rd_kafka_topic_partition_list_t* list, bool lost) {
  std::vector<HeldPointer> going;
  {
    const Lock lock(mutex_);
    assigned_ = false;
    for (int i = 0; i < list->cnt; ++i) {
      const HeldPointer held = find(list->elems[i].topic, list->elems[i].partition, lock);
      if (!held) continue;
      held->leaving = true;
      going.push_back(held);
    }
  }
  if (!lost) drain(going);
  committer_->pause(true);
  std::string undrained;
  {
    const Lock lock(mutex_);
    for (const HeldPointer& held : going) {
      if (!held->drained()) undrained += (undrained.empty() ? "" : ", ") + held->name;
      committer_->forget(held->topic, held->number);
      held_.erase(PartitionKey{held->topic, held->number});
    }
    show(lock);
  }
  if (cooperative()) {
    const Error error(rd_kafka_incremental_unassign(rk_, list));
    if (error)
      host_.error(std::string("Kafka: unassign: ") + rd_kafka_error_string(error.get()) + ".");
  } else {
    rd_kafka_assign(rk_, nullptr);
  }
  if (undrained.empty() || closing_) return;
  counters_.of[kRewinds].add();
  host_.rewind(
      (lost ? "the group went on without us; lost: " : "not final in time and given up: ") +
      undrained);
}

// What was handed out becomes final, or the time is over; then the group is told how far we came.
void Consumer::drain(const std::vector<HeldPointer>& going) {
  {
    Lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::nanoseconds(settings_.revoke_timeout_ns), [&] {
      return closing_ || std::ranges::all_of(going, [](const auto& h) { return h->drained(); });
    });
  }
  const Clock::time_point limit = Clock::now() + kCommit;
  committer_->finish(closing_ ? std::min(limit, close_until_) : limit);
}

}  // namespace copydesk::kafka
