#include "story_index.h"

#include <algorithm>
#include <cerrno>
#include <copydesk/bytes.hpp>
#include <copydesk/sdk.hpp>
#include <cstring>
#include <tuple>
#include <utility>

namespace copydesk::deduplicate {
namespace {

constexpr std::uint8_t kPutVersion = 1;
constexpr std::uint32_t kSegmentsInWindow = 16, kSegmentSecondsMin = 60;
constexpr std::uint64_t kSegmentsInMemory = 8;
// What a story takes in memory, about: a dozen table entries and its place.
constexpr std::uint64_t kHotBytes = 140;
constexpr std::size_t kShardsSwept = 1;  // a commit
constexpr std::size_t kShardsSaved = 4;  // a sync
// The whole table is written once while the log grows by this share.
constexpr std::uint64_t kSavedShare = 8;
constexpr std::size_t kArticlesFetched = 3;  // ahead of the one in hand
constexpr std::size_t kAhead = 16;  // entries whose places are fetched before they are entered

std::uint32_t seconds_of(std::chrono::milliseconds span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, UINT32_MAX / 2));
}

StoryLog::Limits limits_of(const IndexLimits& limits) {
  StoryLog::Limits out;
  out.segment_seconds = std::max(kSegmentSecondsMin, seconds_of(limits.window) / kSegmentsInWindow);
  return out;
}

std::string slot_key(std::uint32_t slot) {
  std::string key(kStoryPrefix);
  bytes::append_number(key, slot);
  return key;
}

// version u8 | sequence u64 | entry | story
struct ReadPut {
  std::uint64_t sequence = 0;
  std::optional<Entry> entry;
  std::string_view story;
};
std::uint64_t sequence_of(std::string_view value) {
  bytes::Reader in(value);
  return in.number<std::uint8_t>() == kPutVersion ? in.number<std::uint64_t>() : 0;
}
ReadPut read_put(std::string_view value) {
  bytes::Reader in(value);
  ReadPut put;
  if (in.number<std::uint8_t>() != kPutVersion) return put;
  put.sequence = in.number<std::uint64_t>();
  std::uint32_t offset = 0;
  put.entry = parse_entry(in.text_of(Entry::kBytes), offset);
  put.story = in.rest();
  if (!in.ok()) put.entry.reset();
  return put;
}

}  // namespace

StoryIndex::StoryIndex(std::string folder, IndexLimits limits)
    : folder_(std::move(folder)),
      limits_(limits),
      log_(folder_, limits_of(limits)),
      files_(folder_) {}

void StoryIndex::open(const Scan& scan) {
  std::optional<std::string> stored;
  scan(kPositionKey, [&](std::string_view, std::string_view value) {
    stored.emplace(value);
    return false;
  });
  std::optional<IndexPosition> position;
  if (stored) {
    position = parse_position(*stored);
    if (!position)
      throw Fatal("the index in '" + folder_ +
                  "' was made by another version of the stage, or its position is damaged; "
                  "`copydesk state dedup rebuild` begins an empty one");
  }
  std::uint64_t newest = position ? position->sequence : 0;
  scan(kStoryPrefix, [&](std::string_view, std::string_view value) {
    newest = std::max(newest, sequence_of(value));
    return true;
  });
  forget_pending();
  if (!is_open_ || !broken_.empty() || newest > last_applied_) load(position, scan);
  offered_ = position ? position->sequence : 0;
  offered_first_ = position ? position->log.first_segment : 0;
}

void StoryIndex::forget_pending() {
  for (const Pending& pending : pending_) free_slots_.push_back(pending.slot);
  pending_.clear();
  pending_table_.clear();
}

void StoryIndex::load(const std::optional<IndexPosition>& position, const Scan& scan) {
  is_open_ = false;
  broken_.clear();
  table_.clear();
  uncovered_.clear();
  free_slots_.clear();
  synced_ = position;
  last_applied_ = position ? position->sequence : 0;
  sweep_at_ = table_.shard_count();
  forgotten_.read(scan);

  log_.open(position ? std::optional(position->log) : std::nullopt);
  load_table();
  apply_state(scan);
  // Runs of a batch each would never put the position that is due after their commit.
  if (uncovered_.size() < limits_.sync_every) {
    log_.flush();
  } else {
    sync();
  }
  next_sequence_ = last_applied_ + 1;
  is_open_ = true;
}

