#include "recovery.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace copydesk::file {
namespace {

constexpr int kAsideTries = 100;

std::string bytes(std::uint64_t n) { return std::to_string(n) + " bytes"; }

Descriptor open_file(Files& files, const std::string& path, int flags) {
  Descriptor fd(files.open(path, O_RDWR | O_NOFOLLOW | flags));
  if (fd.is_open()) return fd;
  throw_open_errno(path);
}

Descriptor create_file(Files& files, const Names& names, const std::string& path) {
  Descriptor fd = open_file(files, path, O_CREAT);
  if (files.sync_folder(names.folder()) != 0) throw_errno(names.folder(), "fsync");
  return fd;
}

void sync_folder(Files& files, const Names& names) {
  if (files.sync_folder(names.folder()) != 0) throw_errno(names.folder(), "fsync");
}

Stat regular(const std::string& path) {
  const Stat s = stat_of(path);
  if (s.exists && !s.regular) throw Refusal(path + " is not a regular file.");
  return s;
}

std::string read_at(int fd, const std::string& path, std::uint64_t begin, std::uint64_t end) {
  std::string out(end - begin, '\0');
  std::size_t have = 0;
  while (have < out.size()) {
    const ssize_t n =
        ::pread(fd, out.data() + have, out.size() - have, static_cast<off_t>(begin + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(path, "read");
    if (n == 0) throw Trouble(path + ": became shorter while it was read");
    have += static_cast<std::size_t>(n);
  }
  return out;
}

// The bytes of a file that may be articles: none where only an empty frame, or the beginning of one, lies in it.
std::uint64_t size_of(Files& files, const std::string& path) {
  const std::uint64_t size = regular(path).size;
  if (size == 0 || size > empty_frame(Form::gzip).size()) return size;
  const std::string text = read_at(open_file(files, path, 0).get(), path, 0, size);
  const bool is_empty =
      empty_frame(Form::gzip).starts_with(text) || empty_frame(Form::zstd).starts_with(text);
  return is_empty ? 0 : size;
}

std::string last_bytes(int fd, const std::string& path, std::uint64_t length) {
  return read_at(fd, path, length - std::min<std::uint64_t>(length, kMarkBytes), length);
}

constexpr const char* kWayOut =
    " Put the right file back, or give the sink another name in the configuration to start anew.";

// Checks that `path` holds the committed bytes and cuts what comes after them. `other_tail` counts towards max_tail.
void cut(Files& files, int fd, const std::string& path, const Position& p,
         const RecoveryOptions& options, std::uint64_t other_tail) {
  const std::uint64_t size = regular(path).size;
  if (size < p.length)
    throw Refusal(path + " has " + bytes(size) + ", but " + bytes(p.length) +
                  " are committed: it was cut or replaced." + kWayOut);
  if (mark_of(last_bytes(fd, path, p.length)) != p.mark)
    throw Refusal(path + " is not the file that was committed: the " +
                  bytes(std::min<std::uint64_t>(p.length, kMarkBytes)) +
                  " before its committed length of " + bytes(p.length) + " differ." + kWayOut);
  const std::uint64_t tail = p.length > 0 ? size - p.length : size_of(files, path);
  if (tail + other_tail > options.max_tail)
    throw Refusal(path + " has " + bytes(size) + ", of which " + bytes(p.length) +
                  " are committed: the tail is longer than max_tail (" + bytes(options.max_tail) +
                  "). If nobody else wrote to it, raise max_tail; it will be cut.");
  if (size == p.length) return;
  if (files.truncate(fd, p.length) != 0) throw_errno(path, "truncate");
  if (files.sync(fd) != 0) throw_errno(path, "fdatasync");
}

// Next files beyond `segment` belong to rotations that were never committed.
std::uint64_t uncommitted_bytes(Files& files, const Names& names, std::uint64_t segment) {
  std::uint64_t sum = 0;
  for (const std::uint64_t n : names.next_numbers())
    if (n > segment) sum += size_of(files, names.next(n));
  return sum;
}
void remove_uncommitted(Files& files, const Names& names, std::uint64_t segment) {
  for (const std::uint64_t n : names.next_numbers())
    if (n > segment) remove_file(files, names.next(n));
}

Recovered recovered(Files& files, const Names& names, Descriptor fd, Position p) {
  remove_uncommitted(files, names, p.segment);
  p.rotate = false;
  std::string last = last_bytes(fd.get(), names.running(), p.length);
  return {std::move(fd), p, std::move(last)};
}

// The state says that `segment` is being written; its finished name is only given by a commit that ends it.
void check_not_older(const Names& names, std::uint64_t segment) {
  if (regular(names.finished(segment)).exists)
    throw Refusal(names.finished(segment) +
                  " is finished, but the state says that segment is still being written: the state "
                  "is older than the output." +
                  kWayOut);
}

// The committed position is inside segment p.segment.
Recovered recover_running(Files& files, const Names& names, const RecoveryOptions& options,
                          const Position& p) {
  if (regular(names.next(p.segment)).exists) finish_segment(files, names, p.segment - 1);
  check_not_older(names, p.segment);
  if (!regular(names.running()).exists) {
    if (p.length > 0)
      throw Refusal(names.running() + " is missing, but " + bytes(p.length) +
                    " of it are committed." + kWayOut);
    return recovered(files, names, create_file(files, names, names.running()), p);
  }
  Descriptor fd = open_file(files, names.running(), 0);
  cut(files, fd.get(), names.running(), p, options, uncommitted_bytes(files, names, p.segment));
  return recovered(files, names, std::move(fd), p);
}

// Whether the running file begins with the committed bytes.
bool holds_committed(Files& files, const Names& names, const Position& p) {
  if (regular(names.running()).size < p.length) return false;
  const Descriptor fd = open_file(files, names.running(), 0);
  return mark_of(last_bytes(fd.get(), names.running(), p.length)) == p.mark;
}

// The committed position is the end of segment p.segment; is the running file still that segment?
bool is_unfinished(Files& files, const Names& names, const Position& p) {
  const Stat running = regular(names.running()), finished = regular(names.finished(p.segment));
  const Stat next = regular(names.next(p.segment + 1));
  if (!running.exists || running.same_file(finished) || running.same_file(next)) return false;
  return next.exists || (!finished.exists && holds_committed(files, names, p));
}

// A finished segment may have been taken away; the running file, which is the one after it, shows that it was finished.
void check_finished(const Names& names, const Position& p) {
  const Stat finished = regular(names.finished(p.segment));
  if (!finished.exists && regular(names.running()).exists) return;
  if (!finished.exists)
    throw Refusal(names.finished(p.segment) + " and " + names.running() + " are missing, but " +
                  bytes(p.length) + " are committed." + kWayOut);
  if (finished.size != p.length)
    throw Refusal(names.finished(p.segment) + " has " + bytes(finished.size) + ", but " +
                  bytes(p.length) + " are committed." + kWayOut);
}

Recovered recover_rotated(Files& files, const Names& names, const RecoveryOptions& options,
                          const Position& p) {
  check_not_older(names, p.segment + 1);
  if (is_unfinished(files, names, p)) {
    const Descriptor fd = open_file(files, names.running(), 0);
    cut(files, fd.get(), names.running(), p, options, uncommitted_bytes(files, names, p.segment));
    if (!regular(names.next(p.segment + 1)).exists)
      (void)create_file(files, names, names.next(p.segment + 1));
  } else {
    check_finished(names, p);
  }
  finish_segment(files, names, p.segment);
  Position start;
  start.segment = p.segment + 1;
  start.form = p.form;
  Descriptor fd = regular(names.running()).exists ? open_file(files, names.running(), 0)
                                                  : create_file(files, names, names.running());
  cut(files, fd.get(), names.running(), start, options,
      uncommitted_bytes(files, names, start.segment));
  return recovered(files, names, std::move(fd), start);
}

void set_aside(Files& files, const Names& names, const std::string& path, std::int64_t now_ns) {
  for (int i = 0; i < kAsideTries; ++i) {
    const std::string to = names.aside(now_ns) + (i ? "-" + std::to_string(i) : "");
    if (stat_of(to).exists) continue;
    return move_new(files, path, to);
  }
  throw Refusal(path + " cannot be set aside: " + names.aside(now_ns) +
                " and the names after it are taken.");
}

// Next files without a committed past: empty ones mean nothing, others may hold somebody's articles.
void clear_next_files(Files& files, const Names& names, const RecoveryOptions& options,
                      std::int64_t now_ns) {
  for (const std::uint64_t n : names.next_numbers()) {
    const std::string path = names.next(n);
    const std::uint64_t size = size_of(files, path);
    if (size == 0)
      remove_file(files, path);
    else if (options.existing == Existing::set_aside)
      set_aside(files, names, path, now_ns);
    else
      throw Refusal(path + " holds " + bytes(size) +
                    " of an earlier run that the state does not know. Move it away.");
  }
}

// The length to go on from, so that what is added begins a line or a frame.
std::uint64_t append_to(Files& files, int fd, const std::string& path, std::uint64_t size,
                        Form form) {
  if (!begins_frame(form, read_at(fd, path, 0, std::min<std::uint64_t>(size, 4))))
    throw Refusal(path + " is not " + std::string(name_of(form)) +
                  ", so nothing can be appended to it as such.");
  if (form != Form::none || read_at(fd, path, size - 1, size) == "\n") return size;
  write_all(files, fd, path, "\n", size);
  return size + 1;
}

}  // namespace

void finish_segment(Files& files, const Names& names, std::uint64_t segment) {
  const std::string next = names.next(segment + 1), finished = names.finished(segment);
  const Stat next_stat = stat_of(next);
  if (!next_stat.exists) return;
  const Stat running = stat_of(names.running());
  if (running.same_file(next_stat) || running.same_file(stat_of(finished))) {
    // A crash between the link and the unlink of a rename by two steps.
    remove_file(files, running.same_file(next_stat) ? next : names.running());
    if (running.same_file(next_stat)) return sync_folder(files, names);
  } else if (running.exists) {
    move_new(files, names.running(), finished);
  }
  move_new(files, next, names.running());
  sync_folder(files, names);
}

Recovered recover(Files& files, const Names& names, const RecoveryOptions& options,
                  const Position& p) {
  if (p.form != options.form)
    throw Refusal(names.running() + " was written with compress: " + std::string(name_of(p.form)) +
                  ", now it is " + std::string(name_of(options.form)) +
                  ". Give the sink another path and another name.");
  return p.rotate ? recover_rotated(files, names, options, p)
                  : recover_running(files, names, options, p);
}

Recovered begin(Files& files, const Names& names, const RecoveryOptions& options,
                std::int64_t now_ns) {
  clear_next_files(files, names, options, now_ns);
  std::uint64_t size = size_of(files, names.running());
  if (size > 0 && options.existing == Existing::refuse)
    throw Refusal(names.running() + " is there with " + bytes(size) +
                  " that the state does not know. Move it away, or say existing: append or "
                  "existing: set_aside.");
  if (size > 0 && options.existing == Existing::set_aside) {
    set_aside(files, names, names.running(), now_ns);
    size = 0;
  }
  Position p;
  p.form = options.form;
  const auto finished = names.finished_numbers();
  p.segment = finished.empty() ? 1 : finished.back() + 1;
  Descriptor fd = create_file(files, names, names.running());
  if (size > 0)
    p.length = append_to(files, fd.get(), names.running(), size, options.form);
  else if (regular(names.running()).size > 0 && files.truncate(fd.get(), 0) != 0)
    throw_errno(names.running(), "truncate");
  return recovered(files, names, std::move(fd), p);
}

}  // namespace copydesk::file
