#include "io/clock.h"

#include <gtest/gtest.h>

namespace copydesk::io {
namespace {

TEST(Clock, TellsTheTimeOfTheSystem) {
  const SystemClock clock;
  EXPECT_GT(clock.now(), 1'600'000'000 * kSecond);
  const Nanos first = clock.steady();
  EXPECT_GE(clock.steady(), first);
}

TEST(Clock, StandsStillInATestUntilMoved) {
  TestClock clock(100);
  EXPECT_EQ(clock.now(), 100);
  clock.advance(kSecond);
  EXPECT_EQ(clock.now(), 100 + kSecond);
  EXPECT_EQ(clock.steady(), kSecond);
  clock.set_wall(5);
  EXPECT_EQ(clock.now(), 5);
  EXPECT_EQ(clock.steady(), kSecond);
}

}  // namespace
}  // namespace copydesk::io
