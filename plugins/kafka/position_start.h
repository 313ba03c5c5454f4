// Where to begin with a partition that was assigned to us: a pure function of what is known about it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "kafka/position.h"

namespace copydesk::kafka {

// The offset that the group keeps for a partition.
struct GroupOffset {
  std::int64_t offset = 0;
  std::string metadata;
};

struct Known {
  std::optional<Position> state;     // of our last commit
  std::optional<GroupOffset> group;  // of whoever committed to the group last
  std::int64_t low = 0, high = 0;    // offsets of the first message of the log, and behind its last
  std::int64_t configured = 0;       // where the option `start` leads, between low and high
};

enum class Because {
  kState,      // our own commit
  kGroup,      // our own commit, as the group has it
  kOtherLine,  // another daemon, or line, of the group went on
  kOperator,   // somebody else set the group's offset
  kStart,      // nothing is known: the option `start`
};

struct Start {
  Because because = Because::kStart;
  std::int64_t offset = 0;  // the first message to emit
  // The last message before it as we know it: read it first, and when it is another, stop.
  std::optional<Landmark> check;
  std::int64_t lost = 0;  // messages that retention removed before they were read
  // Not empty: the log cannot be the one that was read. Begin nowhere; the sentence says why, without its end.
  std::string stop;
  // The group should learn of the offset, and that it is ours.
  bool commit = false;
  bool operator==(const Start&) const = default;
};

Start decide_start(const Known& known, const Owner& self, std::uint64_t group_hash);

// What Position::base of an assignment is that finds this in the group; never 0.
std::uint64_t base_of(const GroupOffset& group);

// Whether the message at the landmark's offset is the one that was read. Timestamps that a broker does not give agree
// with any.
bool same_message(const Landmark& read, const Landmark& found);

}  // namespace copydesk::kafka
