#include "segment_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace copydesk::file {
namespace {

constexpr std::uint64_t kTrickle = 64 << 10;  // bytes of a batch
constexpr const char* kTouched = " was removed, replaced or changed by another program";
constexpr std::uint64_t kSkips = 1000;  // taken numbers that a rotation steps over at once

}  // namespace

SegmentWriter::SegmentWriter(Files& files, WriterOptions options,
                             std::function<void(std::string_view)> warn)
    : files_(files),
      options_(std::move(options)),
      warn_(std::move(warn)),
      names_(options_.path),
      framer_(options_.recovery.form) {}

void SegmentWriter::open(std::optional<Position> committed, std::int64_t now_ns) {
  fd_.reset();
  lines_.clear();
  finishing_.reset();
  dirty_ = torn_ = false;
  fault_ = names_.running() + " is not open";
  take_lock();
  if (committed) refuse_older_state(*committed);
  Recovered r = committed ? recover(files_, names_, options_.recovery, *committed)
                          : copydesk::file::begin(files_, names_, options_.recovery, now_ns);
  if (!committed) lock_.note({});
  fd_ = std::move(r.fd);
  segment_ = r.position.segment;
  length_ = r.position.length;
  since_ = r.position.since;
  last_ = std::move(r.last);
  dirty_ = true;  // what lies there may never have been synced by the process that wrote it
  fault_.clear();
  write_empty_frame();
}

// Behind the committed length, 0, and so cut by every recovery; the first frame with lines, which is longer, overwrites it.
// Only for the eyes of others: what cannot be written is left out.
void SegmentWriter::write_empty_frame() {
  const std::string_view frame = empty_frame(options_.recovery.form);
  if (length_ > 0 || frame.empty()) return;
  torn_ = files_.write_at(fd_.get(), frame, 0) != static_cast<ssize_t>(frame.size());
}

void SegmentWriter::close() {
  fd_.reset();
  lock_.release();
  fault_ = names_.running() + " is closed";
}

void SegmentWriter::take_lock() {
  if (lock_.is_held()) return;
  std::error_code error;
  std::filesystem::create_directories(names_.folder(), error);
  if (error) throw Refusal(names_.folder() + ": cannot be made: " + error.message());
  lock_.take(files_, names_.lock(), names_.running());
}

// What it does not know of would be cut for the end that a crash left, and where it came from may be gone.
void SegmentWriter::refuse_older_state(const Position& committed) const {
  const Reach known = reach_of(committed), reach = lock_.reach();
  if (reach <= known) return;
  const auto shown = [](Reach r) {
    return std::to_string(r.length) + " bytes of segment " + std::to_string(r.segment);
  };
  throw Refusal(
      names_.running() + ": commits came to " + shown(reach) + ", but the state knows only " +
      shown(known) +
      " of it: the state is older than the output, as after a restored backup, and going on "
      "would cut what was delivered since. Put the newer state back, or give the sink "
      "another name and path; if the output is just as old as the state, remove " +
      names_.lock() + ".");
}

void SegmentWriter::require_open() const {
  if (!fd_.is_open() || !fault_.empty()) throw Trouble(fault_);
}

// A write that failed in the middle may have left bytes that could not be cut at the time.
void SegmentWriter::heal() {
  if (!torn_) return;
  if (files_.truncate(fd_.get(), length_) != 0) throw_errno(current_path(), "truncate");
  torn_ = false;
}

void SegmentWriter::begin(std::int64_t now_ns) {
  require_open();
  heal();
  if (!is_untouched())
    throw Refusal(current_path() + kTouched +
                  ". Put it back as it was, or give the sink another name and path.");
  undo_ = {length_, since_, lines_.size(), std::nullopt, last_};
  if (since_ == 0) since_ = now_ns;
}

void SegmentWriter::end() {
  // Under load the kernel takes a few large writes for less than many small ones; a trickle is to be seen at once.
  const bool is_trickle = lines_.size() - undo_.waiting < kTrickle;
  if ((options_.recovery.form == Form::none && is_trickle) || lines_.size() >= options_.frame_bytes)
    spill();
  undo_.kept.reset();
}

void SegmentWriter::abort() noexcept {
  torn_ = torn_ || length_ != undo_.length || undo_.kept;
  length_ = undo_.length;
  since_ = undo_.since;
  last_ = undo_.last;
  if (undo_.kept)
    lines_ = std::move(*undo_.kept);
  else
    lines_.resize(std::min(lines_.size(), undo_.waiting));
  undo_.kept.reset();
  if (torn_ && fd_.is_open() && files_.truncate(fd_.get(), length_) == 0) torn_ = false;
}

