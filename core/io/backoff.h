#pragma once

#include <cstdint>
#include <random>

#include "base/time.h"

namespace copydesk::io {

// How long to wait before the next try: first, first*2, first*4 … up to `most`, each cut by a random part of up to a half, so that those
// who failed together do not come back together ("equal jitter": Brooker, Exponential Backoff And Jitter, AWS
// Architecture Blog, 2015). The same seed gives the same waits. Not thread-safe.
class Backoff {
 public:
  struct Bounds {
    Nanos first = 100 * kMillisecond;
    Nanos most = 30 * kSecond;
  };
  Backoff(Bounds bounds, std::uint64_t seed) : bounds_(bounds), random_(seed) {}

  [[nodiscard]] Nanos next();
  void reset() { tries_ = 0; }  // after a success
  [[nodiscard]] std::uint64_t tries() const { return tries_; }

 private:
  Bounds bounds_;
  std::mt19937_64 random_;
  std::uint64_t tries_ = 0;
};

}  // namespace copydesk::io
