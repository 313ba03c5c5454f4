#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clean/html.h"

namespace copydesk::clean {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

CleanedHtml read(const std::string& head, const std::string& body = "",
                 const std::string& html = "<html>") {
  return clean_html(html + "<head>" + head + "</head><body>" + body + "</body></html>", {});
}
std::string linked(const std::string& json) {
  return "<script type=\"application/ld+json\">" + json + "</script>";
}
std::string date(const std::optional<Moment>& moment) { return moment ? to_rfc3339(*moment) : ""; }

TEST(CleanMetadata, ReadsJsonLd) {
  const CleanedHtml out = read(linked(
      R"({"@context":"https://schema.org","@type":["NewsArticle"],"headline":"Larsmo &amp; the pier","description":"A storm took it.",
    "author":[{"@type":"Person","name":"Maja Lindqvist"},{"@type":"Person","name":"Per Dyk"}],"publisher":{"name":"The Coast Courier"},
    "datePublished":"2024-03-07T09:30:00+02:00","dateModified":"2024-03-07T11:00:00Z","articleSection":["North"],"keywords":"pier, storm",
    "image":[{"url":"https://c.example/p.jpg"}],"inLanguage":"en"})"));
  EXPECT_EQ(out.title, "Larsmo & the pier");
  EXPECT_EQ(out.description, "A storm took it.");
  EXPECT_THAT(out.authors, ElementsAre("Maja Lindqvist", "Per Dyk"));
  EXPECT_EQ(out.site_name, "The Coast Courier");
  EXPECT_EQ(date(out.published_at), "2024-03-07T09:30:00+02:00");
  EXPECT_EQ(date(out.modified_at), "2024-03-07T11:00:00Z");
  EXPECT_EQ(out.section, "North");
  EXPECT_THAT(out.keywords, ElementsAre("pier", "storm"));
  EXPECT_EQ(out.image_url, "https://c.example/p.jpg");
  EXPECT_EQ(out.language, "en");
}

TEST(CleanMetadata, ReadsGraphsWithReferences) {
  const CleanedHtml out = read(linked(
      R"({"@graph":[{"@type":"Article","headline":"Larsmo to rebuild pier","author":{"@id":"#p"},"publisher":{"@id":"#o"}},
    {"@type":"Person","@id":"#p","name":"Maja Lindqvist"},{"@type":"Organization","@id":"#o","name":"The Coast Courier"}]})"));
  EXPECT_THAT(out.authors, ElementsAre("Maja Lindqvist"));
  EXPECT_EQ(out.site_name, "The Coast Courier");
}

TEST(CleanMetadata, ForgivesBrokenJsonLd) {
  const CleanedHtml out =
      read(linked("/*<![CDATA[*/{\"@type\":\"NewsArticle\",\n\"headline\":\"Larsmo to\nrebuild "
                  "pier\",,\"datePublished\":\"2024-03-07\",};/*]]>*/"));
  EXPECT_EQ(out.title, "Larsmo to rebuild pier");
  EXPECT_EQ(date(out.published_at), "2024-03-07T00:00:00Z");
  EXPECT_EQ(out.published_at->precision, Precision::kDay);
}

TEST(CleanMetadata, TrustsJsonLdBeforeMetaBeforeThePage) {
  const std::string meta =
      "<meta property=article:published_time content=2024-01-02T00:00:00Z><meta name=author "
      "content='Meta Person'>";
  const std::string time =
      "<time datetime=2024-01-03T00:00:00Z>3 January</time><a rel=author>Page Person</a>";
  CleanedHtml out = read(
      linked(
          R"({"@type":"NewsArticle","datePublished":"2024-01-01T00:00:00Z","author":"Linked Person"})") +
          meta,
      time);
  EXPECT_EQ(date(out.published_at), "2024-01-01T00:00:00Z");
  EXPECT_THAT(out.authors, ElementsAre("Linked Person"));
  out = read(meta, time);
  EXPECT_EQ(date(out.published_at), "2024-01-02T00:00:00Z");
  EXPECT_THAT(out.authors, ElementsAre("Meta Person"));
  out = read("", time);
  EXPECT_EQ(date(out.published_at), "2024-01-03T00:00:00Z");
  EXPECT_THAT(out.authors, ElementsAre("Page Person"));
}

