#include "article/article.h"

#include <gtest/gtest.h>

#include <set>

namespace copydesk {
namespace {

TEST(Article, KeepsFieldsInTheOrderTheyWereFirstSet) {
  Article a;
  a.set("b", Value(1));
  a.set("a", Value(2));
  a.set("b", Value(3));
  ASSERT_EQ(a.fields().size(), 2U);
  EXPECT_EQ(a.fields()[0].name, "b");
  EXPECT_EQ(a.fields()[0].value, Value(3));
  a.unset("b");
  a.unset("b");
  EXPECT_EQ(a.find("b"), nullptr);
  EXPECT_EQ(a.fields().size(), 1U);
}

TEST(Article, TakesFieldsOfWhichTheLastOfANameCounts) {
  Article a;
  a.set("title", "old");
  a.take({{"url", Value("u")}, {"title", Value("new")}, {"url", Value("v")}});
  ASSERT_EQ(a.fields().size(), 2u);
  EXPECT_EQ(a.fields()[0].name, "title");
  EXPECT_EQ(a.text("title"), "new");
  EXPECT_EQ(a.text("url"), "v");
}

TEST(Article, GivesTextOnlyOfTexts) {
  Article a;
  a.set("t", Value("x"));
  a.set("n", Value(1));
  EXPECT_EQ(a.text("t"), "x");
  EXPECT_EQ(a.text("n"), "");
  EXPECT_EQ(a.text("none"), "");
}

TEST(Article, WeighsWhatItHolds) {
  Article a;
  const std::size_t empty = a.memory();
  a.set("body", Value(std::string(10'000, 'x')));
  EXPECT_GE(a.memory(), empty + 10'000);
  a.set("list", Value(Value::List{Value(std::string(5'000, 'x')),
                                  Value(Value::Json{std::string(5'000, 'y')})}));
  EXPECT_GE(a.memory(), empty + 20'000);
}

TEST(Origin, HasAKeyOfItsOwn) {
  std::set<std::string> keys;
  std::size_t count = 0;
  for (const char* source : {"", "a", "ab", "b"})
    for (const char* partition : {"", "b", "ab", "a/1"})
      for (const std::uint64_t position : {0UL, 1UL, 256UL, ~0UL})
        for (const char* part : {"", "0", "0/1"}) {
          keys.insert(Origin{source, partition, position, part}.key());
          ++count;
        }
  EXPECT_EQ(keys.size(), count);
}

TEST(Article, KnowsWhichFieldsTheCoreOwns) {
  for (const char* name : {"schema", "id", "ingested_at", "media_type", "entities", "source",
                           "source.path", "labels.x"})
    EXPECT_TRUE(is_core_field(name)) << name;
  for (const char* name : {"title", "body", "sources", "dedup.status", "extra.id", "idx"})
    EXPECT_FALSE(is_core_field(name)) << name;
}

}  // namespace
}  // namespace copydesk
