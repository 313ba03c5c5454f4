#include "record.h"

#include <copydesk/bytes.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "checksum.h"

namespace copydesk::deduplicate {
namespace {}  // namespace

StoryKey story_key(std::string_view origin) noexcept {
  return XXH3_64bits(origin.data(), origin.size());
}

std::uint32_t id_hash(std::string_view id) noexcept { return checksum(id); }

// time i64 | story u64 | leader u64 | address u64 | leader id | checksum u32 | fingerprint
std::string serialize(const Record& record) {
  std::string out;
  bytes::append_number(out, record.time_ms);
  bytes::append_number(out, record.story);
  bytes::append_number(out, record.leader);
  bytes::append_number(out, record.address);
  bytes::append_varint(out, record.leader_id.size());
  out += record.leader_id;
  bytes::append_number(out, checksum(out));
  out += serialize(record.fingerprint, Keys::kLeftOut);
  return out;
}

std::optional<Record> parse_record(std::string_view bytes) {
  bytes::Reader in(bytes);
  Record record;
  record.time_ms = in.number<std::int64_t>();
  record.story = in.number<StoryKey>();
  record.leader = in.number<StoryKey>();
  record.address = in.number<std::uint64_t>();
  record.leader_id = in.text_of(in.varint());
  const auto expected = in.number<std::uint32_t>();
  const std::string_view body = in.rest();
  if (!in.ok()) return std::nullopt;
  const std::size_t head_size = bytes.size() - body.size() - sizeof(expected);
  if (checksum(bytes.substr(0, head_size)) != expected) return std::nullopt;
  auto fingerprint = parse(body);
  if (!fingerprint) return std::nullopt;
  record.fingerprint = *fingerprint;
  return record;
}

}  // namespace copydesk::deduplicate
