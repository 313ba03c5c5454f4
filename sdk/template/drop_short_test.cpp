#include "drop_short.h"

#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

using namespace copydesk::testing;

TEST(DropShort, DropsWhatHasTooFewWords) {
  StageHarness<DropShort> h({{"min_words", 3}});
  const auto out = h.run(
      {article("a").body("two words"), article("b").body("three whole\nwords"), article("c")});
  EXPECT_EQ(out[0].dropped, "short");
  EXPECT_TRUE(out[1].alive());
  EXPECT_EQ(out[2].dropped, "short");
}

TEST(DropShort, AsksForFiftyWordsUnlessToldOtherwise) {
  StageHarness<DropShort> h;
  EXPECT_EQ(h.run(article("a").body("word")).dropped, "short");
}
