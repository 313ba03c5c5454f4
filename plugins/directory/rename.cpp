#include "directory/rename.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "directory/fd.h"

namespace copydesk::directory {
namespace {

constexpr std::size_t kCopyPiece = 1u << 20;  // bytes
constexpr std::size_t kNameMax = 255;         // bytes

ssize_t read_some(int fd, char* to, std::size_t size) {
  ssize_t n;
  do n = ::read(fd, to, size);
  while (n < 0 && errno == EINTR);
  return n;
}

int write_all(int fd, const char* from, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, from, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    from += n;
    size -= static_cast<std::size_t>(n);
  }
  return 0;
}

int copy_bytes(int from, int to) {
  std::vector<char> buffer(kCopyPiece);
  for (;;) {
    const ssize_t n = read_some(from, buffer.data(), buffer.size());
    if (n < 0) return errno;
    if (n == 0) return 0;
    if (const int error = write_all(to, buffer.data(), static_cast<std::size_t>(n))) return error;
  }
}

Fd open_for_reading(int folder, const std::string& name) {
  return Fd(::openat(folder, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

int rename_new(int from_folder, const std::string& from, int to_folder, const std::string& to) {
  if (::renameat2(from_folder, from.c_str(), to_folder, to.c_str(), RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::linkat(from_folder, from.c_str(), to_folder, to.c_str(), 0) != 0) return errno;
  return ::unlinkat(from_folder, from.c_str(), 0) == 0 ? 0 : errno;
}

int copy_new(int from_folder, const std::string& from, int to_folder, const std::string& part,
             const std::string& to) {
  const Fd source = open_for_reading(from_folder, from);
  struct stat st {};
  if (!source || ::fstat(source.get(), &st) != 0) return errno;
  {
    const Fd copy(::openat(to_folder, part.c_str(),
                           O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                           st.st_mode & 0777));
    if (!copy) return errno;
    if (const int error = copy_bytes(source.get(), copy.get())) {
      ::unlinkat(to_folder, part.c_str(), 0);
      return error;
    }
    const timespec times[2] = {st.st_atim, st.st_mtim};
    if (::futimens(copy.get(), times) != 0 || ::fsync(copy.get()) != 0) return errno;
  }
  return rename_new(to_folder, part, to_folder, to);
}

bool same_content(int from_folder, const std::string& from, int to_folder, const std::string& to) {
  const Fd a = open_for_reading(from_folder, from), b = open_for_reading(to_folder, to);
  struct stat sa {
  }, sb{};
  if (!a || !b || ::fstat(a.get(), &sa) != 0 || ::fstat(b.get(), &sb) != 0) return false;
  if (!S_ISREG(sb.st_mode) || sa.st_size != sb.st_size || sa.st_mtim.tv_sec != sb.st_mtim.tv_sec)
    return false;
  std::vector<char> left(kCopyPiece), right(kCopyPiece);
  for (off_t at = 0; at < sa.st_size;) {
    const ssize_t n = ::pread(a.get(), left.data(), left.size(), at),
                  m = ::pread(b.get(), right.data(), right.size(), at);
    if (n <= 0 || n != m || !std::equal(left.begin(), left.begin() + n, right.begin()))
      return false;
    at += n;
  }
  return true;
}

int make_folders(const std::string& path) {
  for (std::size_t i = 1; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') continue;
    if (::mkdir(path.substr(0, i).c_str(), 0777) != 0 && errno != EEXIST && i == path.size())
      return errno;
  }
  return 0;
}

std::string numbered(const std::string& name, int n) {
  if (n == 0) return name;
  const std::size_t dot = name.find('.', 1);
  const std::string middle = "." + std::to_string(n);
  std::string stem = name.substr(0, dot), rest = dot == std::string::npos ? "" : name.substr(dot);
  if (rest.size() + middle.size() >= kNameMax) rest.clear();
  if (stem.size() + middle.size() + rest.size() > kNameMax)
    stem.resize(kNameMax - middle.size() - rest.size());
  return stem + middle + rest;
}

}  // namespace copydesk::directory
