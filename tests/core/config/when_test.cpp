#include "config/when.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace copydesk::config {
namespace {

using ::testing::ElementsAre;

Nanos time(const char* text) { return parse_time(text).value(); }

Article article() {
  Article a;
  a.id = "a1";
  a.media_type = "text/plain";
  a.origin.source = "wire";
  a.received_at = time("2024-05-18T10:00:00Z");
  a.set("title", "Talks in Shanghai");
  a.set("language", "en");
  a.set("keywords", Value::List{Value("trade"), Value("china"), Value(7)});
  a.set("published_at", Value::Time{time("2024-05-18T22:30:00Z")});
  a.set("quality.words", 312);
  a.set("dedup.similarity", 0.5);
  a.set("dedup.status", "near");
  a.set("labels.breaking", true);
  a.set("labels.score", 0.75);
  a.set("labels.name", "x-ray");
  a.set("labels.seen", Value::Time{time("2024-05-18T00:00:00Z")});
  a.set("extra.count", Value::Json{"12"});
  a.set("extra.word", Value::Json{"\"yes\""});
  a.set("extra.flag", Value::Json{"true"});
  a.set("extra.list", Value::Json{"[1]"});
  a.set("section", "");
  a.annotations.push_back({"title", 9, 17, "LOC", "city", "Shanghai", "cd:shanghai", 1.0});
  return a;
}

bool holds(std::string_view text) {
  const auto when = When::parse(text);
  EXPECT_TRUE(when.ok()) << text << ": " << (when.ok() ? "" : when.error().message);
  return when.ok() && when->eval(article());
}

TEST(When, ComparesTexts) {
  EXPECT_TRUE(holds("language == \"en\""));
  EXPECT_TRUE(holds("language == 'en'"));
  EXPECT_FALSE(holds("language == 'de'"));
  EXPECT_TRUE(holds("language != 'de'"));
  EXPECT_TRUE(holds("'en' == language"));
  EXPECT_TRUE(holds("language < 'es' and language >= 'en'"));
  EXPECT_TRUE(holds("id == 'a1' and media_type == 'text/plain' and source.component == 'wire'"));
  EXPECT_TRUE(holds("section == ''"));
}

TEST(When, ComparesNumbers) {
  EXPECT_TRUE(holds("quality.words == 312"));
  EXPECT_TRUE(holds("quality.words == 312.0"));
  EXPECT_TRUE(holds("quality.words > 311.5 and quality.words <= 312 and quality.words < 1e3"));
  EXPECT_TRUE(holds("dedup.similarity >= 0.5"));
  EXPECT_FALSE(holds("dedup.similarity > 0.5"));
  EXPECT_TRUE(holds("quality.words > -5"));
  EXPECT_TRUE(holds("quality.words > dedup.similarity"));
  EXPECT_TRUE(holds("quality.words < 9223372036854775807"));
  EXPECT_TRUE(holds("quality.words < 99999999999999999999"));
}

TEST(When, ComparesBooleans) {
  EXPECT_TRUE(holds("labels.breaking == true"));
  EXPECT_TRUE(holds("labels.breaking != false"));
  EXPECT_FALSE(holds("labels.breaking == 'true'"));
}

TEST(When, ComparesTimes) {
  EXPECT_TRUE(holds("published_at > '2024-05-18T22:29:59Z'"));
  EXPECT_TRUE(holds("published_at == '2024-05-18T22:30:00Z'"));
  EXPECT_TRUE(holds("published_at == '2024-05-19T00:30:00+02:00'"));
  EXPECT_TRUE(holds("source.received_at < '2024-05-18T10:00:01Z'"));
  EXPECT_FALSE(holds("ingested_at > '1970-01-01'"));
}

TEST(When, ADateIsAWholeDay) {
  EXPECT_TRUE(holds("published_at == '2024-05-18'"));
  EXPECT_TRUE(holds("published_at <= '2024-05-18'"));
  EXPECT_TRUE(holds("published_at >= '2024-05-18'"));
  EXPECT_FALSE(holds("published_at > '2024-05-18'"));
  EXPECT_FALSE(holds("published_at < '2024-05-18'"));
  EXPECT_TRUE(holds("published_at > '2024-05-17' and published_at < '2024-05-19'"));
  EXPECT_TRUE(holds("published_at in ['2024-05-17', '2024-05-18']"));
  EXPECT_TRUE(holds("labels.seen == '2024-05-18'"));
}

TEST(When, LooksIntoListsAndTexts) {
  EXPECT_TRUE(holds("language in ['de', 'en']"));
  EXPECT_FALSE(holds("language in ['de', 'fr']"));
  EXPECT_FALSE(holds("language in []"));
  EXPECT_TRUE(holds("'trade' in keywords"));
  EXPECT_TRUE(holds("keywords contains 'china'"));
  EXPECT_FALSE(holds("keywords contains 'chin'"));
  EXPECT_TRUE(holds("keywords contains 7"));
  EXPECT_TRUE(holds("title contains 'Shang'"));
  EXPECT_TRUE(holds("title starts_with 'Talks'"));
  EXPECT_TRUE(holds("title ends_with 'hai'"));
  EXPECT_FALSE(holds("title starts_with 'hai'"));
  EXPECT_TRUE(holds("entities contains 'Shanghai'"));
  EXPECT_TRUE(holds("'cd:shanghai' in entities"));
  EXPECT_FALSE(holds("entities contains 'Beijing'"));
}

TEST(When, LooksAtTheEntitiesOfOneType) {
  EXPECT_TRUE(holds("entities.loc contains 'Shanghai'"));
  EXPECT_TRUE(holds("'cd:shanghai' in entities.loc"));
  EXPECT_FALSE(holds("entities.per contains 'Shanghai'"));
  EXPECT_TRUE(holds("exists(entities.loc) and not exists(entities.per)"));
  EXPECT_FALSE(holds("exists(entities.work)"));
  EXPECT_FALSE(holds("entities.loc contains ''"));
  const auto wrong = When::parse("entities.work == 'x'");
  EXPECT_FALSE(wrong.ok());
  Article a = article();
  a.annotations = {{"title", 0, 5, "Work", "", "", "", 1.0}};  // a type and a name that no list has
  EXPECT_TRUE(When::parse("entities.work contains 'Talks'")->eval(a));
  EXPECT_TRUE(When::parse("'Talks' in entities")->eval(a));
  EXPECT_FALSE(When::parse("entities.loc contains 'Talks'")->eval(a));
}

TEST(When, MatchesRegularExpressions) {
  EXPECT_TRUE(holds("title matches '^Talks .* Shang'"));
  EXPECT_TRUE(holds("title matches '(?i)SHANGHAI$'"));
  EXPECT_TRUE(holds(R"(title matches "\bin\b")"));
  EXPECT_FALSE(holds("title matches '^in'"));
}

TEST(When, AHostilePatternTakesNoTime) {
  Article a;
  a.set("title", std::string(100'000, 'a'));
  const auto when = When::parse("title matches '^(a+)+$' and title matches '(a*)*b'");
  ASSERT_TRUE(when.ok());
  EXPECT_FALSE(when->eval(a));
}

TEST(When, EveryComparisonWithAnAbsentFieldIsFalse) {
  for (const char* text :
       {"url == 'x'", "url != 'x'", "url < 'x'", "url >= 'x'", "url contains ''",
        "url starts_with ''", "url matches ''", "url in ['x']", "labels.none == 1",
        "labels.none != 1", "labels.none in [1]", "'x' in authors", "authors contains 'x'",
        "exists(url)", "labels.none == url", "modified_at > '2020-01-01'"})
    EXPECT_FALSE(holds(text)) << text;
  EXPECT_TRUE(holds("not (url == 'x')"));
}

TEST(When, AFieldOfAnotherKindIsAsGoodAsAbsent) {
  for (const char* text :
       {"labels.name == 5", "labels.name != 5", "labels.score == 'x'", "labels.score contains '7'",
        "labels.breaking < true or false", "extra.list == 1"}) {
    const auto when = When::parse(text);
    EXPECT_FALSE(when.ok() && when->eval(article())) << text;
  }
  EXPECT_FALSE(holds("labels.score starts_with '0'"));
}

TEST(When, ExistsTellsWhatIsThere) {
  EXPECT_TRUE(holds("exists(title)"));
  EXPECT_TRUE(holds("exists(section)"));
  EXPECT_TRUE(holds("exists( entities )"));
  EXPECT_TRUE(holds("exists(source.received_at)"));
  EXPECT_TRUE(holds("exists(extra.list)"));
  EXPECT_FALSE(holds("exists(url)"));
  EXPECT_FALSE(holds("exists(ingested_at)"));
}

TEST(When, ReadsPlainJson) {
  EXPECT_TRUE(holds("extra.count == 12"));
  EXPECT_TRUE(holds("extra.word == 'yes'"));
  EXPECT_TRUE(holds("extra.flag == true"));
}

TEST(When, AndBindsTighterThanOrAndNotTighterThanAnd) {
  EXPECT_TRUE(holds("true or false and false"));
  EXPECT_FALSE(holds("(true or false) and false"));
  EXPECT_TRUE(holds("not false and true"));
  EXPECT_FALSE(holds("not (false or true)"));
  EXPECT_TRUE(holds("not not true"));
}

TEST(When, FieldNamesMayHaveDashes) { EXPECT_TRUE(holds("exists(title) or exists(extra.x-y)")); }

TEST(When, TextsHaveEscapes) {
  Article a;
  a.set("title", "a\"b\\c\nd");
  EXPECT_TRUE(When::parse(R"(title == "a\"b\\c\nd")")->eval(a));
  EXPECT_TRUE(When::parse("title contains 'a\"b'")->eval(a));
}

TEST(When, DecidesWhatOneFieldAloneDecides) {
  const auto decide = [](const char* text) {
    return When::parse(text)->decide("media_type", "text/html");
  };
  EXPECT_EQ(decide("media_type == 'text/html'"), true);
  EXPECT_EQ(decide("media_type != 'text/html'"), false);
  EXPECT_EQ(decide("media_type == 'text/plain' and language == 'en'"), false);
  EXPECT_EQ(decide("media_type == 'text/html' or language == 'en'"), true);
  EXPECT_EQ(decide("not media_type in ['text/html']"), false);
  EXPECT_EQ(decide("media_type == 'text/html' and language == 'en'"), std::nullopt);
  EXPECT_EQ(decide("language == 'en'"), std::nullopt);
  EXPECT_EQ(decide("not language == 'en'"), std::nullopt);
  EXPECT_EQ(decide("true"), true);
}

TEST(When, TellsItsFields) {
  EXPECT_THAT(
      When::parse("title == 'x' and (exists(url) or 'a' in keywords) and not title contains 'y'")
          ->fields(),
      ElementsAre("keywords", "title", "url"));
}

TEST(When, CopiesShareWhatTheyAre) {
  const When first = When::parse("title matches 'Talks'").value();
  const When second = first;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_TRUE(second.eval(article()));
  EXPECT_EQ(second.text(), "title matches 'Talks'");
}

}  // namespace
}  // namespace copydesk::config
