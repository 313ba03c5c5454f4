#include "record.h"

#include <copydesk/bytes.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace copydesk::deduplicate {
namespace {

// Version of the head of a record; the fingerprint behind it has its own.
constexpr std::uint8_t kVersion = 1;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace

StoryKey story_key(std::string_view origin) noexcept {
  return XXH3_64bits(origin.data(), origin.size());
}

std::string exact_state_key(const Fingerprint& fingerprint) {
  std::string key = "x";
  bytes::append_number(key, fingerprint.exact.low);
  return key;
}

std::string posting_state_key(std::uint64_t posting_key) {
  std::string key = "p";
  bytes::append_number(key, static_cast<std::uint32_t>(posting_key));
  bytes::append_number(key, static_cast<std::uint16_t>(posting_key >> 32));
  return key;
}

std::string record_state_key(StoryKey story) {
  std::string key = "s";
  bytes::append_number(key, story);
  return key;
}

// version u8 | time i64 | leader u64 | origin | leader id | checksum u32 | fingerprint
std::string serialize(const Record& record) {
  std::string out;
  bytes::append_number(out, kVersion);
  bytes::append_number(out, record.time_ms);
  bytes::append_number(out, record.leader);
  bytes::append_text(out, record.origin);
  bytes::append_text(out, record.leader_id);
  bytes::append_number(out, checksum(out));
  out += serialize(record.fingerprint, Keys::kLeftOut);
  return out;
}

std::optional<Record> parse_record(std::string_view bytes) {
  bytes::Reader in(bytes);
  if (in.number<std::uint8_t>() != kVersion) return std::nullopt;
  Record record;
  record.time_ms = in.number<std::int64_t>();
  record.leader = in.number<StoryKey>();
  record.origin = in.text();
  record.leader_id = in.text();
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

std::string serialize(const Posting& posting) {
  std::string out;
  for (const StoryKey story : posting.stories) bytes::append_number(out, story);
  return out;
}

std::optional<Posting> parse_posting(std::string_view bytes) {
  const std::size_t count = bytes.size() / sizeof(StoryKey);
  if (bytes.size() % sizeof(StoryKey) != 0 || count == 0 || count > Posting::kStoriesMax + 1) {
    return std::nullopt;
  }
  Posting posting;
  bytes::Reader in(bytes);
  for (std::size_t i = 0; i < count; ++i) posting.stories.push_back(in.number<StoryKey>());
  return posting;
}

}  // namespace copydesk::deduplicate
