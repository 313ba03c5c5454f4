// The stories as append-only files in a folder of the stage's own. A segment is a pair of files that begin with the same header:
//   NNNNNNNN.keys      one Entry a story, of fixed size: everything that the table in memory is made of
//   NNNNNNNN.stories   what a candidate is compared by, read only when it is one
// A segment is ended by size or age; old segments go by unlink.
//
// What counts is what a commit names: the Position. Bytes behind it are cut off when the log is opened; fewer bytes than it
// names, or others than were written (all carry checksums), are refused. Functions throw Fatal for that and for files that cannot be
// read. What cannot be written (the disk is full) stays in memory and is tried again, up to a bound. Not thread-safe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entry.h"

namespace copydesk::deduplicate {

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

  // Goes to the position (none: an empty log; every file of an older one is erased). visit() comes next: nothing is found before.
  void open(const std::optional<Position>& position);
  // Reads and checks each entry that the log was opened with, once, in order.
  void visit(const Visit& visit);
  // How many keys they have together; read for it.
  std::size_t count_keys();

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
  // Of the story's entry, as it is on the disk; nothing for one that is gone, or not written yet.
  std::optional<std::uint32_t> checksum_at(std::uint64_t number) const;
  // When the story ran, in seconds; nothing for one that is gone.
  std::optional<std::uint32_t> seconds(std::uint64_t number) const;
  // Whether it is there and ran then or later.
  bool ran_since(std::uint64_t number, std::uint32_t seconds) const;

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

  // [any] Whether a log in that folder, up to that position, has a story of an id with that hash; as
  // far as its files can be read. They are not changed.
  static bool has_id(const std::string& folder, const Position& position, std::uint32_t id_hash);

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
    std::uint64_t stored = 0;  // entries when it was opened
    std::uint64_t story_bytes = 0;
    std::uint32_t oldest = UINT32_MAX, newest = 0;  // seconds
    std::deque<Place> places;
  };
  struct Tail {  // what is not in the newest segment's files yet
    std::string keys, stories;
    std::uint64_t keys_at = 0, stories_at = 0;  // where it belongs
  };

  [[noreturn]] void refuse(const std::string& what) const;
  std::string path(std::uint32_t segment, const char* kind) const {
    return path_in(folder_, segment, kind);
  }
  static std::string path_in(const std::string& folder, std::uint32_t segment, const char* kind);
  std::string header(const Segment& segment, std::uint64_t before) const;
  Segment create(std::uint32_t id);
  std::uint64_t load(Segment& segment, std::optional<std::uint64_t> end_number);
  void each_block(const std::function<void(Segment&, std::string_view)>& take);
  void check_end(Segment& segment, std::uint64_t story_bytes, bool is_last);
  void clear_folder(const std::optional<Position>& position) const;
  static void note_time(Segment& segment, std::uint32_t seconds);
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
