// Writes lines into segments, exactly once: what is durable is described by a position, and `open` on a position undoes
// everything written after it. See recovery.h for what lies in the folder when.
//
// Not thread-safe; one writer a path, held by a lock file. Errors are Trouble (try again, nothing is half done) and
// Refusal (a person must act).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "files.h"
#include "frame.h"
#include "lock_file.h"
#include "names.h"
#include "position.h"
#include "recovery.h"

namespace copydesk::file {

struct WriterOptions {
  std::string path;
  std::uint64_t rotate_bytes = 0;  // 0: never by size
  std::int64_t rotate_ns = 0;      // 0: never by age
  RecoveryOptions recovery;
  std::uint64_t spill_bytes = 4ULL << 20;  // lines of a batch in memory before they are written
  std::uint64_t frame_bytes = 1ULL << 20;  // lines of batches that are kept to be written together
};

class SegmentWriter {
 public:
  // `files` outlives the writer. `warn` is told what a person should know and no caller can be.
  SegmentWriter(Files& files, WriterOptions options, std::function<void(std::string_view)> warn);

  // On a new path, on a committed position, or on an open writer: a rewind. Takes the lock and keeps it until `close`.
  void open(std::optional<Position> committed, std::int64_t now_ns);
  void close();

  // A batch: begin, for each article lines() += line and then spill_if_full(), end. Any throw between: abort, which
  // undoes the batch. After `end` the batch is written, or waits for more: for a frame (compressed), or under load.
  void begin(std::int64_t now_ns);
  std::string& lines() noexcept { return lines_; }
  void spill_if_full() {
    if (lines_.size() >= options_.spill_bytes) spill();
  }
  void end();
  void abort() noexcept;

  // Makes everything ended durable and tells its position; decides about rotation. After a failed fsync the file is
  // closed, and every call is Trouble until `open`.
  Position flush(std::int64_t now_ns);
  // The commit holds `p` now: a segment that ended there gets its finished name.
  void committed(const Position& p);

  [[nodiscard]] std::uint64_t bytes_written() const noexcept { return bytes_written_; }
  [[nodiscard]] std::uint64_t segments_finished() const noexcept { return segments_finished_; }

 private:
  void take_lock();
  void refuse_older_state(const Position& committed) const;
  [[nodiscard]] bool is_untouched() const;
  void write_empty_frame();
  void require_open() const;
  void heal();
  void spill();
  void remember(std::string_view written);
  [[nodiscard]] bool wants_rotation(std::int64_t now_ns) const;
  void rotate(Position& end);
  void finish_rotation();
  [[nodiscard]] std::string current_path() const;

  Files& files_;
  WriterOptions options_;
  std::function<void(std::string_view)> warn_;
  Names names_;
  Framer framer_;
  LockFile lock_;
  Descriptor fd_;
  std::string fault_;  // why nothing works until `open`

  std::uint64_t segment_ = 1, length_ = 0;
  std::int64_t since_ = 0;
  std::string last_;    // the last kMarkBytes of the segment
  bool dirty_ = false;  // written since the last fsync
  bool torn_ = false;   // the file may be longer than length_
  // the segment before this one, until it has its finished name
  std::optional<std::uint64_t> finishing_;
  bool finishing_committed_ = false;

  std::string lines_;  // ended batches that wait for their frame, then those of the batch in hand
  struct Undo {
    std::uint64_t length = 0;
    std::int64_t since = 0;
    std::size_t waiting = 0;  // bytes of lines_ before the batch
    // those bytes, once they were written with a part of the batch
    std::optional<std::string> kept;
    std::string last;
  } undo_;
  std::uint64_t bytes_written_ = 0, segments_finished_ = 0;
};

}  // namespace copydesk::file
