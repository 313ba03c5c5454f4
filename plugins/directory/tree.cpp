#include "directory/tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "directory/writers.h"

namespace copydesk::directory {

int Tree::reopen() {
  root_ = Fd(::open(root_path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return root_ ? 0 : errno;
}

bool Tree::replaced() const {
  struct stat opened {
  }, named{};
  if (::fstat(root_.get(), &opened) != 0) return false;
  return ::stat(root_path_.c_str(), &named) != 0 || named.st_ino != opened.st_ino ||
         named.st_dev != opened.st_dev;
}

void Tree::start_watching() {
  if (const int error = watch_.start()) blind_ = std::string("no inotify: ") + std::strerror(error);
}

Listing Tree::list(const std::string& start) {
  return list_files(root_.get(), start, choice_,
                    [this](int fd, const std::string& path) { enter(fd, path); });
}

void Tree::enter(int fd, const std::string& path) {
  if (!watch_.running()) return;
  if (const int error = watch_.add(fd, path)) {
    blind_ = error == ENOSPC
                 ? "the limit of inotify watches is reached (fs.inotify.max_user_watches)"
                 : std::string("cannot watch a folder: ") + std::strerror(error);
    return;
  }
  FileStat st;
  if (stat_file(fd, "", Links::kFollow, st) != 0 || st.id.device == device_) return;
  device_ = st.id.device;
  if (is_blind(fd)) blind_ = "the file system does not announce every change";
}

}  // namespace copydesk::directory