// From the shards' files, and what they do not have from the log.
void StoryIndex::load_table() {
  if (log_.next_number() == log_.first_number()) files_.clear();
  covered_ = files_.load(table_, [&](const TableFiles::Cover& cover) {
    return cover.next_number > log_.first_number() && cover.next_number <= log_.next_number() &&
           log_.checksum_at(cover.next_number - 1) == cover.last_checksum;
  });
  const auto oldest = std::min_element(covered_.begin(), covered_.end());
  if (*oldest == 0) table_.reserve(log_.count_keys());
  next_shard_ = static_cast<std::size_t>(oldest - covered_.begin());
  saved_at_ = log_.next_number();

  std::deque<std::pair<std::uint64_t, Entry>> ahead;
  const auto enter_next = [&] {
    enter(ahead.front().first, ahead.front().second);
    ahead.pop_front();
  };
  std::vector<std::pair<std::uint64_t, Entry>> suspects;
  log_.visit([&](std::uint64_t number, const Entry& entry) {
    newest_ = std::max(newest_, entry.seconds);
    if (forgotten_.may_have(entry.id_hash)) suspects.emplace_back(number, entry);
    if (number < *oldest) return;
    for (std::size_t i = 0; i < entry.count; ++i) table_.prefetch_insertion(entry.keys[i]);
    ahead.emplace_back(number, entry);
    if (ahead.size() > kAhead) enter_next();
  });
  while (!ahead.empty()) enter_next();
  for (const auto& [number, entry] : suspects) {
    if (!is_forgotten(number, entry)) continue;
    for (std::size_t i = 0; i < entry.count; ++i)
      table_.erase(entry.keys[i], static_cast<std::uint32_t>(number));
  }
  covered_.assign(covered_.size(), 0);
  sweep_at_ = 0;  // files may have stories that went since
}

// What is committed and not in the committed log.
void StoryIndex::apply_state(const Scan& scan) {
  struct Stored {
    std::uint64_t sequence;
    std::uint32_t slot;
    std::string value;
  };
  std::vector<Stored> behind;
  std::vector<bool> used;
  scan(kStoryPrefix, [&](std::string_view key, std::string_view value) {
    bytes::Reader in(key.substr(kStoryPrefix.size()));
    const auto slot = in.number<std::uint32_t>();
    if (used.size() <= slot) used.resize(std::size_t{slot} + 1);
    if (const std::uint64_t sequence = sequence_of(value); sequence > last_applied_) {
      used[slot] = true;
      behind.push_back({sequence, slot, std::string(value)});
    }
    return true;
  });
  next_slot_ = static_cast<std::uint32_t>(used.size());
  for (std::uint32_t slot = next_slot_; slot-- > 0;) {
    if (!used[slot]) free_slots_.push_back(slot);
  }
  std::sort(behind.begin(), behind.end(),
            [](const Stored& a, const Stored& b) { return a.sequence < b.sequence; });
  for (const Stored& stored : behind) {
    ReadPut put = read_put(stored.value);
    if (!put.entry)
      throw Fatal(
          "a story in the state cannot be read; `copydesk state dedup rebuild` begins an empty "
          "index");
    apply(put.sequence, stored.slot, *put.entry, put.story);
  }
}

bool StoryIndex::is_forgotten(std::uint64_t number, const Entry& entry) {
  if (!forgotten_.may_have(entry.id_hash)) return false;
  const auto record = parse_record(log_.read(number));
  return record && forgotten_.has(*record);
}

// Enters what is in the log, but for keys whose shard has it from its file.
void StoryIndex::enter(std::uint64_t number, const Entry& entry) {
  const auto low = static_cast<std::uint32_t>(number);
  for (std::size_t i = 0; i < entry.count; ++i) {
    if (number < covered_[table_.shard_of(entry.keys[i])]) continue;
    if (entry.replaces && table_.replace(entry.keys[i], entry.replaced, low)) continue;
    table_.insert(entry.keys[i], low);
  }
}

void StoryIndex::apply(std::uint64_t sequence, std::uint32_t slot, Entry entry,
                       std::string_view story) {
  if (entry.replaces) {
    const auto record = parse_record(story);
    entry.replaces = false;
    table_.each(entry.keys[0], [&](std::uint32_t low) {
      const auto old = parse_record(log_.read(log_.full(low)));
      if (!record || !old || old->story != record->story) return;
      entry.replaces = true;
      entry.replaced = low;
    });
  }
  const std::uint64_t number = log_.append(entry, story);
  if (!is_forgotten(number, entry)) enter(number, entry);
  newest_ = std::max(newest_, entry.seconds);
  uncovered_.push_back({sequence, slot});
  last_applied_ = std::max(last_applied_, sequence);
}

