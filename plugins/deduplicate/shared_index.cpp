#include "shared_index.h"

#include <algorithm>
#include <copydesk/bytes.hpp>
#include <copydesk/sdk.hpp>
#include <random>
#include <tuple>
#include <unordered_set>

#include "story_index.h"

namespace copydesk::deduplicate {
namespace {

// No version of the embedded index's puts and positions.
constexpr std::uint8_t kPutVersion = 0x81, kPositionVersion = 0x81;
constexpr std::uint64_t kKeyMask = (std::uint64_t{1} << 40) - 1;
constexpr std::uint64_t kCoverEvery = 1024;  // stories
constexpr std::size_t kReferencesMax = 64;   // a key with more says nothing, whatever they are

std::string slot_key(std::uint32_t slot) {
  std::string key(kStoryPrefix);
  bytes::append_number(key, slot);
  return key;
}

// version u8 | sequence u64 | story key u64 | seconds u32 | shared story
std::string serialize_put(std::uint64_t sequence, StoryKey key, std::uint32_t seconds,
                          const SharedStory& story) {
  std::string out;
  bytes::append_number(out, kPutVersion);
  bytes::append_number(out, sequence);
  bytes::append_number(out, key);
  bytes::append_number(out, seconds);
  out += serialize(story);
  return out;
}

// 0: not one of ours.
std::uint64_t sequence_of(std::string_view put) {
  bytes::Reader in(put);
  return in.number<std::uint8_t>() == kPutVersion ? in.number<std::uint64_t>() : 0;
}

SharedLink::Final read_put(std::string_view put, std::uint32_t slot) {
  bytes::Reader in(put);
  SharedLink::Final out;
  const bool is_ours = in.number<std::uint8_t>() == kPutVersion;
  out.sequence = in.number<std::uint64_t>();
  out.slot = slot;
  out.key = in.number<StoryKey>();
  out.seconds = in.number<std::uint32_t>();
  auto story = parse_shared_story(in.rest());
  if (!is_ours || !story)
    throw Fatal(
        "a story in the state cannot be read; `copydesk state dedup rebuild` begins an empty one");
  out.story = std::move(*story);
  return out;
}

std::uint32_t slot_of(std::string_view key) {
  return bytes::Reader(key.substr(kStoryPrefix.size())).number<std::uint32_t>();
}

std::uint64_t random_number() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

std::string away(const Unavailable& failure) {
  return std::string("the shared index is not there: ") + failure.what();
}

// The server's name for it: an article that comes again with another text is another one.
StoryKey name_of(const Record& record) {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio
  return record.story ^ record.fingerprint.exact.low * kSpread;
}

std::uint32_t seconds_of(std::int64_t time_ms) {
  return static_cast<std::uint32_t>(time_ms / 1000);
}

}  // namespace

SharedIndex::SharedIndex(const SharedSettings& settings)
    : settings_(settings), link_(settings.store, settings.owner) {}

// version u8 | fingerprint version u8 | sequence u64 | id
std::string SharedIndex::serialize_position(const Position& position) {
  std::string out;
  bytes::append_number(out, kPositionVersion);
  bytes::append_number(out, kFingerprintVersion);
  bytes::append_number(out, position.sequence);
  out += position.id;
  return out;
}

SharedIndex::Position SharedIndex::parse_position(std::string_view bytes) {
  bytes::Reader in(bytes);
  const auto version = in.number<std::uint8_t>(), fingerprints = in.number<std::uint8_t>();
  Position position;
  position.sequence = in.number<std::uint64_t>();
  position.id = in.rest();
  if (!in.ok() || version != kPositionVersion || !is_comparable(fingerprints))
    throw Fatal(
        "the state is of an embedded index, or of another version of the stage; `copydesk state "
        "dedup rebuild` lets this desk begin anew, what others share stays");
  return position;
}

void SharedIndex::open(const Scan& scan) {
  Position position;
  scan(kPositionKey, [&](std::string_view, std::string_view value) {
    position = parse_position(value);
    return false;
  });
  forgotten_.read(scan);
  std::uint64_t newest = position.sequence;
  scan(kStoryPrefix, [&](std::string_view, std::string_view value) {
    newest = std::max(newest, sequence_of(value));
    return true;
  });
  claims_.forget_from(0);
  first_sequence_.reset();
  offered_ = position;
  if (is_open_ && newest <= last_applied_) return link_.begin_generation(random_number());
  is_open_ = false;
  covered_.clear();
  link_.start(read_finals(scan, position.sequence), position.id, random_number());
  last_applied_ = newest;
  claims_.begin_at(newest + 1);
  is_open_ = true;
}

// What a commit made final and the position does not cover; all other slots are free.
std::deque<SharedLink::Final> SharedIndex::read_finals(const Scan& scan, std::uint64_t behind) {
  std::vector<SharedLink::Final> finals;
  std::vector<bool> used;
  scan(kStoryPrefix, [&](std::string_view key, std::string_view value) {
    const std::uint32_t slot = slot_of(key);
    if (used.size() <= slot) used.resize(std::size_t{slot} + 1);
    if (sequence_of(value) <= behind) return true;
    used[slot] = true;
    finals.push_back(read_put(value, slot));
    return true;
  });
  claims_.take_slots(used);
  std::sort(finals.begin(), finals.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  return {finals.begin(), finals.end()};
}

void SharedIndex::offer_position(KeyValue& state) {
  for (const SharedLink::Covered& story : link_.take_covered()) covered_.push_back(story);
  Position position{offered_.sequence, link_.id()};
  if (!covered_.empty() && covered_.back().sequence >= offered_.sequence + kCoverEvery)
    position.sequence = covered_.back().sequence;
  if (position == offered_ || position.id.empty()) return;
  state.put(kPositionKey, serialize_position(position), Claim::kObservation);
  offered_ = position;
}

void SharedIndex::begin(std::span<const SearchKeys> batch, KeyValue&) {
  if (first_sequence_) claims_.forget_from(*first_sequence_);  // it did not come to its end
  first_sequence_ = claims_.next_sequence();
  reserved_.clear();
  is_blind_ = false;
  is_new_ = std::chrono::steady_clock::now() - link_.connected_at() < settings_.store.lease;
  try {
    link_.use([&](SharedStore& store) { fetch(batch, store); });
  } catch (const Unavailable& failure) {
    if (!settings_.passes) throw Wait(away(failure));
    is_blind_ = true;
  }
}

void SharedIndex::fetch(std::span<const SearchKeys> batch, SharedStore& store) {
  postings_.clear();
  references_.clear();
  known_.clear();
  for (const SearchKeys& keys : batch)
    for (const std::uint64_t key : keys.all()) postings_.try_emplace(key & kKeyMask);
  if (!store.read(postings_)) throw Unavailable("another server, or its data are gone");
  std::unordered_set<StoryKey> all;
  for (const auto& [key, bytes] : postings_) {
    if (bytes.empty()) continue;
    const auto& references = references_[key] = parse_references(bytes);
    if (references.size() > kReferencesMax) continue;
    for (const Reference& reference : references) all.insert(reference.story);
  }
  const std::vector<StoryKey> keys(all.begin(), all.end());
  if (keys.empty()) return;
  const auto stories = store.read(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (stories[i] && stories[i]->is_final) know(keys[i], *stories[i], false);
  }
  find_held(store, keys, stories);
}

void SharedIndex::know(StoryKey key, const SharedStory& story, bool is_held) {
  Known known{is_held, story.sequence, story.keys, parse_record(story.record)};
  if (!known.record || !forgotten_.has(*known.record)) known_.emplace(key, std::move(known));
}

// Reservations of others that hold. After a connection was lost an owner without a lease may only be about to come back.
void SharedIndex::find_held(SharedStore& store, std::span<const StoryKey> keys,
                            std::span<const std::optional<SharedStory>> stories) {
  held_before_ = std::exchange(held_since_, {});
  const std::uint64_t self = settings_.owner;
  std::unordered_map<std::uint64_t, std::optional<std::uint64_t>> generations;
  for (const auto& story : stories) {
    if (story && !story->is_final && story->owner.id != self)
      generations.try_emplace(story->owner.id);
  }
  if (generations.empty()) return;
  std::vector<std::uint64_t> owners;
  owners.reserve(generations.size());
  for (const auto& [owner, generation] : generations) owners.push_back(owner);
  const auto found = store.read_owners(owners);
  for (std::size_t i = 0; i < owners.size(); ++i) generations[owners[i]] = found[i];
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& story = stories[i];
    if (!story || story->is_final || story->owner.id == self) continue;
    const auto& generation = generations[story->owner.id];
    if (generation && *generation != story->owner.generation) continue;
    if (!generation && !is_new_) continue;
    if (is_patient(keys[i])) know(keys[i], *story, true);
  }
}

bool SharedIndex::is_patient(StoryKey story) {
  const auto now = std::chrono::steady_clock::now();
  const auto before = held_before_.find(story);
  const auto since = before == held_before_.end() ? now : before->second;
  held_since_.emplace(story, since);
  return now - since < settings_.store.lease * kLeasesMax;
}

// The story, if the state has it: for the article in hand it counts then.
const Record* SharedIndex::confirm(std::uint64_t sequence, KeyValue& state) {
  const auto [at, is_new] = confirmed_.try_emplace(sequence);
  if (is_new) {
    const Claims::Note* const note = claims_.find(sequence);
    const auto value = note ? state.get(slot_key(note->slot)) : std::nullopt;
    if (value && sequence_of(*value) == sequence)
      at->second = parse_record(read_put(*value, note->slot).story.record);
  }
  return at->second ? &*at->second : nullptr;
}

// The stories that have the key and ran since then.
void SharedIndex::collect(std::uint64_t key, bool is_exact, std::uint32_t since, KeyValue& state) {
  key_hits_.clear();
  key_held_.clear();
  if (const auto found = references_.find(key); found != references_.end()) {
    for (const Reference& reference : found->second) {
      const auto at = reference.seconds >= since ? known_.find(reference.story) : known_.end();
      if (at == known_.end()) continue;
      const Known& known = at->second;
      const std::int64_t time_ms = known.record ? known.record->time_ms : 0;
      (known.is_held ? key_held_ : key_hits_)
          .push_back({false, time_ms, known.sequence, reference.story, is_exact});
    }
    if (found->second.size() > kReferencesMax) key_hits_.resize(kStoriesMax + 1);
  }
  claims_.each(key, [&](std::uint64_t sequence) {
    if (key_hits_.size() > kStoriesMax) return;
    if (confirm(sequence, state) != nullptr) key_hits_.push_back({true, 0, sequence, 0, is_exact});
  });
}

const Found& SharedIndex::look_up(const SearchKeys& keys, std::int64_t time_ms, KeyValue& state) {
  found_ = {};
  hits_.clear();
  held_hits_.clear();
  confirmed_.clear();
  found_.is_blind = is_blind_;
  if (is_blind_) {
    found_.listed = static_cast<std::uint16_t>((1U << keys.count) - 1);
    return found_;
  }
  const std::int64_t since =
      std::max<std::int64_t>((time_ms - settings_.store.window.count()) / 1000, 0);
  for (std::size_t i = 0; i < keys.count; ++i) {
    collect(keys.values[i] & kKeyMask, i < keys.exact_count, static_cast<std::uint32_t>(since),
            state);
    const bool weak = is_weak(keys, i, key_hits_.size());
    for (Hit& hit : key_hits_) hit.is_weak = weak;
    for (Hit& hit : key_held_) hit.is_weak = weak;
    held_hits_.insert(held_hits_.end(), key_held_.begin(), key_held_.end());
    if (key_hits_.size() > kStoriesMax) continue;
    found_.listed = static_cast<std::uint16_t>(found_.listed | 1U << i);
    hits_.insert(hits_.end(), key_hits_.begin(), key_hits_.end());
  }
  read_candidates(hits_, found_.candidates, state);
  read_candidates(held_hits_, found_.held, state);
  return found_;
}

// Ties go to the older story, whether it is committed or not.
void SharedIndex::read_candidates(std::vector<Hit>& hits, std::vector<Candidate>& out,
                                  KeyValue& state) {
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.age() < b.age(); });
  const Hit* last = nullptr;
  const auto drop_chance = [&] {
    if (last != nullptr && last->is_weak && out.back().hits == 1) out.pop_back();
  };
  for (const Hit& hit : hits) {
    if (last == nullptr || last->age() != hit.age()) {
      drop_chance();
      out.push_back(
          {.number = hit.is_pending ? hit.sequence : hit.story, .is_pending = hit.is_pending});
    }
    last = &hit;
    out.back().hits += 1;
    out.back().is_exact |= hit.is_exact;
  }
  drop_chance();
  std::stable_sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.is_exact, b.hits) < std::tie(a.is_exact, a.hits);
  });
  if (out.size() > kCandidatesMax) out.resize(kCandidatesMax);
  std::erase_if(out, [&](Candidate& candidate) {
    const Record* record = nullptr;
    if (candidate.is_pending)
      record = confirm(candidate.number, state);
    else if (const auto& known = known_.at(candidate.number).record)
      record = &*known;
    if (record == nullptr) return ++found_.unreadable > 0;
    candidate.record = *record;
    return false;
  });
}

