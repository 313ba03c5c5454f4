#include "line_output.h"

#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace copydesk::line_output {
namespace {

// A write to a closed pipe raises SIGPIPE in this thread; it is held back and taken away again.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec at_once{};
    if (!was_pending_)
      while (sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_{}, before_{};
  bool was_pending_ = false;
};

std::string reason() { return std::generic_category().message(errno); }

void wait_for_room(int fd, int patience_ms) {
  pollfd p{fd, POLLOUT, 0};
  const int n = ::poll(&p, 1, patience_ms);
  if (n == 0) throw Trouble("stdout takes nothing: its reader is stuck");
  if (n < 0 && errno != EINTR) throw Trouble("stdout: poll: " + reason());
}

}  // namespace

void LineOutput::write(std::string_view lines) {
  const NoSigpipe guard;
  std::string_view torn = torn_;
  try {
    write_all(torn);
  } catch (...) {
    torn_ = std::string(torn);
    throw;
  }
  torn_.clear();
  std::string_view rest = lines;
  try {
    write_all(rest);
  } catch (...) {
    const std::size_t written = lines.size() - rest.size();
    if (written > 0 && lines[written - 1] != '\n') torn_ = rest.substr(0, rest.find('\n') + 1);
    throw;
  }
}

void LineOutput::write_all(std::string_view& rest) {
  while (!rest.empty()) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n >= 0)
      rest.remove_prefix(static_cast<std::size_t>(n));
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      wait_for_room(fd_, patience_ms_);
    else if (errno == EPIPE)
      throw Closed("stdout was closed");
    else if (errno != EINTR)
      throw Trouble("stdout: write: " + reason());
  }
}

}  // namespace copydesk::line_output