const StoryIndex::Pending* StoryIndex::pending(std::uint64_t sequence) const {
  const auto at = std::partition_point(pending_.begin(), pending_.end(),
                                       [&](const Pending& p) { return p.sequence < sequence; });
  return at != pending_.end() && at->sequence == sequence ? &*at : nullptr;
}

// The story, if the state has it: for the article in hand it counts then.
const Record* StoryIndex::confirm(std::uint64_t sequence, KeyValue& state) {
  const auto [at, is_new] = confirmed_.try_emplace(sequence);
  if (is_new) {
    const Pending* const note = pending(sequence);
    const auto value = note ? state.get(slot_key(note->slot)) : std::nullopt;
    if (value && sequence_of(*value) == sequence) at->second = parse_record(read_put(*value).story);
  }
  return at->second ? &*at->second : nullptr;
}

// Has the processor bring what the next articles of the batch will be looked up in.
void StoryIndex::fetch(std::size_t articles) {
  for (; articles > 0 && fetched_ < batch_.size(); --articles, ++fetched_) {
    for (const std::uint64_t key : batch_[fetched_].all()) table_.prefetch(key & Entry::kKeyMask);
  }
}

// The stories that have the key and ran since then.
void StoryIndex::collect(std::uint64_t key, bool is_exact, std::uint32_t since, KeyValue& state) {
  key_hits_.clear();
  table_.each(key, [&](std::uint32_t low) {
    const std::uint64_t number = log_.full(low);
    if (log_.ran_since(number, since)) key_hits_.push_back({false, number, is_exact});
  });
  if (pending_.empty()) return;
  const std::uint64_t base = pending_.front().sequence;
  pending_table_.each(key, [&](std::uint32_t low) {
    if (key_hits_.size() > kStoriesMax) return;
    const std::uint64_t sequence =
        base + static_cast<std::uint32_t>(low - static_cast<std::uint32_t>(base));
    if (confirm(sequence, state) != nullptr) key_hits_.push_back({true, sequence, is_exact});
  });
}

const Found& StoryIndex::look_up(const SearchKeys& looked_up, std::int64_t time_ms,
                                 KeyValue& state) {
  const std::span<const std::uint64_t> keys = looked_up.all();
  found_.candidates.clear();
  found_.listed = 0;
  found_.unreadable = 0;
  hits_.clear();
  confirmed_.clear();
  fetch(1);
  const std::int64_t since = std::max<std::int64_t>((time_ms - limits_.window.count()) / 1000, 0);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    collect(keys[i] & Entry::kKeyMask, i < looked_up.exact_count, static_cast<std::uint32_t>(since),
            state);
    if (key_hits_.size() > kStoriesMax) continue;
    found_.listed = static_cast<std::uint16_t>(found_.listed | 1U << i);
    const bool weak = is_weak(looked_up, i, key_hits_.size());
    for (Hit& hit : key_hits_) {
      hit.is_weak = weak;
      hits_.push_back(hit);
    }
  }
  read_candidates(state);
  return found_;
}

// Ties go to the older story, whether it is committed or not. Only what is compared is read.
void StoryIndex::read_candidates(KeyValue& state) {
  std::sort(hits_.begin(), hits_.end());
  ranked_.clear();
  const Hit* last = nullptr;
  const auto drop_chance = [&] {
    if (last != nullptr && last->is_weak && ranked_.back().hits == 1) ranked_.pop_back();
  };
  for (const Hit& hit : hits_) {
    if (last == nullptr || last->is_pending != hit.is_pending || last->number != hit.number) {
      drop_chance();
      ranked_.push_back({.is_pending = hit.is_pending, .number = hit.number});
    }
    last = &hit;
    ranked_.back().hits += 1;
    ranked_.back().is_exact |= hit.is_exact;
  }
  drop_chance();
  std::stable_sort(ranked_.begin(), ranked_.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(b.is_exact, b.hits) < std::tie(a.is_exact, a.hits);
  });
  if (ranked_.size() > kCandidatesMax) ranked_.resize(kCandidatesMax);
  for (const Ranked& ranked : ranked_) {
    std::optional<Record> record;
    if (!ranked.is_pending) {
      record = parse_record(log_.read(ranked.number));
    } else if (const Record* const claimed = confirm(ranked.number, state)) {
      record = *claimed;
    }
    if (record) {
      found_.candidates.push_back({.hits = ranked.hits,
                                   .is_exact = ranked.is_exact,
                                   .number = ranked.number,
                                   .is_pending = ranked.is_pending,
                                   .record = std::move(*record)});
    } else {
      ++found_.unreadable;
    }
  }
}

