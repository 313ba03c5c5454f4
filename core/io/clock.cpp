#include "io/clock.h"

#include <chrono>

namespace copydesk::io {
namespace {

template <class Source>
Nanos nanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Source::now().time_since_epoch())
      .count();
}

}  // namespace

Nanos SystemClock::now() const { return nanos<std::chrono::system_clock>(); }
Nanos SystemClock::steady() const { return nanos<std::chrono::steady_clock>(); }

}  // namespace copydesk::io
