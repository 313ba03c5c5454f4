// The source's thread: messages out of the queue, and what becomes of those that are not what they should be.
#include <algorithm>
#include <utility>

#include "kafka/consumer.h"

namespace copydesk::kafka {
namespace {

constexpr auto kRecogniseEvery = std::chrono::seconds(1);  // in the long run
constexpr int kRecogniseAtOnce = 4;                        // times, if need be
constexpr auto kAsleep =
    std::chrono::seconds(1);  // longer than waiting ever takes: we were stopped

std::string_view text(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

Landmark landmark_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  return {message.offset, type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp,
          hash_of(text(message.key, message.key_len), text(message.payload, message.len))};
}

HeldPointer Consumer::find(std::string_view topic, std::int32_t partition, const Lock&) const {
  const auto it = held_.find(PartitionKeyView{topic, partition});
  return it == held_.end() ? nullptr : it->second;
}

// Taking a message and counting it is one step for those who wait until a partition is drained.
Consumer::Taken Consumer::take() {
  if (suspicious_) recognise_all();
  for (;;) {
    const Lock lock(mutex_);
    Message message(rd_kafka_consume_queue(messages_.get(), 0));
    if (!message) return {};
    HeldPointer from;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && health_.ill()) {
      health_.well();
      show(lock);
    }
    if (accept(*message, from, lock)) return {std::move(message), std::move(from)};
  }
}

Position Consumer::position_behind(const rd_kafka_message_t& message, Held& from) {
  const Landmark last = landmark_of(message);
  const Lock lock(mutex_);
  from.last = last;
  if (from.base != 0 && committer_->was_heard(from.topic, from.number)) from.base = 0;
  return {from.assignment, group_hash_, message.offset + 1, last, from.base};
}

bool Consumer::accept(const rd_kafka_message_t& message, HeldPointer& from, const Lock& lock) {
  if (message.rkt == nullptr) return false;
  from = find(rd_kafka_topic_name(message.rkt), message.partition, lock);
  // What is left in the queue of a partition that goes, or went, is for its next owner.
  if (!from || !from->is_read()) return false;
  Held& held = *from;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR && !held.trouble.empty()) {
    held.trouble.clear();
    show(lock);
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    heed_error(message, held, lock);
    return false;
  }
  if (message.offset < held.next) {
    if (held.check && held.check->offset == message.offset) recognise(message, held, lock);
    return false;
  }
  held.check.reset();  // it is no longer in the log
  held.next = message.offset + 1;
  return true;
}

// A topic that is made anew while we read it goes on, for librdkafka, where the old one was left, once it is as long. But then
// fetching failed in between, and it asked who leads it, or we were asleep: after that the last messages are read again. What
// was fetched meanwhile is thrown away for it, so it is not done too often.
void Consumer::recognise_all() {
  const Clock::time_point now = Clock::now();
  if (now + kRecogniseAtOnce * kRecogniseEvery < recognised_until_) return;
  recognised_until_ = std::max(now, recognised_until_) + kRecogniseEvery;
  suspicious_ = false;
  const std::lock_guard moving(moving_);
  std::vector<HeldPointer> all;
  {
    const Lock lock(mutex_);
    for (const auto& [key, held] : held_)
      if (held->is_read() && held->taken && held->last && held->last->offset < held->next) {
        held->check = held->last;
        all.push_back(held);
      }
  }
  try {
    seek_to(std::move(all));
  } catch (const Retry& e) {
    host_.debug(std::string("Kafka: ") + e.what() + ".");  // they go on where they are
  }
}

void Consumer::recognise(const rd_kafka_message_t& message, Held& held, const Lock& lock) {
  if (!same_message(*held.check, landmark_of(message)))
    return stop(held,
                "the message at offset " + std::to_string(message.offset) +
                    " is not the one that was read there; the topic seems to have been made anew",
                lock);
  held.check.reset();
}

void Consumer::heed_error(const rd_kafka_message_t& message, Held& held, const Lock& lock) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      held.ended = true;
      if (!std::exchange(held.trouble, {}).empty()) show(lock);
      held.check.reset();  // it was removed, and nothing came after it
      break;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      held.place = Held::Place::kGone;
      ask_again_in({}, lock);
      break;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      // How many messages it takes with it is not known, so none is skipped.
      stop(held,
           "what lies at offset " + std::to_string(message.offset) + " cannot be read (" +
               rd_kafka_message_errstr(&message) + ")",
           lock);
      break;
    default:  // told once, until a message comes again
      held.trouble = rd_kafka_message_errstr(&message);
      show(lock);
  }
}

