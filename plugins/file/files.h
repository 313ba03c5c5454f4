// The system calls of the file sink behind a seam, so that a test can fail each of them and stop between any two.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace copydesk::file {

// The disk would not, now; the same may work later. The file is as it was before the call.
struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// A person must act; the text names the file, what is wrong and the way out.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Every function returns as the call it is named after: -1 and errno on failure.
class Files {
 public:
  virtual ~Files() = default;
  virtual int open(const std::string& path, int flags);  // mode 0644, O_CLOEXEC added
  virtual ssize_t write_at(int fd, std::string_view data, std::uint64_t offset);
  virtual int sync(int fd);  // fdatasync
  virtual int truncate(int fd, std::uint64_t length);
  // renameat2 with RENAME_NOREPLACE
  virtual int rename_new(const std::string& from, const std::string& to);
  virtual int link(const std::string& from, const std::string& to);
  virtual int unlink(const std::string& path);
  virtual int sync_folder(const std::string& folder);  // fsync
};

// An owned file descriptor; -1 is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset() noexcept;
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Stat {
  bool exists = false, regular = false;
  std::uint64_t size = 0, device = 0, inode = 0;
  [[nodiscard]] bool same_file(const Stat& o) const noexcept {
    return exists && o.exists && device == o.device && inode == o.inode;
  }
};
// Of the name itself, links are not followed. Throws Trouble when it cannot be told.
Stat stat_of(const std::string& path);
// Of an open file, called `path`.
Stat stat_of(int fd, const std::string& path);

// "path: what: reason of errno", thrown as Trouble.
[[noreturn]] void throw_errno(const std::string& path, std::string_view what);
// The same for a file that cannot be opened or made: Refusal when waiting will not help (permissions, a wrong path).
[[noreturn]] void throw_open_errno(const std::string& path);

// Why the file at `path` could not be opened for writing once the missing folders above it are made, which would be attempted; empty: it
// could. Changes nothing.
[[nodiscard]] std::string cannot_write(const std::string& path);

// Never overwrites: Refusal when `to` exists. Where the file system has no RENAME_NOREPLACE, link and unlink.
void move_new(Files& files, const std::string& from, const std::string& to);
// Absent is fine.
void remove_file(Files& files, const std::string& path);
// The whole of `data`; short writes go on.
void write_all(Files& files, int fd, const std::string& path, std::string_view data,
               std::uint64_t offset);

}  // namespace copydesk::file
