// The kernel's news about folders (inotify). Needs one watch a folder. One thread at a time.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "directory/fd.h"

namespace copydesk::directory {

struct Event {
  std::string path;  // relative to the root
  bool created = false, closed = false, moved_in = false, moved_out = false, written = false;
  bool folder = false;      // it is about a folder
  bool lost = false;        // news were lost: scan everything
  bool watch_gone = false;  // a watched folder itself went away
};

class Watch {
 public:
  // 0 or the errno.
  [[nodiscard]] int start();
  [[nodiscard]] bool running() const noexcept { return static_cast<bool>(fd_); }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  // Watches the folder open as `folder`, called `path`. Again for the same folder renews its name. 0 or the errno.
  [[nodiscard]] int add(int folder, const std::string& path);
  // The folder left the tree: nothing below it is of interest.
  void drop(const std::string& path);
  // Calls each(event) for what has come, without waiting.
  void drain(const std::function<void(const Event&)>& each);
  // The same for bytes as inotify gives them.
  void parse(std::string_view bytes, const std::function<void(const Event&)>& each);
  [[nodiscard]] std::size_t count() const noexcept { return paths_.size(); }

 private:
  Fd fd_;
  std::unordered_map<int, std::string> paths_;  // by watch descriptor
};

}  // namespace copydesk::directory
