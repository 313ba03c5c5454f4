// Reading and writing at a place of a file, to the end or to what stops it.
#pragma once
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copydesk::deduplicate {

// A descriptor that is closed at the end.
class OwnedFile {
 public:
  explicit OwnedFile(int fd) : fd_(fd) {}
  ~OwnedFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OwnedFile(const OwnedFile&) = delete;
  OwnedFile& operator=(const OwnedFile&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

// Calls step(done) for the rest until nothing is left or one fails; errno says why. Returns how much was done.
template <class Step>
std::size_t transfer(std::size_t size, Step&& step) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = step(done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

// As many of the bytes as there are.
inline std::size_t read_at(int fd, char* into, std::size_t size, std::uint64_t at) {
  return transfer(size, [&](std::size_t done) {
    return ::pread(fd, into + done, size - done, static_cast<off_t>(at + done));
  });
}

// How many of them were written.
inline std::size_t write_at(int fd, std::string_view bytes, std::uint64_t at) {
  return transfer(bytes.size(), [&](std::size_t done) {
    return ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
  });
}

inline std::uint64_t file_size(int fd) {
  struct stat s {};
  return ::fstat(fd, &s) == 0 ? static_cast<std::uint64_t>(s.st_size) : 0;
}

}  // namespace copydesk::deduplicate
