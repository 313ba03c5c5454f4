// One story in the log's file of keys: of fixed size, with a checksum of its own.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "index.h"

namespace copydesk::deduplicate {

// What finds a story: its keys in the table, and when it ran.
struct Entry {
  static constexpr std::size_t kKeysMax = SearchKeys::kMax;
  static constexpr std::uint64_t kKeyMask = (std::uint64_t{1} << 40) - 1;
  std::uint32_t seconds = 0;  // when it ran, since 1970
  std::uint32_t id_hash = 0;  // of the id of the story's canonical article
  std::uint8_t count = 0;
  bool replaces = false;       // it stands for an older entry with the same keys, which goes
  std::uint32_t replaced = 0;  // that one's number, its lower 32 bits
  std::array<std::uint64_t, kKeysMax> keys{};  // of 40 bits

  static constexpr std::size_t kBytes = 4 + 4 + 4 + 1 + 4 + kKeysMax * 5 + 4;
};
// `offset`: where its story begins in the segment.
std::string serialize(const Entry& entry, std::uint32_t offset);
// Nothing when the bytes are not those that were written.
std::optional<Entry> parse_entry(std::string_view bytes, std::uint32_t& offset);
// Of kBytes that were not checked.
std::uint8_t key_count_of(std::string_view entry);
std::uint32_t checksum_of(std::string_view entry);

}  // namespace copydesk::deduplicate
