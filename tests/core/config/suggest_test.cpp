#include "config/suggest.h"

#include <gtest/gtest.h>

namespace copydesk::config {
namespace {

TEST(Suggest, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("thresold", "threshold"), 1U);
  EXPECT_EQ(edit_distance("form", "from"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("Path", "path"), 0U);
  EXPECT_EQ(edit_distance(std::string(100, 'a'), "a"), 100U);
}

TEST(Suggest, ProposesOnlyWhatIsNear) {
  const std::vector<std::string> keys{"path", "include", "settle"};
  EXPECT_EQ(nearest("pth", keys), "path");
  EXPECT_EQ(nearest("includes", keys), "include");
  EXPECT_EQ(nearest("brokers", keys), "");
  EXPECT_EQ(nearest("x", {"y"}), "");
  EXPECT_EQ(nearest("dedup", {"clean", "deduplicate"}), "deduplicate");
  EXPECT_EQ(nearest("de", {"clean", "deduplicate"}), "");
  EXPECT_EQ(nearest("limits", {"limits.record", "limits.ratio"}), "") << "which one?";
}

TEST(Suggest, HintsAreSentencesEnds) {
  EXPECT_EQ(hint("pth", {"path"}, "keys"), " (did you mean 'path'?)");
  EXPECT_EQ(hint("brokers", {"a", "b"}, "keys"), " (known keys: a, b)");
  EXPECT_EQ(hint("a", {}, "keys"), " (there are no keys)");
}

TEST(Suggest, WhatIsShownIsOneShortLine) {
  EXPECT_EQ(shown("a\nb"), "'a b'");
  EXPECT_EQ(shown(std::string(100, 'x')), "'" + std::string(60, 'x') + "…'");
}

}  // namespace
}  // namespace copydesk::config
