#include "directory/after.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "directory/fd.h"
#include "directory/file_id.h"
#include "directory/prefix_hash.h"
#include "directory/read_file.h"
#include "directory/rename.h"
#include "directory/scan.h"

namespace copydesk::directory {
namespace {

constexpr std::size_t kNameMax = 255;  // bytes
constexpr std::size_t kDigits = 16;    // of the hash in a private name
const std::size_t kPrivateHead = kPrivatePrefix.size() + kDigits + 1;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}
std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// The hash ties the name to one file of one path, so that working the same token off again finds it. A name too long
// to be kept whole loses its beginning: its end says what kind of file it is.
std::string private_name_of(const FileId& id, const std::string& path) {
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%016llx",
                static_cast<unsigned long long>(content_hash(to_partition(id) + path)));
  std::string name = name_of(path);
  if (name.size() > kNameMax - kPrivateHead) name.erase(0, name.size() - (kNameMax - kPrivateHead));
  return std::string(kPrivatePrefix) + digits + "-" + name;
}

Fd open_folder(const std::string& path) {
  return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

bool same_file(const FileStat& st, const Token& token) {
  return st.id == token.id && st.size == token.size && st.mtime_ns == token.mtime_ns;
}

enum class Same { kYes, kNo, kUnreadable };

// The content again, the way it was hashed when it was read.
Same same_hash(int fd, const Token& token, const FileStat& st, const Limits& limits) {
  const Kind kind = kind_of(token.path);
  if (kind.lines && kind.compression == Compression::kNone) {
    PrefixHash hash;
    const Loaded read = hash.load(fd, st.size);
    if (read == Loaded::kUnreadable) return Same::kUnreadable;
    return read == Loaded::kAll && hash.value() == token.hash ? Same::kYes : Same::kNo;
  }
  if (kind.lines)
    return Same::
        kYes;  // decompressing it all for a touched file is not worth it: size and mtime are the same
  std::string content;
  const Document document =
      read_document(fd, kind.compression, st.size, st.mtime_ns, limits, content);
  if (document.flow == Flow::kUnreadable) return Same::kUnreadable;
  return document.hash == token.hash ? Same::kYes : Same::kNo;
}

}  // namespace

struct After::Place {
  Fd folder;
  std::string folder_path, name, private_name;
};

Action parse_action(std::string_view text, const std::string& root) {
  constexpr std::string_view kMovePrefix = "move:";
  if (text == "keep") return {};
  if (text == "delete") return {Action::kDelete, {}};
  if (!text.starts_with(kMovePrefix) || text.size() == kMovePrefix.size())
    throw std::invalid_argument("'" + std::string(text) + "' is not keep, delete or move:PATH");
  std::string target(text.substr(kMovePrefix.size()));
  while (target.starts_with("./")) target.erase(0, 2);
  if (target.empty() || target == ".") target = root;
  if (target.front() != '/') target = root + "/" + target;
  while (target.size() > 1 && target.back() == '/') target.pop_back();
  if (target == root)
    throw std::invalid_argument("'" + std::string(text) + "' leads to the folder itself");
  return {Action::kMove, std::move(target)};
}

std::string to_string(const Action& action) {
  if (action.verb == Action::kMove) return "move:" + action.target;
  return action.verb == Action::kDelete ? "delete" : "keep";
}