TEST(CleanMetadata, ReadsMetaElements) {
  const CleanedHtml out = read(
      "<link rel=canonical href='https://c.example/pier'><meta property=og:title content='Larsmo "
      "to rebuild pier | The Coast Courier'><meta property=og:site_name content='The Coast "
      "Courier'>"
      "<meta property=og:description content='A storm took it.'><meta property=article:section "
      "content=North><meta property=article:tag content=pier><meta property=article:tag "
      "content=storm>"
      "<meta property=og:image content='https://c.example/p.jpg'>",
      "", "<html lang='en-GB'>");
  EXPECT_EQ(out.title, "Larsmo to rebuild pier");
  EXPECT_EQ(out.canonical_url, "https://c.example/pier");
  EXPECT_EQ(out.site_name, "The Coast Courier");
  EXPECT_EQ(out.description, "A storm took it.");
  EXPECT_EQ(out.section, "North");
  EXPECT_THAT(out.keywords, ElementsAre("pier", "storm"));
  EXPECT_EQ(out.image_url, "https://c.example/p.jpg");
  EXPECT_EQ(out.language, "en-GB");
}

TEST(CleanMetadata, MakesAddressesWhole) {
  const auto at = [](const std::string& url, const std::string& head) {
    HtmlOptions options;
    options.url = url;
    return clean_html("<head>" + head + "</head><body></body>", options);
  };
  const std::string relative =
      "<link rel=canonical href='/news/pier'><meta property=og:image content='img/p.jpg'>";
  CleanedHtml out = at("https://c.example/n/1?x", relative);
  EXPECT_EQ(out.canonical_url, "https://c.example/news/pier");
  EXPECT_EQ(out.image_url, "https://c.example/n/img/p.jpg");
  out = at("https://c.example/n/1", "<base href='/amp/'>" + relative);
  EXPECT_EQ(out.image_url, "https://c.example/amp/img/p.jpg");
  out = at("", "<base href='https://c.example/a/'>" + relative);
  EXPECT_EQ(out.canonical_url, "https://c.example/news/pier");
  EXPECT_EQ(out.image_url, "https://c.example/a/img/p.jpg");
  // Where nobody says what they refer to, they are no addresses.
  out = at("", relative);
  EXPECT_EQ(out.canonical_url, "");
  EXPECT_EQ(out.image_url, "");
  out = at("", relative + "<meta property=og:url content='https://c.example/news/pier'>");
  EXPECT_EQ(out.canonical_url, "https://c.example/news/pier");
  EXPECT_EQ(out.image_url, "https://c.example/news/img/p.jpg");
  out = at("",
           "<link rel=canonical href='//c.example/pier'><meta property=og:image "
           "content='data:image/gif;base64,R0'>" +
               linked(R"({"@type":"NewsArticle","image":"/q.jpg"})"));
  EXPECT_EQ(out.canonical_url, "https://c.example/pier");
  EXPECT_EQ(out.image_url, "https://c.example/q.jpg");
}

TEST(CleanMetadata, PrefersTheHeadingThatMatchesTheTitle) {
  const CleanedHtml out = read(
      "<title>Larsmo to rebuild pier: what we know - The Coast Courier</title><meta "
      "property=og:site_name content='The Coast Courier'>",
      "<h1>The Coast Courier</h1><h1>Larsmo to rebuild pier: what we know</h1>");
  EXPECT_EQ(out.title, "Larsmo to rebuild pier: what we know");
}

TEST(CleanMetadata, KeepsDashesAndColonsOfATitle) {
  EXPECT_EQ(read("<title>Larsmo: the pier - and what comes next</title>").title,
            "Larsmo: the pier - and what comes next");
}

TEST(CleanMetadata, TakesNoAddressForAnAuthorAndTheSiteOnlyWhenItNamesNobody) {
  const std::string head =
      "<meta property=og:site_name content='The Coast Courier'><meta property=article:author "
      "content='https://facebook.example/courier'><meta name=author content='The Coast Courier'>";
  EXPECT_THAT(read(head).authors, ElementsAre("The Coast Courier"));
  EXPECT_THAT(read(head, "<h1>Larsmo to rebuild pier</h1><p>By Maja Lindqvist</p>").authors,
              ElementsAre("Maja Lindqvist"));
}

