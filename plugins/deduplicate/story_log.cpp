#include "story_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <copydesk/bytes.hpp>
#include <copydesk/sdk.hpp>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "checksum.h"
#include "file_bytes.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::string_view kMagic = "cdstory\n";
constexpr std::uint32_t kFormat = 2;
// magic | format u32 | fingerprint version u32 | its parameters u32 | segment u32 | first number u64 | story bytes of the segment before u64 | checksum u32
constexpr std::size_t kHeaderBytes = 8 + 4 + 4 + 4 + 4 + 8 + 8 + 4;
constexpr std::size_t kTailMax = std::size_t{64} << 20;
constexpr std::size_t kEntriesRead = 8192;  // at once

struct Header {
  std::uint32_t format = 0, fingerprint = 0, parameters = 0, segment = 0;
  std::uint64_t first = 0, before = 0;
};
std::optional<Header> parse_header(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) return std::nullopt;
  bytes::Reader in(bytes.substr(kMagic.size(), kHeaderBytes - kMagic.size()));
  Header h;
  h.format = in.number<std::uint32_t>();
  h.fingerprint = in.number<std::uint32_t>();
  h.parameters = in.number<std::uint32_t>();
  h.segment = in.number<std::uint32_t>();
  h.first = in.number<std::uint64_t>();
  h.before = in.number<std::uint64_t>();
  if (in.number<std::uint32_t>() != checksum(bytes.substr(0, kHeaderBytes - 4)))
    return std::nullopt;
  return h;
}

}  // namespace

StoryLog::~StoryLog() { forget(); }

void StoryLog::forget() {
  for (const Segment& segment : segments_) {
    if (segment.keys_fd >= 0) ::close(segment.keys_fd);
    if (segment.stories_fd >= 0) ::close(segment.stories_fd);
  }
  segments_.clear();
  tail_ = {};
  next_ = 0;
  next_segment_ = 0;
  ended_ = unsynced_folder_ = false;
}

void StoryLog::refuse(const std::string& what) const {
  throw Fatal("the index in '" + folder_ + "' " + what +
              "; `copydesk state dedup rebuild` begins an empty one");
}

std::string StoryLog::path_in(const std::string& folder, std::uint32_t segment, const char* kind) {
  char name[32];
  std::snprintf(name, sizeof name, "%08u.%s", segment, kind);
  return folder + "/" + name;
}

std::string StoryLog::header(const Segment& segment, std::uint64_t before) const {
  std::string out(kMagic);
  bytes::append_number(out, kFormat);
  bytes::append_number(out, std::uint32_t{kFingerprintVersion});
  bytes::append_number(out, kFingerprintParameters);
  bytes::append_number(out, segment.id);
  bytes::append_number(out, segment.first);
  bytes::append_number(out, before);
  bytes::append_number(out, checksum(out));
  return out;
}

void StoryLog::open(const std::optional<Position>& position) {
  forget();
  clear_folder(position);
  if (!position || position->next_number == position->first_number) {
    if (position) next_ = position->next_number, next_segment_ = position->last_segment + 1;
    return;
  }
  for (std::uint32_t id = position->first_segment; id <= position->last_segment; ++id) {
    Segment segment;
    segment.id = id;
    const bool is_last = id == position->last_segment;
    const std::uint64_t before =
        load(segment, is_last ? std::optional(position->next_number) : std::nullopt);
    if (!segments_.empty()) {
      const Segment& last = segments_.back();
      if (segment.first != last.first + last.stored)
        refuse("lacks stories before '" + path(id, "keys") + "'");
      check_end(segments_.back(), before, false);
    } else if (segment.first != position->first_number) {
      refuse("does not begin where its last commit says");
    }
    segments_.push_back(std::move(segment));
  }
  check_end(segments_.back(), position->story_bytes, true);
  next_ = position->next_number;
  next_segment_ = position->last_segment + 1;
  const Segment& last = segments_.back();
  tail_.keys_at = kHeaderBytes + last.stored * Entry::kBytes;
  tail_.stories_at = last.story_bytes;
}

void StoryLog::note_time(Segment& segment, std::uint32_t seconds) {
  segment.oldest = std::min(segment.oldest, seconds);
  segment.newest = std::max(segment.newest, seconds);
}

void StoryLog::visit(const Visit& visit) {
  std::uint64_t number = first_number();
  each_block([&](Segment& segment, std::string_view entries) {
    for (; !entries.empty(); entries.remove_prefix(Entry::kBytes)) {
      std::uint32_t offset = 0;
      const auto entry = parse_entry(entries.substr(0, Entry::kBytes), offset);
      // A story ends where the next one begins: each entry may be whole and stand in a wrong place.
      const std::uint32_t before = segment.places.empty() ? 0 : segment.places.back().offset;
      if (!entry || offset < before || offset > segment.story_bytes)
        refuse("is damaged in '" + path(segment.id, "keys") + "'");
      segment.places.push_back({offset, entry->seconds});
      note_time(segment, entry->seconds);
      visit(number++, *entry);
    }
  });
}

