// A partition that is assigned to us, from its assignment to its revocation.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "kafka/position_start.h"

namespace copydesk::kafka {

struct Held {
  Held(std::string topic_, std::int32_t number_, std::uint64_t assignment_)
      : topic(std::move(topic_)),
        number(number_),
        name(partition_name(topic, number_)),
        assignment(assignment_) {}

  const std::string topic;
  const std::int32_t number;
  const std::string name;          // "topic/3"
  const std::uint64_t assignment;  // Position::assignment of what is read under it

  // Guarded by the consumer's lock.
  std::uint64_t base = 0;    // Position::base
  Known known;               // when it was assigned
  Start start;               // what followed from it
  std::int64_t next = 0;     // offset of the next message to hand out; those before it are dropped
  std::int64_t settled = 0;  // everything handed out before it is final
  std::int64_t end = 0;      // of the log when it was assigned: where once mode ends
  std::optional<Landmark> last;   // before `next`, and handed out
  std::optional<Landmark> check;  // the first message to come, when it is still to be recognised
  bool leaving = false;           // being revoked: nothing is handed out any more
  bool ended = false;             // the end of the log was reached
  // Where to read from. Unless it is known nothing is fetched, and the brokers are asked again: see Consumer::ask_again.
  enum class Place {
    kUnknown,  // since it was assigned
    kKnown,
    kGone,  // the broker does not have `next`
  } place = Place::kKnown;
  std::string why;          // of kUnknown: what is in the way
  std::uint32_t asked = 0;  // times that they could not tell
  bool taken = false;       // given to librdkafka
  std::string stopped;      // why nothing is handed out; empty: it is
  std::string
      trouble;  // why nothing comes now, as brokers say; empty: nothing is known to be wrong

  [[nodiscard]] bool is_read() const {
    return place == Place::kKnown && !leaving && stopped.empty() && start.stop.empty();
  }
  [[nodiscard]] bool drained() const { return settled >= next; }
  // Where to fetch from: the landmark comes before the first message to hand out.
  [[nodiscard]] std::int64_t fetch_from() const { return check ? check->offset : next; }
  void begin(const Owner& self, std::uint64_t group_hash) {
    start = decide_start(known, self, group_hash);
    last = start.check;
    next = settled = start.offset;
    check = start.check;
    ended = false;
  }
  // Back to where the commits end: our own of this assignment, or where it began. A commit that was under way when an
  // earlier assignment ended moves that beginning.
  void rewind(const Position* committed, const Owner& self, std::uint64_t group_hash) {
    if (committed == nullptr || committed->assignment != assignment) {
      known.state = committed != nullptr ? std::optional(*committed) : std::nullopt;
      return begin(self, group_hash);
    }
    next = settled = committed->next;
    last = committed->last;
    check.reset();
    ended = false;
  }
};

inline std::string cannot_be_read(const Held& held) {
  return held.name + " cannot be read yet: " + held.why;
}

inline constexpr const char* kNoLeader = "it has no leader";
inline std::string nothing_comes(const Held& held) {
  return held.name + " cannot be read now: " + held.trouble;
}

// Order of partitions; finds them by a borrowed topic as well.
struct PartitionKey {
  std::string topic;
  std::int32_t number;
};
struct PartitionKeyView {
  std::string_view topic;
  std::int32_t number;
};
struct PartitionOrder {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    const int order = std::string_view(a.topic).compare(b.topic);
    return order != 0 ? order < 0 : a.number < b.number;
  }
};

// The poll thread drops a partition while the source's thread may still be handing out a message of it.
using HeldPointer = std::shared_ptr<Held>;

}  // namespace copydesk::kafka
