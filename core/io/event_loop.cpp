#include "io/event_loop.h"

#include <utility>  // Asio of Boost 1.74 uses std::exchange without including it

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "io/files.h"

namespace copydesk::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr int kBacklog = 16;
constexpr int kBusyWaitMs = 5;  // between tries to get into a full backlog
constexpr std::chrono::milliseconds kAcceptPause{100};

Status check_socket_path(const std::string& path) {
  if (!path.empty() && path.size() <= kMaxSocketPath) return {};
  return config_error("'" + path + "' cannot be a socket: its path has " +
                      std::to_string(path.size()) + " bytes, the system allows " +
                      std::to_string(kMaxSocketPath) + ": use a shorter data_dir");
}

// One client. It reads a line, waits for the reply, writes it, and goes on: never two lines at a time.
class Client : public std::enable_shared_from_this<Client> {
 public:
  // Shared by the operation that is under way on its socket and by a Reply that is still to come.
  Client(asio::io_context& context, Local::socket socket, EventLoop::Answer& answer,
         std::atomic<std::size_t>& count)
      : context_(context),
        socket_(std::move(socket)),
        answer_(answer),
        count_(count),
        buffer_(EventLoop::kMaxLineBytes) {
    ++count_;
  }
  ~Client() { --count_; }

  void read() {
    asio::async_read_until(socket_, buffer_, '\n',
                           [self = shared_from_this()](error_code error, std::size_t size) {
                             if (!error) self->handle(size);
                           });
  }

 private:
  void handle(std::size_t size) {
    std::string line(static_cast<const char*>(buffer_.data().data()), size - 1);
    buffer_.consume(size);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    answer_(
        std::move(line), [keep = shared_from_this(),
                          replied = std::make_shared<std::atomic<bool>>(false)](std::string text) {
          if (replied->exchange(true)) return;
          asio::post(keep->context_,
                     [keep, text = std::move(text)]() mutable { keep->write(std::move(text)); });
        });
  }

  void write(std::string text) {
    reply_ = std::move(text);
    reply_ += '\n';
    asio::async_write(socket_, asio::buffer(reply_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!error) self->read();
                      });
  }

  asio::io_context& context_;
  Local::socket socket_;
  EventLoop::Answer& answer_;
  std::atomic<std::size_t>& count_;
  asio::streambuf buffer_;
  std::string reply_;
};

}  // namespace

struct EventLoop::Impl {
  // What outlives the operations in the context stands before it: they are destroyed with it.
  Answer answer;
  std::atomic<std::size_t> clients{0};
  std::string socket_path;
  asio::io_context context{1};
  asio::signal_set signals{context};
  Local::acceptor acceptor{context};
  asio::steady_timer pause{context};
  std::function<void(int)> on_signal;

  void wait_signal() {
    signals.async_wait([this](error_code error, int signal) {
      if (error) return;
      on_signal(signal);
      wait_signal();
    });
  }

  // Out of descriptors, most likely: trying again at once would only spin.
  void accept_later() {
    pause.expires_after(kAcceptPause);
    pause.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  void accept() {
    acceptor.async_accept([this](error_code error, Local::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return accept_later();
      if (clients < kMaxClients)
        std::make_shared<Client>(context, std::move(socket), answer, clients)->read();
      accept();
    });
  }
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}

EventLoop::~EventLoop() {
  if (!impl_->socket_path.empty()) ::unlink(impl_->socket_path.c_str());
}

void EventLoop::run() {
  const auto work = asio::make_work_guard(impl_->context);
  impl_->context.restart();
  impl_->context.run();
}

void EventLoop::stop() { impl_->context.stop(); }
void EventLoop::post(std::function<void()> work) { asio::post(impl_->context, std::move(work)); }

struct EventLoop::Timer::Impl {
  explicit Impl(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  std::function<void()> work;
  Nanos period = 0;
  // A turn that is already due when the timer is destroyed finds this gone.
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);

