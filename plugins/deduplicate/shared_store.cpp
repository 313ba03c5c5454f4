#include "shared_store.h"

#include <algorithm>
#include <copydesk/bytes.hpp>

namespace copydesk::deduplicate {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeysAtOnce = 512;  // of one MGET, so that nobody else waits long
constexpr std::size_t kKeyBytes = 5, kReferenceBytes = 16;
// A posting that is longer grows no further: its key says nothing about a text.
constexpr const char* kPostingMax = "1024";

// KEYS: postings, then stories. ARGV: number of postings, window in ms; for each posting what it must be and what it becomes; for
// each story its value. Answers 0, or which posting is another.
constexpr std::string_view kReserve = R"(
local n = tonumber(ARGV[1])
for i = 1, n do
  if (redis.call('GET', KEYS[i]) or '') ~= ARGV[2 * i + 1] then return i end
end
for i = 1, n do redis.call('SET', KEYS[i], ARGV[2 * i + 2], 'PX', ARGV[2]) end
for i = n + 1, #KEYS do redis.call('SET', KEYS[i], ARGV[n + 2 + i], 'PX', ARGV[2]) end
return 0)";

// KEYS: the story, its postings. ARGV: value, window in ms, reference, since, bytes of a posting at most.
constexpr std::string_view kEnter = R"(
local story, since = ARGV[3]:sub(1, 8), tonumber(ARGV[4])
for i = 2, #KEYS do
  local old, new = redis.call('GET', KEYS[i]) or '', {}
  for at = 1, #old - 15, 16 do
    local ran = struct.unpack('<I4', old, at + 8)
    if old:sub(at, at + 7) ~= story and ran >= since then new[#new + 1] = old:sub(at, at + 15) end
  end
  new[#new + 1] = ARGV[3]
  if #old < tonumber(ARGV[5]) then redis.call('SET', KEYS[i], table.concat(new), 'PX', ARGV[2]) end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0)";

// KEYS: the story. ARGV: how a reservation of that owner begins.
constexpr std::string_view kWithdraw = R"(
local old = redis.call('GET', KEYS[1])
if old and old:sub(1, #ARGV[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0)";

// version u8 | final u8 | owner u64 | generation u64
std::string head_of(bool is_final, const SharedOwner& owner) {
  std::string out;
  bytes::append_number(out, kVersion);
  bytes::append_number(out, static_cast<std::uint8_t>(is_final));
  bytes::append_number(out, owner.id);
  bytes::append_number(out, owner.generation);
  return out;
}

void append_reference(std::string& out, const Reference& reference) {
  bytes::append_number(out, reference.story);
  bytes::append_number(out, reference.seconds);
  bytes::append_number(out, reference.mark);
}

}  // namespace

// head | sequence u64 | number of keys u8 | keys, 5 bytes each | record
std::string serialize(const SharedStory& story) {
  std::string out = head_of(story.is_final, story.owner);
  bytes::append_number(out, story.sequence);
  bytes::append_number(out, static_cast<std::uint8_t>(story.keys.size()));
  for (const std::uint64_t key : story.keys) {
    std::string whole;
    bytes::append_number(whole, key);
    out.append(whole, 0, kKeyBytes);
  }
  out += story.record;
  return out;
}

std::optional<SharedStory> parse_shared_story(std::string_view bytes) {
  bytes::Reader in(bytes);
  SharedStory story;
  if (in.number<std::uint8_t>() != kVersion) return std::nullopt;
  story.is_final = in.number<std::uint8_t>() != 0;
  story.owner.id = in.number<std::uint64_t>();
  story.owner.generation = in.number<std::uint64_t>();
  story.sequence = in.number<std::uint64_t>();
  for (auto count = in.number<std::uint8_t>(); count > 0 && in.ok(); --count) {
    std::string key(in.text_of(kKeyBytes));
    key.resize(sizeof(std::uint64_t));
    story.keys.push_back(bytes::Reader(key).number<std::uint64_t>());
  }
  story.record = in.rest();
  if (!in.ok()) return std::nullopt;
  return story;
}

std::string serialize(std::span<const Reference> references) {
  std::string out;
  for (const Reference& reference : references) append_reference(out, reference);
  return out;
}

std::vector<Reference> parse_references(std::string_view bytes) {
  std::vector<Reference> out;
  bytes::Reader in(bytes);
  for (std::size_t left = bytes.size() / kReferenceBytes; left > 0; --left) {
    const auto story = in.number<StoryKey>();
    const auto seconds = in.number<std::uint32_t>();
    out.push_back({story, seconds, in.number<std::uint32_t>()});
  }
  return out;
}

SharedStore::SharedStore(const Settings& settings, const std::string& fresh_id)
    : redis_(settings.server),
      prefix_("{" + settings.prefix + ":" + std::to_string(kFingerprintVersion) + "}"),
      id_key_(prefix_ + "id"),
      window_ms_(std::to_string(settings.window.count())),
      lease_ms_(std::to_string(settings.lease.count())) {
  redis_.add({"SET", id_key_, fresh_id, "NX"});
  redis_.add({"GET", id_key_});
  id_ = redis_.run().back().text().value_or("");
}

std::string SharedStore::posting_key(std::uint64_t key) const {
  std::string bytes;
  bytes::append_number(bytes, key);
  return prefix_ + "k" + bytes.substr(0, kKeyBytes);
}

std::string SharedStore::story_key(StoryKey story) const {
  std::string out = prefix_ + "s";
  bytes::append_number(out, story);
  return out;
}

std::string SharedStore::owner_key(std::uint64_t owner) const {
  std::string out = prefix_ + "o";
  bytes::append_number(out, owner);
  return out;
}

namespace {

// Calls take(i, text or nothing) with the value of each name.
template <class Take>
void get_many(Redis& redis, std::span<const std::string> names, Take&& take) {
  for (std::size_t begin = 0; begin < names.size(); begin += kKeysAtOnce) {
    std::vector<std::string_view> words = {"MGET"};
    const std::size_t end = std::min(names.size(), begin + kKeysAtOnce);
    words.insert(words.end(), names.begin() + static_cast<std::ptrdiff_t>(begin),
                 names.begin() + static_cast<std::ptrdiff_t>(end));
    redis.add(words);
  }
  const std::vector<RedisReply> replies = redis.run();
  for (std::size_t i = 0; i < names.size(); ++i)
    take(i, replies[i / kKeysAtOnce].text_at(i % kKeysAtOnce));
}

}  // namespace

bool SharedStore::read(Postings& postings) {
  std::vector<std::string> names;
  std::vector<std::string*> values;
  for (auto& [key, value] : postings) {
    names.push_back(posting_key(key));
    values.push_back(&value);
  }
  // The id comes in the same round trip.
  names.push_back(id_key_);
  bool is_same = false;
  get_many(redis_, names, [&](std::size_t i, std::optional<std::string_view> text) {
    if (i < values.size())
      *values[i] = text.value_or("");
    else
      is_same = text == id_;
  });
  return is_same;
}

std::vector<std::optional<SharedStory>> SharedStore::read(std::span<const StoryKey> stories) {
  std::vector<std::string> names;
  for (const StoryKey story : stories) names.push_back(story_key(story));
  std::vector<std::optional<SharedStory>> out(stories.size());
  get_many(redis_, names, [&](std::size_t i, std::optional<std::string_view> text) {
    if (text) out[i] = parse_shared_story(*text);
  });
  return out;
}

std::vector<std::optional<std::uint64_t>> SharedStore::read_owners(
    std::span<const std::uint64_t> owners) {
  std::vector<std::string> names;
  for (const std::uint64_t owner : owners) names.push_back(owner_key(owner));
  std::vector<std::optional<std::uint64_t>> out(owners.size());
  get_many(redis_, names, [&](std::size_t i, std::optional<std::string_view> text) {
    if (text) out[i] = bytes::Reader(*text).number<std::uint64_t>();
  });
  return out;
}

bool SharedStore::reserve(std::span<const Change> changes, std::span<const Named> stories) {
  std::vector<std::string> keys, values;
  for (const Change& change : changes) keys.push_back(posting_key(change.key));
  for (const Named& named : stories) {
    keys.push_back(story_key(named.key));
    values.push_back(serialize(*named.story));
  }
  const std::string key_count = std::to_string(keys.size()), count = std::to_string(changes.size());
  std::vector<std::string_view> words = {"EVAL", kReserve, key_count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), {count, window_ms_});
  for (const Change& change : changes) words.insert(words.end(), {change.from, change.to});
  words.insert(words.end(), values.begin(), values.end());
  redis_.add(words);
  return redis_.run().front().number() == 0;
}

void SharedStore::add_write(const Named& named) {
  redis_.add({"SET", story_key(named.key), serialize(*named.story), "PX", window_ms_});
}

void SharedStore::add_enter(const Named& named, std::uint32_t since) {
  std::vector<std::string> keys = {story_key(named.key)};
  for (const std::uint64_t key : named.story->keys) keys.push_back(posting_key(key));
  const std::string count = std::to_string(keys.size()), value = serialize(*named.story),
                    oldest = std::to_string(since);
  std::string reference;
  append_reference(reference, {named.key, named.seconds, named.story->mark()});
  std::vector<std::string_view> words = {"EVAL", kEnter, count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), {value, window_ms_, reference, oldest, kPostingMax});
  redis_.add(words);
}

void SharedStore::add_withdraw(StoryKey story, const SharedOwner& owner) {
  redis_.add({"EVAL", kWithdraw, "1", story_key(story), head_of(false, owner)});
}

void SharedStore::add_renew(const SharedOwner& owner) {
  std::string generation;
  bytes::append_number(generation, owner.generation);
  redis_.add({"SET", owner_key(owner.id), generation, "PX", lease_ms_});
}

}  // namespace copydesk::deduplicate
