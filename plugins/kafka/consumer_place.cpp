// The poll thread: where partitions are read from. One for which that is not known, or no longer, is asked about again and
// again while the others are read.
#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/consumer.h"

namespace copydesk::kafka {
namespace {

constexpr auto kPauseMin = std::chrono::milliseconds(300);  // it doubles up to the other
constexpr auto kPauseMax = std::chrono::seconds(5);

Partitions list_of(const std::vector<HeldPointer>& some) {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(some.size())));
  for (const HeldPointer& held : some)
    rd_kafka_topic_partition_list_add(list.get(), held->topic.c_str(), held->number)->offset =
        held->fetch_from();
  return list;
}

}  // namespace

std::vector<Asked> Consumer::ask(const rd_kafka_topic_partition_list_t* list) {
  return Inquiry(rk_, settings_, census_, closing_).ask(list);
}

void Consumer::ask_again_in(Clock::duration pause, const Lock&) {
  ask_pause_ = std::max<Clock::duration>(pause, kPauseMin);
  ask_at_ = Clock::now() + pause;
}

void Consumer::ask_again() {
  std::vector<HeldPointer> open;
  {
    const Lock lock(mutex_);
    if (Clock::now() < ask_at_) return;
    ask_at_ = Clock::time_point::max();
    for (const auto& [key, held] : held_)
      if (held->place != Held::Place::kKnown && held->stopped.empty()) open.push_back(held);
  }
  if (open.empty()) return;
  std::vector<Asked> asked = ask(list_of(open).get());
  if (closing_) return;
  const std::lock_guard moving(moving_);
  std::vector<HeldPointer> off;
  {
    const Lock lock(mutex_);
    bool all = true, more = false;
    for (std::size_t i = 0; i < open.size(); ++i) {
      place(*open[i], std::move(asked[i]), lock);
      all = all && open[i]->place == Held::Place::kKnown;
      more = more || open[i]->is_read();
    }
    if (!all && ask_at_ == Clock::time_point::max())
      ask_again_in(std::min<Clock::duration>(2 * ask_pause_, kPauseMax), lock);
    show(lock);
    if (!more) return;
    for (const auto& [key, held] : held_)
      if (held->taken && (!cooperative() || std::ranges::find(open, held) != open.end()))
        off.push_back(held);
  }
  take_off(off);
  take_on();
  committer_->pump();
  wake();
}

void Consumer::place(Held& held, Asked asked, const Lock& lock) {
  if (!asked.why.empty()) {
    held.why = std::move(asked.why);
    ++held.asked;
    return;
  }
  const bool anew = std::exchange(held.place, Held::Place::kKnown) == Held::Place::kUnknown;
  anew ? begin(held, std::move(asked.known), lock) : find(held, asked.known, lock);
}

void Consumer::begin(Held& held, Known known, const Lock& lock) {
  const auto past = past_.positions.find(held.name);
  held.known = std::move(known);
  if (past != past_.positions.end()) held.known.state = past->second;
  held.end = held.known.high;
  if (held.known.group) held.base = base_of(*held.known.group);
  held.begin(past_.self, group_hash_);
  if (!held.start.stop.empty()) return stop(held, held.start.stop, lock);
  if (held.start.commit) committer_->want(held.topic, held.number, held.next);
  if (held.start.because == Because::kOperator)
    host_.info("Kafka: " + held.name + ": begins at offset " + std::to_string(held.start.offset) +
               ", to which somebody else set the group.");
  if (held.start.lost > 0) lost(held, held.start.lost, held.start.offset);
}

// The broker did not have the next message: retention was faster, or it is another log.
void Consumer::find(Held& held, const Known& known, const Lock& lock) {
  held.check.reset();
  if (held.next > known.high)
    return stop(held,
                "the log ends at " + std::to_string(known.high) + ", before our offset " +
                    std::to_string(held.next) + "; the topic seems to have been made anew",
                lock);
  if (held.next < known.low) {
    lost(held, known.low - held.next, known.low);
    if (held.settled == held.next) held.settled = known.low;
    held.next = known.low;
  }
  // It has it now. Whether it is the same log, the last message that we know tells.
  if (held.last && held.last->offset >= known.low && held.last->offset < held.next)
    held.check = held.last;
}

void Consumer::lost(const Held& held, std::int64_t count, std::int64_t offset) {
  counters_.of[kLost].add(static_cast<std::uint64_t>(count));
  host_.error("Kafka: " + held.name + ": up to " + std::to_string(count) +
              " messages were removed before they were read; going on at offset " +
              std::to_string(offset) + ".");
}

// What can be read and is not yet. Messages must find their queue, so it is joined to ours before the first can come; and a
// partition that once stood still is still paused.
void Consumer::take_on() {
  std::vector<HeldPointer> some;
  Partitions list;
  {
    const Lock lock(mutex_);
    for (const auto& [key, held] : held_)
      if (held->is_read() && !std::exchange(held->taken, true)) some.push_back(held);
    list = list_of(some);
  }
  for (int i = 0; i < list->cnt; ++i) {
    const Queue queue(
        rd_kafka_queue_get_partition(rk_, list->elems[i].topic, list->elems[i].partition));
    if (queue) rd_kafka_queue_forward(queue.get(), messages_.get());
  }
  const Partitions paused(rd_kafka_topic_partition_list_copy(list.get()));
  rd_kafka_resume_partitions(rk_, paused.get());
  const std::string why = give_to_client(list.get());
  if (!why.empty()) host_.error("Kafka: assign: " + why + ".");
}

// The client fetches these no more. What it fetched and we did not take, it throws away.
void Consumer::take_off(const std::vector<HeldPointer>& some) {
  if (some.empty()) return;
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(some.size())));
  for (const HeldPointer& held : some)
    rd_kafka_topic_partition_list_add(list.get(), held->topic.c_str(), held->number);
  if (cooperative()) {
    const Error error(rd_kafka_incremental_unassign(rk_, list.get()));
    if (error)
      host_.error(std::string("Kafka: unassign: ") + rd_kafka_error_string(error.get()) + ".");
  } else {
    const Partitions nothing(rd_kafka_topic_partition_list_new(0));
    rd_kafka_assign(rk_, nothing.get());
  }
  // An end of fetching also forgets which queue a partition leads to. This is answered behind all of them.
  rd_kafka_topic_partition_list_t* raw = nullptr;
  rd_kafka_assignment(rk_, &raw);
  const Partitions ours(raw);
  const Lock lock(mutex_);
  for (const HeldPointer& held : some) held->taken = false;
}

// Tells librdkafka that these are ours from the offsets in the list; why not, if that fails.
std::string Consumer::give_to_client(const rd_kafka_topic_partition_list_t* list) {
  if (!cooperative()) {
    const rd_kafka_resp_err_t error = rd_kafka_assign(rk_, list);
    return error ? text_of(error) : std::string();
  }
  const Error error(rd_kafka_incremental_assign(rk_, list));
  return error ? rd_kafka_error_string(error.get()) : "";
}

}  // namespace copydesk::kafka
