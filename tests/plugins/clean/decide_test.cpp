#include "clean/decide.h"

#include <gtest/gtest.h>

#include <cmath>

namespace copydesk::clean {
namespace {

float odds(float likely) { return std::log(likely / (1 - likely)); }

struct Verdicts {
  std::vector<Line> lines;
  std::vector<float> scores;

  Verdicts& add(std::size_t words, float likely) {
    lines.emplace_back().words = words;
    scores.push_back(odds(likely));
    return *this;
  }
  bool takes(std::size_t line) {
    std::vector<float> shifted = scores;
    shift_for_best_f1(lines, shifted);
    return shifted[line] > 0;
  }
};

TEST(Decide, WhereAllIsClearAHalfDecides) {
  Verdicts page;
  page.add(1000, 0.999f).add(1000, 0.001f).add(20, 0.53f).add(20, 0.46f);
  EXPECT_TRUE(page.takes(0));
  EXPECT_FALSE(page.takes(1));
  EXPECT_TRUE(page.takes(2));
  EXPECT_FALSE(page.takes(3));
}

TEST(Decide, WhereAllIsInDoubtLessIsEnough) {
  Verdicts page;
  page.add(500, 0.6f).add(500, 0.55f).add(20, 0.4f).add(20, 0.2f);
  EXPECT_TRUE(page.takes(1));
  EXPECT_TRUE(page.takes(2));
  EXPECT_FALSE(page.takes(3));
}

// What would be lost in the mean of F1 when a line of this likelihood is left out, tried by hand.
TEST(Decide, TakesWhatIsExpectedToRaiseF1) {
  for (const float likely : {0.32f, 0.36f, 0.41f, 0.5f}) {
    Verdicts page;
    page.add(400, 0.9f).add(300, 0.75f).add(1, likely);
    const float right = 360 + 225, taken = 700, expected = 585;
    const float gain = likely / expected + (likely - right / taken) / taken;
    EXPECT_EQ(page.takes(2), gain > 0) << likely;
  }
}

TEST(Decide, TakesNothingOfNothing) {
  std::vector<float> none;
  shift_for_best_f1({}, none);
  EXPECT_TRUE(none.empty());
  Verdicts page;
  page.add(100, 0.01f).add(0, 0.9f);
  EXPECT_FALSE(page.takes(0));
}

}  // namespace
}  // namespace copydesk::clean
