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

TEST(CleanMetadata, TakesNoAddressAndNoSiteForAnAuthor) {
  const CleanedHtml out = read(
      "<meta property=og:site_name content='The Coast Courier'><meta property=article:author "
      "content='https://facebook.example/courier'><meta name=author content='The Coast Courier'>");
  EXPECT_THAT(out.authors, IsEmpty());
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