  void start(Nanos wait) {
    timer.expires_after(std::chrono::nanoseconds(wait));
    timer.async_wait([this, guard = std::weak_ptr<bool>(alive)](error_code error) {
      if (error || guard.expired()) return;
      const auto call = work;  // it may destroy this timer
      call();
      if (!guard.expired() && period > 0) start(period);
    });
  }
};

EventLoop::Timer::Timer() = default;
EventLoop::Timer::Timer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventLoop::Timer::Timer(Timer&&) noexcept = default;
EventLoop::Timer& EventLoop::Timer::operator=(Timer&&) noexcept = default;
EventLoop::Timer::~Timer() = default;

EventLoop::Timer EventLoop::after(Nanos wait, std::function<void()> work) {
  auto timer = std::make_unique<Timer::Impl>(impl_->context);
  timer->work = std::move(work);
  timer->start(wait);
  return Timer(std::move(timer));
}

EventLoop::Timer EventLoop::every(Nanos period, std::function<void()> work) {
  auto timer = std::make_unique<Timer::Impl>(impl_->context);
  timer->work = std::move(work);
  timer->period = period;
  timer->start(period);
  return Timer(std::move(timer));
}

void EventLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> work) {
  impl_->on_signal = std::move(work);
  for (int signal : signals) impl_->signals.add(signal);
  impl_->wait_signal();
}

Status EventLoop::serve(const std::string& path, Answer answer) {
  if (Status bad = check_socket_path(path); !bad) return bad;
  struct stat info {};
  // What a crash left behind. data_dir is locked, so nobody else serves it.
  if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  error_code error;
  impl_->acceptor.open(Local(), error);
  // Before bind: Linux gives the file the mode of the socket, and nobody else can connect in between.
  if (!error && ::fchmod(impl_->acceptor.native_handle(), 0600) != 0)
    error = error_code(errno, boost::system::system_category());
  if (!error) impl_->acceptor.bind(Local::endpoint(path), error);
  if (!error) impl_->acceptor.listen(kBacklog, error);
  if (error) {
    error_code ignored;
    impl_->acceptor.close(ignored);
    return config_error("'" + path + "' cannot be served: " + error.message());
  }
  impl_->socket_path = path;
  impl_->answer = std::move(answer);
  impl_->accept();
  return {};
}

namespace {

Nanos steady_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class Asker {
 public:
  Asker(const std::string& path, Nanos timeout) : path_(path), deadline_(steady_now() + timeout) {}
  ~Asker() {
    if (fd_ >= 0) ::close(fd_);
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  Status connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return system_error(path_, "socket", errno);
    // A full backlog is EAGAIN at once: a local socket does not wait, so we do.
    int connected = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    while (connected != 0 && errno == EAGAIN && steady_now() < deadline_) {
      ::poll(nullptr, 0, kBusyWaitMs);
      connected = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    if (connected == 0) return {};
    if (errno == EAGAIN)
      return retry("timeout", "'" + path_ + "': too many others are asking the daemon");
    if (errno == ENOENT || errno == ECONNREFUSED)
      return Error{ErrorClass::kConfig, "not_found",
                   "'" + path_ + "': no daemon answers there; is it running?"};
    return system_error(path_, "connect", errno);
  }

  Status send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n >= 0) {
        text.remove_prefix(static_cast<std::size_t>(n));
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) return system_error(path_, "send", errno);
      if (Status bad = wait(POLLOUT); !bad) return bad;
    }
    return {};
  }

  Result<std::string> receive_line() {
    std::string text;
    std::string chunk(64 << 10, '\0');
    for (;;) {
      const ssize_t n = ::recv(fd_, chunk.data(), chunk.size(), 0);
      if (n == 0) return retry("io", "'" + path_ + "': the daemon hung up without an answer");
      if (n < 0 && errno != EAGAIN && errno != EINTR) return system_error(path_, "receive", errno);
      if (n < 0) {
        if (Status bad = wait(POLLIN); !bad) return std::move(bad).error();
        continue;
      }
      const std::string_view got(chunk.data(), static_cast<std::size_t>(n));
      const std::size_t end = got.find('\n');
      text.append(got.substr(0, end));
      if (end != std::string_view::npos) return text;
      if (text.size() > kMaxReplyBytes)
        return Error{ErrorClass::kConfig, "too_large", "'" + path_ + "': the answer is too large"};
    }
  }

 private:
  Status wait(short events) {
    const Nanos left = deadline_ - steady_now();
    pollfd waiting{fd_, events, 0};
    const int ready =
        left <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(left / kMillisecond) + 1);
    if (ready == 0) return retry("timeout", "'" + path_ + "': the daemon did not answer in time");
    return {};
  }

  const std::string path_;
  const Nanos deadline_;
  int fd_ = -1;
};

}  // namespace

Result<std::string> ask(const std::string& path, std::string_view line, Nanos timeout) {
  if (Status bad = check_socket_path(path); !bad) return std::move(bad).error();
  Asker asker(path, timeout);
  if (Status bad = asker.connect(); !bad) return std::move(bad).error();
  if (Status bad = asker.send(std::string(line) + "\n"); !bad) return std::move(bad).error();
  return asker.receive_line();
}

}  // namespace copydesk::io
