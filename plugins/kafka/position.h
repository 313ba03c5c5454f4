// How far a partition was read, as the daemon keeps it, and who wrote the offset that its group keeps.
//
// The same bytes are the position of a partition in the daemon's state and the token of its settlement. With them lies
// the last message before the position: if the log holds another one there, it is not the log that was read.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace copydesk::kafka {

// A message by which a log is known again. Offsets are compared as well, so a log that was compacted still matches.
struct Landmark {
  std::int64_t offset = -1;     // -1: none
  std::int64_t timestamp = -1;  // ms since the epoch, -1 where the broker gave none
  std::uint64_t hash = 0;       // of key and payload
  bool operator==(const Landmark&) const = default;
};

struct Position {
  std::uint64_t assignment = 0;  // which of our assignments it was read under; unique across runs
  std::uint64_t group = 0;       // hash of the group's name: another group begins anew
  std::int64_t next = 0;         // offset of the first message that is not covered
  Landmark last;                 // the last one that is
  // Hash of the group's offset that the assignment began from, while the group has not heard of us since; 0: it has.
  std::uint64_t base = 0;
  bool operator==(const Position&) const = default;
};

// Whether `a` was reached after `b`. An operator may have set the group back in between, so offsets alone do not tell.
[[nodiscard]] inline bool is_later(const Position& a, const Position& b) {
  return a.assignment != b.assignment ? a.assignment > b.assignment : a.next > b.next;
}

std::string encode(const Position& position);
// Nothing for bytes of a newer version, cut short or with something behind them.
std::optional<Position> decode_position(std::string_view bytes);

// Not cryptographic; the length and the order of both count.
std::uint64_t hash_of(std::string_view key, std::string_view payload);
inline std::uint64_t hash_of(std::string_view text) { return hash_of({}, text); }

// "topic/3" and back. A topic's name holds no slash.
std::string partition_name(std::string_view topic, std::int32_t partition);
std::optional<std::pair<std::string, std::int32_t>> split_partition_name(std::string_view name);

// What an offset that we commit to a group carries as metadata: whose state agrees with it.
struct Owner {
  std::string data_id;  // of the data_dir; empty from a daemon that does not tell
  std::string line;
  bool operator==(const Owner&) const = default;
};
std::string encode(const Owner& owner);
// Nothing for what another program, or a person, left there.
std::optional<Owner> decode_owner(std::string_view metadata);

}  // namespace copydesk::kafka
