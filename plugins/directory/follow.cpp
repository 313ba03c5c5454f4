// Line files: read from the last position on, whole lines only, until the end of what is there.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "directory/follower.h"

namespace copydesk::directory {
namespace {

constexpr std::size_t kPiece = 256u << 10;       // bytes of one read
constexpr std::size_t kGroupLines = 64;          // lines of one emission
constexpr std::size_t kGroupBytes = 256u << 10;  // bytes after which no further line joins it
constexpr std::size_t kScratch = 64u << 10;

enum class Prefix { kSame, kOther, kTooShort, kUnreadable };

// Decompresses up to `offset`, hashing on the way.
Prefix skip_to(Stream& stream, std::uint64_t offset, PrefixHash& hash) {
  std::vector<char> scratch(kScratch);
  while (hash.length() < offset) {
    const std::size_t want =
        static_cast<std::size_t>(std::min<std::uint64_t>(scratch.size(), offset - hash.length()));
    const Stream::Piece piece = stream.read({scratch.data(), want});
    if (piece.flow == Flow::kUnreadable) return Prefix::kUnreadable;
    if (piece.flow != Flow::kData)
      return piece.flow == Flow::kEnd ? Prefix::kOther : Prefix::kTooShort;
    hash.add({scratch.data(), piece.size});
  }
  return Prefix::kSame;
}

Prefix check_prefix(int fd, bool plain, const FileStat& st, const Position& at, Stream& stream,
                    PrefixHash& hash) {
  if (plain) {
    const Loaded read = st.size < at.offset ? Loaded::kShorter : hash.load(fd, at.offset);
    if (read != Loaded::kAll)
      return read == Loaded::kShorter ? Prefix::kOther : Prefix::kUnreadable;
  } else if (const Prefix prefix = skip_to(stream, at.offset, hash); prefix != Prefix::kSame) {
    return prefix;
  }
  return hash.value() == at.hash ? Prefix::kSame : Prefix::kOther;
}

// Whether what was read before still stands in the plain file: the windows before the offset, and what waits behind it.
bool still_holds(int fd, LineCutter& cutter) {
  PrefixHash before;
  if (before.load(fd, cutter.offset()) != Loaded::kAll || before.value() != cutter.hash())
    return false;
  std::string scratch(std::min(cutter.pending().size(), kScratch), '\0');
  std::uint64_t at = cutter.offset();
  for (std::string_view rest = cutter.pending(); !rest.empty();) {
    const std::size_t want = std::min(rest.size(), kScratch);
    const ssize_t n = ::pread(fd, scratch.data(), want, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || !rest.starts_with(std::string_view(scratch.data(), static_cast<std::size_t>(n))))
      return false;
    rest.remove_prefix(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return true;
}

std::string longer_than(std::uint64_t limit) {
  return "a line longer than limits.record (" + std::to_string(limit) +
         " bytes): raise it, and max_article with it";
}

}  // namespace

DirectorySource::Turn DirectorySource::start_following(Look& look) {
  const Entry* entry = known_.find(look.st.id);
  Position at = entry ? entry->position : Position{};
  const int fd = look.fd.get();
  const bool plain = look.kind.compression == Compression::kNone;
  Stream stream(fd, look.kind.compression, settings_.limits.bomb, plain ? at.offset : 0);
  PrefixHash before;
  const Prefix prefix =
      entry ? check_prefix(fd, plain, look.st, at, stream, before) : Prefix::kSame;
  if (prefix == Prefix::kUnreadable) {  // which says nothing of what is in it
    unreadable(look.candidate.path, EIO);
    return Turn::kDone;
  }
  if (prefix == Prefix::kTooShort && !look.final) return later(look, port_.now());
  if (prefix !=
      Prefix::kSame) {  // another content in the same file: a new version of it, from its beginning
    const auto generation = static_cast<std::uint16_t>(at.generation + 1);
    at = Position{};
    at.generation = generation;
    before = PrefixHash();
    stream = Stream(fd, look.kind.compression, settings_.limits.bomb);
  }
  std::string partition = to_partition(look.st.id), path = shown(look.candidate.path);
  LineCutter cutter(settings_.limits.record, std::move(before), at.skipping);
  follower_ = std::make_unique<Follower>(std::move(look), std::move(partition), std::move(path),
                                         std::move(stream), std::move(cutter));
  Follower& f = *follower_;
  f.generation = at.generation;
  f.refused = at.refused;
  f.refused_offset = at.offset;
  if (f.look.candidate.until_generation == at.generation) f.until = f.look.candidate.until;
  return Turn::kStays;
}

DirectorySource::Turn DirectorySource::follow() {
  Follower& f = *follower_;
  while (!budget_.over()) {
    if (emit_lines(f)) continue;
    if (f.cutter.offset() >= f.until) return Turn::kDone;
    const Stream::Piece piece = f.stream.read(f.cutter.room(kPiece));
    if (piece.flow != Flow::kData) return end_of_file(f, piece.flow);
    f.cutter.filled(piece.size);
    if (!f.plain()) continue;
    FileStat st;
    if (const int error = stat_file(f.look.fd.get(), "", Links::kFollow, st)) {
      unreadable(f.look.candidate.path, error);
      return Turn::kDone;
    }
    const bool touched = !st.untouched_since(f.look.st);
    if (touched) f.look.idle = f.look.final = false;
    f.look.st = st;
    if (touched && !still_holds(f.look.fd.get(), f.cutter)) return look_anew(f);
  }
  return Turn::kStays;
}

// Cut short or written over meanwhile: what was read last is not emitted.
DirectorySource::Turn DirectorySource::look_anew(Follower& f) const {
  f.look.due_ns = 0;
  f.look.candidate.until = std::numeric_limits<std::uint64_t>::max();
  return Turn::kLater;
}

// One group of whole lines; false when there is none.
bool DirectorySource::emit_lines(Follower& f) {
  std::array<Record, kGroupLines> group;
  std::size_t count = 0, bytes = 0;
  bool exhausted = false;
  const std::string refusal = longer_than(settings_.limits.record);
  while (count < kGroupLines && bytes < kGroupBytes && f.cutter.offset() < f.until) {
    const std::optional<Line> line = f.cutter.next();
    exhausted = !line;
    if (!line) break;
    Record& record = group[count++];
    record.partition = f.partition;
    record.position = record_position(f.generation, line->offset);
    record.payload = line->too_large ? std::string_view("") : line->text;
    record.format = f.look.kind.format;
    record.path = f.path;
    record.has_offset = true;
    record.offset = line->offset;
    if (line->too_large) record.refused_code = "too_large", record.refused_detail = refusal;
    bytes += line->text.size();
  }
  if (count == 0) return false;
  emit({group.data(), count});
  advance_lines(f, exhausted && f.plain() && f.cutter.read_to() == f.look.st.size, false);
  return true;
}

DirectorySource::Turn DirectorySource::end_of_file(Follower& f, Flow flow) {
  Look& look = f.look;
  const std::int64_t now = port_.now();
  FileStat st;
  if (flow == Flow::kUnreadable || stat_file(look.fd.get(), "", Links::kFollow, st) != 0) {
    unreadable(look.candidate.path, EIO);
    return Turn::kDone;
  }
  const bool touched = !st.untouched_since(look.st);
  look.st = st;
  if (touched) {
    look.final = false;
    look.idle = is_idle(look.candidate, st, now);
    if (f.plain() && !still_holds(look.fd.get(), f.cutter)) return look_anew(f);
    const bool enough = once_ && f.cutter.offset() >= head_size_;
    if (f.plain() && st.size > f.cutter.read_to() && !enough) return Turn::kStays;
    if (!f.plain()) return later(look, now);
  }
  if (flow == Flow::kBomb) {
    refuse_rest(f, flow);
    return Turn::kDone;
  }
  if (look.final && writers_.of(look.fd.get(), st.id, now) == Writer::kSome) look.final = false;
  return finish_lines(f, flow);
}

DirectorySource::Turn DirectorySource::finish_lines(Follower& f, Flow flow) {
  Look& look = f.look;
  const bool broken = flow != Flow::kEnd;
  if (look.final && broken) {
    refuse_rest(f, flow);
    return Turn::kDone;
  }
  if (look.final) {
    if (const std::optional<Line> line = f.cutter.tail()) {
      Record record;
      record.partition = f.partition;
      record.position = record_position(f.generation, line->offset);
      record.payload = line->text;
      record.format = look.kind.format;
      record.path = f.path;
      record.has_offset = true;
      record.offset = line->offset;
      emit({&record, 1});
    }
    advance_lines(f, true, acts());
    return Turn::kDone;
  }
  const bool tail = broken || f.cutter.has_tail();
  const Entry* entry = known_.find(look.st.id);
  const bool told = entry && entry->position.ended && entry->position.tail == tail &&
                    entry->position.size == look.st.size &&
                    entry->position.ctime_ns == look.st.ctime_ns &&
                    entry->position.offset == f.cutter.offset();
  if (!told) {
    f.tail = tail;
    advance_lines(f, true, false);
  }
  if (!tail && !acts()) return Turn::kDone;
  const std::int64_t now = port_.now();
  if (once_ && f.plain() && look.st.size > head_size_)
    return Turn::kDone;  // somebody is at work on it
  return look.idle ? held_open(look, now) : later(look, now);
}

// What follows cannot be read: one refused record stands for it, once for each version of the file.
void DirectorySource::refuse_rest(Follower& f, Flow flow) {
  const bool again = f.refused && f.cutter.offset() == f.refused_offset;
  const std::string detail = describe(flow, f.stream);
  if (!again) {
    Record record;
    record.partition = f.partition;
    record.position = record_position(f.generation, f.cutter.offset());
    record.payload = std::string_view("");
    record.format = f.look.kind.format;
    record.path = f.path;
    record.has_offset = true;
    record.offset = f.cutter.offset();
    record.refused_code = code_of(flow);
    record.refused_detail = detail;
    emit({&record, 1});
  }
  f.refused = true;
  f.refused_offset = f.cutter.offset();
  advance_lines(f, true, !again && acts());
}

void DirectorySource::advance_lines(Follower& f, bool ended, bool finished) {
  Position position;
  position.generation = f.generation;
  position.done = finished;
  position.refused = f.refused && f.cutter.offset() == f.refused_offset && ended;
  position.skipping = f.cutter.skipping();
  position.ended = ended;
  position.offset = f.cutter.offset();
  position.tail = ended && !finished && !position.refused && (f.tail || f.cutter.has_tail());
  position.size = f.look.st.size;
  position.ctime_ns = f.look.st.ctime_ns;
  position.hash = f.cutter.hash();
  position.path = f.look.candidate.path;
  advance(f.look, std::move(position), finished, true);
}

}  // namespace copydesk::directory
