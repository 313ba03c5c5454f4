#include "directory/writers.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>

#include "directory/fd.h"

namespace copydesk::directory {
namespace {

enum class Lease { kFree, kHeld, kNotPermitted };

Lease try_lease(int fd) {
  if (::fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(fd, F_SETLEASE, F_UNLCK);
    return Lease::kFree;
  }
  return errno == EAGAIN ? Lease::kHeld : Lease::kNotPermitted;
}

struct CloseFolder {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

Folder open_folder(int at, const char* name) {
  const int fd = ::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  Folder folder(::fdopendir(fd));
  if (!folder) ::close(fd);
  return folder;
}

bool is_one_of(int fd, std::initializer_list<std::uint32_t> magic) {
  struct statfs st {};
  if (::fstatfs(fd, &st) != 0) return false;
  return std::find(magic.begin(), magic.end(), static_cast<std::uint32_t>(st.f_type)) !=
         magic.end();
}

bool is_number(const char* name) { return *name >= '0' && *name <= '9'; }

}  // namespace

void Writers::ignore_lease_signal() {
  struct sigaction action {};
  if (::sigaction(SIGIO, nullptr, &action) == 0 && action.sa_handler == SIG_DFL)
    ::signal(SIGIO, SIG_IGN);
}

Writer Writers::of(int fd, const FileId& id, std::int64_t now) {
  if (leases_tell(fd, id.device)) {
    const Lease lease = try_lease(fd);
    if (lease != Lease::kNotPermitted) return lease == Lease::kHeld ? Writer::kSome : Writer::kNone;
  }
  if (refreshed_ == INT64_MIN || now < refreshed_ || now - refreshed_ > kTableAge) refresh(now);
  if (open_.contains({id.device, id.inode, 0})) return Writer::kSome;
  return complete_ ? Writer::kNone : Writer::kUnknown;
}

bool Writers::leases_tell(int fd, std::uint64_t device) {
  if (device != device_) {
    device_ = device;
    device_remote_ = is_remote(fd);
  }
  return !device_remote_;
}

void Writers::refresh(std::int64_t now) {
  refreshed_ = now;
  open_.clear();
  const Folder proc = open_folder(AT_FDCWD, proc_.c_str());
  complete_ = proc != nullptr;
  if (!proc) return;
  while (const dirent* entry = ::readdir(proc.get())) {
    if (!is_number(entry->d_name)) continue;
    const Fd process(
        ::openat(::dirfd(proc.get()), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (process) look_at_process(process.get());  // else it has ended meanwhile
  }
}

void Writers::look_at_process(int process) {
  const Folder files = open_folder(process, "fd");
  if (!files) {
    complete_ = complete_ && errno == ENOENT;
    return;
  }
  const int at = ::dirfd(files.get());
  struct stat st {};
  while (const dirent* entry = ::readdir(files.get())) {
    // The permissions of such a link are how the file was opened.
    if (!is_number(entry->d_name) || ::fstatat(at, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    if ((st.st_mode & S_IWUSR) == 0 || ::fstatat(at, entry->d_name, &st, 0) != 0 ||
        !S_ISREG(st.st_mode))
      continue;
    if (open_.size() >= kMaxOpenFiles) {
      complete_ = false;
      return;
    }
    open_.insert({st.st_dev, st.st_ino, 0});
  }
}

bool is_remote(int fd) {
  // nfs, smb, cifs, smb2, 9p, fuse, ceph, afs, coda
  return is_one_of(fd, {0x6969, 0x517B, 0xFF534D42, 0xFE534D42, 0x01021997, 0x65735546, 0x00C36400,
                        0x5346414F, 0x73757245});
}

bool is_blind(int fd) { return is_remote(fd) || is_one_of(fd, {0x794C7630}); }

}  // namespace copydesk::directory
