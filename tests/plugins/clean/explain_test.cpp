#include "clean/explain.h"

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

const std::string kOne =
    "The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, "
    "which a storm destroyed last winter, before the herring season begins.";
const std::string kTwo =
    "Fishermen had asked for the work to start earlier, but the contract was awarded only this "
    "week, according to the spokeswoman of the authority, Ingrid Holm.";
const std::string kTitle = "Larsmo to rebuild eastern pier before herring season";
const std::string kText = kTitle + "\n\nBy Maja Lindqvist\n\n" + kOne +
                          "\n\nAlso read: Ferry late again\n\n" + kTwo + "\n\nShare this\n";

std::string page(const std::string& language, const std::string& one, const std::string& two) {
  return "<html lang=" + language + "><head><title>" + kTitle +
         "</title></head><body><nav><a href=/>Home</a></nav><article><h1>" + kTitle + "</h1><p>" +
         one + "</p><p>Also read: Ferry late again</p><p>" + two +
         "</p></article><div class=related><a href=/x>Another headline of the day</a></div>"
         "</body></html>";
}
const std::string kGerman =
    "Die Hafenbehörde von Larsmo teilte am Donnerstag mit, dass sie den östlichen Pier, den ein "
    "Sturm im vergangenen Winter zerstört hatte, vor der Heringssaison wieder aufbauen werde.";
const std::string kGermanToo =
    "Die Fischer hatten verlangt, dass die Arbeiten früher beginnen, doch der Auftrag wurde erst "
    "in dieser Woche vergeben, wie die Sprecherin der Behörde, Ingrid Holm, erklärte.";

std::string kept_of(const std::vector<LineReason>& lines) {
  std::string out;
  for (const LineReason& line : lines)
    if (line.kept) out += (out.empty() ? "" : "\n\n") + line.text;
  return out;
}
const LineReason* find(const std::vector<LineReason>& lines, std::string_view text) {
  const auto line = std::ranges::find(lines, text, &LineReason::text);
  return line == lines.end() ? nullptr : &*line;
}

TEST(Explain, WhatIsKeptIsTheBody) {
  EXPECT_EQ(kept_of(explain_text(kText, "", {})), clean_text(kText, "", {}).body);
  for (const std::string& html : {page("en", kOne, kTwo), page("de", kGerman, kGermanToo)})
    EXPECT_EQ(kept_of(explain_html(html, {})), clean_html(html, {}).body);
}

TEST(Explain, NamesTheRuleOrTheModelWithItsScore) {
  const auto lines = explain_text(kText, "", {});
  for (const auto& [text, rule] : {std::pair<std::string, std::string>{kTitle, "title"},
                                   {"By Maja Lindqvist", "byline"},
                                   {"Also read: Ferry late again", "related_link"}}) {
    ASSERT_NE(find(lines, text), nullptr) << text;
    EXPECT_FALSE(find(lines, text)->kept);
    EXPECT_EQ(find(lines, text)->rule, rule);
  }
  EXPECT_EQ(find(lines, kOne)->rule, "model");
  EXPECT_GT(find(lines, kOne)->score, 0.0f);
}

TEST(Explain, AsksTheModelOfPagesInAnyLanguage) {
  const auto lines = explain_html(page("de", kGerman, kGermanToo), {});
  EXPECT_EQ(find(lines, kGerman)->rule, "model");
  EXPECT_EQ(find(lines, "Also read: Ferry late again")->rule, "related_link");
  EXPECT_EQ(find(lines, "Another headline of the day")->rule, "model");
}

TEST(Explain, WithoutAModelThePartsOfThePageDecide) {
  HtmlOptions options;
  options.use_model = false;
  const auto lines = explain_html(page("en", kOne, kTwo), options);
  EXPECT_EQ(find(lines, kOne)->rule, "rules");
  EXPECT_EQ(find(lines, kOne)->score, std::nullopt);
  EXPECT_EQ(find(lines, "Another headline of the day")->rule, "furniture");
}

TEST(Explain, LongLinesAreCutBetweenCharacters) {
  const std::string line(LineReason::kTextBytesMax - 1, 'x');
  EXPECT_EQ(beginning_of("  " + line + "ß"), line);
  EXPECT_EQ(beginning_of(line + "y"), line + "y");
}

// A host that wants reasons.
struct Told {
  static void tell(const cd_host*, const cd_article* article, const cd_reason* reason) {
    all.push_back(std::string(view(article->id)) +
                  (reason->verdict == CD_CUT ? " cut " : " kept ") +
                  std::string(view(reason->rule)) + " " + std::string(view(reason->detail)) + ": " +
                  std::string(view(reason->text)));
  }
  static inline std::vector<std::string> all;
  static constexpr cd_reasons kReasons{sizeof(cd_reasons), 0, &tell};
};

TEST(Explain, TheStageTellsOnlyAHostThatAsks) {
  const auto articles = [] {
    std::vector<OwnedArticle> out;
    for (const char* id : {"a", "b"})
      out.push_back(article(id)
                        .title(kTitle + id)
                        .body(id[0] == 'a' ? kOne + "\n\n" + kTwo + "\n\nPrinted in our own forest"
                                           : "Of other things.\n\n" + kGerman + "\n\n" +
                                                 kGermanToo + "\n\nPrinted in our own forest")
                        .with("domain", "courier.example"));
    return out;
  };
  Told::all.clear();
  StageHarness<Clean> stage;
  stage.run(articles());
  EXPECT_THAT(Told::all, IsEmpty());
  stage.host().offer(CD_REASONS, &Told::kReasons);
  StageHarness<Clean> asked;
  asked.host().offer(CD_REASONS, &Told::kReasons);
  asked.restart();
  const auto out = asked.run(articles());
  EXPECT_THAT(Told::all, Contains("a kept model : " + kOne));
  EXPECT_THAT(Told::all, Contains("b cut site_memory 2 titles: Printed in our own forest"));
  EXPECT_EQ(out[1].body(), stage.run(articles())[1].body());
}

}  // namespace
}  // namespace copydesk::clean
