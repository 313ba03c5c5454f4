#include "io/backoff.h"

#include <algorithm>

namespace copydesk::io {

Nanos Backoff::next() {
  constexpr std::uint64_t kMostDoublings = 62;
  const Nanos most = std::max<Nanos>(bounds_.most, 1);
  Nanos full = std::clamp<Nanos>(bounds_.first, 1, most);
  for (std::uint64_t i = 0; i < std::min(tries_, kMostDoublings) && full < most; ++i)
    full = full > most / 2 ? most : full * 2;
  ++tries_;
  // The remainder of a 64-bit number is even enough for a wait, and unlike a distribution the same with every library.
  const Nanos half = full / 2;
  return full - static_cast<Nanos>(random_() % static_cast<std::uint64_t>(half + 1));
}

}  // namespace copydesk::io
