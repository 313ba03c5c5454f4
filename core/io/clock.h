#pragma once

#include <atomic>

#include "base/time.h"

namespace copydesk::io {

// Time comes through here, so that a test can hold it. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Nanos now() const = 0;     // wall time; may jump
  [[nodiscard]] virtual Nanos steady() const = 0;  // since some moment; never goes back
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override;
  [[nodiscard]] Nanos steady() const override;
};

// Stands still until it is moved.
class TestClock final : public Clock {
 public:
  explicit TestClock(Nanos now = 1'700'000'000 * kSecond) : now_(now) {}
  [[nodiscard]] Nanos now() const override { return now_.load(); }
  [[nodiscard]] Nanos steady() const override { return steady_.load(); }
  void advance(Nanos by) {
    now_ += by;
    steady_ += by;
  }
  void set_wall(Nanos now) { now_ = now; }  // a jump: steady time does not see it

 private:
  std::atomic<Nanos> now_;
  std::atomic<Nanos> steady_{0};
};

}  // namespace copydesk::io