void SharedIndex::put(const Record& record, const SearchKeys& keys, std::uint16_t listed,
                      Claim claim, KeyValue& state) {
  if (is_blind_ && link_.is_full()) {
    ++not_remembered_;
    return;
  }
  std::vector<std::uint64_t> kept;
  for (std::size_t i = 0; i < keys.count; ++i) {
    if ((listed >> i & 1) != 0) kept.push_back(keys.values[i] & kKeyMask);
  }
  put_story(record, std::move(kept), true, claim, state);
}

void SharedIndex::refresh(const Candidate& story, std::int64_t time_ms, KeyValue& state) {
  if (story.is_pending) return;  // it has only just run
  const auto known = known_.find(story.number);
  if (known == known_.end() || known->second.keys.empty()) return;
  Record record = story.record;
  record.time_ms = time_ms;
  put_story(record, known->second.keys, false, Claim::kObservation, state);
}

// `is_found`: by its keys; a refreshed story is found where it was.
void SharedIndex::put_story(const Record& record, std::vector<std::uint64_t> keys, bool is_found,
                            Claim claim, KeyValue& state) {
  const StoryKey name = name_of(record);
  const std::span<const std::uint64_t> findable = keys;
  const Claims::Note& note = claims_.add(name, is_found ? findable : findable.first(0));
  const SharedStory story{true, link_.owner(), note.sequence, std::move(keys), serialize(record)};
  const std::uint32_t seconds = seconds_of(record.time_ms);
  state.put(slot_key(note.slot), serialize_put(note.sequence, name, seconds, story), claim);
  if (is_found && !note.keys.empty()) reserved_.push_back({note.sequence, name, seconds, story});
}

