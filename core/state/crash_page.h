#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace copydesk::state {

// A page, mapped from a file, that names what each worker has in hand, so that the next run knows which articles were there
// when a plugin crashed. It outlives the process because the kernel keeps it, and does not try to outlive the machine.
//
// Only a slot that a signal handler marked counts: SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT on the worker's own thread.
// kill -9, the OOM killer and a power cut mark nothing, so nothing is blamed for them.
class CrashPage {
 public:
  static constexpr std::size_t kSlots = 256;         // workers that can be bound at a time
  static constexpr std::size_t kMaxOrigins = 512;    // named by a slot; more are not named
  static constexpr std::size_t kMaxNameBytes = 127;  // of a component; longer names are cut

  struct Marked {
    std::string component;
    int signal = 0;
    std::vector<std::uint64_t> origins;
  };
  struct Opened {
    std::unique_ptr<CrashPage> page;
    std::vector<Marked> marked;  // in the last run; forgotten on disk only by `reset`
  };
  // Opens or creates the file. A file of another shape (a different version) is made anew and tells nothing.
  [[nodiscard]] static Result<Opened> open(const std::string& file);
  ~CrashPage();
  CrashPage(const CrashPage&) = delete;
  CrashPage& operator=(const CrashPage&) = delete;

  // Names these marks: a commit that counts them keeps it, so that they are counted once even when the process dies before
  // `reset`. Another after each reset, and on another page.
  [[nodiscard]] std::uint64_t epoch() const;
  // Forgets the marks of the last run: when what they told is committed.
  void reset();

  // Gives the calling thread a slot and an alternative signal stack until `unbind` or the thread's end; false when all slots
  // are taken. A thread is bound to one page at a time, and the page outlives the binding.
  bool bind();
  static void unbind();
  // What the calling thread has in hand from now on. Does nothing for a thread that is not bound.
  static void hold(std::string_view component, std::span<const std::uint64_t> origins);
  static void release();

 private:
  struct Slot;
  struct Page;
  class Binding;
  explicit CrashPage(Page* page) : page_(page) {}
  static Binding& binding();
  static void on_signal(int signal);
  friend void install_crash_handlers(void (*)(int) noexcept);

  Page* page_;
};

// Holds articles for as long as it lives.
class InHand {
 public:
  InHand(std::string_view component, std::span<const std::uint64_t> origins) {
    CrashPage::hold(component, origins);
  }
  ~InHand() { CrashPage::release(); }
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;
};

// Handlers that mark the faulting thread's slot, then let the signal do what it does without us (end the process, write a core).
// `tell`, which must be async-signal-safe, is called in between on the faulting thread. At start, before there are threads.
void install_crash_handlers(void (*tell)(int signal) noexcept = nullptr);

// What names an article on the page: XXH3-64 of Origin::key().
[[nodiscard]] std::uint64_t origin_hash(std::string_view origin_key);

}  // namespace copydesk::state
