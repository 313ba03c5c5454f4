#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace copydesk::io {

// The control thread's loop: signals, timers, work posted by other threads, the control socket. Everything it calls runs on
// the thread in `run`. `post`, `stop` and Reply may be called from any thread as long as the loop lives, the rest before
// `run` or on its thread.
// What it calls must not throw.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();  // after `run` has returned
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Until `stop`. May be called again.
  void run();
  void stop();
  void post(std::function<void()> work);

  // A timer runs until it has gone off or its Timer is destroyed. Times are steady. The loop outlives its timers.
  class Timer {
   public:
    struct Impl;
    Timer();
    explicit Timer(std::unique_ptr<Impl> impl);
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    ~Timer();

   private:
    std::unique_ptr<Impl> impl_;
  };
  [[nodiscard]] Timer after(Nanos wait, std::function<void()> work);
  // The next turn begins `period` after the last one ended, so turns never pile up.
  [[nodiscard]] Timer every(Nanos period, std::function<void()> work);

  // Instead of their default action these signals call `work`. Once a loop.
  void on_signals(std::initializer_list<int> signals, std::function<void(int signal)> work);

  // Serves a unix-domain socket at `path`: each line a client sends is given to `answer`, which replies once, now or later, from
  // any thread, with one line (no newline inside); a Reply dropped unused hangs up. A stale socket file is replaced; the socket is for the owner only (0600).
  // Bounds: kMaxLineBytes a request, kMaxClients at a time; who breaks them is cut off. Once a loop. Errors: class config.
  static constexpr std::size_t kMaxLineBytes = 1 << 20;
  static constexpr std::size_t kMaxClients = 32;
  using Reply = std::function<void(std::string line)>;
  using Answer = std::function<void(std::string line, Reply reply)>;
  [[nodiscard]] Status serve(const std::string& path, Answer answer);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One request to such a socket: sends the line and gives back the reply, without newlines. Errors: config "not_found" (nobody
// serves there), retry "timeout", retry "io", config "too_large" (a reply beyond kMaxReplyBytes).
inline constexpr std::size_t kMaxReplyBytes = 64 << 20;
[[nodiscard]] Result<std::string> ask(const std::string& path, std::string_view line,
                                      Nanos timeout);

}  // namespace copydesk::io