After::Report After::run(const Token& token, const std::string& path, const Action& action,
                         std::int64_t now_ns) {
  const std::string whole = token.root + "/" + path;
  Place place{open_folder(folder_of(whole)), folder_of(whole), name_of(whole),
              private_name_of(token.id, path)};
  if (!place.folder) {
    if (errno == ENOENT || errno == ENOTDIR) return {Settled::kElsewhere, false, {}};
    return {Settled::kFailed, false, place.folder_path + ": " + std::strerror(errno)};
  }
  const int at = place.folder.get();
  FileStat st;
  // A private name from before a crash is worked off first.
  if (stat_file(at, place.private_name.c_str(), Links::kFollow, st) == 0)
    return act(token, place, path, action, now_ns);
  if (const int error = stat_file(at, place.name.c_str(), Links::kFollow, st)) {
    if (error == ENOENT || error == ENOTDIR) return {Settled::kElsewhere, false, {}};
    return {Settled::kFailed, false, whole + ": " + std::strerror(error)};
  }
  if (!same_file(st, token)) return {Settled::kChanged, false, {}};
  if (st.ctime_ns !=
      token
          .ctime_ns) {  // renamed, touched, or written with its mtime put back: the content decides
    const Fd fd(::openat(at, place.name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    const Same same = fd ? same_hash(fd.get(), token, st, limits_) : Same::kUnreadable;
    if (same == Same::kUnreadable)
      return {Settled::kFailed, false, whole + ": cannot be compared with what was read"};
    if (same == Same::kNo) return {Settled::kChanged, false, {}};
  }
  at_step("compared");
  if (::renameat(at, place.name.c_str(), at, place.private_name.c_str()) != 0) {
    if (errno == ENOENT) return {Settled::kElsewhere, false, {}};
    return {Settled::kFailed, false, whole + ": rename: " + std::strerror(errno)};
  }
  at_step("renamed");
  return act(token, place, path, action, now_ns);
}

After::Report After::act(const Token& token, const Place& place, const std::string& path,
                         const Action& action, std::int64_t now_ns) {
  const int at = place.folder.get();
  FileStat st, link;
  const Fd fd(::openat(at, place.private_name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const bool unreadable = !fd && errno != ENOENT;
  const bool ours = fd && stat_file(fd.get(), "", Links::kFollow, st) == 0 &&
                    same_file(st, token) &&
                    stat_file(at, place.private_name.c_str(), Links::kKeep, link) == 0;
  const bool held = ours && writers_.of(fd.get(), st.id, now_ns) == Writer::kSome;
  if (!ours || held) {
    give_back(at, place.private_name, place.name);
    if (unreadable)
      return {Settled::kFailed, false, token.root + "/" + path + ": cannot be opened"};
    return {held ? Settled::kFailed : Settled::kChanged, false, {}};
  }
  int error = 0;
  if (action.verb == Action::kMove)
    error = move(token, place, path, action.target);
  else if (::unlinkat(at, place.private_name.c_str(), 0) != 0 && errno != ENOENT)
    error = errno;
  if (error != 0) {
    give_back(at, place.private_name, place.name);
    return {Settled::kFailed, false,
            token.root + "/" + path + ": " + to_string(action) + ": " + std::strerror(error)};
  }
  touched_.insert(place.folder_path);
  return {Settled::kGone, link.is_regular() && st.links <= 1, {}};
}

int After::move(const Token& token, const Place& place, const std::string& path,
                const std::string& target) {
  const std::string folder_path = folder_of(target + "/" + path);
  if (const int error = make_folders(folder_path)) return error;
  const Fd to = open_folder(folder_path);
  if (!to) return errno;
  touched_.insert(folder_path);
  const int from = place.folder.get();
  for (int n = 0; n < kMaxSuffix; ++n) {
    const std::string name = numbered(place.name, n);
    int error = rename_new(from, place.private_name, to.get(), name);
    if (error == EXDEV) {
      const std::string part = private_name_of(token.id, path);
      error = same_content(from, place.private_name, to.get(), name)
                  ? 0  // copied before a crash
                  : copy_new(from, place.private_name, to.get(), part, name);
      if (error == EEXIST) ::unlinkat(to.get(), part.c_str(), 0);
      if (error == 0) {
        at_step("copied");
        ::fsync(to.get());
        if (::unlinkat(from, place.private_name.c_str(), 0) != 0) return errno;
      }
    }
    if (error != EEXIST) return error;
  }
  return EEXIST;
}

void After::give_back(int folder, const std::string& private_name, const std::string& name) {
  for (int n = 0; n < kMaxSuffix; ++n)
    if (rename_new(folder, private_name, folder, numbered(name, n)) != EEXIST) return;
}

void After::recover(const std::string& path) {
  const std::string name = name_of(path);
  if (name.size() <= kPrivateHead || name[kPrivateHead - 1] != '-') return;
  const Fd folder = open_folder(folder_of(path));
  if (folder) give_back(folder.get(), name, name.substr(kPrivateHead));
}

void After::sync() {
  for (const std::string& path : touched_) {
    const Fd folder = open_folder(path);
    if (folder) ::fsync(folder.get());
  }
  touched_.clear();
}

}  // namespace copydesk::directory
