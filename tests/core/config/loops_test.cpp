#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> found_with(const std::string& source, const std::string& sink) {
  Parts parts;
  parts.source = source;
  parts.sink = sink;
  return found_in(parts.text());
}

TEST(Loops, ASinkThatWritesWhereItsSourceReadsIsAnError) {
  EXPECT_THAT(found_with("{ type: directory, path: . }", "{ type: file, path: ./out/a.json }"),
              ElementsAre(::testing::AllOf(
                  HasSubstr("10:"),
                  HasSubstr("sink 'archive' writes into the folder that source 'scraped' reads"),
                  HasSubstr("'exclude'"))));
  EXPECT_EQ(
      found_with("{ type: directory, path: ./inbox/ }", "{ type: file, path: x/../inbox/a.json }")
          .size(),
      1u);
  EXPECT_EQ(
      found_with("{ type: directory, path: /, include: ['**/*.x'] }", "{ type: file, path: out.x }")
          .size(),
      1u);
}

std::vector<std::string> found_with_second(const std::string& second, const std::string& to) {
  Parts parts;
  parts.sink = "{ type: file, path: out/a.json }";
  parts.to = to;
  parts.more = "  other: " + second + "\n";
  return found_in(parts.text());
}

TEST(Loops, TwoSinksOnOneFileAreAnError) {
  EXPECT_THAT(found_with_second("{ type: file, path: ./out/x/../a.json }", "[archive, other]"),
              ElementsAre(::testing::AllOf(
                  HasSubstr("11:"),
                  HasSubstr("sink 'other' writes into the file of sink 'archive' (line 10)"))));
  EXPECT_THAT(
      found_with_second("{ type: file, path: out/a.json }", "[archive]\n    dead_letters: other")
          .size(),
      1u);
  EXPECT_THAT(found_with_second("{ type: file, path: out/b.json }", "[archive, other]"), IsEmpty());
  // Never opened: nothing but the warning that nobody uses it.
  EXPECT_THAT(found_with_second("{ type: file, path: out/a.json }", "[archive]"),
              ElementsAre(::testing::Not(HasSubstr("writes into the file"))));
}

TEST(Loops, WhatTheSourceDoesNotTakeIsNone) {
  EXPECT_THAT(found_with("{ type: directory, path: . }", "{ type: file, path: out.unread }"),
              IsEmpty());
  EXPECT_THAT(found_with("{ type: directory, path: ., include: ['*.html'] }",
                         "{ type: file, path: out.json }"),
              IsEmpty());
  EXPECT_THAT(found_with("{ type: directory, path: ., exclude: ['out*.json'] }",
                         "{ type: file, path: out.json }"),
              IsEmpty());
  EXPECT_THAT(found_with("{ type: directory, path: ./in }", "{ type: file, path: ./inbox/a.json }"),
              IsEmpty());
  EXPECT_THAT(found_with("{ type: directory, path: . }", "{ type: stdout }"), IsEmpty());
}

}  // namespace
}  // namespace copydesk::config
