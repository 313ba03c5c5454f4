#include "index_position.h"

#include <copydesk/bytes.hpp>

#include "checksum.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::uint8_t kPositionVersion = 1;

}  // namespace

// version u8 | fingerprint version u8 | log: segments 2 x u32, numbers 2 x u64, story bytes u64 | sequence u64 |
// stories u64 | hot u64 | cold u64 | segments u32 | oldest u32 | newest u32 | checksum u32
std::string serialize(const IndexPosition& p) {
  std::string out;
  bytes::append_number(out, kPositionVersion);
  bytes::append_number(out, kFingerprintVersion);
  bytes::append_number(out, p.log.first_segment);
  bytes::append_number(out, p.log.last_segment);
  bytes::append_number(out, p.log.first_number);
  bytes::append_number(out, p.log.next_number);
  bytes::append_number(out, p.log.story_bytes);
  bytes::append_number(out, p.sequence);
  bytes::append_number(out, p.numbers.stories);
  bytes::append_number(out, p.numbers.hot_bytes);
  bytes::append_number(out, p.numbers.cold_bytes);
  bytes::append_number(out, p.numbers.segments);
  bytes::append_number(out, p.numbers.oldest);
  bytes::append_number(out, p.numbers.newest);
  bytes::append_number(out, checksum(out));
  return out;
}

std::optional<IndexPosition> parse_position(std::string_view bytes) {
  if (bytes.size() < 6) return std::nullopt;
  bytes::Reader in(bytes);
  const auto version = in.number<std::uint8_t>();
  const auto fingerprint_version = in.number<std::uint8_t>();
  if (version != kPositionVersion || !is_comparable(fingerprint_version)) return std::nullopt;
  IndexPosition p;
  p.log.first_segment = in.number<std::uint32_t>();
  p.log.last_segment = in.number<std::uint32_t>();
  p.log.first_number = in.number<std::uint64_t>();
  p.log.next_number = in.number<std::uint64_t>();
  p.log.story_bytes = in.number<std::uint64_t>();
  p.sequence = in.number<std::uint64_t>();
  p.numbers.stories = in.number<std::uint64_t>();
  p.numbers.hot_bytes = in.number<std::uint64_t>();
  p.numbers.cold_bytes = in.number<std::uint64_t>();
  p.numbers.segments = in.number<std::uint32_t>();
  p.numbers.oldest = in.number<std::uint32_t>();
  p.numbers.newest = in.number<std::uint32_t>();
  const auto expected = in.number<std::uint32_t>();
  if (!in.finished()) return std::nullopt;
  if (checksum(bytes.substr(0, bytes.size() - 4)) != expected) return std::nullopt;
  return p;
}

}  // namespace copydesk::deduplicate
