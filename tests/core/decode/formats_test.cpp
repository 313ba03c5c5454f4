// One record of every format we know, as its tool writes it, and all that becomes of it.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "decode/decode.h"
#include "decode/identity.h"

namespace copydesk::decode {
namespace {

using Fields = std::map<std::string, std::string>;

Decoded read(std::string payload, const DecodeOptions& options = {}) {
  RawRecord r;
  r.origin = {"s", "p", 1, ""};
  r.payload = std::move(payload);
  return decode(std::move(r), options, 1);
}

Article one(std::string payload, const DecodeOptions& options = {}) {
  Decoded out = read(std::move(payload), options);
  EXPECT_EQ(out.articles.size(), 1U)
      << (out.refused.empty() ? "" : out.refused[0].code + ": " + out.refused[0].detail);
  return out.articles.empty() ? Article() : std::move(out.articles[0]);
}

std::string shown(const Value& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* number = value.integer()) return std::to_string(*number);
  if (const auto* json = value.json()) return json->text;
  if (const auto* yes = value.boolean()) return *yes ? "true" : "false";
  std::string out;
  if (const auto* list = value.list())
    for (const Value& item : *list) (out += out.empty() ? "" : " | ") += shown(item);
  return out;
}

// Everything an article holds but the hash of its record; "type" is its media type.
Fields fields_of(const Article& a) {
  Fields out{{"type", a.media_type}};
  for (const Field& f : a.fields())
    if (f.name != "source.sha256") out[f.name] = shown(f.value);
  return out;
}

TEST(Formats, RawText) {
  EXPECT_EQ(
      fields_of(one("Premier visits harbour\n\nThe premier spoke.\n")),
      (Fields{{"type", "text/plain"}, {"body", "Premier visits harbour\n\nThe premier spoke.\n"}}));
}

TEST(Formats, Html) {
  EXPECT_EQ(fields_of(one("<!doctype html><title>T</title><p>The premier spoke.</p>")),
            (Fields{{"type", "text/html"},
                    {"body", "<!doctype html><title>T</title><p>The premier spoke.</p>"}}));
}

TEST(Formats, OurOwn) {
  const Article a = one(
      R"({"schema":"copydesk/article/1","id":"5e8f","url":"https://example.com/a","domain":"example.com",
    "title":"Premier visits","authors":["Jane; Doe"],"published_at":"2024-05-18T00:00:00Z","published_precision":"day",
    "ingested_at":"2024-05-19T06:00:00Z","section":"A;B","keywords":["a, b"],"language":"en","body":"The premier spoke.",
    "entity_offsets":"utf16","entities":[],"dedup":{"status":"unique"},"labels":{"desk":"world"},"summary":"made by a stage",
    "source":{"component":"scraped"},"extra":{"views":5}})");
  EXPECT_EQ(fields_of(a), (Fields{{"type", "text/plain"},
                                  {"source.id", "5e8f"},
                                  {"url", "https://example.com/a"},
                                  {"domain", "example.com"},
                                  {"title", "Premier visits"},
                                  {"authors", "Jane; Doe"},
                                  {"published_at", "2024-05-18T00:00:00Z"},
                                  {"published_precision", "day"},
                                  {"section", "A;B"},
                                  {"keywords", "a, b"},
                                  {"language", "en"},
                                  {"body", "The premier spoke."},
                                  {"labels.desk", "world"},
                                  {"extra.summary", "made by a stage"},
                                  {"extra.views", "5"}}));
}

TEST(Formats, Trafilatura) {
  const Article a = one(
      R"({"title":"Premier visits harbour","author":"Jane Doe; John Roe","hostname":"example.com","date":"2024-05-18",
    "fingerprint":"f1a2b3c4d5e6f708","id":null,"license":null,"comments":"","raw_text":"Premier visits harbour The premier spoke.",
    "text":"The premier spoke.\nThen he left.","language":"en","image":"https://example.com/i.jpg","pagetype":"article",
    "filedate":"2024-05-19","source":"https://www.example.com/news/a","source-hostname":"Example News","excerpt":"He spoke.",
    "categories":"Politics;World","tags":"harbour;premier"})");
  EXPECT_EQ(a.id, content_hash("https://www.example.com/news/a"));
  EXPECT_EQ(fields_of(a),
            (Fields{{"type", "text/plain"},
                    {"title", "Premier visits harbour"},
                    {"authors", "Jane Doe | John Roe"},
                    {"domain", "example.com"},
                    {"published_at", "2024-05-18T00:00:00Z"},
                    {"published_precision", "day"},
                    {"fetched_at", "2024-05-19T00:00:00Z"},
                    {"body", "The premier spoke.\nThen he left."},
                    {"language", "en"},
                    {"image_url", "https://example.com/i.jpg"},
                    {"url", "https://www.example.com/news/a"},
                    {"site_name", "Example News"},
                    {"description", "He spoke."},
                    {"section", "Politics"},
                    {"keywords", "harbour | premier"},
                    {"extra.categories", "Politics;World"},
                    {"extra.comments", ""},
                    {"extra.fingerprint", "f1a2b3c4d5e6f708"},
                    {"extra.pagetype", "article"},
                    {"extra.raw_text", "Premier visits harbour The premier spoke."}}));
}

