#include "story_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <copydesk/bytes.hpp>
#include <copydesk/sdk.hpp>
#include <cstdio>
#include <cstring>
#include <filesystem>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace copydesk::deduplicate {
namespace {

constexpr std::string_view kMagic = "cdstory\n";
constexpr std::uint32_t kFormat = 2;
// magic | format u32 | fingerprint version u32 | segment u32 | first number u64 | story bytes of the segment before u64 | checksum u32
constexpr std::size_t kHeaderBytes = 8 + 4 + 4 + 4 + 8 + 8 + 4;
constexpr std::size_t kTailMax = std::size_t{64} << 20;
constexpr std::uint8_t kReplaces = 0x80;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

struct Header {
  std::uint32_t format = 0, fingerprint = 0, segment = 0;
  std::uint64_t first = 0, before = 0;
};
std::optional<Header> parse_header(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) return std::nullopt;
  bytes::Reader in(bytes.substr(kMagic.size(), kHeaderBytes - kMagic.size()));
  Header h;
  h.format = in.number<std::uint32_t>();
  h.fingerprint = in.number<std::uint32_t>();
  h.segment = in.number<std::uint32_t>();
  h.first = in.number<std::uint64_t>();
  h.before = in.number<std::uint64_t>();
  if (in.number<std::uint32_t>() != checksum(bytes.substr(0, kHeaderBytes - 4)))
    return std::nullopt;
  return h;
}

// As many of the bytes as there are.
std::size_t read_at(int fd, char* into, std::size_t size, std::uint64_t at) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, into + done, size - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

