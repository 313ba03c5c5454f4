#include "config/diagnostics.h"

#include <gtest/gtest.h>

namespace copydesk::config {
namespace {

Location at(int line, int column) { return {"f.yaml", line, column}; }

TEST(Diagnostics, AreSortedByPlaceAndEachIsThereOnce) {
  Diagnostics d;
  d.error(at(2, 1), 1, "b");
  d.warning(at(1, 5), 1, "a");
  d.error(at(2, 1), 1, "b");
  EXPECT_EQ(d.render(false), "f.yaml:1:5: warning: a\nf.yaml:2:1: error: b\n1 error, 1 warning\n");
}

TEST(Diagnostics, WarningsAloneAreNoErrors) {
  Diagnostics d;
  d.warning(at(1, 1), 1, "a");
  EXPECT_FALSE(d.has_errors());
  EXPECT_EQ(d.render(false), "f.yaml:1:1: warning: a\n1 warning\n");
}

TEST(Diagnostics, TheCaretStandsUnderWideCharacters) {
  Diagnostics d;
  d.set_source("f.yaml", "标题: é x\n");
  d.error(at(1, 7), 1, "here");
  EXPECT_EQ(d.render(false),
            "f.yaml:1:7: error: here\n    1 | 标题: é x\n      |         ^\n1 error\n");
}

TEST(Diagnostics, ACaretAtTheEndOfALineAndBeyondTheFile) {
  Diagnostics d;
  d.set_source("f.yaml", "ab");
  d.error(at(1, 3), 5, "end");
  d.error(at(9, 1), 1, "beyond");
  EXPECT_EQ(
      d.render(false),
      "f.yaml:1:3: error: end\n    1 | ab\n      |   ^\nf.yaml:9:1: error: beyond\n2 errors\n");
}

TEST(Diagnostics, HiddenPartsMoveTheCaret) {
  Diagnostics d;
  d.set_source("f.yaml", "a: longsecret, b: 12, c: x");
  d.hide(at(1, 4), 10);
  d.hide(at(1, 19), 2);
  d.error(at(1, 23), 1, "c");
  d.error(at(1, 4), 10, "a");
  EXPECT_EQ(
      d.render(false),
      "f.yaml:1:4: error: a\n    1 | a: ***, b: ***, c: x\n      |    ^~~\n"
      "f.yaml:1:23: error: c\n    1 | a: ***, b: ***, c: x\n      |                 ^\n2 errors\n");
}

TEST(Diagnostics, HaveABound) {
  Diagnostics d;
  for (int i = 1; i <= 250; ++i) d.error(at(i, 1), 1, "x");
  EXPECT_EQ(d.errors(), 250U);
  EXPECT_TRUE(d.render(false).ends_with("… and 50 more\n250 errors\n"));
}

}  // namespace
}  // namespace copydesk::config
