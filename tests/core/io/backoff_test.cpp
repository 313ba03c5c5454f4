#include "io/backoff.h"

#include <gtest/gtest.h>

#include <limits>

namespace copydesk::io {
namespace {

TEST(Backoff, DoublesUpToTheMostAndCutsAtMostAHalf) {
  Backoff backoff({.first = 100, .most = 1000}, 7);
  for (const Nanos full : {100, 200, 400, 800, 1000, 1000, 1000}) {
    const Nanos wait = backoff.next();
    EXPECT_LE(wait, full);
    EXPECT_GE(wait, full / 2);
  }
  EXPECT_EQ(backoff.tries(), 7U);
  backoff.reset();
  EXPECT_LE(backoff.next(), 100);
}

TEST(Backoff, GivesTheSameWaitsForTheSameSeedAndOthersForAnother) {
  Backoff a({}, 1), b({}, 1), c({}, 2);
  bool differs = false;
  for (int i = 0; i < 20; ++i) {
    const Nanos wait = a.next();
    EXPECT_EQ(wait, b.next());
    differs |= wait != c.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Backoff, StaysWithinItsBoundsForEver) {
  Backoff backoff({.first = 1, .most = std::numeric_limits<Nanos>::max()}, 3);
  for (int i = 0; i < 10'000; ++i) EXPECT_GT(backoff.next(), 0);
  Backoff odd({.first = 0, .most = 0}, 3);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(odd.next(), 1);
  Backoff reversed({.first = 1000, .most = 10}, 3);
  EXPECT_LE(reversed.next(), 10);
}

}  // namespace
}  // namespace copydesk::io
