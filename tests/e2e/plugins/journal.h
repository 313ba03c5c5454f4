// A file of lines that takes back what is not committed: the simplest sink that can undo.
#pragma once
#include <copydesk/sdk.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace copydesk::e2e {

// The position is the length in decimal. One thread at a time.
class Journal {
 public:
  explicit Journal(std::string path) : path_(std::move(path)) {}
  ~Journal() { close(); }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void open(const copydesk::Open& o) {
    close();
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    check(fd_ >= 0, "open");
    const off_t length =
        o.has_position() ? static_cast<off_t>(std::stoll(std::string(o.position()))) : 0;
    struct stat now {};
    check(::fstat(fd_, &now) == 0, "fstat");
    if (now.st_size < length) throw copydesk::Fatal(path_ + " is shorter than what was committed");
    check(::ftruncate(fd_, length) == 0, "ftruncate");
  }

  void add(const copydesk::Host& host, const copydesk::Article& article) {
    std::string line;
    host.encode(article, "json", [&](std::string_view text) { line.assign(text); });
    line += '\n';
    check(::write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size()), "write");
  }

  std::string flush() {
    check(::fdatasync(fd_) == 0, "fdatasync");
    struct stat now {};
    check(::fstat(fd_, &now) == 0, "fstat");
    return std::to_string(now.st_size);
  }

 private:
  void check(bool good, const char* what) const {
    if (!good) throw copydesk::Fatal(path_ + ": " + what + ": " + std::strerror(errno));
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  std::string path_;
  int fd_ = -1;
};

inline bool exists(const std::string& path) {
  return !path.empty() && ::access(path.c_str(), F_OK) == 0;
}

}  // namespace copydesk::e2e
