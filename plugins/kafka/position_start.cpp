#include "kafka/position_start.h"

#include <algorithm>

namespace copydesk::kafka {
namespace {

// Before it is held against the log.
Start wanted(const Known& known, const Owner& self, std::uint64_t group_hash) {
  const Position* state = known.state && known.state->group == group_hash ? &*known.state : nullptr;
  const auto from_state = [&](bool commit) {
    Start s{Because::kState, state->next, {}, 0, {}, commit};
    if (state->last.offset >= 0) s.check = state->last;
    return s;
  };
  if (!known.group) {
    if (state != nullptr) return from_state(true);
    return {Because::kStart, known.configured, {}, 0, {}, true};
  }
  const std::optional<Owner> owner = decode_owner(known.group->metadata);
  if (!owner || *owner != self) {
    // We began there before, and were cut off before the group heard of it: a crash, or a partition that came back.
    if (state != nullptr && state->base == base_of(*known.group)) return from_state(true);
    const Because because = owner ? Because::kOtherLine : Because::kOperator;
    return {because, known.group->offset, {}, 0, {}, true};
  }
  // A crash between our commit and the group's leaves the group behind; a lost data_dir leaves us behind.
  if (state != nullptr && state->next >= known.group->offset)
    return from_state(state->next > known.group->offset);
  return {Because::kGroup, known.group->offset, {}, 0, {}, false};
}

}  // namespace

Start decide_start(const Known& known, const Owner& self, std::uint64_t group_hash) {
  Start start = wanted(known, self, group_hash);
  if (start.offset > known.high) {
    start.stop = "we are at offset " + std::to_string(start.offset) + " but the log ends at " +
                 std::to_string(known.high) + "; the topic seems to have been made anew";
    start.check.reset();
    start.commit = false;
    return start;
  }
  if (start.offset < known.low) {
    start.lost = known.low - start.offset;
    start.offset = known.low;
  }
  // A landmark that is gone cannot be compared.
  if (start.check && start.check->offset < known.low) start.check.reset();
  return start;
}

std::uint64_t base_of(const GroupOffset& group) {
  return hash_of(group.metadata, std::to_string(group.offset)) | 1;
}

bool same_message(const Landmark& read, const Landmark& found) {
  const bool timed = read.timestamp >= 0 && found.timestamp >= 0;
  return read.hash == found.hash && (!timed || read.timestamp == found.timestamp);
}

}  // namespace copydesk::kafka
