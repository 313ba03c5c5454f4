#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

namespace {
using namespace copydesk::testing;

constexpr cd_option kOptions[] = {
    copydesk::option("path", CD_OPTION_PATH, nullptr, "A path.", nullptr, nullptr, CD_REQUIRED),
    copydesk::option("rotate.size", CD_OPTION_BYTES, "256MiB", "A size.", "bytes", "1KiB.."),
    copydesk::option("every", CD_OPTION_DURATION, "30d", "A duration."),
    copydesk::option("ratio", CD_OPTION_REAL, "0.5", "A ratio.", nullptr, "0.3..0.95"),
    copydesk::option("on", CD_OPTION_BOOL, "true", "A switch."),
    copydesk::option("action", CD_OPTION_ENUM, "tag", "A word.", nullptr, "tag|drop"),
    copydesk::option("names", CD_OPTION_STRING, "[a, \"b c\"]", "Names.", nullptr, nullptr, 0,
                     CD_OPTION_LIST),
    copydesk::option("sizes", CD_OPTION_INT, "{a: 1, b: 2}", "Sizes.", nullptr, nullptr, 0,
                     CD_OPTION_MAP),
    copydesk::option("free", CD_OPTION_STRING, nullptr, "No default."),
};
const cd_option* const kPointers[] = {&kOptions[0], &kOptions[1], &kOptions[2],
                                      &kOptions[3], &kOptions[4], &kOptions[5],
                                      &kOptions[6], &kOptions[7], &kOptions[8]};
cd_component component() {
  cd_component c{};
  c.size = sizeof c;
  c.name = "sample";
  c.option_count = std::size(kPointers);
  c.options = kPointers;
  return c;
}

TEST(TestingValues, DurationsAndSizesAreReadAsTheyAreWritten) {
  EXPECT_EQ(parse_duration("200ms"), 200'000'000);
  EXPECT_EQ(parse_duration("1h30m"), 5400LL * 1'000'000'000);
  EXPECT_EQ(parse_duration("30d"), 30LL * 86400 * 1'000'000'000);
  EXPECT_EQ(parse_size("256MiB"), 256LL << 20);
  EXPECT_EQ(parse_size("1.5KiB"), 1536);
  EXPECT_EQ(parse_size("10 GB"), 10'000'000'000);
  EXPECT_THROW(parse_size("12 parsecs"), std::invalid_argument);
  EXPECT_THROW(parse_size(""), std::invalid_argument);
  EXPECT_THROW(parse_duration("99999999999d"), std::invalid_argument);
}

TEST(TestingValues, DefaultsAreFilledInByType) {
  const cd_component c = component();
  const TypedOptions typed(c, {{"path", "/x"}});
  const copydesk::Options o(typed.raw());
  EXPECT_EQ(o.string("path"), "/x");
  EXPECT_EQ(o.integer("rotate.size"), 256LL << 20);
  EXPECT_EQ(o.integer("every"), 30LL * 86400 * 1'000'000'000);
  EXPECT_DOUBLE_EQ(o.real("ratio"), 0.5);
  EXPECT_TRUE(o.boolean("on"));
  EXPECT_EQ(o.string("action"), "tag");
  EXPECT_EQ(o.strings("names"), (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(Value::copy_of(*o.find("sizes")), list({"a", 1, "b", 2}));
  EXPECT_FALSE(o.has("free"));
}

TEST(TestingValues, ListsAndMapsAreReadByTheTypeOfTheirValues) {
  const cd_component c = component();
  const TypedOptions typed(c, {{"path", "/x"}});
  const copydesk::Options o(typed.raw());
  const auto sizes = o.map("sizes");
  ASSERT_EQ(sizes.size(), 2u);
  EXPECT_EQ(sizes[1].first, "b");
  EXPECT_EQ(sizes[1].second.as.integer, 2);
  EXPECT_EQ(o.strings("sizes"), (std::vector<std::string>{"a", "b"})) << "numbers are no texts";
  EXPECT_EQ(o.integers("sizes"), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(o.integers("rotate.size"), (std::vector<std::int64_t>{256LL << 20}));
  EXPECT_TRUE(o.integers("names").empty());
  EXPECT_TRUE(o.map("free").empty());
}

TEST(TestingValues, GivenTextIsReadByTheTypeOfTheOption) {
  const cd_component c = component();
  const TypedOptions typed(
      c,
      options({{"path", "/x"}, {"every", "2s"}, {"on", "false"}, {"names", "x"}, {"ratio", 0.9}}));
  const copydesk::Options o(typed.raw());
  EXPECT_EQ(o.integer("every"), 2'000'000'000);
  EXPECT_FALSE(o.boolean("on"));
  EXPECT_EQ(o.strings("names"), std::vector<std::string>{"x"});
}

TEST(TestingValues, QuotesHoldWhatSeparatesElsewhere) {
  const cd_component c = component();
  const auto read = [&](const char* key, const char* text) {
    const TypedOptions typed(c, {{"path", "/x"}, {key, text}});
    return Value::copy_of(*copydesk::Options(typed.raw()).find(key));
  };
  EXPECT_EQ(read("names", "[\"a, b\", 'c, d', it's, e]"), list({"a, b", "c, d", "it's", "e"}));
  EXPECT_EQ(read("names", "['say \"x, y\"', \"\"]"), list({"say \"x, y\"", ""}));
  EXPECT_EQ(read("sizes", "{\"a: b, c\": 1, 'd': 2}"), list({"a: b, c", 1, "d", 2}));
  EXPECT_THROW(read("names", "[\"a, b]"), std::invalid_argument);
}

TEST(TestingValues, WrongOptionsAreRefused) {
  const cd_component c = component();
  const auto make = [&](const Given& given) { const TypedOptions typed(c, given); };
  EXPECT_THROW(make({}), std::invalid_argument);
  EXPECT_THROW(make({{"path", "/x"}, {"pth", "/y"}}), std::invalid_argument);
  EXPECT_THROW(make({{"path", "/x"}, {"action", "burn"}}), std::invalid_argument);
  EXPECT_THROW(make({{"path", "/x"}, {"ratio", 0.99}}), std::invalid_argument);
  EXPECT_THROW(make({{"path", "/x"}, {"rotate.size", "1B"}}), std::invalid_argument);
}

TEST(TestingValues, AnArticleIsWrittenAsNestedJson) {
  auto a = article("a\"1")
               .title("T\n")
               .body("São Paulo")
               .with("dedup.status", "unique")
               .with("authors", list({"x", "y"}));
  a.with("dedup.of", "b")
      .with("quality.words", 2)
      .with("fetched_at", Value::time(MockHost::kStart));
  a.annotations.push_back({"body", 5, 10, "LOC", "city", "", "iso:BR", 0.5});
  EXPECT_EQ(
      to_json(a),
      R"({"id":"a\"1","title":"T\n","body":"São Paulo","dedup":{"status":"unique","of":"b"},"authors":["x","y"],)"
      R"("quality":{"words":2},"fetched_at":"2025-01-01T00:00:00Z",)"
      R"("entities":[{"text":"Paulo","type":"LOC","kind":"city","field":"body","id":"iso:BR","start":4,"end":9,"score":0.5}]})");
}

}  // namespace
