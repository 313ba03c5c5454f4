#include "clean/forest.h"

#include <gtest/gtest.h>

#include <string>

namespace copydesk::clean {
namespace {

// Two columns, two trees of depth two, bias 0.5.
constexpr std::string_view kModel =
    "# a comment with 3 numbers 1 2\n"
    "2 2 2 0.5 0\n"
    "0 10 -1 -1 1 0.25 -1 2 -1 3\n"
    "-1 0.125\n";

TEST(Forest, AddsUpTheLeavesThatARowFallsInto) {
  const auto forest = Forest::parse(kModel, 2);
  ASSERT_TRUE(forest);
  const float low[] = {10, 9}, middle[] = {11, 0.25f}, high[] = {11, 0.5f};
  EXPECT_FLOAT_EQ(forest->score(low), 0.5f - 1 + 0.125f);
  EXPECT_FLOAT_EQ(forest->score(middle), 0.5f + 2 + 0.125f);
  EXPECT_FLOAT_EQ(forest->score(high), 0.5f + 3 + 0.125f);
}

TEST(Forest, RefusesWhatIsNoModelForItsColumns) {
  EXPECT_FALSE(Forest::parse("", 2));
  EXPECT_FALSE(Forest::parse(kModel, 3));
  EXPECT_FALSE(Forest::parse(kModel.substr(0, kModel.size() - 8), 2));
  EXPECT_FALSE(Forest::parse("2 1 2 0 0\n7 1 -1 1 -1 1\n", 2)) << "a column that is not there";
  EXPECT_FALSE(Forest::parse("2 1 1 0 0\n0 1 0 1 -1 1 -1 1 -1 1\n", 2)) << "a tree too deep";
  EXPECT_FALSE(Forest::parse("2 999999999 2 0 0\n", 2)) << "trees without end";
  EXPECT_FALSE(Forest::parse("2 1 1 0 1 2 -1 1\n-1 1\n", 2)) << "a stop behind the last tree";
  EXPECT_FALSE(Forest::parse("2 1 1 0 1 1 1 -1\n-1 1\n", 2)) << "bounds the wrong way round";
  EXPECT_FALSE(Forest::parse("2 1 1 0 99 1 -1 1\n-1 1\n", 2)) << "stops without end";
}

TEST(Forest, StopsWhereTheSumIsBeyondABound) {
  // Eight trees of one column; the first says -1, 0.5 or 2, the others say 1 together.
  std::string model = "1 8 2 0 1 1 -1 2\n0 0 -1 -1 0 1 -1 0.5 -1 2\n";
  for (int i = 0; i < 7; ++i) model += "-1 0.25\n";
  const auto forest = Forest::parse(model, 1);
  ASSERT_TRUE(forest);
  const float low[] = {0}, middle[] = {1}, high[] = {2};
  EXPECT_GT(forest->score(low), 0);
  EXPECT_LE(forest->quick_score(low), 0) << "the bound is a verdict";
  EXPECT_FLOAT_EQ(forest->quick_score(middle), forest->score(middle));
  EXPECT_FLOAT_EQ(forest->quick_score(high), 2);
  EXPECT_EQ(forest->exact_score(low), Forest::kSurelyNot);
  EXPECT_FLOAT_EQ(forest->exact_score(middle), forest->score(middle));
  EXPECT_FLOAT_EQ(forest->exact_score(high), forest->score(high)) << "not cut short above";
}

TEST(Forest, APairHasTheColumnsOfEach) {
  const std::string first = "2 1 1 0 0\n-1 1\n", second = "3 1 1 0 0\n-1 2\n";
  const auto pair = ForestPair::parse(first + second, 2, 3);
  ASSERT_TRUE(pair);
  const float row[3] = {};
  EXPECT_FLOAT_EQ(pair->first.score(row), 1);
  EXPECT_FLOAT_EQ(pair->second.score(row), 2);
  EXPECT_FALSE(ForestPair::parse(first, 2, 3));
  EXPECT_FALSE(ForestPair::parse(first + second, 2, 2));
}

}  // namespace
}  // namespace copydesk::clean
