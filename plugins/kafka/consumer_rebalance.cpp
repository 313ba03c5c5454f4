// The poll thread: partitions come and go. librdkafka waits for us here, and the group with it, but heartbeats go on.
#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/consumer.h"

namespace copydesk::kafka {
namespace {

constexpr auto kCommit = std::chrono::seconds(2);  // for the last offsets of what is revoked
constexpr auto kSoon = std::chrono::milliseconds(300);

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
  std::vector<Asked> asked = ask(list);
  if (!closing_) {
    hold(list, std::move(asked));
    return hand_over();
  }
  // Nothing of it is read any more. Who closed us may be gone by now, and the host with it.
  for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = RD_KAFKA_OFFSET_END;
  give_to_client(list);
}

void Consumer::hold(const rd_kafka_topic_partition_list_t* list, std::vector<Asked> asked) {
  const Lock lock(mutex_);
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& p = list->elems[i];
    const auto past = past_.positions.find(partition_name(p.topic, p.partition));
    // Later than any before it, also when the clock went back.
    last_assignment_ =
        std::max({last_assignment_ + 1, static_cast<std::uint64_t>(host_.now()),
                  past != past_.positions.end() ? past->second.assignment + 1 : std::uint64_t{0}});
    auto held = std::make_shared<Held>(p.topic, p.partition, last_assignment_);
    held->place = Held::Place::kUnknown;
    held_.insert_or_assign(PartitionKey{held->topic, held->number}, held);
    place(*held, std::move(asked[static_cast<std::size_t>(i)]), lock);
  }
  ask_again_in(kSoon, lock);
}

void Consumer::hand_over() {
  take_on();
  {
    const Lock lock(mutex_);
    assigned_ = true;
    complaint_.clear();
    show(lock);
  }
  committer_->pause(false);
  committer_->pump();
  wake();
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
  const Partitions taken(rd_kafka_topic_partition_list_new(list->cnt));
  {
    const Lock lock(mutex_);
    for (const HeldPointer& held : going) {
      if (held->taken)
        rd_kafka_topic_partition_list_add(taken.get(), held->topic.c_str(), held->number);
      if (!held->drained()) undrained += (undrained.empty() ? "" : ", ") + held->name;
      committer_->forget(held->topic, held->number);
      held_.erase(PartitionKey{held->topic, held->number});
    }
    show(lock);
  }
  unassign(taken.get());
  if (undrained.empty() || closing_) return;
  counters_.of[kRewinds].add();
  host_.rewind(
      (lost ? "the group went on without us; lost: " : "not final in time and given up: ") +
      undrained);
}

// Those that the client was given are no longer ours; also the answer to the group.
void Consumer::unassign(const rd_kafka_topic_partition_list_t* taken) {
  if (!cooperative()) {
    rd_kafka_assign(rk_, nullptr);
    return;
  }
  const Error error(rd_kafka_incremental_unassign(rk_, taken));
  if (error)
    host_.error(std::string("Kafka: unassign: ") + rd_kafka_error_string(error.get()) + ".");
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
