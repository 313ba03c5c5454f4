#include "entry.h"

#include <copydesk/bytes.hpp>

#include "checksum.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::uint8_t kReplaces = 0x80;
constexpr std::size_t kCountAt = 12;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return std::uint32_t{static_cast<std::uint8_t>(bytes[at + i])} << (8 * i);
  };
  return byte(0) | byte(1) | byte(2) | byte(3);
}

}  // namespace

// seconds u32 | id hash u32 | offset u32 | count u8 | replaced u32 | keys 5 bytes each | checksum u32
std::string serialize(const Entry& entry, std::uint32_t offset) {
  std::string out;
  out.reserve(Entry::kBytes);
  bytes::append_number(out, entry.seconds);
  bytes::append_number(out, entry.id_hash);
  bytes::append_number(out, offset);
  bytes::append_number(out,
                       static_cast<std::uint8_t>(entry.count | (entry.replaces ? kReplaces : 0)));
  bytes::append_number(out, entry.replaced);
  for (const std::uint64_t key : entry.keys) {
    bytes::append_number(out, static_cast<std::uint32_t>(key));
    bytes::append_number(out, static_cast<std::uint8_t>(key >> 32));
  }
  bytes::append_number(out, checksum(out));
  return out;
}

// Millions of them are read at a start.
std::optional<Entry> parse_entry(std::string_view bytes, std::uint32_t& offset) {
  if (bytes.size() != Entry::kBytes) return std::nullopt;
  constexpr std::size_t kChecked = Entry::kBytes - 4;
  if (checksum(bytes.substr(0, kChecked)) != number_at(bytes, kChecked)) return std::nullopt;
  Entry entry;
  entry.seconds = number_at(bytes, 0);
  entry.id_hash = number_at(bytes, 4);
  offset = number_at(bytes, 8);
  const auto count = static_cast<std::uint8_t>(bytes[kCountAt]);
  entry.count = count & ~kReplaces;
  entry.replaces = (count & kReplaces) != 0;
  entry.replaced = number_at(bytes, kCountAt + 1);
  if (entry.count > Entry::kKeysMax) return std::nullopt;
  for (std::size_t i = 0, at = kCountAt + 5; i < entry.count; ++i, at += 5)
    entry.keys[i] = number_at(bytes, at) | std::uint64_t{static_cast<std::uint8_t>(bytes[at + 4])}
                                               << 32;
  return entry;
}

std::uint8_t key_count_of(std::string_view entry) {
  return static_cast<std::uint8_t>(entry[kCountAt]) & ~kReplaces;
}

std::uint32_t checksum_of(std::string_view entry) { return number_at(entry, Entry::kBytes - 4); }

}  // namespace copydesk::deduplicate