std::uint64_t size_of(int fd) {
  struct stat s {};
  return ::fstat(fd, &s) == 0 ? static_cast<std::uint64_t>(s.st_size) : 0;
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

std::optional<Entry> parse_entry(std::string_view bytes, std::uint32_t& offset) {
  if (bytes.size() != Entry::kBytes) return std::nullopt;
  bytes::Reader in(bytes);
  Entry entry;
  entry.seconds = in.number<std::uint32_t>();
  entry.id_hash = in.number<std::uint32_t>();
  offset = in.number<std::uint32_t>();
  const auto count = in.number<std::uint8_t>();
  entry.count = count & ~kReplaces;
  entry.replaces = (count & kReplaces) != 0;
  entry.replaced = in.number<std::uint32_t>();
  for (std::uint64_t& key : entry.keys) {
    const std::uint64_t low = in.number<std::uint32_t>();
    key = low | std::uint64_t{in.number<std::uint8_t>()} << 32;
  }
  const auto expected = in.number<std::uint32_t>();
  if (checksum(bytes.substr(0, Entry::kBytes - 4)) != expected) return std::nullopt;
  if (entry.count > Entry::kKeysMax) return std::nullopt;
  return entry;
}

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

std::string StoryLog::path(std::uint32_t segment, const char* kind) const {
  char name[32];
  std::snprintf(name, sizeof name, "%08u.%s", segment, kind);
  return folder_ + "/" + name;
}

std::string StoryLog::header(const Segment& segment, std::uint64_t before) const {
  std::string out(kMagic);
  bytes::append_number(out, kFormat);
  bytes::append_number(out, std::uint32_t{kFingerprintVersion});
  bytes::append_number(out, segment.id);
  bytes::append_number(out, segment.first);
  bytes::append_number(out, before);
  bytes::append_number(out, checksum(out));
  return out;
}

void StoryLog::open(const std::optional<Position>& position,
                    const std::function<void(std::size_t)>& expect, const Visit& visit) {
  forget();
  clear_folder(position);
  if (!position || position->next_number == position->first_number) {
    if (position) next_ = position->next_number, next_segment_ = position->last_segment + 1;
    return;
  }
  std::vector<std::string> keys;
  std::size_t count = 0;
  for (std::uint32_t id = position->first_segment; id <= position->last_segment; ++id) {
    Segment segment;
    segment.id = id;
    const bool is_last = id == position->last_segment;
    keys.emplace_back();
    const std::uint64_t before =
        load(segment, is_last ? std::optional(position->next_number) : std::nullopt, keys.back());
    if (!segments_.empty()) {
      const Segment& last = segments_.back();
      if (segment.first != last.first + keys[keys.size() - 2].size() / Entry::kBytes)
        refuse("lacks stories before '" + path(id, "keys") + "'");
      check_end(segments_.back(), before, false);
    } else if (segment.first != position->first_number) {
      refuse("does not begin where its last commit says");
    }
    segments_.push_back(std::move(segment));
  }
  check_end(segments_.back(), position->story_bytes, true);
  constexpr std::size_t kCountAt = 12;
  for (const std::string& of_segment : keys) {
    for (std::size_t at = 0; at < of_segment.size(); at += Entry::kBytes)
      count += static_cast<unsigned char>(of_segment[at + kCountAt]) & ~kReplaces;
  }
  expect(count);
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    Segment& segment = segments_[s];
    std::uint64_t number = segment.first;
    for (std::size_t at = 0; at < keys[s].size(); at += Entry::kBytes, ++number) {
      std::uint32_t offset = 0;
      const auto entry = parse_entry(std::string_view(keys[s]).substr(at, Entry::kBytes), offset);
      if (!entry || offset > segment.story_bytes)
        refuse("is damaged in '" + path(segment.id, "keys") + "'");
      segment.places.push_back({offset, entry->seconds});
      if (segment.places.size() == 1) segment.oldest = entry->seconds;
      segment.newest = std::max(segment.newest, entry->seconds);
      visit(number, *entry);
    }
    keys[s] = {};
    next_ = number;
  }
  next_segment_ = position->last_segment + 1;
  const Segment& last = segments_.back();
  tail_.keys_at = kHeaderBytes + (next_ - last.first) * Entry::kBytes;
  tail_.stories_at = last.story_bytes;
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

// Reads the keys of a segment, all or up to `end_number`. Returns how many bytes of stories the segment before it has.
std::uint64_t StoryLog::load(Segment& segment, std::optional<std::uint64_t> end_number,
                             std::string& keys) {
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
  if (own->format != kFormat || own->fingerprint != kFingerprintVersion)
    refuse("was made by another version of the stage (format " + std::to_string(own->format) +
           ", fingerprint " + std::to_string(own->fingerprint) + "; this one has " +
           std::to_string(kFormat) + ", " + std::to_string(kFingerprintVersion) + ")");
  segment.first = own->first;
  const std::uint64_t size = size_of(keys_fd);
  std::uint64_t wanted = size - kHeaderBytes;
  if (end_number) wanted = (*end_number - segment.first) * Entry::kBytes;
  if (wanted % Entry::kBytes != 0 || wanted > size - kHeaderBytes)
    refuse("lacks the end of '" + name + "'");
  keys.resize(wanted);
  if (read_at(keys_fd, keys.data(), keys.size(), kHeaderBytes) != keys.size())
    refuse("cannot be read: '" + name + "': " + std::strerror(errno));
  if (end_number && size > kHeaderBytes + wanted &&
      ::ftruncate(keys_fd, static_cast<off_t>(kHeaderBytes + wanted)) != 0)
    refuse("cannot be cut: '" + name + "': " + std::strerror(errno));
  segments_.pop_back();
  return own->before;
}

void StoryLog::check_end(Segment& segment, std::uint64_t story_bytes, bool is_last) {
  const std::uint64_t size = size_of(segment.stories_fd);
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
    segment.oldest = entry.seconds;
    segments_.push_back(std::move(segment));
    ended_ = false;
  }
  Segment& segment = segments_.back();
  const auto offset = static_cast<std::uint32_t>(segment.story_bytes);
  tail_.keys += serialize(entry, offset);
  tail_.stories += story;
  segment.story_bytes += story.size();
  segment.newest = std::max(segment.newest, entry.seconds);
  segment.places.push_back({offset, entry.seconds});
  if (tail_.stories.size() > kTailMax && !flush())
    throw Fatal("the index cannot be written in '" + folder_ + "': " + std::strerror(errno));
  return next_++;
}

bool StoryLog::write_tail(int fd, std::string& bytes, std::uint64_t& at) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n =
        ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
    at += static_cast<std::uint64_t>(n);
  }
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
