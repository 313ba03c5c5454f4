#include "io/files.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace copydesk::io {
namespace {

// Closes what it holds; `release` when the closing itself can fail and matters.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Bytes copied, 0 at the end, -1 and errno. The kernel moves them where both file systems let it.
ssize_t copy_some(int from, int to) {
  constexpr std::size_t kBySystem = 1 << 20, kByUs = 64 << 10;
  const ssize_t moved = ::sendfile(to, from, nullptr, kBySystem);
  if (moved >= 0 || (errno != EINVAL && errno != ENOSYS)) return moved;
  char buffer[kByUs];
  const ssize_t n = ::read(from, buffer, sizeof buffer);
  return n <= 0 || write_all(to, {buffer, static_cast<std::size_t>(n)}) ? n : -1;
}

// Written, fsynced and closed, or an error and no file.
Status write_new(const std::string& path, std::string_view content, unsigned mode) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.get() < 0) return system_error(path, "create", errno);
  const char* verb = "write";
  bool ok = write_all(file.get(), content);
  if (ok) {
    verb = "fsync";
    ok = ::fsync(file.get()) == 0;
  }
  if (ok) {
    verb = "close";
    ok = ::close(file.release()) == 0;
  }
  if (ok) return {};
  Error error = system_error(path, verb, errno);
  ::unlink(path.c_str());
  return error;
}

std::string name_beside(const std::string& path) {
  static std::atomic<unsigned> count{0};
  return path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
}

}  // namespace

Error system_error(const std::string& path, std::string_view verb, int error_number) {
  const std::string message =
      "'" + path + "': " + std::string(verb) + ": " + std::generic_category().message(error_number);
  switch (error_number) {
    case ENOSPC:
    case EDQUOT: return retry("no_space", message);
    case ENOENT:
    case ENOTDIR: return {ErrorClass::kConfig, "not_found", message};
    case EACCES:
    case EPERM:
    case EROFS: return {ErrorClass::kConfig, "denied", message};
    default: return retry("io", message);
  }
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error(path, "open", errno);
  std::string content;
  constexpr std::size_t kChunk = 64 << 10;
  struct stat info {};
  if (::fstat(file.get(), &info) == 0 && info.st_size > 0)
    content.reserve(std::min(static_cast<std::size_t>(info.st_size), max_bytes) + kChunk);
  for (;;) {
    const std::size_t have = content.size();
    // one more than allowed tells that it is too large
    const std::size_t want = std::min(kChunk, max_bytes - have + 1);
    content.resize(have + want);
    const ssize_t n = ::read(file.get(), content.data() + have, want);
    content.resize(have + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(path, "read", errno);
    if (n == 0) return content;
    if (content.size() > max_bytes)
      return Error{
          ErrorClass::kConfig, "too_large",
          "'" + path + "': larger than the " + std::to_string(max_bytes) + " bytes allowed"};
  }
}

Status write_file_atomic(const std::string& path, std::string_view content, unsigned mode) {
  const std::string beside = name_beside(path);
  if (Status bad = write_new(beside, content, mode); !bad) return bad;
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    Error error = system_error(path, "rename", errno);
    ::unlink(beside.c_str());
    return error;
  }
  return sync_folder(folder_of(path));
}

// std::filesystem::copy_file tells a full disk as EIO.
Status copy_file(const std::string& from, const std::string& to) {
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return system_error(from, "open", errno);
  Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (out.get() < 0) return system_error(to, "create", errno);
  while (const ssize_t n = copy_some(in.get(), out.get()))
    if (n < 0 && errno != EINTR) return system_error(to, "write", errno);
  if (::close(out.release()) != 0) return system_error(to, "close", errno);
  return {};
}

Status make_folders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return system_error(path, "create", error.value());
  if (!std::filesystem::is_directory(path, error))
    return Error{ErrorClass::kConfig, "not_found", "'" + path + "': is no folder"};
  return {};
}

Status can_make_folders(const std::string& path) {
  std::string nearest = path;
  struct stat info {};
  while (::stat(nearest.c_str(), &info) != 0) {
    if ((errno != ENOENT && errno != ENOTDIR) || nearest == "/" || nearest == ".")
      return system_error(nearest, "open", errno);
    nearest = folder_of(nearest);
  }
  if (!S_ISDIR(info.st_mode))
    return Error{ErrorClass::kConfig, "not_found", "'" + nearest + "': is no folder"};
  if (::faccessat(AT_FDCWD, nearest.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    return system_error(nearest, "write into it", errno);
  return {};
}

Status sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return system_error(path, "open", errno);
  if (::fsync(folder.get()) != 0) return system_error(path, "fsync", errno);
  return {};
}

Result<std::uint64_t> free_space(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return system_error(path, "ask for free space", errno);
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace copydesk::io
