#include "base/ascii.h"

#include <gtest/gtest.h>

namespace copydesk {
namespace {

TEST(Ascii, LowersTheTwentySixCapitalsAndNothingElse) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool capital = i >= 'A' && i <= 'Z';
    EXPECT_EQ(ascii_lower(c), capital ? static_cast<char>(i + 32) : c) << i;
    EXPECT_EQ(is_ascii_letter(c), capital || (i >= 'a' && i <= 'z')) << i;
  }
}

TEST(Ascii, LeavesTheBytesOfOtherLettersAlone) {
  EXPECT_EQ(ascii_lower_case("ÀÉ Über-TEXT_9"), "ÀÉ Über-text_9");
}

}  // namespace
}  // namespace copydesk
