#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The layout of the key space. A key is one byte for the table, then names with their length in front, then what the table
// counts in: numbers as 8 bytes big-endian, free bytes last. So no name can reach into another's keys, and the keys under
// one name are one range in a meaningful order.
//
//   m name                              meta: the daemon's own facts
//   i pipeline stage                    identity of a stage: plugin, state version, digest of its state options
//   p source partition                  where a source goes on
//   k pipeline sink                     where a sink's output ends
//   s pipeline stage | key              what a stage remembers (values as in ttl.h)
//   o source | seq                      settlements owed to a source
//   d pipeline | seq                    dead letters
//   a pipeline | instance, origin       dead letters of other daemons that were taken over
//   f pipeline | origin key             fates that are fixed
//   r pipeline | seq                    the source ranges of a batch that a sink without undo may have written
//   t pipeline                          puts prepared for a transaction
//   c hash                              articles in hand when a plugin crashed
namespace copydesk::state::keys {

inline constexpr char kMeta = 'm', kIdentity = 'i', kSourcePosition = 'p', kSinkPosition = 'k',
                      kStageState = 's', kSettlement = 'o', kDeadLetter = 'd', kAdopted = 'a',
                      kFate = 'f', kBatchRange = 'r', kPrepared = 't', kCrashSuspect = 'c';

[[nodiscard]] std::string meta(std::string_view name);
[[nodiscard]] std::string identity(std::string_view pipeline, std::string_view stage);
[[nodiscard]] std::string source_position(std::string_view source, std::string_view partition);
[[nodiscard]] std::string sink_position(std::string_view pipeline, std::string_view sink);
// without key: prefix
[[nodiscard]] std::string stage_state(std::string_view pipeline, std::string_view stage,
                                      std::string_view key = {});
[[nodiscard]] std::string settlement(std::string_view source, std::uint64_t seq);
[[nodiscard]] std::string dead_letter(std::string_view pipeline, std::uint64_t seq);
[[nodiscard]] std::string adopted(std::string_view pipeline, std::string_view identity);
[[nodiscard]] std::string fate(std::string_view pipeline, std::string_view origin_key);
[[nodiscard]] std::string batch_range(std::string_view pipeline, std::uint64_t seq);
[[nodiscard]] std::string prepared(std::string_view pipeline);
[[nodiscard]] std::string crash_suspect(std::uint64_t origin_hash);

// The prefix of everything a table holds, and of what it holds under one name or two (as the functions above order them).
[[nodiscard]] std::string table(char table);
[[nodiscard]] std::string prefix(char table, std::string_view first);
[[nodiscard]] std::string prefix(char table, std::string_view first, std::string_view second);

// A key taken apart again; views into it. nullopt when it is no key of that table.
struct Names {
  std::string_view first, second;
};
// i p k; s without its key
[[nodiscard]] std::optional<Names> two_names(char table, std::string_view key);
struct Numbered {
  std::string_view name;
  std::uint64_t number = 0;
};
// o d r
[[nodiscard]] std::optional<Numbered> numbered(char table, std::string_view key);
// c
[[nodiscard]] std::optional<std::uint64_t> crash_suspect_hash(std::string_view key);
// the first name: any but m c
[[nodiscard]] std::optional<std::string_view> name_of(char table, std::string_view key);

}  // namespace copydesk::state::keys