void Consumer::stop(Held& held, const std::string& why, const Lock& lock) {
  held.stopped = why;
  held.check.reset();
  counters_.of[kStopped].add();
  host_.error("Kafka: " + held.name + " stands still: " + why +
              ". To go on, set the group's offset, as with kafka-consumer-groups --reset-offsets "
              "while no member runs.");
  const Partitions one(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(one.get(), held.topic.c_str(), held.number);
  rd_kafka_pause_partitions(rk_, one.get());  // not to fetch it for nothing
  show(lock);
}

void Consumer::wait(std::chrono::nanoseconds limit) {
  const Clock::time_point before = Clock::now();
  std::unique_lock lock(bell_mutex_);
  bell_.wait_for(lock, limit, [&] { return rung_; });
  rung_ = false;
  if (Clock::now() - before > limit + kAsleep) suspicious_ = true;
}

void Consumer::wake() {
  const std::lock_guard lock(bell_mutex_);
  rung_ = true;
  bell_.notify_all();
}

bool Consumer::at_end() {
  std::string in_the_way;
  {
    const Lock lock(mutex_);
    if (!too_large_.empty()) throw Retry(too_large_);
    in_the_way = complaint_;
    bool all = assigned_;
    for (const auto& [key, held] : held_) {
      const bool more = !held->ended && held->next < held->end;
      if (!held->stopped.empty())
        in_the_way = held->name + " stands still: " + held->stopped;
      else if (held->place == Held::Place::kUnknown && assigned_)
        in_the_way = cannot_be_read(*held);
      else if (more && !held->leaving && !held->trouble.empty())
        in_the_way = nothing_comes(*held);
      else if (more || held->leaving)
        all = false;
    }
    if (all && in_the_way.empty()) return true;
    if (!all && !in_the_way.empty() && assigned_) return false;  // others may go on
  }
  if (!in_the_way.empty()) throw Retry(in_the_way);
  if (health_.ill()) throw Retry(health_.sentence());
  return false;
}

void Consumer::settle(std::span<const Settlement> items) {
  {
    const Lock lock(mutex_);
    for (const Settlement& item : items) {
      past_.learn(item.partition, item.position);
      const auto name = split_partition_name(item.partition);
      const HeldPointer held = name ? find(name->first, name->second, lock) : nullptr;
      // Late news of an assignment that is over: the partition's owner knows better.
      if (!held || held->assignment != item.position.assignment) continue;
      held->settled = std::max(held->settled, item.position.next);
      committer_->want(held->topic, held->number, item.position.next);
    }
    changed_.notify_all();
  }
  committer_->pump();
}

Passenger Consumer::board(std::span<const Settlement> items) {
  constexpr auto kPatience = std::chrono::seconds(5);
  constexpr int kClusterWait = 2000;  // ms
  // An older offset that came behind the transaction's would undo it.
  if (!committer_->finish(Clock::now() + kPatience))
    throw Retry("the group '" + settings_.group + "' does not take offsets");
  if (cluster_.empty()) cluster_ = cluster_id(rk_, kClusterWait);
  Passenger passenger;
  passenger.cluster = cluster_;
  const Lock lock(mutex_);
  for (const Settlement& item : items) {
    const auto name = split_partition_name(item.partition);
    const HeldPointer held = name ? find(name->first, name->second, lock) : nullptr;
    if (!held || held->assignment != item.position.assignment)
      throw Retry("partition " + std::string(item.partition) + " went to another member");
    passenger.offsets.push_back(
        {held->topic, held->number, item.position.next, encode(past_.self)});
  }
  const GroupMetadata group(rd_kafka_consumer_group_metadata(rk_));
  void* bytes = nullptr;
  std::size_t size = 0;
  const Error error(rd_kafka_consumer_group_metadata_write(group.get(), &bytes, &size));
  if (error) throw Retry(std::string("group metadata: ") + rd_kafka_error_string(error.get()));
  passenger.group.assign(static_cast<const char*>(bytes), size);
  rd_kafka_mem_free(rk_, bytes);
  return passenger;
}

}  // namespace copydesk::kafka