// What the postings become with the batch's stories in them.
std::vector<SharedStore::Change> SharedIndex::changes() const {
  std::unordered_map<std::uint64_t, std::vector<Reference>> to;
  for (const Reserved& reserved : reserved_) {
    const std::int64_t since = reserved.seconds - settings_.store.window.count() / 1000;
    for (const std::uint64_t key : reserved.story.keys) {
      const auto [at, is_new] = to.try_emplace(key);
      std::vector<Reference>& references = at->second;
      if (is_new) references = parse_references(postings_.at(key));
      std::erase_if(references, [&](const Reference& reference) {
        return reference.story == reserved.key || reference.seconds < since;
      });
      references.push_back({reserved.key, reserved.seconds, reserved.story.mark()});
    }
  }
  std::vector<SharedStore::Change> out;
  out.reserve(to.size());
  for (const auto& [key, references] : to)
    out.push_back({key, postings_.at(key), serialize(references)});
  return out;
}

void SharedIndex::end(std::uint64_t batch, KeyValue& state) {
  if (!is_blind_ && !reserved_.empty()) reserve();
  for (Claims::Note& note : claims_.notes()) {
    if (note.sequence >= *first_sequence_) note.batch = batch;
  }
  offer_position(state);
  first_sequence_.reset();
}

