#include "state/ttl.h"

#include <gtest/gtest.h>

#include <limits>

namespace copydesk::state {
namespace {

TEST(Ttl, GivesBackAValueUntilItsExpiry) {
  const std::string stored = with_expiry(1000, "value");
  EXPECT_EQ(unexpired(stored, 0), "value");
  EXPECT_EQ(unexpired(stored, 999), "value");
  EXPECT_EQ(unexpired(stored, 1000), std::nullopt);
  EXPECT_EQ(unexpired(stored, 5000), std::nullopt);
}

TEST(Ttl, KeepsWithoutExpiryForEver) {
  EXPECT_EQ(unexpired(with_expiry(kNever, "v"), std::numeric_limits<Nanos>::max()), "v");
  EXPECT_EQ(unexpired(with_expiry(kNever, ""), 1), "");
}

TEST(Ttl, HidesWhatIsTooShortToBeAValue) {
  EXPECT_EQ(unexpired("", 0), std::nullopt);
  EXPECT_EQ(unexpired("1234567", 0), std::nullopt);
}

TEST(Ttl, ReckonsTheExpiryFromTheBatchTime) {
  EXPECT_EQ(expiry(100, 50), 150);
  EXPECT_EQ(expiry(100, 0), kNever);
  EXPECT_EQ(expiry(100, -5), kNever);
  EXPECT_EQ(expiry(100, std::numeric_limits<Nanos>::max()), kNever);
}

}  // namespace
}  // namespace copydesk::state
