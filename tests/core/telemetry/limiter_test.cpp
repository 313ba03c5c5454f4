#include "telemetry/limiter.h"

#include <gtest/gtest.h>

namespace copydesk::log {
namespace {

TEST(Limiter, LetsALineThroughOnceInAWindow) {
  Limiter limiter(10);
  EXPECT_TRUE(limiter.admit("a", 100).write);
  EXPECT_FALSE(limiter.admit("a", 101).write);
  EXPECT_FALSE(limiter.admit("a", 109).write);
  EXPECT_TRUE(limiter.admit("b", 109).write);
  const auto again = limiter.admit("a", 110);
  EXPECT_TRUE(again.write);
  EXPECT_EQ(again.held_back, 2U);
  EXPECT_EQ(limiter.admit("a", 120).held_back, 0U);
}

TEST(Limiter, TellsWhatItHeldBackEvenWhenTheLineNeverComesAgain) {
  Limiter limiter(10);
  (void)limiter.admit("a", 0);
  (void)limiter.admit("a", 1);
  (void)limiter.admit("b", 1);
  EXPECT_TRUE(limiter.take_held(9).empty());
  const auto held = limiter.take_held(10);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].line, "a");
  EXPECT_EQ(held[0].count, 1U);
  EXPECT_TRUE(limiter.take_held(30).empty());
}

TEST(Limiter, StaysBoundedUnderAnyNumberOfDifferentLines) {
  Limiter limiter(10);
  for (int i = 0; i < 10'000; ++i)
    EXPECT_TRUE(limiter.admit("line " + std::to_string(i), i / 1000).write);
  EXPECT_LE(limiter.size(), Limiter::kMaxLines);
  EXPECT_FALSE(limiter.admit("line 9999", 9).write);
}

}  // namespace
}  // namespace copydesk::log