TEST(Formats, NewsPlease) {
  const Article a = one(
      R"({"authors":[],"date_download":"2024-05-19 08:00:00","date_modify":"None","date_publish":"2024-05-18 10:00:00",
    "description":"He spoke.","filename":"https%3A%2F%2Fexample.com%2Fa.json","image_url":"https://example.com/i.jpg","language":"en",
    "localpath":null,"title":"Premier visits harbour","title_page":"Premier visits harbour - Example","title_rss":null,
    "source_domain":"www.example.com","maintext":"The premier spoke.","url":"https://www.example.com/a"})");
  EXPECT_EQ(fields_of(a), (Fields{{"type", "text/plain"},
                                  {"fetched_at", "2024-05-19T08:00:00Z"},
                                  {"published_at", "2024-05-18T10:00:00Z"},
                                  {"published_precision", "second"},
                                  {"description", "He spoke."},
                                  {"image_url", "https://example.com/i.jpg"},
                                  {"language", "en"},
                                  {"title", "Premier visits harbour"},
                                  {"domain", "example.com"},
                                  {"body", "The premier spoke."},
                                  {"url", "https://www.example.com/a"},
                                  {"extra.filename", "https%3A%2F%2Fexample.com%2Fa.json"},
                                  {"extra.title_page", "Premier visits harbour - Example"}}));
}

TEST(Formats, Newspaper) {
  const Article a = one(
      R"({"url":"https://example.com/a","read_more_link":"","language":"en","title":"Premier visits harbour",
    "top_image":"https://example.com/i.jpg","meta_img":"https://example.com/m.jpg","images":["https://example.com/i.jpg"],"movies":[],
    "keywords":[],"meta_keywords":["harbour","premier"],"tags":[],"authors":["Jane Doe"],"publish_date":"2024-05-18 10:00:00+02:00",
    "summary":"Made by a program.","meta_description":"He spoke.","meta_lang":"en","meta_favicon":"","meta_site_name":"Example News",
    "canonical_link":"https://example.com/canonical","text":"The premier spoke."})");
  EXPECT_EQ(a.id, content_hash("https://example.com/canonical"));
  EXPECT_EQ(fields_of(a), (Fields{{"type", "text/plain"},
                                  {"url", "https://example.com/a"},
                                  {"domain", "example.com"},
                                  {"canonical_url", "https://example.com/canonical"},
                                  {"language", "en"},
                                  {"title", "Premier visits harbour"},
                                  {"image_url", "https://example.com/i.jpg"},
                                  {"keywords", "harbour | premier"},
                                  {"authors", "Jane Doe"},
                                  {"published_at", "2024-05-18T08:00:00Z"},
                                  {"published_precision", "second"},
                                  {"description", "He spoke."},
                                  {"site_name", "Example News"},
                                  {"body", "The premier spoke."},
                                  {"extra.read_more_link", ""},
                                  {"extra.meta_img", "https://example.com/m.jpg"},
                                  {"extra.images", R"(["https://example.com/i.jpg"])"},
                                  {"extra.movies", "[]"},
                                  {"extra.summary", "Made by a program."},
                                  {"extra.meta_lang", "en"},
                                  {"extra.meta_favicon", ""}}));
}