std::size_t StoryLog::count_keys() {
  std::size_t sum = 0;
  each_block([&](const Segment&, std::string_view entries) {
    for (; !entries.empty(); entries.remove_prefix(Entry::kBytes)) sum += key_count_of(entries);
  });
  return sum;
}

// The entries that the log was opened with, some thousands at once.
void StoryLog::each_block(const std::function<void(Segment&, std::string_view)>& take) {
  std::string block;
  for (Segment& segment : segments_) {
    for (std::uint64_t i = 0; i < segment.stored; i += kEntriesRead) {
      block.resize(std::min<std::uint64_t>(segment.stored - i, kEntriesRead) * Entry::kBytes);
      if (read_at(segment.keys_fd, block.data(), block.size(), kHeaderBytes + i * Entry::kBytes) !=
          block.size())
        refuse("cannot be read: '" + path(segment.id, "keys") + "': " + std::strerror(errno));
      take(segment, block);
    }
  }
}

// Files that no commit names, of this index or of one before it.
void StoryLog::clear_folder(const std::optional<Position>& position) const {
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = file.path().filename().string(),
                      kind = file.path().extension().string();
    std::uint32_t id = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (bad != std::errc() || end == name.data() || (kind != ".keys" && kind != ".stories"))
      continue;
    const bool is_named = position && position->next_number > position->first_number &&
                          id >= position->first_segment && id <= position->last_segment;
    if (!is_named) std::filesystem::remove(file.path(), error);
  }
}

// Opens a segment whose entries count all, or up to `end_number`. Returns how many bytes of stories the segment before it has.
std::uint64_t StoryLog::load(Segment& segment, std::optional<std::uint64_t> end_number) {
  const std::string name = path(segment.id, "keys");
  segment.keys_fd = ::open(name.c_str(), O_RDWR | O_CLOEXEC);
  segment.stories_fd = ::open(path(segment.id, "stories").c_str(), O_RDWR | O_CLOEXEC);
  const int keys_fd = segment.keys_fd, stories_fd = segment.stories_fd;
  segments_.push_back(segment);  // closes the files if it is refused
  if (keys_fd < 0 || stories_fd < 0)
    refuse("lacks '" + name + "' or its stories: " + std::strerror(errno));
  char raw[kHeaderBytes];
  const auto own = parse_header({raw, read_at(keys_fd, raw, sizeof raw, 0)});
  const auto stories = parse_header({raw, read_at(stories_fd, raw, sizeof raw, 0)});
  if (!own || !stories || own->segment != segment.id || stories->segment != segment.id ||
      own->first != stories->first)
    refuse("is damaged in the header of '" + name + "'");
  const auto named = [](std::uint32_t format, std::uint32_t version, std::uint32_t parameters) {
    return "format " + std::to_string(format) + ", fingerprint " + std::to_string(version) + "/" +
           std::to_string(parameters);
  };
  const std::string made = named(own->format, own->fingerprint, own->parameters),
                    wanted_here = named(kFormat, kFingerprintVersion, kFingerprintParameters);
  const bool is_known = own->format == kFormat && own->parameters == kFingerprintParameters &&
                        is_comparable(own->fingerprint);
  if (!is_known)
    refuse("was made by another version of the stage (" + made + "; this one has " + wanted_here +
           ")");
  segment.first = own->first;
  const std::uint64_t size = file_size(keys_fd);
  std::uint64_t wanted = size - kHeaderBytes;
  if (end_number) wanted = (*end_number - segment.first) * Entry::kBytes;
  if (wanted % Entry::kBytes != 0 || wanted > size - kHeaderBytes)
    refuse("lacks the end of '" + name + "'");
  segment.stored = wanted / Entry::kBytes;
  if (end_number && size > kHeaderBytes + wanted &&
      ::ftruncate(keys_fd, static_cast<off_t>(kHeaderBytes + wanted)) != 0)
    refuse("cannot be cut: '" + name + "': " + std::strerror(errno));
  segments_.pop_back();
  return own->before;
}

void StoryLog::check_end(Segment& segment, std::uint64_t story_bytes, bool is_last) {
  const std::uint64_t size = file_size(segment.stories_fd);
  const std::string name = path(segment.id, "stories");
  if (size < story_bytes || (!is_last && size != story_bytes))
    refuse("lacks the end of '" + name + "'");
  if (size > story_bytes && ::ftruncate(segment.stories_fd, static_cast<off_t>(story_bytes)) != 0)
    refuse("cannot be cut: '" + name + "': " + std::strerror(errno));
  segment.story_bytes = story_bytes;
}

