#include "io/temporary_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "io/files.h"

namespace copydesk::io {
namespace {

constexpr std::string_view kRandomPart = "XXXXXX";
constexpr const char* kMark = ".temporary";  // in a folder of ours, and of nobody else of that name
constexpr std::size_t kMostLookedAt = 10'000;  // entries of the parent

// As std::filesystem::temp_directory_path, which does not say which folder it found missing.
std::string parent_of_all() {
  for (const char* name : {"TMPDIR", "TMP", "TEMP", "TEMPDIR"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "/tmp";
}

// The folder's descriptor with the lock on it; -1 when somebody has it, or it is no folder that can be locked.
int lock_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

bool is_ours(int folder) {
  struct stat info {
  }, mark{};
  return ::fstat(folder, &info) == 0 && info.st_uid == ::geteuid() &&
         ::fstatat(folder, kMark, &mark, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(mark.st_mode);
}

// The mark is made under the lock: a folder that has one and no lock has lost its process.
void remove_left_over(const std::string& path) {
  const int lock = lock_folder(path);
  if (lock < 0) return;
  std::error_code ignored;
  if (is_ours(lock)) std::filesystem::remove_all(path, ignored);
  ::close(lock);
}

void remove_left_overs(const std::string& parent, const std::string& prefix) {
  DIR* folder = ::opendir(parent.c_str());
  if (folder == nullptr) return;
  for (std::size_t i = 0; i < kMostLookedAt; ++i) {
    const dirent* entry = ::readdir(folder);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name.starts_with(prefix) && name.size() == prefix.size() + kRandomPart.size())
      remove_left_over(parent + "/" + entry->d_name);
  }
  ::closedir(folder);
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& prefix) : parent_(parent_of_all()) {
  remove_left_overs(parent_, prefix);
  std::string pattern = parent_ + "/" + prefix + std::string(kRandomPart);
  if (::mkdtemp(pattern.data()) == nullptr) {
    made_ = system_error(parent_, "make a temporary folder", errno);
    return;
  }
  path_ = pattern;
  mark();
}

// Where no lock can be had there is no mark either, and a folder that is left stays.
void TemporaryFolder::mark() {
  lock_ = lock_folder(path_);
  if (lock_ < 0) return;
  const int mark =
      ::openat(lock_, kMark, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (mark >= 0) ::close(mark);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace copydesk::io