// What an ItemLoader makes without output processors: every value a list.
TEST(Formats, ScrapyItem) {
  const Article a = one(
      R"({"url":["https://example.com/a"],"title":["Premier visits harbour"],"author":["Jane Doe; John Roe"],"byline":[""],
    "date":["2024-05-18T10:00:00+02:00"],"lang":["en_GB"],"tags":["harbour, premier"],"image_urls":["https://example.com/1.jpg","https://example.com/2.jpg"],
    "section":["World"],"content":["\n","<p>The premier spoke.</p>","<p>Then he left.</p>"],"subtitle":["One","Two"],"views":[5]})");
  EXPECT_EQ(
      fields_of(a),
      (Fields{{"type", "text/html"},
              {"url", "https://example.com/a"},
              {"domain", "example.com"},
              {"title", "Premier visits harbour"},
              {"authors", "Jane Doe | John Roe"},
              {"published_at", "2024-05-18T10:00:00+02:00"},
              {"published_precision", "second"},
              {"language", "en"},
              {"keywords", "harbour | premier"},
              {"image_url", "https://example.com/1.jpg"},
              {"section", "World"},
              {"body", "<p>The premier spoke.</p>\n\n<p>Then he left.</p>"},
              {"extra.image_urls", R"(["https://example.com/1.jpg","https://example.com/2.jpg"])"},
              {"extra.lang", R"(["en_GB"])"},
              {"extra.subtitle", R"(["One","Two"])"},
              {"extra.views", "[5]"}}));
}

TEST(Formats, NewsArticle) {
  const Article a =
      one(R"({"@context":"https://schema.org","@type":["NewsArticle","ReportageNewsArticle"],
    "mainEntityOfPage":{"@type":"WebPage","@id":"https://www.example.com/a"},"headline":"Premier visits harbour",
    "alternativeHeadline":"And leaves again","description":"He spoke.","articleBody":"The premier spoke.","articleSection":["World","Asia"],
    "datePublished":"2024-05-18T10:00:00+02:00","dateModified":"2024-05-18T11:00:00+02:00","dateline":"BEIJING",
    "author":[{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"John Roe","url":"https://www.example.com/roe"}],
    "publisher":{"@type":"Organization","name":"Example News","logo":{"@type":"ImageObject","url":"https://example.com/l.png"}},
    "image":["https://example.com/1x1.jpg","https://example.com/4x3.jpg"],"keywords":["harbour","premier"],"inLanguage":"en-GB",
    "isAccessibleForFree":false,"wordCount":3})");
  EXPECT_EQ(
      fields_of(a),
      (Fields{
          {"type", "text/plain"},
          {"url", "https://www.example.com/a"},
          {"domain", "example.com"},
          {"title", "Premier visits harbour"},
          {"subtitle", "And leaves again"},
          {"description", "He spoke."},
          {"body", "The premier spoke."},
          {"section", "World"},
          {"published_at", "2024-05-18T10:00:00+02:00"},
          {"published_precision", "second"},
          {"modified_at", "2024-05-18T11:00:00+02:00"},
          {"dateline", "BEIJING"},
          {"authors", "Jane Doe | John Roe"},
          {"site_name", "Example News"},
          {"image_url", "https://example.com/1x1.jpg"},
          {"keywords", "harbour | premier"},
          {"language", "en"},
          {"extra.@context", "https://schema.org"},
          {"extra.@type", R"(["NewsArticle","ReportageNewsArticle"])"},
          {"extra.articleSection", R"(["World","Asia"])"},
          {"extra.author",
           R"([{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"John Roe","url":"https://www.example.com/roe"}])"},
          {"extra.publisher",
           R"({"@type":"Organization","name":"Example News","logo":{"@type":"ImageObject","url":"https://example.com/l.png"}})"},
          {"extra.image", R"(["https://example.com/1x1.jpg","https://example.com/4x3.jpg"])"},
          {"extra.inLanguage", "en-GB"},
          {"extra.isAccessibleForFree", "false"},
          {"extra.wordCount", "3"}}));
}

// As WordPress plugins write it: what belongs together is held together by "@id".
constexpr std::string_view kGraph = R"({"@context":"https://schema.org","@graph":[
    {"@type":"WebSite","@id":"https://example.com/#site","name":"Example News"},
    {"@type":"Article","@id":"https://example.com/stub","headline":"Another story"},
    {"@type":"NewsArticle","@id":"https://example.com/a#article","headline":"Premier visits harbour","articleBody":"The premier spoke.",
     "author":{"@id":"https://example.com/#jane"},"publisher":{"@id":"https://example.com/#site"},"image":{"@id":"https://example.com/#image"},
     "datePublished":"2024-05-18"},
    {"@type":"ImageObject","@id":"https://example.com/#image","contentUrl":"https://example.com/i.jpg"},
    {"@type":"Person","@id":"https://example.com/#jane","name":"Jane Doe"}]})";

