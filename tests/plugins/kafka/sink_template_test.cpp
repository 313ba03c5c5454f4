#include "kafka/sink_template.h"

#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

#include "kafka/sink_options.h"

namespace copydesk::kafka {
namespace {
using copydesk::testing::article;
using copydesk::testing::OwnedArticle;
using copydesk::testing::OwnedBatch;
using copydesk::testing::Value;

// The text, or "missing FIELD".
std::string rendered(std::string_view text, OwnedArticle a, bool (*legal)(char) = nullptr) {
  const OwnedBatch batch({std::move(a)});
  std::string out;
  const Template made(text, "topic");
  const std::string_view missing = made.render(batch.batch()[0], out, legal);
  return missing.empty() ? out : "missing " + std::string(missing);
}

TEST(Template, PutsFieldsIntoTheirPlaces) {
  EXPECT_EQ(rendered("articles.{language}", article("a").with("language", "en")), "articles.en");
  EXPECT_EQ(rendered("{id}/{dedup.status}!", article("a").with("dedup.status", "unique")),
            "a/unique!");
  EXPECT_EQ(rendered("plain", article("a")), "plain");
}

TEST(Template, WritesNumbersTimesAndLists) {
  EXPECT_EQ(rendered("{n} {b}", article("a").with("n", 7).with("b", true)), "7 true");
  EXPECT_EQ(rendered("{t}", article("a").with("t", Value::time(1'735'689'600'000'000'000))),
            "2025-01-01T00:00:00Z");
  EXPECT_EQ(rendered("{l}", article("a").with("l", std::vector<std::string>{"x", "y"})), "x,y");
}

TEST(Template, AnAbsentOrEmptyFieldTakesItsDefaultOrIsMissing) {
  EXPECT_EQ(rendered("articles.{language|unknown}", article("a")), "articles.unknown");
  EXPECT_EQ(rendered("articles.{language|unknown}", article("a").with("language", "")),
            "articles.unknown");
  EXPECT_EQ(rendered("articles{language|}", article("a")), "articles");
  EXPECT_EQ(rendered("articles.{language}", article("a")), "missing language");
}

TEST(Template, CharactersThatATopicCannotHaveBecomeUnderscores) {
  EXPECT_EQ(rendered("t.{site}", article("a").with("site", "Ünder/x y"), legal_in_topic),
            "t.__nder_x_y");
}

TEST(Template, AWrongOneIsAWrongConfiguration) {
  for (const char* text : {"a{b", "a}b", "{}", "{a{b}", "{|x}"})
    EXPECT_THROW(Template(text, "topic"), Config) << text;
}

}  // namespace
}  // namespace copydesk::kafka
