#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace copydesk {
namespace {

Result<std::unique_ptr<int>> give(bool well) {
  if (!well) return reject("bad", "no number");
  return std::make_unique<int>(7);
}

TEST(Result, HoldsAValueOrAnError) {
  auto good = give(true);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(**good, 7);
  const std::unique_ptr<int> taken = std::move(good).value();
  EXPECT_EQ(*taken, 7);
  const auto bad = give(false);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, "bad");
  EXPECT_EQ(bad.error().cls, ErrorClass::kReject);
}

TEST(Result, AddsThePlacesAnErrorPassedThrough) {
  const Error error = retry("no_space", "the disk is full").within("write").within("a.txt");
  EXPECT_EQ(error.message, "a.txt: write: the disk is full");
  EXPECT_EQ(error.code, "no_space");
}

TEST(Status, IsGoodUntilItHoldsAnError) {
  EXPECT_TRUE(Status().ok());
  const Status bad = config_error("wrong");
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().cls, ErrorClass::kConfig);
  EXPECT_EQ(fatal("x", "y").cls, ErrorClass::kFatal);
}

TEST(ResultDeathTest, EndsTheProcessWhenTheWrongOneIsAskedFor) {
  EXPECT_DEATH((void)give(false).value(), "assertion failed");
  EXPECT_DEATH((void)give(true).error(), "assertion failed");
  EXPECT_DEATH((void)Status().error(), "assertion failed");
}

}  // namespace
}  // namespace copydesk
