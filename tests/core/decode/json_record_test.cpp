// What becomes of the keys of a JSON record.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "article/json.h"
#include "decode/decode.h"
#include "decode/identity.h"

namespace copydesk::decode {
namespace {

using testing::HasSubstr;

Decoded read(std::string json, const DecodeOptions& options = {}) {
  RawRecord r;
  r.origin = {"s", "p", 1, ""};
  r.payload = std::move(json);
  r.format = "json";
  return decode(std::move(r), options, 1);
}

Article one(std::string json, const DecodeOptions& options = {}) {
  Decoded out = read(std::move(json), options);
  EXPECT_EQ(out.articles.size(), 1U)
      << (out.refused.empty() ? "" : out.refused[0].code + ": " + out.refused[0].detail);
  return out.articles.empty() ? Article() : std::move(out.articles[0]);
}

std::string refusal(std::string json) {
  Decoded out = read(std::move(json));
  return out.refused.size() == 1 && out.articles.empty()
             ? out.refused[0].code + ": " + out.refused[0].detail
             : "not refused";
}

Value::List texts(std::initializer_list<const char*> words) {
  Value::List out;
  for (const char* w : words) out.emplace_back(w);
  return out;
}

TEST(JsonRecord, OfNewsPlease) {
  const Article a = one(
      R"({"authors":["Jane Doe","John Roe"],"date_download":"2024-05-19 08:00:00","date_modify":null,"date_publish":"2024-05-18 10:00:00",
    "description":"D","filename":"f.json","image_url":"https://x.org/i.jpg","language":"en","localpath":null,"source_domain":"www.example.com",
    "maintext":"The text.","title":"T","title_page":null,"url":"https://www.example.com/a"})");
  EXPECT_EQ(a.text("body"), "The text.");
  EXPECT_EQ(*a.find("authors"), Value(texts({"Jane Doe", "John Roe"})));
  EXPECT_EQ(a.text("published_at"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(a.text("published_precision"), "second");
  EXPECT_EQ(a.text("fetched_at"), "2024-05-19T08:00:00Z");
  EXPECT_EQ(a.text("domain"), "example.com");
  EXPECT_EQ(a.text("extra.filename"), "f.json");
  EXPECT_EQ(a.find("modified_at"), nullptr);
  EXPECT_EQ(a.find("extra.localpath"), nullptr);  // null is absent
  EXPECT_EQ(a.find("extra.source_domain"), nullptr);
}

TEST(JsonRecord, OfTrafilatura) {
  const Article a = one(
      R"({"title":"T","author":"Jane Doe; John Roe","hostname":"example.com","date":"2024-05-18","fingerprint":"ab12","id":null,"license":null,
    "comments":"","raw_text":"The text","text":"The text.","language":null,"image":"https://x.org/i.jpg","source":"https://example.com/a","source-hostname":"Example",
    "excerpt":"E","categories":"","tags":"one; two"})");
  EXPECT_EQ(*a.find("authors"), Value(texts({"Jane Doe", "John Roe"})));
  EXPECT_EQ(a.text("published_at"), "2024-05-18T00:00:00Z");
  EXPECT_EQ(a.text("published_precision"), "day");
  EXPECT_EQ(a.text("url"), "https://example.com/a");
  EXPECT_EQ(a.text("site_name"), "Example");
  EXPECT_EQ(a.text("description"), "E");
  EXPECT_EQ(*a.find("keywords"), Value(texts({"one", "two"})));
  EXPECT_EQ(a.text("extra.fingerprint"), "ab12");
  EXPECT_EQ(a.text("extra.raw_text"), "The text");
}

TEST(JsonRecord, OfSchemaOrg) {
  const Article a = one(
      R"({"@type":"NewsArticle","headline":"T","alternativeHeadline":"S","articleBody":"The text.","articleSection":"World",
    "datePublished":"2024-05-18T10:00:00+02:00","dateModified":"2024-05-18T11:00:00+02:00","author":[{"@type":"Person","name":"Jane Doe"}],
    "publisher":{"@type":"Organization","name":"Example"},"image":{"@type":"ImageObject","url":"https://x.org/i.jpg"},"keywords":"one, two","inLanguage":"en-GB","wordCount":2})");
  EXPECT_EQ(a.text("title"), "T");
  EXPECT_EQ(a.text("subtitle"), "S");
  EXPECT_EQ(a.text("published_at"), "2024-05-18T10:00:00+02:00");
  EXPECT_EQ(*a.find("authors"), Value(texts({"Jane Doe"})));
  EXPECT_EQ(a.text("site_name"), "Example");
  EXPECT_EQ(a.text("image_url"), "https://x.org/i.jpg");
  EXPECT_EQ(*a.find("keywords"), Value(texts({"one", "two"})));
  EXPECT_EQ(*a.find("extra.wordCount"), Value(2));
  EXPECT_EQ(a.text("extra.@type"), "NewsArticle");
}

TEST(JsonRecord, OfANewsApi) {
  const Article a = one(
      R"({"source":{"id":null,"name":"Reuters"},"author":null,"title":"T","url":"https://r.com/a","urlToImage":"https://r.com/i","publishedAt":"2024-05-18T10:00:00Z","content":"Text"})");
  EXPECT_EQ(a.text("url"), "https://r.com/a");
  EXPECT_EQ(*a.find("extra.source"), Value(Value::Json{R"({"id":null,"name":"Reuters"})"}));
}

TEST(JsonRecord, KeepsWhatIsNotOursUnchanged) {
  const Article a = one(
      R"({"text":"x","s":"a\n\"b\"","i":-5,"u":18446744073709551615,"d":0.1,"b":true,"n":null,"o":{"k":[1, {"q" : null}]},"e":"","og.title":"t"})");
  EXPECT_EQ(a.text("extra.s"), "a\n\"b\"");
  EXPECT_EQ(*a.find("extra.i"), Value(-5));
  EXPECT_EQ(*a.find("extra.u"), Value(Value::Json{"18446744073709551615"}));
  EXPECT_EQ(*a.find("extra.d"), Value(0.1));
  EXPECT_EQ(*a.find("extra.b"), Value(true));
  EXPECT_EQ(a.find("extra.n"), nullptr);
  EXPECT_EQ(*a.find("extra.o"), Value(Value::Json{R"({"k":[1,{"q":null}]})"}));
  EXPECT_EQ(*a.find("extra.e"), Value(""));
  EXPECT_EQ(a.text("extra.og.title"), "t");
}

TEST(JsonRecord, KeepsKnownKeysOfTheWrongKindInExtra) {
  const Article a = one(
      R"({"text":"x","title":5,"authors":[1,2],"published_at":"last week","image":["a"],"url":{"a":1},"link":"not a url","language":["en","de"],"id":{"a":1},"date":7})");
  EXPECT_EQ(*a.find("extra.title"), Value(5));
  EXPECT_EQ(*a.find("extra.authors"), Value(Value::Json{"[1,2]"}));
  EXPECT_EQ(a.text("extra.published_at"), "last week");
  EXPECT_EQ(a.text("extra.link"), "not a url");
  EXPECT_EQ(*a.find("extra.date"), Value(7));
  EXPECT_NE(a.find("extra.id"), nullptr);
  for (const char* field :
       {"title", "authors", "published_at", "image_url", "url", "language", "source.id"})
    EXPECT_EQ(a.find(field), nullptr) << field;
}

TEST(JsonRecord, LetsTheBestKeyWinWhateverTheirOrder) {
  for (const char* json : {R"({"body":"best","content":"second","html":"<p>third"})",
                           R"({"html":"<p>third","content":"second","body":"best"})"}) {
    const Article a = one(json);
    EXPECT_EQ(a.text("body"), "best");
    EXPECT_EQ(a.media_type, "text/plain");
    EXPECT_EQ(a.text("extra.content"), "second");
    EXPECT_EQ(a.text("extra.html"), "<p>third");
  }
  EXPECT_EQ(one(R"({"body":"","content":"second"})").text("body"), "second");
}

TEST(JsonRecord, KnowsAnHtmlBody) {
  EXPECT_EQ(one(R"({"html":"plain words"})").media_type, "text/html");
  EXPECT_EQ(one(R"({"content":"<p>a</p><p>b</p>"})").media_type, "text/html");
  EXPECT_EQ(one(R"({"content":"a < b"})").media_type, "text/plain");
}

TEST(JsonRecord, JoinsParagraphs) {
  EXPECT_EQ(one(R"({"content":["one","two"]})").text("body"), "one\n\ntwo");
}

TEST(JsonRecord, RestoresWhatWeWrote) {
  Article a;
  a.id = "id-1";
  a.origin = {"old", "p", 1, ""};
  a.set("url", Value("https://example.com/a"));
  a.set("domain", Value("example.com"));
  a.set("title", Value("T"));
  a.set("authors", Value(texts({"Jane; Doe"})));
  a.set("published_at", Value("2024-05-18T00:00:00Z"));
  a.set("published_precision", Value("day"));
  a.set("body", Value("The text."));
  a.set("dedup.status", Value("near"));
  a.set("quality.words", Value(2));
  a.set("labels.topic", Value("sport"));
  a.set("source.path", Value("old.txt"));
  a.set("extra.k", Value(Value::Json{"[1]"}));
  a.set("sentiment", Value(0.5));
  a.ingested_at = 5 * kSecond;
  a.annotations = {{"body", 0, 3, "ORG", "", "", "", 1}};
  std::string json;
  write_json(a, json);
  const Article back = one(json);
  EXPECT_EQ(back.id, "id-1");
  EXPECT_EQ(back.text("title"), "T");
  EXPECT_EQ(*back.find("authors"), Value(texts({"Jane; Doe"})));
  EXPECT_EQ(back.text("published_precision"), "day");
  EXPECT_EQ(back.text("labels.topic"), "sport");
  EXPECT_EQ(*back.find("extra.k"), Value(Value::Json{"[1]"}));
  EXPECT_EQ(*back.find("extra.sentiment"), Value(0.5));
  EXPECT_TRUE(back.annotations.empty());
  EXPECT_EQ(back.ingested_at, 1);
  for (const char* field : {"dedup.status", "quality.words", "source.path", "extra.dedup",
                            "extra.schema", "extra.entities", "extra.source", "extra.extra"})
    EXPECT_EQ(back.find(field), nullptr) << field;
}

TEST(JsonRecord, ObeysTheMapFirst) {
  DecodeOptions options;
  options.map = {{"story_text", "body"},
                 {"meta.lang", "language"},
                 {"when", "published_at"},
                 {"team", "labels.team"},
                 {"missing.deep", "title"}};
  const Article a = one(
      R"({"story_text":"S","body":"B","meta":{"lang":"de","x":1},"when":"2024-05-18","team":"red"})",
      options);
  EXPECT_EQ(a.text("body"), "S");
  EXPECT_EQ(a.text("extra.body"), "B");
  EXPECT_EQ(a.text("language"), "de");
  EXPECT_EQ(a.text("published_precision"), "day");
  EXPECT_EQ(a.text("labels.team"), "red");
  EXPECT_NE(a.find("extra.meta"), nullptr);
  EXPECT_EQ(a.find("title"), nullptr);
}

TEST(JsonRecord, MakesAnArticleOfEachElement) {
  const Decoded out = read(R"([{"text":"a"}, {"id":"x","text":"b"}, 3, {}, {"text":"c"}])");
  ASSERT_EQ(out.articles.size(), 3U);
  ASSERT_EQ(out.refused.size(), 2U);
  EXPECT_EQ(out.articles[0].origin.part, "0");
  EXPECT_EQ(out.articles[1].origin.part, "1");
  EXPECT_EQ(out.articles[1].id, "x");
  EXPECT_EQ(out.articles[2].origin.part, "4");
  EXPECT_EQ(out.refused[0].code, "not_object");
  EXPECT_EQ(out.refused[0].article.text("body"), "3");
  EXPECT_EQ(out.refused[0].article.origin.part, "2");
  EXPECT_EQ(out.refused[1].code, "empty");
  EXPECT_NE(out.articles[0].text("source.sha256"), "");
  EXPECT_EQ(out.articles[0].text("source.sha256"), out.articles[2].text("source.sha256"));
}

TEST(JsonRecord, TakesAUrlThatManyArticlesShareForNoId) {
  const Decoded out = read(
      R"([{"text":"a","url":"https://x.org/feed"},{"text":"b","url":"https://x.org/feed"},{"text":"c","url":"https://x.org/c"}])");
  ASSERT_EQ(out.articles.size(), 3U);
  EXPECT_EQ(out.articles[0].id, content_hash("a"));
  EXPECT_EQ(out.articles[1].id, content_hash("b"));
  EXPECT_EQ(out.articles[2].id, content_hash("https://x.org/c"));
}

TEST(JsonRecord, ReadsNumbersAndLongIds) {
  EXPECT_EQ(one(R"({"id":9007199254740993,"text":"x"})").id, "9007199254740993");
  EXPECT_EQ(one(R"({"id":18446744073709551615,"text":"x"})").id, "18446744073709551615");
  EXPECT_EQ(one(R"({"id":99999999999999999999999,"text":"x"})").id, "99999999999999999999999");
  const std::string longer(600, 'x');
  const Article a = one("{\"id\":\"" + longer + "\",\"text\":\"x\"}");
  EXPECT_EQ(a.id, content_hash(longer));
  EXPECT_EQ(a.text("source.id"), longer);
}

TEST(JsonRecord, MendsHalfCharactersAndNaN) {
  const Article a = one(R"({"text":"cut \ud83d","x":NaN})");
  EXPECT_EQ(a.text("body"), "cut \uFFFD");
  EXPECT_EQ(*a.find("quality.replaced_bytes"), Value(1));
  EXPECT_EQ(a.find("extra.x"), nullptr);
}

TEST(JsonRecord, SaysWhyItCannotBeRead) {
  EXPECT_EQ(refusal("{\"a\":1,\n\"b\" 2}"), "bad_json: line 2, column 5: a colon is expected");
  EXPECT_THAT(refusal("{\"text\":\"x\"} trailing"), HasSubstr("bad_json: line 1, column 14"));
  EXPECT_EQ(refusal("5"), "not_object: an article is a JSON object");
  EXPECT_EQ(refusal("[]"), "empty: an array without elements");
  EXPECT_EQ(refusal(R"({"title":"T","url":"u"})"), "empty: no text in it: its keys are title, url");
  EXPECT_EQ(refusal("{}"), "empty: no text in it: an object without keys");
  std::string deep = "{\"text\":\"x\",\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_THAT(refusal(deep), HasSubstr("deeper than 64"));
  std::string many = "{\"text\":\"x\"";
  for (int i = 0; i < 2000; ++i) many += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_THAT(refusal(many + "}"), HasSubstr("too_many_keys"));
}

TEST(JsonRecord, ReadsALargeOneAndASmallOneAfterIt) {
  EXPECT_EQ(one("{\"text\":\"" + std::string(3 << 20, 'x') + "\"}").text("body").size(), 3U << 20);
  EXPECT_EQ(one("{\"text\":\"y\"}").text("body"), "y");
}

}  // namespace
}  // namespace copydesk::decode
