// The stories as append-only files in a folder of the stage's own. A segment is a pair of files that begin with the same header:
//   NNNNNNNN.keys      one Entry a story, of fixed size: everything that the table in memory is made of
//   NNNNNNNN.stories   what a candidate is compared by, read only when it is one
// A segment is ended by size or age; old segments go by unlink.
//
// What counts is what a commit names: the Position. Bytes behind it are cut off when the log is opened; fewer bytes than it
// names, or others than were written (all carry checksums), are refused. Functions throw Fatal for that and for files that cannot be
// read. What cannot be written (the disk is full) stays in memory and is tried again, up to a bound. Not thread-safe.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index.h"

namespace copydesk::deduplicate {

// What finds a story: its keys in the table, and when it ran.
struct Entry {
  static constexpr std::size_t kKeysMax = SearchKeys::kMax;
  static constexpr std::uint64_t kKeyMask = (std::uint64_t{1} << 40) - 1;
  std::uint32_t seconds = 0;  // when it ran, since 1970
  std::uint32_t id_hash = 0;  // of the id of the story's canonical article
  std::uint8_t count = 0;
  bool replaces = false;       // it stands for an older entry with the same keys, which goes
  std::uint32_t replaced = 0;  // that one's number, its lower 32 bits
  std::array<std::uint64_t, kKeysMax> keys{};  // of 40 bits

  static constexpr std::size_t kBytes = 4 + 4 + 4 + 1 + 4 + kKeysMax * 5 + 4;
};
// `offset`: where its story begins in the segment.
std::string serialize(const Entry& entry, std::uint32_t offset);
// Nothing when the bytes are not those that were written.
std::optional<Entry> parse_entry(std::string_view bytes, std::uint32_t& offset);

class StoryLog {
 public:
  // Up to where the log is valid.
  struct Position {
    std::uint32_t first_segment = 0, last_segment = 0;
    std::uint64_t first_number = 0;  // of the first segment's first story
    std::uint64_t next_number = 0;
    std::uint64_t story_bytes = 0;  // of the last segment's file
  };
  struct Limits {
    std::uint64_t segment_bytes = std::uint64_t{1} << 30;  // of stories, at most 4 GiB
    std::uint32_t segment_seconds = 86400;
  };
  using Visit = std::function<void(std::uint64_t number, const Entry&)>;

  explicit StoryLog(std::string folder, Limits limits)
      : folder_(std::move(folder)), limits_(limits) {}
  ~StoryLog();
  StoryLog(const StoryLog&) = delete;
  StoryLog& operator=(const StoryLog&) = delete;

  // Goes to the position (none: an empty log; every file of an older one is erased) and visits each entry. `expect` is told how
  // many keys there are, before the first visit.
  void open(const std::optional<Position>& position,
            const std::function<void(std::size_t keys)>& expect, const Visit& visit);

  // Returns the story's number. It is written by flush() and safe from a power cut after sync().
  std::uint64_t append(const Entry& entry, std::string_view story);
  // Whether everything is written.
  bool flush();
  // Everything written is on the disk, and the position is where it ends. Nothing when something could not be written.
  std::optional<Position> sync();

  // The bytes of a story, valid until the next call; empty for one that is gone.
  std::string_view read(std::uint64_t number);
  // Nothing for one that is gone or damaged.
  std::optional<Entry> entry(std::uint64_t number);
  // When the story ran, in seconds; nothing for one that is gone.
  std::optional<std::uint32_t> seconds(std::uint64_t number) const;

  std::uint64_t first_number() const { return segments_.empty() ? next_ : segments_.front().first; }
  std::uint64_t next_number() const { return next_; }
  // Of the number's lower 32 bits; a number that is gone comes out as one that is not in [first_number, next_number).
  std::uint64_t full(std::uint32_t number) const {
    const std::uint64_t first = first_number();
    return first + static_cast<std::uint32_t>(number - static_cast<std::uint32_t>(first));
  }

  // Gives up segments whose last story ran before that; never the newest one. Their files go when drop_files() is told that a
  // commit knows of it. Returns how many went.
  std::size_t give_up_before(std::uint32_t seconds);
  bool give_up_oldest();
  void end_segment();  // what comes next begins a new one
  void drop_files(std::uint32_t first_segment);

  std::size_t memory_bytes() const;  // of what is kept for each story
  std::uint64_t disk_bytes() const;
  std::size_t segment_count() const { return segments_.size(); }
  std::size_t newest_segment_stories() const {
    return segments_.empty() || ended_ ? 0 : segments_.back().places.size();
  }

 private:
  struct Place {
    std::uint32_t offset, seconds;
  };
  struct Segment {
    std::uint32_t id = 0;
    std::uint64_t first = 0;
    int keys_fd = -1, stories_fd = -1;
    std::uint64_t story_bytes = 0;
    std::uint32_t oldest = 0, newest = 0;  // seconds
    std::deque<Place> places;
  };
  struct Tail {  // what is not in the newest segment's files yet
    std::string keys, stories;
    std::uint64_t keys_at = 0, stories_at = 0;  // where it belongs
  };

  [[noreturn]] void refuse(const std::string& what) const;
  std::string path(std::uint32_t segment, const char* kind) const;
  std::string header(const Segment& segment, std::uint64_t before) const;
  Segment create(std::uint32_t id);
  std::uint64_t load(Segment& segment, std::optional<std::uint64_t> end_number, std::string& keys);
  void check_end(Segment& segment, std::uint64_t story_bytes, bool is_last);
  void clear_folder(const std::optional<Position>& position) const;
  bool write_tail(int fd, std::string& bytes, std::uint64_t& at);
  void forget();
  const Segment* segment_of(std::uint64_t number) const;

  std::string folder_;
  Limits limits_;
  std::deque<Segment> segments_;
  Tail tail_;
  std::uint64_t next_ = 0;
  std::uint32_t next_segment_ = 0;
  bool ended_ = false, unsynced_folder_ = false;
  std::string buffer_;
};

}  // namespace copydesk::deduplicate