StoryLog::Segment StoryLog::create(std::uint32_t id) {
  Segment segment;
  segment.id = id;
  segment.first = next_;
  segment.story_bytes = kHeaderBytes;
  const int flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
  segment.keys_fd = ::open(path(id, "keys").c_str(), flags, 0644);
  segment.stories_fd = ::open(path(id, "stories").c_str(), flags, 0644);
  if (segment.keys_fd < 0 || segment.stories_fd < 0) {
    const std::string why = std::strerror(errno);
    if (segment.keys_fd >= 0) ::close(segment.keys_fd);
    throw Fatal("the index cannot make '" + path(id, "keys") + "': " + why);
  }
  unsynced_folder_ = true;
  return segment;
}

std::uint64_t StoryLog::append(const Entry& entry, std::string_view story) {
  const bool full =
      !segments_.empty() &&
      (ended_ || segments_.back().story_bytes + story.size() > limits_.segment_bytes ||
       entry.seconds > std::uint64_t{segments_.back().oldest} + limits_.segment_seconds);
  if (segments_.empty() || full) {
    // The old one is on the disk before the new one is begun: only the newest is ever synced later.
    if (full && !sync())
      throw Fatal("the index cannot be written in '" + folder_ + "': " + std::strerror(errno));
    Segment segment = create(next_segment_++);
    const std::uint64_t before = segments_.empty() ? 0 : segments_.back().story_bytes;
    tail_.keys_at = tail_.stories_at = 0;
    tail_.keys = tail_.stories = header(segment, before);
    segments_.push_back(std::move(segment));
    ended_ = false;
  }
  Segment& segment = segments_.back();
  const auto offset = static_cast<std::uint32_t>(segment.story_bytes);
  tail_.keys += serialize(entry, offset);
  tail_.stories += story;
  segment.story_bytes += story.size();
  segment.places.push_back({offset, entry.seconds});
  note_time(segment, entry.seconds);
  if (tail_.stories.size() > kTailMax && !flush())
    throw Fatal("the index cannot be written in '" + folder_ + "': " + std::strerror(errno));
  return next_++;
}

bool StoryLog::write_tail(int fd, std::string& bytes, std::uint64_t& at) {
  const std::size_t done = write_at(fd, bytes, at);
  at += done;
  bytes.erase(0, done);
  return bytes.empty();
}

bool StoryLog::flush() {
  if (segments_.empty()) return true;
  const Segment& segment = segments_.back();
  return write_tail(segment.keys_fd, tail_.keys, tail_.keys_at) &&
         write_tail(segment.stories_fd, tail_.stories, tail_.stories_at);
}

std::optional<StoryLog::Position> StoryLog::sync() {
  if (!flush()) return std::nullopt;
  if (!segments_.empty()) {
    const Segment& segment = segments_.back();
    bool good = ::fdatasync(segment.keys_fd) == 0 && ::fdatasync(segment.stories_fd) == 0;
    if (good && unsynced_folder_) {
      const int fd = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      good = fd >= 0 && ::fsync(fd) == 0;
      if (fd >= 0) ::close(fd);
      unsynced_folder_ = !good;
    }
    // After a failed sync nobody knows what is on the disk: the commit still has it, and the start writes it again.
    if (!good)
      throw Fatal("the index cannot be synced in '" + folder_ + "': " + std::strerror(errno));
  }
  Position position;
  position.first_segment = segments_.empty() ? next_segment_ : segments_.front().id;
  position.last_segment = segments_.empty() ? next_segment_ : segments_.back().id;
  position.first_number = first_number();
  position.next_number = next_;
  position.story_bytes = segments_.empty() ? 0 : segments_.back().story_bytes;
  return position;
}

const StoryLog::Segment* StoryLog::segment_of(std::uint64_t number) const {
  if (number < first_number() || number >= next_) return nullptr;
  const auto behind = std::partition_point(segments_.begin(), segments_.end(),
                                           [&](const Segment& s) { return s.first <= number; });
  return &*std::prev(behind);
}

std::optional<std::uint32_t> StoryLog::seconds(std::uint64_t number) const {
  const Segment* segment = segment_of(number);
  if (segment == nullptr) return std::nullopt;
  return segment->places[number - segment->first].seconds;
}

// Most segments are on one side of it as a whole: then the story's own time, which is far away in memory, is not read.
bool StoryLog::ran_since(std::uint64_t number, std::uint32_t seconds) const {
  const Segment* segment = segment_of(number);
  if (segment == nullptr || segment->newest < seconds) return false;
  return segment->oldest >= seconds || segment->places[number - segment->first].seconds >= seconds;
}