void SegmentWriter::spill() {
  if (lines_.empty()) return;
  const std::string_view frame = framer_.frame(lines_);
  if (!undo_.kept) undo_.kept = lines_.substr(0, undo_.waiting);
  torn_ = dirty_ = true;  // until all of it is there
  write_all(files_, fd_.get(), current_path(), frame, length_);
  torn_ = false;
  length_ += frame.size();
  bytes_written_ += frame.size();
  remember(frame);
  lines_.clear();
  if (lines_.capacity() > 2 * options_.spill_bytes) lines_.shrink_to_fit();
}

void SegmentWriter::remember(std::string_view written) {
  if (written.size() > kMarkBytes) written.remove_prefix(written.size() - kMarkBytes);
  last_.append(written);
  if (last_.size() > kMarkBytes) last_.erase(0, last_.size() - kMarkBytes);
}

Position SegmentWriter::flush(std::int64_t now_ns) {
  require_open();
  if (finishing_ && finishing_committed_) finish_rotation();
  heal();
  undo_ = {length_, since_, lines_.size(), std::nullopt, last_};
  try {
    spill();
  } catch (...) {
    abort();
    throw;
  }
  undo_.kept.reset();
  if (!is_untouched()) {
    fault_ = current_path() + kTouched;
    fd_.reset();
    throw Trouble(fault_);  // the rewind looks closer
  }
  if (dirty_ && files_.sync(fd_.get()) != 0) {
    // The kernel may have thrown the pages away and marked them clean: a second fsync here would lie.
    const std::string why =
        current_path() + ": fdatasync: " + std::generic_category().message(errno);
    fd_.reset();
    fault_ = why;
    throw Trouble(why);
  }
  dirty_ = false;
  Position p{segment_, length_, since_, false, options_.recovery.form, mark_of(last_)};
  if (wants_rotation(now_ns)) rotate(p);
  return p;
}

// Whoever removes, replaces or cuts the file under our hands takes what is in it: nothing more may go into it.
bool SegmentWriter::is_untouched() const {
  const Stat named = stat_of(current_path()), opened = stat_of(fd_.get(), current_path());
  const std::uint64_t most = std::max<std::uint64_t>(
      length_, length_ == 0 ? empty_frame(options_.recovery.form).size() : 0);
  return named.same_file(opened) && opened.size >= length_ && opened.size <= most;
}

bool SegmentWriter::wants_rotation(std::int64_t now_ns) const {
  if (length_ == 0 || finishing_) return false;
  const bool full = options_.rotate_bytes != 0 && length_ >= options_.rotate_bytes;
  const bool old = options_.rotate_ns != 0 && since_ != 0 && now_ns - since_ >= options_.rotate_ns;
  return full || old;
}

// The segment ends at `end`. When the next file cannot be made, it goes on and the next flush tries again.
void SegmentWriter::rotate(Position& end) {
  std::uint64_t number = segment_;
  for (std::uint64_t i = 0; i < kSkips && stat_of(names_.finished(number)).exists; ++i) ++number;
  const std::string next = names_.next(number + 1);
  try {
    remove_file(files_, next);
    Descriptor fd(files_.open(next, O_RDWR | O_CREAT | O_EXCL));
    if (!fd.is_open()) throw_errno(next, "create");
    if (files_.sync_folder(names_.folder()) != 0) throw_errno(names_.folder(), "fsync");
    fd_ = std::move(fd);
  } catch (const Trouble& e) {
    warn_("Rotation is put off. " + std::string(e.what()));
    return;
  }
  end.segment = number;
  end.rotate = true;
  finishing_ = number;
  finishing_committed_ = false;
  segment_ = number + 1;
  length_ = 0;
  since_ = 0;
  last_.clear();
  write_empty_frame();
}

void SegmentWriter::committed(const Position& p) {
  if (lock_.is_held()) lock_.note(reach_of(p));
  if (!finishing_ || p.segment < *finishing_ || (p.segment == *finishing_ && !p.rotate)) return;
  finishing_committed_ = true;
  finish_rotation();
}

// Writing goes on in the hidden file when this fails; every flush tries again.
void SegmentWriter::finish_rotation() {
  try {
    finish_segment(files_, names_, *finishing_);
    finishing_.reset();
    ++segments_finished_;
  } catch (const std::runtime_error& e) {
    warn_("A finished segment has not got its name yet. " + std::string(e.what()));
  }
}

std::string SegmentWriter::current_path() const {
  return finishing_ ? names_.next(segment_) : names_.running();
}

}  // namespace copydesk::file
