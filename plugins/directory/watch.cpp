#include "directory/watch.h"

#include <sys/inotify.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace copydesk::directory {
namespace {

constexpr std::uint32_t kMask = IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO |
                                IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |
                                IN_EXCL_UNLINK;
constexpr std::size_t kBuffer = 64u << 10;  // bytes
constexpr int kMaxReads = 64;               // of one drain, so that a busy tree cannot hold it

Event make_event(std::uint32_t mask, std::string path) {
  Event event;
  event.path = std::move(path);
  event.created = (mask & IN_CREATE) != 0;
  event.closed = (mask & IN_CLOSE_WRITE) != 0;
  event.moved_in = (mask & IN_MOVED_TO) != 0;
  event.moved_out = (mask & IN_MOVED_FROM) != 0;
  event.written = (mask & IN_MODIFY) != 0;
  event.folder = (mask & IN_ISDIR) != 0;
  event.lost = (mask & IN_Q_OVERFLOW) != 0;
  event.watch_gone = (mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0;
  return event;
}

}  // namespace

int Watch::start() {
  fd_ = Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  return fd_ ? 0 : errno;
}

int Watch::add(int folder, const std::string& path) {
  // By descriptor, so that it is the very folder about to be read, whatever its name means meanwhile.
  const std::string name = "/proc/self/fd/" + std::to_string(folder);
  const int watch = ::inotify_add_watch(fd_.get(), name.c_str(), kMask);
  if (watch < 0) return errno;
  paths_[watch] = path;
  return 0;
}

void Watch::drop(const std::string& path) {
  for (auto it = paths_.begin(); it != paths_.end();) {
    const bool below = it->second == path || it->second.starts_with(path + "/");
    if (below) ::inotify_rm_watch(fd_.get(), it->first);
    it = below ? paths_.erase(it) : std::next(it);
  }
}

void Watch::drain(const std::function<void(const Event&)>& each) {
  alignas(inotify_event) char buffer[kBuffer];
  for (int reads = 0; fd_ && reads < kMaxReads; ++reads) {
    const ssize_t n = ::read(fd_.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    parse({buffer, static_cast<std::size_t>(n)}, each);
  }
}

void Watch::parse(std::string_view bytes, const std::function<void(const Event&)>& each) {
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event head;
    std::memcpy(&head, bytes.data(), sizeof head);
    if (bytes.size() < sizeof head + head.len) return;
    const std::string_view padded = bytes.substr(sizeof head, head.len);
    const std::string_view name = padded.substr(0, padded.find('\0'));
    bytes.remove_prefix(sizeof head + head.len);
    const auto folder = paths_.find(head.wd);
    if (folder == paths_.end() && (head.mask & IN_Q_OVERFLOW) == 0) continue;
    std::string path = folder == paths_.end() ? std::string() : folder->second;
    if (!name.empty()) path.append(path.empty() ? "" : "/").append(name);
    if ((head.mask & IN_IGNORED) != 0)
      paths_.erase(folder);
    else
      each(make_event(head.mask, std::move(path)));
  }
}

}  // namespace copydesk::directory
