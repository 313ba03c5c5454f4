#include "control/diff.h"

#include <gtest/gtest.h>

namespace copydesk::control {
namespace {

std::string shown(std::string_view before, std::string_view after) {
  std::string out;
  for (const DiffLine& line : diff_lines(before, after)) {
    out += line.kind == DiffLine::kSame      ? " "
           : line.kind == DiffLine::kRemoved ? "-"
           : line.kind == DiffLine::kAdded   ? "+"
                                             : "~";
    out += line.kind == DiffLine::kGap ? std::to_string(line.lines) : std::string(line.text);
    out += "|";
  }
  return out;
}

TEST(Diff, IsEmptyForEqualTexts) {
  EXPECT_EQ(shown("", ""), "");
  EXPECT_EQ(shown("a\nb", "a\nb"), "");
}

TEST(Diff, ShowsOneLineAroundAChange) {
  EXPECT_EQ(shown("1\n2\n3\n4\n5\n6", "1\n2\n3\nx\n5\n6"), "~2| 3|-4|+x| 5|~1|");
}

TEST(Diff, ShowsLinesCutAtBothEnds) {
  EXPECT_EQ(shown("menu\na\nb\nc\nfooter", "a\nb\nc"), "-menu| a|~1| c|-footer|");
}

TEST(Diff, FindsTheLinesThatStayed) {
  EXPECT_EQ(shown("a\nb\nc\nd", "b\nx\nd"), "-a| b|-c|+x| d|");
}

TEST(Diff, ShowsAllOfATextThatIsNew) {
  EXPECT_EQ(shown("", "a\nb"), "+a|+b|");
  EXPECT_EQ(shown("a\nb", ""), "-a|-b|");
}

TEST(Diff, ReplacesAsAWholeWhatIsTooLongToCompare) {
  std::string before = "same\n", after = "same\n";
  for (int i = 0; i < 3000; ++i) {
    before += "b" + std::to_string(i) + "\n";
    after += "a" + std::to_string(i) + "\n";
  }
  const auto diff = diff_lines(before, after);
  EXPECT_EQ(diff.size(), 6001);
  EXPECT_EQ(diff[1].kind, DiffLine::kRemoved);
  EXPECT_EQ(diff.back().kind, DiffLine::kAdded);
}

}  // namespace
}  // namespace copydesk::control
