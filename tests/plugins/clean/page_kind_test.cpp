// Pages without an article, and what is said of them; and how sure a body is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <copydesk/testing.hpp>

#include "clean/stage.h"

namespace copydesk::clean {
namespace {

using namespace copydesk::testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kParagraph =
    "The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, "
    "which a storm destroyed last winter, before the herring season begins in the north. ";

std::string repeat(const std::string& part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}
std::string page(const std::string& title, const std::string& body) {
  return "<html lang=en><head><title>" + title + "</title></head><body>" + body + "</body></html>";
}
OwnedArticle run(const std::string& html) {
  StageHarness<Clean> stage;
  return stage.run(article("a").body(html).html());
}
OwnedArticle run_text(const std::string& title, const std::string& body) {
  StageHarness<Clean> stage;
  return stage.run(article("a").title(title).body(body));
}
void expect_none(const OwnedArticle& out, const char* kind) {
  EXPECT_EQ(out.body(), "") << kind;
  EXPECT_THAT(out.strings("quality.warnings"), Contains(kind));
  EXPECT_THAT(out.strings("quality.warnings"), Contains("no_article")) << kind;
  EXPECT_EQ(out.integer("quality.words"), 0) << kind;
  EXPECT_TRUE(out.has("quality.confidence"));
  EXPECT_EQ(out.real("quality.confidence"), 0) << kind;
}

// The default of many blogs.
TEST(PageKind, KnowsTheErrorOfABlog) {
  expect_none(run(page("Page not found",
                       "<h1>Oops! That page can’t be found.</h1><p>It looks like "
                       "nothing was found at this location. Maybe try one of the "
                       "links below or a search?</p>")),
              "error_page");
}

TEST(PageKind, TheDatesOfTeasersMakeNoArticleOfAList) {
  std::string teasers;
  for (int i = 1; i <= 6; ++i)
    teasers +=
        "<article><h2><a href=/" + std::to_string(i) +
        ">Port authority delays dredging until spring</a></h2><p>The port authority voted on "
        "Tuesday to postpone the dredging of the channel, citing the cost of fuel and a "
        "protected sturgeon.</p><span>By Ann Pohl · May " +
        std::to_string(i) + ", 2024</span></article>";
  expect_none(run(page("Local news", "<main><h1>Local news</h1>" + teasers + "</main>")),
              "list_page");
}

TEST(PageKind, AnErrorIsNoArticle) {
  const std::string text =
      "The page that you are looking for has been moved, or it was never here; please go back to "
      "where you came from, or use the search above.";
  for (const char* title :
       {"404 Not Found", "Page not found | Courier", "Error 404 - Courier", "403 Forbidden",
        "Just a moment...", "Access Denied", "Seite nicht gefunden – Kurier", "页面不存在"}) {
    expect_none(
        run(page(title, "<main><h1>" + std::string(title) + "</h1><p>" + text + "</p></main>")),
        "error_page");
    expect_none(run_text(title, text), "error_page");
  }
}

TEST(PageKind, AnArticleAboutAnErrorIsOne) {
  const OwnedArticle out =
      run(page("Page not found", "<article><h1>Page not found</h1><p>" + repeat(kParagraph, 4) +
                                     "</p><p>" + repeat(kParagraph, 2) + "</p></article>"));
  EXPECT_THAT(out.body(), HasSubstr("herring season"));
  EXPECT_FALSE(out.has("quality.warnings"));
  for (const char* title : {"404 homes lost in the fire", "Body of missing boy not found",
                            "Access denied: how a village lost its road", "500 days of war"})
    EXPECT_THAT(run_text(title, kParagraph).body(), HasSubstr("herring season")) << title;
}

TEST(PageKind, AConsentWallIsNoArticle) {
  const std::string wall =
      "<p>We and our partners store and/or access information on a device, such as cookies, and "
      "process personal data to show you personalised ads.</p><p>Your privacy is important to us. "
      "You can accept all of it, or read in our privacy policy how to say no to some of it.</p>";
  expect_none(run(page("Before you continue", "<main>" + wall + "</main>")), "consent_wall");
  const OwnedArticle beside =
      run(page("Pier", "<article><h1>Pier</h1><p>" + kParagraph + "</p><p>" +
                           repeat(kParagraph, 3) + "</p></article><div>" + wall + "</div>"));
  EXPECT_THAT(beside.body(), HasSubstr("herring season"));
}

std::string teasers(int count) {
  std::string out;
  for (int i = 0; i < count; ++i)
    out += "<div class=item><h2><a href=/" + std::to_string(i) + ">Headline number " +
           std::to_string(i) + " of this very day</a></h2><p>" + kParagraph + "</p></div>";
  return out;
}

TEST(PageKind, AListOfTeasersIsNoArticle) {
  expect_none(run(page("World news", "<main>" + teasers(12) + "</main>")), "list_page");
}

TEST(PageKind, AnArticleWithTeasersBelowIsOne) {
  const OwnedArticle out =
      run(page("Pier", "<main><article><h1>Pier</h1><p>" + kParagraph + "</p><p>Fishermen had " +
                           "asked for it long ago, said Ingrid Holm, who has a boat there, and " +
                           "the government did not hear them at all.</p></article><section>" +
                           teasers(12) + "</section></main>"));
  EXPECT_THAT(out.strings("quality.warnings"), Not(Contains("list_page")));
}

TEST(PageKind, WhatStandsBeforeAPaywallStays) {
  for (const std::string& wall :
       {std::string("<div class=wall>Already a subscriber? Log in</div>"),
        std::string("<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\","
                    "\"isAccessibleForFree\": \"False\"}</script>")}) {
    const OwnedArticle out =
        run(page("Pier", "<article><h1>Pier</h1><p>" + kParagraph + "</p>" + wall + "</article>"));
    EXPECT_THAT(out.body(), HasSubstr("herring season"));
    EXPECT_THAT(out.strings("quality.warnings"), Contains("paywall"));
    EXPECT_LT(out.real("quality.confidence"), 0.5);
  }
  EXPECT_THAT(run_text("Pier", kParagraph + "\n\nSubscribe to continue reading")
                  .strings("quality.warnings"),
              Contains("paywall"));
}

TEST(PageKind, AWholeArticleIsNotBehindAWall) {
  const OwnedArticle out =
      run(page("Pier", "<article><h1>Pier</h1><p>" + repeat(kParagraph, 5) + "</p><p>" +
                           repeat(kParagraph, 5) + "</p></article><p>Already a subscriber?</p>"));
  EXPECT_FALSE(out.has("quality.warnings"));
}

TEST(Confidence, IsHighWhereRulesAndModelAgree) {
  std::string body;
  for (int i = 0; i < 6; ++i) body += "<p>" + kParagraph + std::to_string(i) + "</p>";
  EXPECT_GT(
      run(page("Pier", "<article><h1>Pier</h1>" + body + "</article>")).real("quality.confidence"),
      0.8);
  EXPECT_GT(
      run_text("Pier", kParagraph + "\n\n" + kParagraph + "And so on.").real("quality.confidence"),
      0.6);
  EXPECT_LT(
      run_text("Pier", "A short line\n\nAnother one\n\n" + kParagraph).real("quality.confidence"),
      0.8);
}

}  // namespace
}  // namespace copydesk::clean