TEST(Formats, NewsArticleInAGraph) {
  const Article a = one(std::string(kGraph));
  EXPECT_EQ(a.origin.part, "");
  EXPECT_EQ(a.id, content_hash("https://example.com/a"));
  EXPECT_EQ(
      fields_of(a),
      (Fields{
          {"type", "text/plain"},
          {"url", "https://example.com/a#article"},
          {"domain", "example.com"},
          {"title", "Premier visits harbour"},
          {"body", "The premier spoke."},
          {"authors", "Jane Doe"},
          {"site_name", "Example News"},
          {"image_url", "https://example.com/i.jpg"},
          {"published_at", "2024-05-18T00:00:00Z"},
          {"published_precision", "day"},
          {"extra.@context", "https://schema.org"},
          {"extra.@type", "NewsArticle"},
          {"extra.@graph",
           R"([{"@type":"WebSite","@id":"https://example.com/#site","name":"Example News"},)"
           R"({"@type":"Article","@id":"https://example.com/stub","headline":"Another story"},)"
           R"({"@type":"ImageObject","@id":"https://example.com/#image","contentUrl":"https://example.com/i.jpg"},)"
           R"({"@type":"Person","@id":"https://example.com/#jane","name":"Jane Doe"}])"}}));
}

// All the blocks of one page, as a scraper collects them.
TEST(Formats, NewsArticleInAList) {
  const std::string crumbs =
      R"({"@context":"https://schema.org","@type":"BreadcrumbList","name":"Home"})";
  const Article alone =
      one("[" + crumbs + R"(,{"@type":"schema:NewsArticle","name":"T","text":"B"}])");
  EXPECT_EQ(fields_of(alone), (Fields{{"type", "text/plain"},
                                      {"title", "T"},
                                      {"body", "B"},
                                      {"extra.@type", "schema:NewsArticle"},
                                      {"extra.@graph", "[" + crumbs + "]"}}));
  const Article graph = one("[" + crumbs + "," + std::string(kGraph) + "]");
  EXPECT_EQ(graph.text("title"), "Premier visits harbour");
  EXPECT_EQ(graph.text("site_name"), "Example News");
  EXPECT_NE(shown(*graph.find("extra.@graph")).find("BreadcrumbList"), std::string::npos);
}

TEST(Formats, NewsArticlesInAList) {
  const Decoded out = read(
      R"([{"@type":"NewsArticle","headline":"A","articleBody":"a"},{"@type":"Organization","name":"O"},
    {"@type":"BlogPosting","headline":"B","articleBody":"b"},{"@type":"NewsArticle","headline":"C"}])");
  ASSERT_EQ(out.articles.size(), 2U);
  EXPECT_EQ(out.articles[0].text("title"), "A");
  EXPECT_EQ(out.articles[0].origin.part, "0");
  EXPECT_EQ(shown(*out.articles[0].find("extra.@graph")),
            R"([{"@type":"Organization","name":"O"}])");
  EXPECT_EQ(out.articles[1].text("title"), "B");
  EXPECT_EQ(out.articles[1].origin.part, "1");
  EXPECT_EQ(out.articles[1].find("extra.@graph"), nullptr);
  ASSERT_EQ(out.refused.size(), 1U);
  EXPECT_EQ(out.refused[0].detail, "no text in it: its keys are @type, headline");
  EXPECT_EQ(out.refused[0].article.text("body"), R"({"@type":"NewsArticle","headline":"C"})");
}

TEST(Formats, NewsArticleAsTheMainEntityOfItsPage) {
  const Article a = one(
      R"({"@type":"WebPage","name":"Page","mainEntity":{"@type":"OpinionNewsArticle","headline":"T","articleBody":"B"}})");
  EXPECT_EQ(fields_of(a), (Fields{{"type", "text/plain"},
                                  {"title", "T"},
                                  {"body", "B"},
                                  {"extra.@type", "OpinionNewsArticle"},
                                  {"extra.name", "Page"}}));
}

TEST(Formats, LinkedDataChoosesTheSameArticleInAnyOrder) {
  const std::string nodes[] = {
      R"({"@type":"NewsArticle","headline":"no text"})",
      R"({"@type":"Article","headline":"other","articleBody":"o"})",
      R"({"@type":"AnalysisNewsArticle","headline":"chosen","articleBody":"c"})",
      R"({"@type":"JobPosting","headline":"none","text":"t"})"};
  for (int first = 0; first < 4; ++first) {
    std::string graph;
    for (int i = 0; i < 4; ++i) graph += (i == 0 ? "" : ",") + nodes[(first + i) % 4];
    EXPECT_EQ(one("{\"@graph\":[" + graph + "]}").text("title"), "chosen");
  }
}

TEST(Formats, LinkedDataWithoutAnArticleIsOneDeadLetter) {
  const Decoded out =
      read(R"([{"@type":"WebSite","name":"S"},{"@type":"Organization","name":"O"}])");
  EXPECT_TRUE(out.articles.empty());
  ASSERT_EQ(out.refused.size(), 1U);
  EXPECT_EQ(out.refused[0].code, "empty");
  EXPECT_EQ(read(R"({"@graph":[{"@type":"WebSite","name":"S"}]})").refused.size(), 1U);
  EXPECT_EQ(
      read(R"([{"@type":"WebPage","text":"a"},{"@type":"WebPage","text":"b"}])").articles.size(),
      2U);
}

TEST(Formats, LinkedDataIsBounded) {
  std::string nodes = R"({"@type":"NewsArticle","articleBody":"x"})";
  for (int i = 0; i < 2000; ++i) nodes += R"(,{"@type":"Thing"})";
  const Decoded out = read("{\"@graph\":[" + nodes + "]}");
  ASSERT_EQ(out.refused.size(), 1U);
  EXPECT_EQ(out.refused[0].code, "too_many_keys");
}

TEST(Formats, Ninjs1) {
  const Article a = one(
      R"({"uri":"urn:newsml:example.com:20240518:123","type":"text","mimetype":"text/plain","version":"2",
    "firstcreated":"2024-05-18T08:00:00Z","versioncreated":"2024-05-18T10:00:00Z","pubstatus":"usable","urgency":4,"language":"en-US",
    "title":"CHINA-PREMIER/HARBOUR (U2): PM","headline":"Premier visits harbour","byline":"By Jane Doe","located":"Beijing, China",
    "subject":[{"name":"politics","rel":"about","scheme":"http://cv.iptc.org/newscodes/mediatopic/","code":"11000000"}],
    "person":[{"name":"Li Qiang","rel":"about"}],"place":[{"name":"Beijing"}],"organisation":[{"name":"Port of Beijing"}],
    "description_text":"He spoke.","body_text":"The premier spoke.","body_xhtml":"<p>The premier spoke.</p>"})");
  EXPECT_EQ(a.id, "urn:newsml:example.com:20240518:123");
  EXPECT_EQ(
      fields_of(a),
      (Fields{
          {"type", "text/plain"},
          {"source.id", "urn:newsml:example.com:20240518:123"},
          {"published_at", "2024-05-18T08:00:00Z"},
          {"published_precision", "second"},
          {"modified_at", "2024-05-18T10:00:00Z"},
          {"language", "en"},
          {"title", "Premier visits harbour"},
          {"byline", "By Jane Doe"},
          {"dateline", "Beijing, China"},
          {"keywords", "politics"},
          {"description", "He spoke."},
          {"body", "The premier spoke."},
          {"extra.type", "text"},
          {"extra.mimetype", "text/plain"},
          {"extra.version", "2"},
          {"extra.pubstatus", "usable"},
          {"extra.urgency", "4"},
          {"extra.language", "en-US"},
          {"extra.title", "CHINA-PREMIER/HARBOUR (U2): PM"},
          {"extra.subject",
           R"([{"name":"politics","rel":"about","scheme":"http://cv.iptc.org/newscodes/mediatopic/","code":"11000000"}])"},
          {"extra.person", R"([{"name":"Li Qiang","rel":"about"}])"},
          {"extra.place", R"([{"name":"Beijing"}])"},
          {"extra.organisation", R"([{"name":"Port of Beijing"}])"},
          {"extra.body_xhtml", "<p>The premier spoke.</p>"}}));
}

TEST(Formats, Ninjs2) {
  const Article a = one(
      R"({"uri":"http://example.com/items/123","type":"text","versioncreated":"2024-05-18T10:00:00+02:00","language":"sv",
    "headlines":[{"role":"short","value":"Premier"},{"role":"main","value":"Premier visits harbour"}],
    "descriptions":[{"role":"text","contenttype":"text/plain","value":"He spoke."}],
    "bodies":[{"role":"nitf","contenttype":"application/xml","value":"<NITF/>"},{"role":"html5","contenttype":"text/html","value":"<p>The premier spoke.</p>"},
              {"role":"text","charcount":18,"contenttype":"text/plain","value":"The premier spoke."}],
    "people":[{"name":"Li Qiang"}],"subjects":[{"name":"politics"},{"name":"ports"}],"by":"Jane Doe/EX",
    "altids":[{"role":"internal","value":"a0f2"}]})");
  EXPECT_EQ(a.id, content_hash("http://example.com/items/123"));
  EXPECT_EQ(
      fields_of(a),
      (Fields{
          {"type", "text/plain"},
          {"url", "http://example.com/items/123"},
          {"domain", "example.com"},
          {"published_at", "2024-05-18T10:00:00+02:00"},
          {"published_precision", "second"},
          {"language", "sv"},
          {"title", "Premier visits harbour"},
          {"description", "He spoke."},
          {"body", "The premier spoke."},
          {"keywords", "politics | ports"},
          {"byline", "Jane Doe/EX"},
          {"extra.type", "text"},
          {"extra.headlines", R"([{"role":"short","value":"Premier"}])"},
          {"extra.bodies",
           R"([{"role":"nitf","contenttype":"application/xml","value":"<NITF/>"},)"
           R"({"role":"html5","contenttype":"text/html","value":"<p>The premier spoke.</p>"}])"},
          {"extra.people", R"([{"name":"Li Qiang"}])"},
          {"extra.altids", R"([{"role":"internal","value":"a0f2"}])"}}));
}

TEST(Formats, Ninjs3) {
  const Article a = one(
      R"({"uri":"urn:newsml:example.com:20240518:190510-99","version":"2","firstCreated":"2024-05-18T08:00:00Z",
    "versionCreated":"2024-05-18T10:00:00Z","contentCreated":"2024-05-17T10:00:00Z","pubStatus":"usable","copyrightHolder":"ex","language":"de",
    "headlines":[{"value":"Premier besucht Hafen"}],"bodies":[{"role":"html","contentType":"text/html","value":"Er <b>sprach</b>."}],
    "genres":[{"name":"Current"}],"standard":{"name":"ninjs","version":"3.0"}})");
  EXPECT_EQ(fields_of(a), (Fields{{"type", "text/html"},
                                  {"source.id", "urn:newsml:example.com:20240518:190510-99"},
                                  {"published_at", "2024-05-18T08:00:00Z"},
                                  {"published_precision", "second"},
                                  {"modified_at", "2024-05-18T10:00:00Z"},
                                  {"language", "de"},
                                  {"title", "Premier besucht Hafen"},
                                  {"body", "Er <b>sprach</b>."},
                                  {"extra.version", "2"},
                                  {"extra.contentCreated", "2024-05-17T10:00:00Z"},
                                  {"extra.pubStatus", "usable"},
                                  {"extra.copyrightHolder", "ex"},
                                  {"extra.genres", R"([{"name":"Current"}])"},
                                  {"extra.standard", R"({"name":"ninjs","version":"3.0"})"}}));
}

TEST(Formats, MapLeadsIntoObjectsAndLists) {
  DecodeOptions options;
  options.map = {{"data.story", "body"},
                 {"data.people", "keywords"},
                 {"data.pictures.1.src", "image_url"},
                 {"data.pictures.9.src", "url"},
                 {"data.no.such", "title"},
                 {"data.by", "authors"},
                 {"data.rank", "labels.rank"}};
  const std::string data =
      R"({"story":["One.","Two."],"people":[{"name":"Li Qiang"},{"name":"Jane Doe"}],)"
      R"("pictures":[{"src":"https://example.com/0.jpg"},{"src":"https://example.com/1.jpg"}],"by":["A","B"],"rank":3})";
  EXPECT_EQ(fields_of(one("{\"data\":" + data + "}", options)),
            (Fields{{"type", "text/plain"},
                    {"body", "One.\n\nTwo."},
                    {"keywords", "Li Qiang | Jane Doe"},
                    {"image_url", "https://example.com/1.jpg"},
                    {"authors", "A | B"},
                    {"labels.rank", "3"},
                    {"extra.data", data}}));
}

TEST(Formats, MapWorksInsideAGraph) {
  DecodeOptions options;
  options.map = {{"description", "body"}};
  const Article a = one(
      R"({"@graph":[{"@type":"WebSite","name":"S"},{"@type":"NewsArticle","headline":"T","description":"D"}]})",
      options);
  EXPECT_EQ(a.text("body"), "D");
}

// A key that lost against a mapped one is kept where it was, not twice.
TEST(Formats, MapKeepsTheLoserInItsObject) {
  DecodeOptions options;
  options.map = {{"meta.lang", "language"}, {"meta.body", "body"}, {"text", "body"}};
  const Article a = one(R"({"text":"T","meta":{"lang":"en-GB","body":"B"}})", options);
  EXPECT_EQ(fields_of(a), (Fields{{"type", "text/plain"},
                                  {"body", "B"},
                                  {"language", "en"},
                                  {"extra.text", "T"},
                                  {"extra.meta", R"({"lang":"en-GB","body":"B"})"}}));
}

class Scribe {
 public:
  explicit Scribe(unsigned seed) : random_(seed) {}

  std::string value(int depth) {
    static constexpr std::string_view kPlain[] = {"null",
                                                  "7",
                                                  "\"\"",
                                                  "\"text\"",
                                                  "\"a; b\"",
                                                  "\"https://example.com/a\"",
                                                  "\"urn:x:1\"",
                                                  "\"NewsArticle\"",
                                                  "\"2024-05-18\"",
                                                  "\"en-GB\"",
                                                  "\"main\"",
                                                  "\"text/html\"",
                                                  "true"};
    if (depth == 0 || pick(3) == 0) return std::string(kPlain[pick(std::size(kPlain))]);
    if (pick(2) == 0) return object(depth);
    std::string out;
    for (std::size_t i = pick(4); i > 0; --i) out += (out.empty() ? "" : ",") + value(depth - 1);
    return '[' + out + ']';
  }

  std::string object(int depth) {
    std::string out;
    for (std::size_t i = pick(6); i > 0; --i)
      out += (out.empty() ? "\"" : ",\"") + std::string(key()) + "\":" + value(depth - 1);
    return '{' + out + '}';
  }

 private:
  std::string_view key() {
    static constexpr std::string_view kKeys[] = {"@type",
                                                 "@graph",
                                                 "@id",
                                                 "mainEntity",
                                                 "mainEntityOfPage",
                                                 "versionCreated",
                                                 "firstcreated",
                                                 "bodies",
                                                 "headlines",
                                                 "value",
                                                 "role",
                                                 "contentType",
                                                 "headline",
                                                 "title",
                                                 "name",
                                                 "author",
                                                 "publisher",
                                                 "image",
                                                 "url",
                                                 "uri",
                                                 "subject",
                                                 "text",
                                                 "articleBody",
                                                 "language",
                                                 "section",
                                                 "date",
                                                 "id",
                                                 "extra",
                                                 "labels",
                                                 "schema",
                                                 "domain",
                                                 "a.b",
                                                 ""};
    return kKeys[pick(std::size(kKeys))];
  }
  std::size_t pick(std::size_t n) { return random_() % n; }

  std::mt19937 random_;
};

TEST(Formats, LoseNothingOfAnyMixture) {
  Scribe scribe(7);
  DecodeOptions options;
  options.map = {
      {"a.b", "body"}, {"author.name", "title"}, {"image.0", "url"}, {"role", "labels.role"}};
  for (int i = 0; i < 5'000; ++i) {
    const std::string payload = scribe.object(5);
    const std::string bare = '[' + scribe.value(5) + ']';
    for (const std::string& json : {payload, bare}) {
      const Decoded out =
          decode({.payload = json, .format = "json"}, i % 2 == 0 ? options : DecodeOptions(), 1);
      ASSERT_GE(out.articles.size() + out.refused.size(), 1U) << json;
      for (const Article& a : out.articles) {
        std::set<std::string> names;
        for (const Field& f : a.fields())
          ASSERT_TRUE(names.insert(f.name).second) << f.name << " twice: " << json;
        ASSERT_FALSE(a.text("body").empty()) << json;
      }
    }
  }
}

}  // namespace
}  // namespace copydesk::decode
