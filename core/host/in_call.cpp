#include "host/in_call.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>

namespace copydesk::host {
namespace {

// What one thread is in. Written by that thread under the mutex; its signal handler, on the same thread, reads without.
struct Place {
  std::mutex mutex;
  const char* function = nullptr;  // null: in none
  const void* owner = nullptr;
  std::chrono::steady_clock::time_point since;
  std::array<char, 192> what{};
  std::size_t size = 0;
};

struct Places {
  std::mutex mutex;
  std::set<Place*> of_threads;
};

Places& places() {
  static Places* all = new Places;  // never freed: threads may end after main
  return *all;
}

// Without a constructor, so that a signal handler may read it.
thread_local Place* here = nullptr;

// Gives the thread's place back when the thread ends.
class Holder {
 public:
  Holder() {
    const std::lock_guard lock(places().mutex);
    places().of_threads.insert(place_.get());
    here = place_.get();
  }
  ~Holder() {
    here = nullptr;
    const std::lock_guard lock(places().mutex);
    places().of_threads.erase(place_.get());
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

 private:
  std::unique_ptr<Place> place_ = std::make_unique<Place>();
};

void write_all(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

const char* name_of(int signal) noexcept {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    case SIGABRT: return "SIGABRT";
    default: return "a signal";
  }
}

}  // namespace

InCall::InCall(std::string_view what, const char* function, const void* owner) {
  thread_local Holder holder;
  if (here == nullptr) return;
  const std::lock_guard lock(here->mutex);
  here->size = std::min(what.size(), here->what.size());
  std::memcpy(here->what.data(), what.data(), here->size);
  here->owner = owner;
  here->since = std::chrono::steady_clock::now();
  here->function = function;
}

InCall::~InCall() {
  if (here == nullptr) return;
  const std::lock_guard lock(here->mutex);
  here->function = nullptr;
}

std::vector<std::string> calls_under_way() {
  std::vector<std::string> out;
  const std::lock_guard all(places().mutex);
  for (Place* place : places().of_threads) {
    const std::lock_guard lock(place->mutex);
    if (place->function != nullptr)
      out.push_back(std::string(place->function) + " of " +
                    std::string(place->what.data(), place->size));
  }
  return out;
}

std::optional<LongCall> longest_call(const void* owner) {
  std::optional<LongCall> out;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard all(places().mutex);
  for (Place* place : places().of_threads) {
    const std::lock_guard lock(place->mutex);
    if (place->function == nullptr || place->owner != owner) continue;
    const auto lasts = std::chrono::duration_cast<std::chrono::seconds>(now - place->since);
    if (!out || out->lasts < lasts) out = LongCall{place->function, lasts};
  }
  return out;
}

void tell_crash(int signal) noexcept {
  if (here == nullptr || here->function == nullptr) return;
  // One write, so that lines of other threads do not come in between. Cut where it does not fit.
  std::array<char, 320> line;
  std::size_t size = 0;
  for (const std::string_view part :
       {std::string_view("copydesk: "), std::string_view(name_of(signal)), std::string_view(" in "),
        std::string_view(here->function), std::string_view(" of "),
        std::string_view(here->what.data(), here->size),
        std::string_view(": the plugin has crashed\n")}) {
    const std::size_t some = std::min(part.size(), line.size() - size);
    std::memcpy(line.data() + size, part.data(), some);
    size += some;
  }
  write_all({line.data(), size});
}

}  // namespace copydesk::host
