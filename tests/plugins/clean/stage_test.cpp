#include "clean/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <copydesk/testing.hpp>

namespace copydesk::clean {
namespace {

using namespace copydesk::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kOne =
    "The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, "
    "which a storm destroyed "
    "last winter, before the herring season begins.";
const std::string kTwo =
    "Fishermen had asked for the work to start earlier, but the contract was awarded only this "
    "week, according to the "
    "authority’s spokeswoman, Ingrid Holm.";
const std::string kTitle = "Larsmo to rebuild eastern pier before herring season";

std::string page() {
  return "<html lang=en-GB><head><title>" + kTitle +
         " | Courier</title><meta property=og:site_name content=Courier>"
         "<meta name=author content='Maja Lindqvist'><meta property=article:published_time "
         "content='2024-03-07T09:30:00+02:00'>"
         "</head><body><nav><a href=/>Home</a></nav><article><h1>" +
         kTitle + "</h1><p>" + kOne + "</p><p>" + kTwo + "</p></article></body></html>";
}

TEST(CleanStage, TurnsAPageIntoItsArticle) {
  StageHarness<Clean> stage;
  const auto out = stage.run(std::vector<OwnedArticle>{article("a").body(page()).html()});
  ASSERT_TRUE(out[0].alive());
  EXPECT_EQ(out[0].title(), kTitle);
  EXPECT_EQ(out[0].body(), kOne + "\n\n" + kTwo);
  EXPECT_EQ(out[0].text("language"), "en");
  EXPECT_EQ(out[0].text("site_name"), "Courier");
  EXPECT_THAT(out[0].strings("authors"), ElementsAre("Maja Lindqvist"));
  EXPECT_EQ(out[0].text("published_at"), "2024-03-07T09:30:00+02:00");
  EXPECT_EQ(out[0].text("published_precision"), "second");
  EXPECT_GT(out[0].integer("quality.words"), 30);
  EXPECT_FALSE(out[0].has("quality.warnings"));
}

TEST(CleanStage, CleansPlainTextAndLeavesCleanTextUntouched) {
  StageHarness<Clean> stage;
  const auto out = stage.run(std::vector<OwnedArticle>{
      article("a").body(kTitle + "\n\n" + kOne + "\n\n" + kTwo + "\n\nFollow us"),
      article("b").title(kTitle).body(kOne + "\n\n" + kTwo)});
  EXPECT_EQ(out[0].title(), kTitle);
  EXPECT_EQ(out[0].body(), kOne + "\n\n" + kTwo);
  EXPECT_EQ(out[0].integer("quality.removed_blocks"), 1);
  EXPECT_EQ(out[1].body(), kOne + "\n\n" + kTwo);
  EXPECT_EQ(out[1].integer("quality.removed_blocks"), 0);
}

TEST(CleanStage, ReadsTextThatWasEncodedTwiceAsItWasMeant) {
  StageHarness<Clean> stage;
  const std::string twice =
      "The authority doesnâ€™t say when itâ€™ll rebuild the pier that the townâ€™s people want.";
  const auto out = stage.run(std::vector<OwnedArticle>{article("a").body(twice)});
  EXPECT_EQ(out[0].body(),
            "The authority doesn’t say when it’ll rebuild the pier that the town’s people want.");
  // The title too, so that it is not left in the body.
  const auto titled = stage.run(
      std::vector<OwnedArticle>{article("b")
                                    .title("The mayor of GÃ¶ttingen is late")
                                    .body("The mayor of GÃ¶ttingen is late\n\n" + twice)});
  EXPECT_EQ(titled[0].title(), "The mayor of Göttingen is late");
  EXPECT_EQ(titled[0].body(), out[0].body());
}

TEST(CleanStage, PassesPlainTextOnWhenAsked) {
  StageHarness<Clean> stage({{"text", false}});
  const std::string body = kOne + "\n\nFollow us";
  const auto out = stage.run(std::vector<OwnedArticle>{article("a").body(body)});
  EXPECT_EQ(out[0].body(), body);
  EXPECT_FALSE(out[0].has("quality.words"));
}

TEST(CleanStage, KeepsWhatTheSourceSaid) {
  StageHarness<Clean> stage;
  const auto out = stage.run(std::vector<OwnedArticle>{article("a")
                                                           .title("Pier to be rebuilt")
                                                           .body(page())
                                                           .with("language", "sv")
                                                           .with("site_name", "Kuriren")
                                                           .html()});
  EXPECT_EQ(out[0].title(), "Pier to be rebuilt");
  EXPECT_EQ(out[0].text("language"), "sv");
  EXPECT_EQ(out[0].text("site_name"), "Kuriren");
}

TEST(CleanStage, ReplacesAGluedTitle) {
  StageHarness<Clean> stage;
  const auto out = stage.run(std::vector<OwnedArticle>{
      article("a").title("HomeNorthFisheries" + kTitle).body(page()).html(),
      article("b").title(kTitle + " | Courier").body(kTitle + "\n\n" + kOne + "\n\n" + kTwo)});
  EXPECT_EQ(out[0].title(), kTitle);
  EXPECT_EQ(out[1].title(), kTitle);
}

TEST(CleanStage, FlagsAPageWithoutAnArticle) {
  StageHarness<Clean> stage;
  const auto out = stage.run(std::vector<OwnedArticle>{
      article("a").body("<html><body><a href=/>Home</a></body></html>").html()});
  ASSERT_TRUE(out[0].alive());
  EXPECT_EQ(out[0].body(), "");
  EXPECT_THAT(out[0].strings("quality.warnings"), ElementsAre("no_article"));
}

TEST(CleanStage, AddsItsWarningsToThoseThatAreThere) {
  StageHarness<Clean> stage({{"max_html", 1024}});
  const auto out = stage.run(std::vector<OwnedArticle>{
      article("a").body(page() + std::string(2000, ' ')).html(), article("b").body("")});
  EXPECT_THAT(out[0].strings("quality.warnings"), ElementsAre("cut"));
  EXPECT_THAT(out[1].strings("quality.warnings"), ElementsAre("empty"));
}

// The host refuses text that is not UTF-8, so nothing of the kind may come out, whatever goes in.
TEST(CleanStage, WritesUtf8Only) {
  StageHarness<Clean> stage;
  std::string bytes;
  unsigned state = 7;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 1664525u + 1013904223u;
    const auto c = static_cast<char>(state >> 24);
    bytes += c == '<' ? ' ' : c;
  }
  const std::string html = "<html lang='" + bytes.substr(0, 9) + "'><head><title>" +
                           bytes.substr(0, 300) + "</title><meta name=author content=\"" +
                           bytes.substr(300, 30) + "\"><meta name=description content=\"" +
                           bytes.substr(400, 3000) + "\"><meta name=keywords content=\"" +
                           bytes.substr(400, 300) + "\"></head><article><p>" + bytes +
                           "</p></article>";
  const auto out = stage.run(
      std::vector<OwnedArticle>{article("a").body(html).html(), article("b").body(bytes)});
  EXPECT_TRUE(out[0].alive());
  EXPECT_TRUE(out[1].alive());
}

}  // namespace
}  // namespace copydesk::clean
