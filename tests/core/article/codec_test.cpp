#include "article/codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace copydesk {
namespace {

Article full() {
  Article a;
  a.id = "id";
  a.origin = {"source", std::string("part\0ition", 10), ~0ULL, "1/2"};
  a.media_type = "text/plain";
  a.received_at = -5;
  a.ingested_at = std::numeric_limits<Nanos>::max();
  a.set("s", Value(std::string("\0\xFF", 2)));
  a.set("i", Value(std::numeric_limits<std::int64_t>::min()));
  a.set("d", Value(-0.1));
  a.set("t", Value(true));
  a.set("f", Value(false));
  a.set("time", Value(Value::Time{-1}));
  a.set("none", Value());
  a.set("json", Value(Value::Json{"{\"a\":[1]}"}));
  a.set("list", Value(Value::List{Value("x"), Value(Value::List{Value(1), Value()}),
                                  Value(Value::Json{"1"})}));
  a.annotations = {{"body", 1, 4, "ORG", "kind", "name", "Q1", 0.5},
                   {"title", 0, 1, "", "", "", "", 1.0}};
  return a;
}

std::string bytes_of(const Article& a) {
  std::string out;
  encode_article(a, out);
  return out;
}

void expect_same(const Article& a, const Article& b) {
  EXPECT_EQ(bytes_of(a), bytes_of(b));
  EXPECT_EQ(a.origin, b.origin);
  EXPECT_EQ(a.annotations, b.annotations);
  ASSERT_EQ(a.fields().size(), b.fields().size());
  for (std::size_t i = 0; i < a.fields().size(); ++i) {
    EXPECT_EQ(a.fields()[i].name, b.fields()[i].name);
    EXPECT_EQ(a.fields()[i].value, b.fields()[i].value);
  }
}

TEST(Codec, KeepsAnArticleWithoutLoss) {
  for (const Article& a : {full(), Article()}) {
    const auto back = decode_article(bytes_of(a));
    ASSERT_TRUE(back.ok());
    expect_same(a, *back);
  }
}

TEST(Codec, KeepsListsAsDeepAsAnEditMayMakeThem) {
  Value deep(1);
  for (int i = 0; i < 16; ++i) deep = Value(Value::List{std::move(deep)});
  Article a;
  a.set("deep", deep);
  EXPECT_TRUE(decode_article(bytes_of(a)).ok());
}

TEST(Codec, RefusesWhatIsCutOrHasMore) {
  const std::string bytes = bytes_of(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto back = decode_article(bytes.substr(0, size));
    ASSERT_FALSE(back.ok()) << size;
    EXPECT_EQ(back.error().code, "corrupt");
  }
  EXPECT_FALSE(decode_article(bytes + "x").ok());
  std::string other = bytes;
  other[0] = 99;  // a version of the future
  EXPECT_FALSE(decode_article(other).ok());
}

TEST(Codec, SurvivesAnyDamage) {
  std::mt19937 random(1);
  const std::string bytes = bytes_of(full());
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes;
    for (unsigned n = 1 + random() % 4; n > 0; --n)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto back = decode_article(damaged);
    if (back.ok()) (void)bytes_of(*back);
  }
}

}  // namespace
}  // namespace copydesk