void SharedIndex::reserve() {
  std::vector<SharedStore::Named> stories;
  std::vector<StoryKey> names;
  for (Reserved& reserved : reserved_) {
    reserved.story.is_final = false;
    stories.push_back({reserved.key, &reserved.story, reserved.seconds});
    names.push_back(reserved.key);
  }
  const std::uint64_t connection = link_.connection();
  bool is_first = false;
  try {
    link_.use([&](SharedStore& store) { is_first = store.reserve(changes(), stories); });
  } catch (const Unavailable& failure) {
    link_.finish({}, names);  // perhaps they are reserved
    if (!settings_.passes) throw Wait(away(failure));
    return;
  }
  if (!is_first) throw Wait("another desk indexes something alike at this moment");
  for (Claims::Note& note : claims_.notes()) {
    if (note.sequence >= *first_sequence_ && !note.keys.empty()) note.connection = connection;
  }
}

void SharedIndex::committed(std::span<const Put> puts) {
  std::vector<SharedLink::Final> finals;
  for (const Put& put : puts) {
    if (put.key == kPositionKey) {
      const std::uint64_t sequence = parse_position(put.value).sequence;
      for (; !covered_.empty() && covered_.front().sequence <= sequence; covered_.pop_front())
        claims_.free_slot(covered_.front().slot);
    } else if (put.key.starts_with(kStoryPrefix)) {
      finals.push_back(read_put(put.value, slot_of(put.key)));
    }
  }
  if (finals.empty()) return;
  std::sort(finals.begin(), finals.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  for (SharedLink::Final& f : finals) {
    Claims::Note* const note = claims_.find(f.sequence);
    if (note == nullptr) continue;
    f.connection = note->connection;
    note->is_final = true;
  }
  last_applied_ = std::max(last_applied_, finals.back().sequence);
  link_.finish(std::move(finals), {});
}

void SharedIndex::passed(std::uint64_t batch) {
  std::vector<StoryKey> withdrawn;
  std::unordered_set<StoryKey> again;  // an article that was judged again has put its story again
  while (!claims_.empty() && claims_.notes().front().has_passed(batch)) {
    const Claims::Note note = claims_.pop_front();
    if (note.is_final) {
      again.insert(note.story);
      continue;
    }
    claims_.free_slot(note.slot);
    if (note.connection != 0) withdrawn.push_back(note.story);
  }
  if (withdrawn.empty()) return;
  for (const Claims::Note& note : claims_.notes()) again.insert(note.story);
  std::erase_if(withdrawn, [&](StoryKey story) { return again.contains(story); });
  link_.finish({}, std::move(withdrawn));
}

std::optional<std::string> SharedIndex::take_warning() {
  if (not_remembered_ > 0)
    return std::to_string(std::exchange(not_remembered_, 0)) +
           " stories that passed without the shared index are not remembered: too many wait for "
           "it.";
  return link_.take_warning();
}

}  // namespace copydesk::deduplicate