std::uint32_t StoryIndex::take_slot() {
  if (free_slots_.empty()) return next_slot_++;
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void StoryIndex::put(const Record& record, const SearchKeys& keys, std::uint16_t listed,
                     Claim claim, KeyValue& state) {
  Entry entry;
  for (std::size_t i = 0; i < keys.count; ++i) {
    if ((listed >> i & 1) != 0) entry.keys[entry.count++] = keys.values[i] & Entry::kKeyMask;
  }
  put_entry(entry, record, claim, state);
}

void StoryIndex::refresh(const Candidate& story, std::int64_t time_ms, KeyValue& state) {
  if (story.is_pending) return;  // it has only just run
  std::optional<Entry> entry = log_.entry(story.number);
  if (!entry || entry->count == 0) return;
  entry->replaces = true;
  Record record = story.record;
  record.time_ms = time_ms;
  put_entry(*entry, record, Claim::kObservation, state);
}

void StoryIndex::put_entry(const Entry& given, const Record& record, Claim claim, KeyValue& state) {
  Entry entry = given;
  entry.seconds = static_cast<std::uint32_t>(record.time_ms / 1000);
  entry.id_hash = id_hash(record.leader_id);
  Pending note{
      next_sequence_++, take_slot(), {entry.keys.begin(), entry.keys.begin() + entry.count}};
  std::string value;
  bytes::append_number(value, kPutVersion);
  bytes::append_number(value, note.sequence);
  value += serialize(entry, 0);
  value += serialize(record);
  state.put(slot_key(note.slot), value, claim);
  // A refreshed story is found where it was.
  if (entry.replaces) note.keys.clear();
  for (const std::uint64_t key : note.keys)
    pending_table_.insert(key, static_cast<std::uint32_t>(note.sequence));
  pending_.push_back(std::move(note));
}

void StoryIndex::begin(std::span<const SearchKeys> batch, KeyValue& state) {
  if (!broken_.empty()) throw Fatal(broken_);
  batch_ = batch;
  fetched_ = 0;
  fetch(kArticlesFetched);
  if (!synced_ || (synced_->sequence <= offered_ && synced_->log.first_segment <= offered_first_))
    return;
  state.put(kPositionKey, serialize(*synced_), Claim::kObservation);
  offered_ = synced_->sequence;
  offered_first_ = synced_->log.first_segment;
}

void StoryIndex::committed(std::span<const Put> puts) {
  if (!broken_.empty()) return;
  try {
    std::vector<std::uint64_t> sequences;
    for (const Put& put : puts) {
      if (put.key.starts_with(kStoryPrefix)) sequences.push_back(sequence_of(put.value));
    }
    std::sort(sequences.begin(), sequences.end());
    settle(sequences);
    for (const Put& put : puts) {
      if (put.key == kPositionKey) {
        if (const auto position = parse_position(put.value)) cover(*position);
      }
    }
    apply_puts(puts);
    flush();
    make_room();
    const std::uint64_t last = synced_ ? synced_->log.next_number : 0;
    if (log_.next_number() - last >= limits_.sync_every) sync();
    sweep();
  } catch (const std::exception& e) {
    broken_ = e.what();
    throw;
  }
}

void StoryIndex::apply_puts(std::span<const Put> puts) {
  struct Ahead {
    std::uint32_t slot;
    ReadPut put;
  };
  std::deque<Ahead> ahead;
  const auto apply_next = [&] {
    const Ahead& next = ahead.front();
    apply(next.put.sequence, next.slot, *next.put.entry, next.put.story);
    ahead.pop_front();
  };
  for (const Put& put : puts) {
    if (!put.key.starts_with(kStoryPrefix)) continue;
    bytes::Reader key(put.key.substr(kStoryPrefix.size()));
    ahead.push_back({key.number<std::uint32_t>(), read_put(put.value)});
    const auto& entry = ahead.back().put.entry;
    if (!entry) throw Fatal("a story in a commit cannot be read");
    for (std::size_t i = 0; i < entry->count; ++i) table_.prefetch_insertion(entry->keys[i]);
    if (ahead.size() > kAhead) apply_next();
  }
  while (!ahead.empty()) apply_next();
}

// A commit has these stories. What was noted before the last of them and is not among them never counts.
void StoryIndex::settle(std::span<const std::uint64_t> sequences) {
  while (!pending_.empty() && !sequences.empty() && pending_.front().sequence <= sequences.back()) {
    const Pending& note = pending_.front();
    for (const std::uint64_t key : note.keys)
      pending_table_.erase(key, static_cast<std::uint32_t>(note.sequence));
    if (!std::binary_search(sequences.begin(), sequences.end(), note.sequence))
      free_slots_.push_back(note.slot);
    pending_.pop_front();
  }
}

void StoryIndex::flush() {
  const bool was_stuck = std::exchange(is_stuck_, !log_.flush());
  if (is_stuck_ && !was_stuck)
    stuck_ =
        "the index cannot be written in '" + folder_ + "': " + std::strerror(errno) +
        ". Stories are kept in memory and tried again; free some space before there are too many.";
  if (!is_stuck_) stuck_.clear();
}

void StoryIndex::sync() {
  const auto position = log_.sync();
  if (!position) return;  // the disk is full: the state has the stories
  synced_ = IndexPosition{*position, last_applied_, numbers()};
  save_shards();
}

// Writes those of the table's shards that are due, in turn. What fails is tried again a turn later.
void StoryIndex::save_shards() {
  const std::uint64_t next = log_.next_number(), stories = next - log_.first_number();
  const std::uint64_t pace =
      std::max<std::uint64_t>(limits_.sync_every, stories / kSavedShare / table_.shard_count());
  if (stories < limits_.save_from) saved_at_ = next;
  const auto last = log_.checksum_at(next - 1);
  for (std::size_t i = 0; i < kShardsSaved && last && next - saved_at_ >= pace; ++i) {
    files_.write(next_shard_, table_, {next, *last});
    next_shard_ = (next_shard_ + 1) % table_.shard_count();
    saved_at_ += pace;
  }
}

// A commit has this position: what it covers need not stay in the state.
void StoryIndex::cover(const IndexPosition& position) {
  while (!uncovered_.empty() && uncovered_.front().sequence <= position.sequence) {
    free_slots_.push_back(uncovered_.front().slot);
    uncovered_.pop_front();
  }
  log_.drop_files(position.log.first_segment);
  files_.keep(position.log.next_number);
}

IndexNumbers StoryIndex::numbers() const {
  IndexNumbers n;
  n.stories = log_.next_number() - log_.first_number();
  n.hot_bytes = table_.bytes() + log_.memory_bytes();
  n.cold_bytes = log_.disk_bytes();
  n.segments = static_cast<std::uint32_t>(log_.segment_count());
  n.oldest = log_.seconds(log_.first_number()).value_or(0);
  n.newest = newest_;
  return n;
}

std::optional<std::string> StoryIndex::take_warning() {
  if (!stuck_.empty()) return std::exchange(stuck_, {});
  if (given_up_ == 0) return std::nullopt;
  return std::to_string(std::exchange(given_up_, 0)) +
         " stories went before their window ended: index.max_bytes is too little.";
}

void StoryIndex::make_room() {
  const std::uint32_t window = seconds_of(limits_.window);
  if (newest_ > window && log_.give_up_before(newest_ - window) > 0) sweep_at_ = 0;
  if (log_.newest_segment_stories() * kHotBytes * kSegmentsInMemory > limits_.max_bytes)
    log_.end_segment();
  while (table_.bytes() + log_.memory_bytes() > limits_.max_bytes) {
    const std::uint64_t first = log_.first_number();
    if (!log_.give_up_oldest()) break;
    given_up_ += log_.first_number() - first;
    for (sweep_at_ = 0; sweep_at_ < table_.shard_count();) sweep();
  }
}

// Takes stories that went out of the table, some of it each time.
void StoryIndex::sweep() {
  for (std::size_t i = 0; i < kShardsSwept && sweep_at_ < table_.shard_count(); ++i, ++sweep_at_) {
    table_.keep_if(sweep_at_,
                   [&](std::uint32_t low) { return log_.full(low) < log_.next_number(); });
  }
}

bool has_story(const Index::Scan& scan, const std::string& folder, std::string_view id) {
  const std::uint32_t hash = id_hash(id);
  bool found = false;
  scan(kStoryPrefix, [&](std::string_view, std::string_view value) {
    const ReadPut put = read_put(value);
    found = put.entry && put.entry->id_hash == hash;
    return !found;
  });
  if (found) return true;
  std::optional<IndexPosition> position;
  scan(kPositionKey, [&](std::string_view, std::string_view value) {
    position = parse_position(value);
    return false;
  });
  return position && StoryLog::has_id(folder, position->log, hash);
}

}  // namespace copydesk::deduplicate