TEST(CleanMetadata, FindsAuthorsWhereThePageShowsThem) {
  const std::string h1 = "<h1>Larsmo to rebuild the eastern pier</h1>";
  for (const char* byline :
       {"<a rel=author href=/a>Maja Lindqvist</a>",
        "<span itemprop=author><span itemprop=name>Maja Lindqvist</span></span>",
        "<div class=byline>By <a href=/a>Maja Lindqvist</a>, Staff Writer</div>",
        "<p>Von Maja Lindqvist</p>", "<b>Autor:</b><br> Maja Lindqvist",
        "<p>Par <a href=/m>Maja Lindqvist</a></p>", "<a href=/author/ml>Maja Lindqvist</a>",
        "<div class=author-info>Written by <b>Maja Lindqvist</b></div>"})
    EXPECT_THAT(read("", h1 + byline).authors, ElementsAre("Maja Lindqvist")) << byline;
  EXPECT_THAT(read("<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 "
                   "content='Maja Lindqvist'>")
                  .authors,
              ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(
      read(linked(R"({"@graph":[{"@type":"WebPage"},{"@type":"Person","name":"Maja Lindqvist"}]})"))
          .authors,
      ElementsAre("Maja Lindqvist"));
}

TEST(CleanMetadata, LeavesThePeopleOfCommentsAndOtherArticlesAlone) {
  const std::string h1 = "<h1>Larsmo to rebuild the eastern pier</h1>";
  EXPECT_THAT(read("", h1 + "<div class=byline>By Maja Lindqvist</div><div class=comments><div "
                            "class=byline>By Per Dyk</div></div>"
                            "<aside><a rel=author>Ana Sol</a></aside>")
                  .authors,
              ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read("", h1 + "<div class=comments><a rel=author>Per Dyk</a></div>").authors,
              IsEmpty());
  EXPECT_THAT(read("", h1 + "<p>By the time it was rebuilt, the season was over.</p>").authors,
              IsEmpty());
}

TEST(CleanMetadata, PrefersPersonsToOrganisationsAndAccounts) {
  const std::string body = "<h1>Larsmo to rebuild the eastern pier</h1><p>By Maja Lindqvist</p>";
  EXPECT_THAT(
      read(
          linked(
              R"({"@type":"NewsArticle","author":{"@type":"Organization","name":"Coast Courier"}})"),
          body)
          .authors,
      ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read("<meta name=author content='mlindqvist'>", body).authors,
              ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read("<meta name=author content='mlindqvist'>").authors, ElementsAre("mlindqvist"));
  EXPECT_THAT(read("<meta name=author content='admin'>").authors, IsEmpty());
}

TEST(CleanMetadata, TakesTheDateFromWhereItIsMostTrusted) {
  const std::string address = "<link rel=canonical href='https://c.example/2024/01/05/pier'>";
  const std::string weak = "<meta name=date content=2024-01-07>";
  const std::string item = "<span itemprop=datePublished content=2024-01-02>x</span>";
  const std::string shown =
      "<h1>Larsmo to rebuild pier</h1><p class=meta>January 6, 2024 | 5 min read</p>";
  const auto day = [](const CleanedHtml& out) { return date(out.published_at).substr(0, 10); };
  EXPECT_EQ(
      day(read(linked(R"({"@type":"WebPage","datePublished":"2024-01-03"})") + address, item)),
      "2024-01-02");
  EXPECT_EQ(
      day(read(linked(R"({"@type":"WebPage","datePublished":"2024-01-03"})") + address, shown)),
      "2024-01-03");
  EXPECT_EQ(day(read(address + weak, "<time datetime=2024-01-04>4 January</time>" + shown)),
            "2024-01-04");
  EXPECT_EQ(day(read(address + weak, shown)), "2024-01-05");
  EXPECT_EQ(day(read(weak, shown)), "2024-01-06");
  EXPECT_EQ(day(read(weak, "<p>Nothing</p>")), "2024-01-07");
  EXPECT_EQ(day(read("", "<h1>Larsmo to rebuild pier</h1><p>Updated: January 8, 2024</p>")),
            "2024-01-08");
}

TEST(CleanMetadata, TellsPublishedFromModified) {
  const std::string json = linked(
      R"({"@type":"NewsArticle","datePublished":"2024-03-07T09:30:00Z","dateModified":"2024-03-09T11:00:00Z"})");
  CleanedHtml out = read(
      json,
      "<h1>Larsmo to rebuild pier</h1><p>Published March 7, 2024</p><p>Updated March 9, 2024</p>");
  EXPECT_EQ(date(out.published_at), "2024-03-07T09:30:00Z");
  EXPECT_EQ(date(out.modified_at), "2024-03-09T11:00:00Z");
  out = read(json, "<h1>Larsmo to rebuild pier</h1><p>Updated March 9, 2024</p>");
  EXPECT_EQ(date(out.published_at), "2024-03-07T09:30:00Z");
  // A new edition: readers see its day as the article's, or its first one is long ago.
  out = read(json, "<h1>Larsmo to rebuild pier</h1><p>March 9, 2024</p>");
  EXPECT_EQ(date(out.published_at), "2024-03-09T11:00:00Z");
  out = read(
      linked(
          R"({"@type":"NewsArticle","datePublished":"2019-03-07T09:30:00Z","dateModified":"2024-03-09T11:00:00Z"})"),
      "<h1>The best piers</h1><p>Updated March 9, 2024</p>");
  EXPECT_EQ(date(out.published_at), "2024-03-09T11:00:00Z");
}

TEST(CleanMetadata, ReadsBothDatesOfALine) {
  const CleanedHtml out =
      read("",
           "<h1>Larsmo to rebuild pier</h1><p>Published: 7 March 2024, 09:30 GMT | Updated: 8 "
           "March 2024, 11:00 GMT</p>");
  EXPECT_EQ(date(out.published_at), "2024-03-07T09:30:00Z");
  EXPECT_EQ(date(out.modified_at), "2024-03-08T11:00:00Z");
}

TEST(CleanMetadata, ReadsDatesInTheDigitsOfOtherScripts) {
  EXPECT_EQ(date(read("", "<h1>افتتاح خط المترو الجديد</h1><p>نشر في: ١٤ مايو ٢٠٢٤ - ٠٣:٢٥ م</p>")
                     .published_at),
            "2024-05-14T00:00:00Z");
}

TEST(CleanMetadata, ShowsAnInstantInTheZoneOfThePage) {
  const std::string json =
      linked(R"({"@type":"NewsArticle","datePublished":"2024-03-08T02:05:00Z"})");
  const std::string h1 = "<h1>Larsmo to rebuild pier</h1>";
  EXPECT_EQ(date(read(json, h1).published_at), "2024-03-08T02:05:00Z");
  EXPECT_EQ(
      date(read(json, h1 + "<time datetime=2024-03-07T21:05:00-05:00>Mar 7</time>").published_at),
      "2024-03-07T21:05:00-05:00");
  EXPECT_EQ(date(read(json, h1 + "<p>March 7, 2024, 9:05 PM</p>").published_at),
            "2024-03-07T21:05:00-05:00");
  EXPECT_EQ(date(read(json, h1 + "<p>March 7, 2024</p>").published_at),
            "2024-03-07T23:05:00-03:00");
  EXPECT_EQ(date(read(json + "<link rel=canonical href='https://c.example/2024/03/07/pier'>", h1)
                     .published_at),
            "2024-03-07T23:05:00-03:00");
  EXPECT_EQ(date(read(json, h1 + "<p>March 1, 2024</p>").published_at), "2024-03-08T02:05:00Z");
}

TEST(CleanMetadata, LeavesDatesOfOtherThingsAlone) {
  const std::string h1 = "<h1>Larsmo to rebuild pier</h1>";
  EXPECT_FALSE(read("", h1 + "<p>The storm of 3 March 2022 took the eastern pier away within an "
                             "hour, the authority said.</p>")
                   .published_at);
  EXPECT_FALSE(read("", h1 + "<div class=related-posts><time datetime=2024-03-01>1 "
                             "March</time></div><aside>March 2, 2024</aside>")
                   .published_at);
  EXPECT_FALSE(read("", h1 + "<p>05/06/2024</p>", "<html lang=en>").published_at);
  EXPECT_EQ(date(read("", h1 + "<p>05/06/2024</p>", "<html lang=en-US>").published_at),
            "2024-05-06T00:00:00Z");
}

TEST(CleanMetadata, CutsTheSiteAndTheKickerOffATitle) {
  const auto title = [](const std::string& head, const std::string& body = "") {
    return read(head, body).title;
  };
  const std::string address = "<link rel=canonical href='https://www.coastcourier.example/pier'>";
  EXPECT_EQ(title(address + "<title>Larsmo to rebuild pier - Coast Courier</title>"),
            "Larsmo to rebuild pier");
  EXPECT_EQ(title(address + "<title>Coast Courier » Larsmo to rebuild pier</title>"),
            "Larsmo to rebuild pier");
  EXPECT_EQ(title("<meta property=og:title content='Larsmo to rebuild the pier'>",
                  "<h1><span>Harbours</span> Larsmo to rebuild the pier</h1>"),
            "Larsmo to rebuild the pier");
  const std::string headline =
      linked(R"({"@type":"NewsArticle","headline":"Larsmo to rebuild the pier"})");
  EXPECT_EQ(title(headline, "<h1><b>Opinion</b> Larsmo to rebuild the pier</h1>"),
            "Larsmo to rebuild the pier");
  EXPECT_EQ(title("<meta property=og:title content='2025 Larsmo to rebuild the pier'>" + headline,
                  "<h1>2025 Larsmo to rebuild the pier</h1>"),
            "2025 Larsmo to rebuild the pier");
  EXPECT_EQ(title("<title>Blog of Maja: Larsmo to rebuild the pier</title>",
                  "<h1>Blog of Maja</h1><h2>Larsmo to rebuild the pier</h2>"),
            "Larsmo to rebuild the pier");
}

TEST(CleanMetadata, TakesNoNameOfASiteInAHeadingForTheTitle) {
  const CleanedHtml out = read("<title>The Harbour Cat: A week of fog</title>",
                               "<h1><a href=/>The Harbour Cat</a></h1><h3>A week of fog</h3>");
  EXPECT_EQ(out.title, "A week of fog");
}

TEST(CleanMetadata, LeavesTheAuthorsOfTheNextArticleAlone) {
  EXPECT_THAT(
      read("<title>Larsmo to rebuild pier</title>",
           "<article><h1>Larsmo to rebuild pier</h1><div class=byline>By Maja Lindqvist</div>"
           "</article><article><h1>Zoo names gorilla</h1><div class=byline>By Per Dyk</div>"
           "</article>")
          .authors,
      ElementsAre("Maja Lindqvist"));
}

TEST(CleanMetadata, ShowsTheLastChangeInTheZoneOfThePageToo) {
  const CleanedHtml out = read(
      linked(
          R"({"@type":"NewsArticle","datePublished":"2024-07-09T11:20:00Z","dateModified":"2024-07-09T13:05:00Z"})"),
      "<h1>Larsmo to rebuild pier</h1><p>Published: July 9, 2024 7:20 AM | Updated: July 9, 2024 "
      "9:05 AM</p>");
  EXPECT_EQ(date(out.published_at), "2024-07-09T07:20:00-04:00");
  EXPECT_EQ(date(out.modified_at), "2024-07-09T09:05:00-04:00");
}

TEST(CleanMetadata, SplitsSeveralAuthors) {
  EXPECT_THAT(read("<meta name=author content='By Maja Lindqvist, Per Dyk and Ana Sol'>").authors,
              ElementsAre("Maja Lindqvist", "Per Dyk", "Ana Sol"));
}

TEST(CleanMetadata, LeavesOutWhatThePageDoesNotSay) {
  const CleanedHtml out = read("", "<p>Nothing much.</p>");
  EXPECT_EQ(out.title, "");
  EXPECT_FALSE(out.published_at);
  EXPECT_THAT(out.authors, IsEmpty());
  EXPECT_EQ(out.canonical_url, "");
}

}  // namespace
}  // namespace copydesk::clean