std::string_view StoryLog::read(std::uint64_t number) {
  const Segment* segment = segment_of(number);
  if (segment == nullptr) return {};
  const std::size_t i = number - segment->first;
  const std::uint64_t begin = segment->places[i].offset;
  const std::uint64_t end =
      i + 1 < segment->places.size() ? segment->places[i + 1].offset : segment->story_bytes;
  if (segment == &segments_.back() && end > tail_.stories_at) {
    buffer_.clear();
    if (begin >= tail_.stories_at)
      return std::string_view(tail_.stories).substr(begin - tail_.stories_at, end - begin);
    buffer_.resize(tail_.stories_at - begin);  // a write that was cut short
    if (read_at(segment->stories_fd, buffer_.data(), buffer_.size(), begin) != buffer_.size())
      return {};
    buffer_ += std::string_view(tail_.stories).substr(0, end - tail_.stories_at);
    return buffer_;
  }
  buffer_.resize(end - begin);
  if (read_at(segment->stories_fd, buffer_.data(), buffer_.size(), begin) != buffer_.size())
    return {};
  return buffer_;
}

std::optional<Entry> StoryLog::entry(std::uint64_t number) {
  const Segment* segment = segment_of(number);
  if (segment == nullptr) return std::nullopt;
  const std::uint64_t at = kHeaderBytes + (number - segment->first) * Entry::kBytes;
  std::uint32_t offset = 0;
  if (segment == &segments_.back() && at >= tail_.keys_at)
    return parse_entry(std::string_view(tail_.keys).substr(at - tail_.keys_at, Entry::kBytes),
                       offset);
  char raw[Entry::kBytes];
  return parse_entry({raw, read_at(segment->keys_fd, raw, sizeof raw, at)}, offset);
}

std::optional<std::uint32_t> StoryLog::checksum_at(std::uint64_t number) const {
  const Segment* segment = segment_of(number);
  if (segment == nullptr) return std::nullopt;
  char raw[Entry::kBytes];
  const std::uint64_t at = kHeaderBytes + (number - segment->first) * Entry::kBytes;
  if (read_at(segment->keys_fd, raw, sizeof raw, at) != sizeof raw) return std::nullopt;
  return checksum_of({raw, sizeof raw});
}

std::size_t StoryLog::give_up_before(std::uint32_t seconds) {
  std::size_t gone = 0;
  while (segments_.size() > 1 && segments_.front().newest < seconds && give_up_oldest()) ++gone;
  return gone;
}

bool StoryLog::give_up_oldest() {
  if (segments_.size() < 2) return false;
  ::close(segments_.front().keys_fd);
  ::close(segments_.front().stories_fd);
  segments_.pop_front();
  return true;
}

void StoryLog::end_segment() { ended_ = true; }

void StoryLog::drop_files(std::uint32_t first_segment) {
  for (std::uint32_t id = first_segment; id > 0; --id) {
    const bool keys = ::unlink(path(id - 1, "keys").c_str()) == 0;
    const bool stories = ::unlink(path(id - 1, "stories").c_str()) == 0;
    if (!keys && !stories) break;
  }
}

bool StoryLog::has_id(const std::string& folder, const Position& position, std::uint32_t id_hash) {
  if (position.next_number == position.first_number) return false;
  std::string block(kEntriesRead * Entry::kBytes, '\0');
  for (std::uint64_t id = position.first_segment; id <= position.last_segment; ++id) {
    const std::string name = path_in(folder, static_cast<std::uint32_t>(id), "keys");
    const OwnedFile file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) continue;
    for (std::uint64_t at = kHeaderBytes;; at += block.size()) {
      const std::size_t size = read_at(file.get(), block.data(), block.size(), at);
      std::string_view entries(block.data(), size - size % Entry::kBytes);
      for (; !entries.empty(); entries.remove_prefix(Entry::kBytes)) {
        std::uint32_t offset = 0;
        const auto entry = parse_entry(entries.substr(0, Entry::kBytes), offset);
        if (entry && entry->id_hash == id_hash) return true;
      }
      if (size < block.size()) break;
    }
  }
  return false;
}

std::size_t StoryLog::memory_bytes() const {
  std::size_t sum = 0;
  for (const Segment& segment : segments_) sum += segment.places.size() * sizeof(Place);
  return sum;
}

std::uint64_t StoryLog::disk_bytes() const {
  std::uint64_t sum = 0;
  for (const Segment& segment : segments_)
    sum += segment.story_bytes + kHeaderBytes + segment.places.size() * Entry::kBytes;
  return sum;
}

}  // namespace copydesk::deduplicate
