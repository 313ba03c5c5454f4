// Input nobody writes by accident. Every test also runs under the sanitizers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <copydesk/testing.hpp>
#include <string>

#include "clean/html.h"
#include "clean/page.h"
#include "clean/stage.h"
#include "clean/text.h"

namespace copydesk::clean {
namespace {

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}
const std::string kParagraph =
    "<p>The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, "
    "which a storm destroyed last winter, before the "
    "herring season begins in the north.</p>";

TEST(CleanHostile, SurvivesAHundredThousandNestedTags) {
  for (const char* tag : {"div", "b", "p", "table", "li", "svg", "select", "font", "a", "template",
                          "blockquote", "button", "unknown"}) {
    const std::string open = "<" + std::string(tag) + ">", close = "</" + std::string(tag) + ">";
    const std::size_t depth = std::string_view(tag) == "div" ? 100'000 : 20'000;
    const CleanedHtml out = clean_html(repeat(open, depth) + kParagraph + repeat(close, depth), {});
    EXPECT_LE(out.body.size(), 1000u) << tag;
  }
  const CleanedHtml deep = clean_html(repeat("<div>", 100'000) + kParagraph, {});
  EXPECT_NE(deep.body.find("harbour authority"), std::string::npos);
}

TEST(CleanHostile, ReadsAPageOfFiveMegabytes) {
  const CleanedHtml out =
      clean_html("<html><body><article>" + repeat(kParagraph, 5'000'000 / kParagraph.size()) +
                     "</article></body></html>",
                 {});
  EXPECT_GT(out.words, 0u);
}

TEST(CleanHostile, StopsAtTheSizeLimit) {
  HtmlOptions options;
  options.max_html_bytes = 100'000;
  const CleanedHtml out = clean_html(
      "<article>" + repeat(kParagraph + "<p>" + std::string(50, 'x') + "</p>", 10'000), options);
  EXPECT_EQ(out.warnings.at(0), "cut");
  EXPECT_LE(out.body.size(), 100'000u);
}

TEST(CleanHostile, BoundsAttributesAndFormattingElements) {
  std::string attributes = "<div";
  for (int i = 0; i < 200'000; ++i) attributes += " a" + std::to_string(i) + "=1";
  clean_html(attributes + ">" + kParagraph + "</div>", {});
  clean_html("<div" + repeat(" class=x", 200'000) + ">" + kParagraph, {});
  std::string fonts;
  for (int i = 0; i < 5'000; ++i) fonts += "<font size=" + std::to_string(i) + ">";
  clean_html(fonts + repeat("<p>x", 50'000), {});
}

TEST(CleanHostile, TakesAnyBytes) {
  std::string bytes;
  unsigned state = 1;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 1664525u + 1013904223u;
    bytes += static_cast<char>(state >> 24);
  }
  clean_html(bytes, {});
  clean_html("<article><p>" + bytes + "</p></article>", {});
  clean_text(bytes, bytes.substr(0, 200), {});
}

TEST(CleanHostile, TakesEveryTruncationOfAPage) {
  const std::string page =
      "<html lang=zh><head><title>中文标题</title><script "
      "type=\"application/"
      "ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"中\\u4e2d\\ud83d\\ude00\","
      "\"author\":[{\"name\":\"李\"}],\"datePublished\":\"2024-05-18T10:00:00+08:00\"}</script></"
      "head><body><article><p class=\"lead\">" +
      repeat("习近平在北京会见了客人。", 10) + "</p></article></body></html>";
  for (std::size_t i = 0; i <= page.size(); ++i) {
    clean_html(std::string_view(page).substr(0, i), {});
    clean_text(std::string_view(page).substr(0, i), "", {});
  }
}

TEST(CleanHostile, TakesEmptyAndBlankInput) {
  for (const char* text : {"", " ", "\n\n\n", "\r\n", "\xC2\xA0"}) {
    EXPECT_EQ(clean_text(text, "", {}).body, "");
    EXPECT_EQ(clean_text(text, "", {}).warnings.at(0), "empty");
    EXPECT_EQ(clean_html(text, {}).body, "");
    EXPECT_EQ(clean_html(text, {}).warnings.at(0), "no_article");
  }
}

TEST(CleanHostile, PassesALineOfTenMegabytesThrough) {
  const std::string line = repeat("word ", 2'000'000);
  const CleanedText out = clean_text(line, "", {});
  EXPECT_EQ(out.words, 2'000'000u);
  EXPECT_EQ(out.warnings.at(0), "too_long");
  TextOptions options;
  options.max_bytes = 64 << 20;
  EXPECT_EQ(clean_text(line, "", options).words, 2'000'000u);
}

TEST(CleanHostile, JudgesNoTextOfMoreLinesThanTheLimit) {
  TextOptions options;
  options.max_lines = 1000;
  const std::string line = "The harbour authority said that it would rebuild the pier.\n";
  EXPECT_THAT(clean_text(repeat(line, 1000), "", options).warnings,
              ::testing::Not(::testing::Contains("too_long")));
  const CleanedText out = clean_text(repeat(line, 1001), "", options);
  EXPECT_EQ(out.warnings.at(0), "too_long");
  EXPECT_EQ(out.words, 1001 * count_words(line));
  EXPECT_EQ(clean_text(repeat("x\n", 2'000'000), "", {}).warnings.at(0), "too_long");
}

TEST(CleanHostile, StaysLinearOnManyLines) {
  clean_text(repeat("Share this\n", 20'000), "", {});
  clean_text(repeat("12:01 23.07.2024\n", 20'000), "", {});
  clean_text(repeat("Jane Doe\n", 20'000), "", {});
  clean_text(repeat("Related articles\n", 20'000), "", {});
  clean_text(repeat("A caption of the harbour in the north (Photo: Jon Dahl)\n", 50'000), "", {});
  clean_text(repeat("((((((((((", 20'000) + ")", "", {});
}

TEST(CleanHostile, BoundsJsonLd) {
  const std::string head = "<script type=\"application/ld+json\">";
  clean_html(head + repeat("[", 100'000) + "</script>" + kParagraph, {});
  clean_html(head + repeat("{\"a\":", 100'000) + "</script>" + kParagraph, {});
  clean_html(head + "{\"@type\":\"Article\",\"headline\":\"" + std::string(1 << 20, 'x'), {});
  clean_html(
      head + "{\"@graph\":[" +
          repeat("{\"@id\":\"#a\",\"@type\":\"Article\",\"author\":{\"@id\":\"#a\"}},", 20'000) +
          "]}</script>",
      {});
}

TEST(CleanHostile, EntitiesDoNotGrow) {
  const std::string bombs[] = {repeat("&amp;", 200'000),
                               repeat("&", 1'000'000),
                               repeat("&CounterClockwiseContourIntegral", 30'000),
                               "&" + std::string(1'000'000, 'a') + ";",
                               repeat("&#x10FFFF;", 100'000),
                               "<!DOCTYPE html [<!ENTITY a \"lol\">" +
                                   repeat("<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">", 20'000) +
                                   "]>&b;"};
  for (const std::string& bomb : bombs) {
    const CleanedHtml out = clean_html("<article><p>" + bomb + "</p>" + kParagraph, {});
    EXPECT_LE(out.body.size() + out.title.size(), bomb.size() + 1000);
  }
}

TEST(CleanHostile, StopsAtTheTreesLimit) {
  HtmlOptions options;
  options.max_tree_bytes = 4 << 20;
  const CleanedHtml out =
      clean_html("<article>" + kParagraph + repeat("<a href=1>", 400'000), options);
  EXPECT_EQ(out.warnings.at(0), "cut");
  EXPECT_NE(out.body.find("harbour authority"), std::string::npos);
}

// Besides the parser's tree there are lists with an entry for each element: both count.
TEST(CleanHostile, TheTreesLimitBoundsItsListsToo) {
  constexpr std::size_t kBytesOfANode = 100;  // at least
  HtmlOptions options;
  options.max_tree_bytes = 4 << 20;
  for (const std::string& part : {std::string("<a></a>"), std::string("x<br>"),
                                  std::string("<p><b><i><u><em>"), std::string("<td>")}) {
    const Page page(kParagraph + repeat(part, 200'000), options);
    EXPECT_TRUE(page.cut()) << part;
    EXPECT_LE(page.nodes().size() * kBytesOfANode, options.max_tree_bytes) << part;
    EXPECT_EQ(page.nodes()[0].end, page.nodes().size()) << part;
    EXPECT_NE(page.text_of(0).find("harbour authority"), std::string::npos) << part;
  }
  const Page small(kParagraph + repeat("<a></a>", 1'000), options);
  EXPECT_FALSE(small.cut());
}

TEST(CleanHostile, OfFiftyMegabytesItReadsTheLimit) {
  const CleanedHtml out =
      clean_html("<article>" + kParagraph + "</article>" + std::string(50 << 20, ' '), {});
  EXPECT_EQ(out.warnings.at(0), "cut");
  EXPECT_NE(out.body.find("harbour authority"), std::string::npos);
}

TEST(CleanHostile, TheStageHasTheLimitsInItsOptions) {
  using namespace copydesk::testing;
  StageHarness<Clean> stage({{"max_html", "2KiB"}, {"max_depth", 40}, {"max_text", "1KiB"}});
  const auto warnings = [&](const OwnedArticle& article) {
    return stage.run(article).strings("quality.warnings");
  };
  EXPECT_THAT(warnings(article("a").html().body(kParagraph + std::string(4096, ' '))),
              ::testing::Contains("cut"));
  EXPECT_THAT(warnings(article("b").html().body(repeat("<div>", 60) + kParagraph)),
              ::testing::Contains("deep"));
  EXPECT_THAT(warnings(article("c").body(repeat("word ", 500))), ::testing::Contains("too_long"));
}

TEST(CleanHostile, BoundsTheSearchForDatesAndNames) {
  const std::string names = " class='" + repeat("a-long-name ", 20) + "comments'";
  for (const char* line :
       {"<b>May 3, 2024</b>", "<b>By Jane Doe</b>", "<time datetime=2024-05-03>x</time>",
        "<a rel=author>Jane Doe</a>", "<i itemprop=datePublished>3 May 2024</i>"}) {
    const std::string nested = repeat("<div" + names + ">", 14) + repeat(line, 100'000);
    EXPECT_FALSE(clean_html(kParagraph + nested, {}).published_at) << line;
  }
}

}  // namespace
}  // namespace copydesk::clean
