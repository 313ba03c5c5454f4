#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace copydesk::file {

int Files::open(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_CLOEXEC, 0644);
}
ssize_t Files::write_at(int fd, std::string_view data, std::uint64_t offset) {
  return ::pwrite(fd, data.data(), data.size(), static_cast<off_t>(offset));
}
int Files::sync(int fd) { return ::fdatasync(fd); }
int Files::truncate(int fd, std::uint64_t length) {
  return ::ftruncate(fd, static_cast<off_t>(length));
}
int Files::rename_new(const std::string& from, const std::string& to) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
}
int Files::link(const std::string& from, const std::string& to) {
  return ::link(from.c_str(), to.c_str());
}
int Files::unlink(const std::string& path) { return ::unlink(path.c_str()); }
int Files::sync_folder(const std::string& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.is_open() ? ::fsync(fd.get()) : -1;
}

void Descriptor::reset() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Stat stat_of(const std::string& path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) {
    if (errno == ENOENT) return {};
    throw_errno(path, "stat");
  }
  return {true, S_ISREG(s.st_mode), static_cast<std::uint64_t>(s.st_size), s.st_dev, s.st_ino};
}

Stat stat_of(int fd, const std::string& path) {
  struct stat s {};
  if (::fstat(fd, &s) != 0) throw_errno(path, "stat");
  return {true, S_ISREG(s.st_mode), static_cast<std::uint64_t>(s.st_size), s.st_dev, s.st_ino};
}

void throw_errno(const std::string& path, std::string_view what) {
  throw Trouble(path + ": " + std::string(what) + ": " + std::generic_category().message(errno));
}

void throw_open_errno(const std::string& path) {
  switch (errno) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOTDIR:
    case EISDIR:
    case ENAMETOOLONG:
    case ENOENT:
    case ENXIO: throw Refusal(path + ": open: " + std::generic_category().message(errno));
    case ELOOP: throw Refusal(path + " is a symbolic link. Name the file itself.");
    default: throw_errno(path, "open");
  }
}

namespace {

bool may(const std::string& path, int what) {
  return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

std::string reason(const std::string& path) {
  return path + ": " + std::generic_category().message(errno);
}

std::string cannot_write_into(const std::string& folder) {
  std::filesystem::path nearest = folder;
  struct stat s {};
  while (::stat(nearest.c_str(), &s) != 0) {
    if ((errno != ENOENT && errno != ENOTDIR) || !nearest.has_relative_path())
      return reason(nearest);
    nearest = nearest.parent_path();
  }
  if (!S_ISDIR(s.st_mode)) return nearest.string() + " is no folder";
  return may(nearest, W_OK | X_OK) ? std::string() : reason(nearest);
}

}  // namespace

std::string cannot_write(const std::string& path) {
  if (std::string why = cannot_write_into(std::filesystem::path(path).parent_path()); !why.empty())
    return why;
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return errno == ENOENT ? std::string() : reason(path);
  if (S_ISLNK(s.st_mode)) return path + " is a symbolic link. Name the file itself.";
  if (!S_ISREG(s.st_mode)) return path + " is not a regular file.";
  return may(path, R_OK | W_OK) ? std::string() : reason(path);
}

void move_new(Files& files, const std::string& from, const std::string& to) {
  if (files.rename_new(from, to) == 0) return;
  if (errno == EINVAL || errno == ENOSYS) {
    if (files.link(from, to) == 0) {
      if (files.unlink(from) != 0) throw_errno(from, "unlink");
      return;
    }
  }
  if (errno == EEXIST)
    throw Refusal(to + " is in the way of " + from + ", which would take that name. Move it away.");
  throw_errno(from, "rename to " + to);
}

void remove_file(Files& files, const std::string& path) {
  if (files.unlink(path) != 0 && errno != ENOENT) throw_errno(path, "unlink");
}

void write_all(Files& files, int fd, const std::string& path, std::string_view data,
               std::uint64_t offset) {
  while (!data.empty()) {
    const ssize_t n = files.write_at(fd, data, offset);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = ENOSPC;
    if (n <= 0) throw_errno(path, "write");
    data.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

}  // namespace copydesk::file
