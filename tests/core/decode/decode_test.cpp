#include "decode/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "article/json.h"
#include "base/utf8.h"
#include "decode/identity.h"

namespace copydesk::decode {
namespace {

using namespace std::string_literals;

constexpr Nanos kBatchTime = 1'716'026'400 * kSecond;

RawRecord record(std::string payload, std::string format = "") {
  RawRecord r;
  r.origin = {"scraped", "file-1", 42, ""};
  r.payload = std::move(payload);
  r.format = std::move(format);
  r.received_at = kBatchTime - kSecond;
  return r;
}

Article one(RawRecord r, const DecodeOptions& options = {}) {
  Decoded out = decode(std::move(r), options, kBatchTime);
  EXPECT_EQ(out.articles.size(), 1U);
  EXPECT_TRUE(out.refused.empty());
  return out.articles.empty() ? Article() : std::move(out.articles.front());
}

Refused refused(RawRecord r, const DecodeOptions& options = {}) {
  Decoded out = decode(std::move(r), options, kBatchTime);
  EXPECT_EQ(out.refused.size(), 1U);
  EXPECT_TRUE(out.articles.empty());
  return out.refused.empty() ? Refused() : std::move(out.refused.front());
}

TEST(Decode, LeavesTheDigestOutWhenToldSo) {
  DecodeOptions options;
  options.sha256 = false;
  const Decoded decoded = decode(record("Title\n\nBody text.\n"), options, kBatchTime);
  ASSERT_EQ(decoded.articles.size(), 1u);
  EXPECT_EQ(decoded.articles[0].find("source.sha256"), nullptr);
  EXPECT_EQ(decoded.articles[0].id, content_hash("Title\n\nBody text.\n"));
}

TEST(Decode, MakesAnArticleOfAText) {
  RawRecord r = record("Title\n\nBody text.\n");
  r.fields = {{"source.path", Value("in/a.txt")}};
  const Article a = one(std::move(r));
  EXPECT_EQ(a.text("body"), "Title\n\nBody text.\n");  // as it is
  EXPECT_EQ(a.media_type, "text/plain");
  EXPECT_EQ(a.origin, (Origin{"scraped", "file-1", 42, ""}));
  EXPECT_EQ(a.received_at, kBatchTime - kSecond);
  EXPECT_EQ(a.ingested_at, kBatchTime);
  EXPECT_EQ(a.text("source.path"), "in/a.txt");
  EXPECT_EQ(a.text("source.sha256"), sha256("Title\n\nBody text.\n"));
  EXPECT_EQ(a.id, content_hash("Title\n\nBody text.\n"));
  EXPECT_EQ(a.find("quality.replaced_bytes"), nullptr);
  EXPECT_TRUE(a.annotations.empty());
}

TEST(Decode, MakesAnArticleOfAPage) {
  EXPECT_EQ(one(record("<html><p>x</p></html>")).media_type, "text/html");
  EXPECT_EQ(one(record("plain", "html")).media_type, "text/html");
  EXPECT_EQ(one(record("<meta charset=windows-1251><p>\xEF\xF0\xE8", "html")).text("body"),
            "<meta charset=windows-1251><p>\u043f\u0440\u0438");
}

TEST(Decode, CountsWhatItReplacedAndOnlyThen) {
  const Article a = one(record("caf\u00e9 \u00fc \xFF end"));
  EXPECT_EQ(a.text("body"), "caf\u00e9 \u00fc \uFFFD end");
  ASSERT_NE(a.find("quality.replaced_bytes"), nullptr);
  EXPECT_EQ(*a.find("quality.replaced_bytes"), Value(1));
}

TEST(Decode, HashesTheBytesAsTheyCame) {
  EXPECT_EQ(one(record("caf\xE9")).text("source.sha256"), sha256("caf\xE9"));
  EXPECT_EQ(one(record("caf\xE9")).id, one(record("caf\u00e9")).id);  // the id is of the text
}

TEST(Decode, TakesTheIdOfTheSourceFirstThenTheUrlThenTheText) {
  RawRecord r = record("text");
  r.fields = {{"id", Value("k-1")}, {"url", Value("https://Example.com/a?utm_source=x")}};
  const Article own = one(r);
  EXPECT_EQ(own.id, "k-1");
  EXPECT_EQ(own.text("source.id"), "k-1");
  EXPECT_EQ(own.text("domain"), "example.com");
  EXPECT_EQ(own.find("id"), nullptr);
  r.fields.erase(r.fields.begin());
  EXPECT_EQ(one(r).id, content_hash("https://example.com/a"));
  EXPECT_EQ(one(r).text("url"), "https://Example.com/a?utm_source=x");
  r.fields = {{"url", Value("https://example.com/")}};  // a front page
  EXPECT_EQ(one(r).id, content_hash("text"));
  r.fields = {{"id", Value(77)}};
  EXPECT_EQ(one(r).id, "77");
}

TEST(Decode, ObeysTheConfiguredFormatBeforeTheRecords) {
  DecodeOptions options;
  options.format = "text";
  EXPECT_EQ(one(record("{\"text\":\"x\"}", "json"), options).text("body"), "{\"text\":\"x\"}");
  options.format = "auto";
  EXPECT_EQ(one(record("{\"text\":\"x\"}", "json"), options).text("body"), "x");
  EXPECT_EQ(one(record("{\"text\":\"x\"}"), options).text("body"), "x");
}

TEST(Decode, TakesATextThatIsClearlyNoneForWhatItIs) {
  const std::string page = "<!doctype html><meta charset=windows-1251><p>\xEF\xF0\xE8",
                    object = R"( {"title": "T", "text": "x"})";
  EXPECT_EQ(one(record(page, "text")).media_type, "text/html");
  EXPECT_EQ(one(record(page, "text")).text("body"),
            "<!doctype html><meta charset=windows-1251><p>\u043f\u0440\u0438");
  EXPECT_EQ(one(record(object, "text")).text("title"), "T");
  for (const std::string& text :
       {"{\"quoted\" words in braces} and more"s, "{\"text\": \"cut"s, "{\"a\":1} then prose"s,
        "[{\"text\":\"x\"}]"s, "Use <p> and <b>bold</b>."s}) {
    EXPECT_EQ(one(record(text, "text")).text("body"), text);
    EXPECT_EQ(one(record(text, "text")).media_type, "text/plain") << text;
  }
  DecodeOptions options;
  options.format = "text";
  for (const std::string& text : {object, "<html><p>x</p></html>"s}) {
    EXPECT_EQ(one(record(text, "text"), options).media_type, "text/plain");
    EXPECT_EQ(one(record(text, "text"), options).text("body"), text);
  }
}

TEST(Decode, RefusesWhatIsTooLargeAndKeepsItWhole) {
  DecodeOptions options;
  options.max_article = 5;
  EXPECT_EQ(one(record("12345"), options).text("body"), "12345");
  const Refused r = refused(record("123456"), options);
  EXPECT_EQ(r.code, "too_large");
  EXPECT_EQ(r.detail, "6 bytes; the source's max_article is 5: raise it");
  EXPECT_EQ(r.article.text("body"), "123456");
  EXPECT_FALSE(r.article.id.empty());
}

TEST(Decode, SaysHowToBringAnArrayThatIsTooLarge) {
  DecodeOptions options;
  options.max_article = 5;
  for (const char* format : {"", "text", "json"})
    EXPECT_EQ(refused(record(R"( [ {"body":"x"}])", format), options).detail,
              "16 bytes; the source's max_article is 5: raise it, or bring the articles of the "
              "array one a line (.jsonl)");
  EXPECT_EQ(refused(record(R"({"body":"x"})", "json"), options).detail,
            "12 bytes; the source's max_article is 5: raise it");
}

TEST(Decode, RefusesWhatHasNoText) {
  for (const char* s : {"", " \n", "\xEF\xBB\xBF", "\u00a0"})
    for (const char* format : {"", "text", "html", "json"})
      EXPECT_EQ(refused(record(s, format)).code, "empty") << format;
}

TEST(Decode, RefusesWhatIsBinary) {
  const std::pair<std::string, const char*> known[] = {
      {"\x1F\x8B\x08\x00\x00"s, "it is gzip data"},
      {"\x28\xB5\x2F\xFD\x24"s, "it is zstd data"},
      {"PK\x03\x04\x14\x00"s, "it is a zip archive (or a document packed as one: docx, odt, epub)"},
      {"%PDF-1.7\n1 0 obj\n"s, "it is a PDF"},
      {"\x89PNG\r\n\x1A\n\x00\x00"s, "it is an image (PNG)"},
      {"GIF89a\x01\x00\x01\x00\x80\x00\x00"s, "it is an image (GIF)"},
  };
  for (const auto& [bytes, detail] : known)
    for (const char* format : {"", "text", "html", "json"}) {
      const Refused r = refused(record(bytes, format));
      EXPECT_EQ(r.code, "not_text") << detail << format;
      EXPECT_EQ(r.detail, detail) << format;
    }
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    std::string noise(1'000, ' ');
    for (char& c : noise) c = static_cast<char>(random());
    for (const char* format : {"", "text", "html", "json"})
      ASSERT_EQ(refused(record(noise, format)).code, "not_text") << i;
  }
}

TEST(Decode, TakesTextsThatOnlyResembleBinaryData) {
  for (const std::string& text :
       {"%PDF is a mark. A PDF begins with it."s, "GIF89a is the name of a version."s,
        "PK opened the game."s, "one NUL\0 in a text of more than thirty characters"s,
        "_\bu_\bn_\bd_\be_\br"s, "\x1B[1mbold\x1B[0m"s})
    EXPECT_EQ(one(record(text, "text")).text("body"), text);
  // Shift_JIS, KOI8-R and windows-1251 that no page names: read as windows-1252, but read.
  for (const std::string& text : {"\x93\xFA\x96\x7B\x8C\xEA\x81\x42\x82\xB1\x82\xEA\x81\x41"s,
                                  "\xF0\xD2\xC9\xD7\xC5\xD4"s, "\xCF\xF0\xE8\xE2\xE5\xF2"s})
    EXPECT_FALSE(one(record(text, "text")).text("body").empty());
}

TEST(Decode, RefusesAsTheSourceSaid) {
  RawRecord r = record("half a fi", "json");
  r.fields = {{"refused.code", Value("truncated")},
              {"refused.detail", Value("the file ended early")},
              {"source.path", Value("a.gz")}};
  const Refused out = refused(std::move(r));
  EXPECT_EQ(out.code, "truncated");
  EXPECT_EQ(out.detail, "the file ended early");
  EXPECT_EQ(out.article.text("source.path"), "a.gz");
  EXPECT_EQ(out.article.find("refused.code"), nullptr);
}

TEST(Decode, DecodesARefusedRecordAgain) {
  RawRecord r = record("{\"text\": ", "json");
  r.fields = {{"id", Value("k-1")}, {"source.path", Value("a.json")}};
  Refused out = refused(std::move(r));
  EXPECT_EQ(out.code, "bad_json");
  EXPECT_EQ(out.article.id, "k-1");
  RawRecord again = record_of(std::move(out.article));
  EXPECT_EQ(again.payload, "{\"text\": ");
  EXPECT_EQ(again.format, "json");
  EXPECT_EQ(again.origin, (Origin{"scraped", "file-1", 42, ""}));
  again.payload += "\"mended\"}";
  const Article a = one(std::move(again));
  EXPECT_EQ(a.text("body"), "mended");
  EXPECT_EQ(a.id, "k-1");
  EXPECT_EQ(a.text("source.path"), "a.json");
  EXPECT_EQ(a.received_at, kBatchTime - kSecond);
}

TEST(Decode, DecodesARefusedPartAgainAsThatPart) {
  Decoded out = decode(record("[{\"text\":\"a\"},{\"nothing\":1}]"), {}, kBatchTime);
  ASSERT_EQ(out.refused.size(), 1U);
  EXPECT_EQ(out.refused[0].article.origin.part, "1");
  DecodeOptions with_map;
  with_map.map["nothing"] = "title";
  RawRecord again = record_of(out.refused[0].article);
  EXPECT_EQ(again.payload, "{\"nothing\":1}");
  again.payload = "{\"text\":\"b\"}";
  EXPECT_EQ(one(std::move(again)).origin.part, "1");
}

TEST(Decode, MakesWhatTheSourceKnowsUtf8) {
  RawRecord r = record("x");
  r.fields = {{"source.path", Value(std::string("caf\xE9.txt"))},
              {"site_name", Value(std::string("Caf\xE9"))},
              {"keywords", Value(Value::List{Value(std::string("\xFF"))})}};
  const Article a = one(std::move(r));
  EXPECT_EQ(a.text("source.path"), "caf\\xe9.txt") << "a file must be found again";
  EXPECT_EQ(a.text("site_name"), "Caf\uFFFD");
  std::string json;
  write_json(a, json);
  EXPECT_TRUE(is_utf8(json));
}

TEST(Decode, GivesTheSameForTheSame) {
  const std::string payload = R"([{"id":1,"text":"a","z":{"q":[1,2]}},{"text":"b"}])";
  std::string first, second;
  for (std::string* out : {&first, &second})
    for (const Article& a : decode(record(payload), {}, kBatchTime).articles) write_json(a, *out);
  EXPECT_EQ(first, second);
}

TEST(Decode, LosesNoRecordWhateverItsBytes) {
  std::mt19937 random(5);
  const std::string alphabet = "{}[]\":,\\ue<p>/tex 1.\n\xC3\xA9\xFF";
  for (int i = 0; i < 3'000; ++i) {
    std::string payload(1 + random() % 50, ' ');
    for (char& c : payload) c = alphabet[random() % alphabet.size()];
    if (i % 3 == 0) payload = "{\"text\":\"" + payload;
    for (const char* format : {"", "text", "html", "json"}) {
      const Decoded out = decode(record(payload, format), {}, kBatchTime);
      ASSERT_GE(out.articles.size() + out.refused.size(), 1U) << payload;
      for (const Article& a : out.articles) {
        std::string json;
        write_json(a, json);
        ASSERT_TRUE(is_utf8(json));
        ASSERT_FALSE(a.id.empty());
      }
      for (const Refused& r : out.refused) ASSERT_FALSE(r.code.empty());
    }
  }
}

TEST(Decode, KnowsWhichEncodingsItKnows) {
  EXPECT_TRUE(known_encoding("windows-1251"));
  EXPECT_FALSE(known_encoding("klingon"));
}

}  // namespace
}  // namespace copydesk::decode
