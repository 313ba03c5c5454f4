// How large a message is to the brokers: `max.message.bytes` bounds a record batch, and the smallest one that a message can
// be in holds it alone.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace copydesk::kafka {

// Bytes of a number in Kafka's records: zigzag, seven bits a byte.
constexpr std::size_t varint_size(std::int64_t n) noexcept {
  auto rest = static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63);
  std::size_t size = 1;
  while (rest >>= 7) ++size;
  return size;
}

// Before compression; a batch that compression does not make smaller is sent without. An empty key is none.
constexpr std::size_t batch_size(
    std::string_view key, std::string_view value,
    std::span<const std::pair<std::string_view, std::string_view>> headers) noexcept {
  constexpr std::size_t kBatch = 61;     // the frame of a batch
  constexpr std::size_t kRecord = 3;     // attributes; time and offset, relative to the batch's
  constexpr std::int64_t kNoBytes = -1;  // the size of what is not there
  const auto text_size = [](std::string_view text) {
    return varint_size(static_cast<std::int64_t>(text.size())) + text.size();
  };
  std::size_t record = kRecord + (key.empty() ? varint_size(kNoBytes) : text_size(key)) +
                       text_size(value) + varint_size(static_cast<std::int64_t>(headers.size()));
  for (const auto& [name, text] : headers) record += text_size(name) + text_size(text);
  return kBatch + varint_size(static_cast<std::int64_t>(record)) + record;
}

}  // namespace copydesk::kafka
