// One file: is it ready, has it changed, what is to be read of it.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "directory/follower.h"
#include "directory/prefix_hash.h"
#include "directory/utf8.h"

namespace copydesk::directory {
namespace {

constexpr std::int64_t kShortestRetry = 100'000'000;  // ns

bool is_gone(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP; }

bool unchanged(const FileStat& st, const Position& position) {
  return st.size == position.size && st.ctime_ns == position.ctime_ns;
}

}  // namespace

DirectorySource::Turn DirectorySource::visit(Look& look, std::int64_t now) {
  Candidate& candidate = look.candidate;
  if (const int error = stat_file(tree_.root(), candidate.path.c_str(), Links::kFollow, look.st)) {
    not_there(candidate.path, error);
    return Turn::kDone;
  }
  if (!look.st.is_regular()) return Turn::kDone;
  look.kind = kind_of(candidate.path);
  look.idle = is_idle(candidate, look.st, now);
  if (Entry* entry = known_.find(look.st.id)) {
    entry->seen = scan_number_;
    entry->missed = 0;
    if (acts()) entry->position.path = candidate.path;
    if ((candidate.flags & kComplete) == 0 && is_at_rest(look, *entry)) return Turn::kDone;
  }
  if (waits_to_be_idle(look, known_.find(look.st.id))) {
    const bool grown = once_ && look.kind.lines && look.st.size > head_size_;
    return grown ? Turn::kDone : later(look, now);
  }
  look.fd = Fd(
      ::openat(tree_.root(), candidate.path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!look.fd && errno == EWOULDBLOCK)
    return held_open(look, now);  // somebody else's lease is being broken
  if (!look.fd) {
    not_there(candidate.path, errno);
    return Turn::kDone;
  }
  if (const int error = stat_file(look.fd.get(), "", Links::kFollow, look.st)) {
    unreadable(candidate.path, error);
    return Turn::kDone;
  }
  if (!look.st.is_regular()) return Turn::kDone;
  const bool follows = look.kind.lines && look.kind.compression == Compression::kNone;
  Writer writer = Writer::kNone;
  if (!follows || look.idle) writer = writers_.of(look.fd.get(), look.st.id, now);
  if (writer == Writer::kSome && !follows) return held_open(look, now);
  if (writer == Writer::kUnknown && !std::exchange(warned_unknown_writers_, true))
    port_.warn(
        settings_.root +
        ": whether a file is still open for writing cannot be told (neither a lease nor all of "
        "/proc is permitted); settle alone decides.");
  look.final = look.idle && writer != Writer::kSome;
  return look.kind.lines ? start_following(look) : take_document(look);
}

// Nothing was written for `settle`: by the age of ctime, or, should the clocks disagree, since we have watched it.
bool DirectorySource::is_idle(Candidate& candidate, const FileStat& st, std::int64_t now) const {
  if (now - st.ctime_ns >= settings_.settle_ns) return true;
  const bool seen = candidate.seen_since_ns != 0 && candidate.seen_since_ns <= now;
  const bool same =
      seen && candidate.seen_size == st.size && candidate.seen_ctime_ns == st.ctime_ns;
  if (!same) {
    candidate.seen_size = st.size;
    candidate.seen_ctime_ns = st.ctime_ns;
    candidate.seen_since_ns = now;
  }
  return now - candidate.seen_since_ns >= settings_.settle_ns;
}

bool DirectorySource::is_at_rest(const Look& look, const Entry& entry) const {
  const Position& position = entry.position;
  if (!unchanged(look.st, position)) return false;
  if (position.done || position.refused) return true;
  return look.kind.lines && position.ended && !position.tail && !acts();
}

// Documents and compressed files that nobody announced as complete; line files whose end was reached.
bool DirectorySource::waits_to_be_idle(const Look& look, const Entry* entry) const {
  if (look.idle) return false;
  const bool follows = look.kind.lines && look.kind.compression == Compression::kNone;
  if (!follows && (look.candidate.flags & (kComplete | kAgain)) == 0) return true;
  return look.kind.lines && entry && entry->position.ended && unchanged(look.st, entry->position);
}

DirectorySource::Turn DirectorySource::later(Look& look, std::int64_t now) const {
  std::int64_t since = look.st.ctime_ns;
  if (look.candidate.seen_since_ns != 0) since = std::min(since, look.candidate.seen_since_ns);
  look.due_ns = std::max(now + 1, since + settings_.settle_ns);
  look.candidate.until = std::numeric_limits<std::uint64_t>::max();
  return Turn::kLater;
}

// Its writer will close it, which is news; this is for those whose news do not reach us. Once mode has to end: what was
// left open for `settle` without a write is for another run.
DirectorySource::Turn DirectorySource::held_open(Look& look, std::int64_t now) {
  if (once_ && look.idle) {
    still_open_.add(look.candidate.path);
    port_.count(Count::kStillOpen, 1);
    port_.warn("A file is still open for writing and was left for another run: " +
               shown(look.candidate.path));
    return Turn::kDone;
  }
  look.due_ns = now + std::max(settings_.settle_ns, kShortestRetry);
  look.candidate.until = std::numeric_limits<std::uint64_t>::max();
  return Turn::kLater;
}

// Somebody took it away meanwhile, or it is a link whose target is not there: a later scan may find that.
void DirectorySource::not_there(const std::string& path, int error) {
  if (!is_gone(error)) return unreadable(path, error);
  FileStat link;
  if (stat_file(tree_.root(), path.c_str(), Links::kKeep, link) == 0 && link.is_link())
    dangling_links_.add(path);
}

void DirectorySource::unreadable(const std::string& path, int error) {
  unreadable_files_.add(path);
  port_.count(Count::kUnreadable, 1);
  if (complaints_.size() < kMaxComplaints && complaints_.insert(path).second)
    port_.warn("A file cannot be read: " + shown(path) + ": " + std::strerror(error));
}

DirectorySource::Turn DirectorySource::take_document(Look& look) {
  const Document document = read_document(look.fd.get(), look.kind.compression, look.st.size,
                                          look.st.mtime_ns, settings_.limits, content_);
  FileStat after;
  if (const int error = stat_file(look.fd.get(), "", Links::kFollow, after)) {
    unreadable(look.candidate.path, error);
    return Turn::kDone;
  }
  const std::int64_t now = port_.now();
  if (!after.untouched_since(
          look.st)) {  // written while it was read: whoever did it will close it, or leave it alone
    look.candidate.flags &= static_cast<std::uint8_t>(~kComplete);
    look.st = after;
    look.idle = is_idle(look.candidate, after, now);
    return later(look, now);
  }
  const bool broken = document.flow == Flow::kTruncated || document.flow == Flow::kCorrupt;
  if (broken && !look.final) return later(look, now);
  if (document.flow == Flow::kUnreadable) {
    unreadable(look.candidate.path, EIO);
    return Turn::kDone;
  }
  const Entry* entry = known_.find(look.st.id);
  if (!entry) {
    emit_document(look, document, 0);
    return Turn::kDone;
  }
  // A name that was made and written anew holds another file, even if inode, time of birth and content are the same. But
  // the news may be older than our last look at the file: a scan was faster, or a replay repeats them.
  constexpr std::uint8_t kNew = kCreated | kComplete;
  Position position = entry->position;
  const bool reborn =
      (look.candidate.flags & kNew) == kNew && look.st.links == 1 && !unchanged(look.st, position);
  if (position.hash != document.hash || reborn || !position.done) {
    emit_document(look, document,
                  static_cast<std::uint16_t>(position.generation + (position.done ? 1 : 0)));
    return Turn::kDone;
  }
  if (!unchanged(look.st, position)) {  // renamed or touched
    position.size = look.st.size;
    position.ctime_ns = look.st.ctime_ns;
    position.path = look.candidate.path;
    advance(look, std::move(position), false, false);
  }
  return Turn::kDone;
}

void DirectorySource::emit_document(const Look& look, const Document& document,
                                    std::uint16_t generation) {
  const std::string partition = to_partition(look.st.id), path = shown(look.candidate.path);
  const bool refused = document.too_large || document.flow != Flow::kEnd;
  std::string detail = document.detail;
  if (document.too_large && look.kind.format == "json")
    detail += "; articles written one a line (.jsonl) only count one by one";
  Record record;
  record.partition = partition;
  record.position = record_position(generation, 0);
  record.format = look.kind.format;
  record.path = path;
  record.payload = refused ? std::string_view("") : std::string_view(content_);
  if (refused) {
    record.refused_code = document.too_large ? "too_large" : code_of(document.flow);
    record.refused_detail = detail;
  }
  emit({&record, 1});
  Position position;
  position.generation = generation;
  position.done = true;
  position.refused = refused;
  position.offset = content_.size();
  position.size = look.st.size;
  position.ctime_ns = look.st.ctime_ns;
  position.hash = document.hash;
  position.path = look.candidate.path;
  advance(look, std::move(position), true, true);
}

void DirectorySource::emit(std::span<const Record> records) {
  budget_.emitted = true;
  for (const Record& record : records)
    budget_.left -= std::min<std::uint64_t>(budget_.left, record.payload.size());
  if (!port_.emit(records)) budget_.stop = true;
}

void DirectorySource::advance(const Look& look, Position position, bool finished,
                              bool leave_trail) {
  forget_.erase(look.st.id);  // it is back before we said that it is gone
  const std::string token = finished && acts() ? make_token(look.st, position) : std::string();
  port_.advance(to_partition(look.st.id), encode(position), token);
  if (leave_trail && !once_) {
    const std::uint64_t end = look.kind.lines ? position.offset : 0;
    trail_.add({look.candidate, look.st.id, position.generation, end, position.done});
  }
  if (!acts()) position.path = std::string();
  known_.put(look.st.id, std::move(position)).seen = scan_number_;
}

bool DirectorySource::acts() const noexcept {
  return settings_.delivered.verb != Action::kKeep || settings_.dead_letter.verb != Action::kKeep;
}

std::string DirectorySource::make_token(const FileStat& st, const Position& position) const {
  Token token;
  token.id = st.id;
  token.size = st.size;
  token.ctime_ns = st.ctime_ns;
  token.mtime_ns = st.mtime_ns;
  token.hash = position.hash;
  token.root = settings_.root;
  token.path = position.path;
  token.delivered = to_string(settings_.delivered);
  token.dead_letter = to_string(settings_.dead_letter);
  return encode(token);
}

std::string DirectorySource::shown(const std::string& path) const {
  return escaped_utf8(settings_.root + "/" + path);
}

}  // namespace copydesk::directory
