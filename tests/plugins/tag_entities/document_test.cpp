#include <gmock/gmock.h>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using test::gazetteer;
using test::tags;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Gazetteer& names() {
  static const Gazetteer g = gazetteer(
      "Vladimir Putin\tPER\tputin\nXi Jinping\tPER\txi\t~Xi\nLi Qiang\tPER\tliq\t~Li\n"
      "Li Keqiang\tPER\tlik\t~Li\nAung San Suu Kyi\tPER\tsuu\t~Suu Kyi\nJohn Doe Jr.\tPER\tdoe\n"
      "Pope Leo\tPER\tleo\t~\nIsrael Katz\tPER\tkatz\n"
      "China\tLOC\tcn\nMongolia\tLOC\tmn\nJordan\tLOC\tjo\nIsrael\tLOC\til\n"
      "Victoria\tLOC\tvic\t~Victoria|Victoria, Seychelles\n"
      "Shanghai Cooperation Organisation\tORG\tsco\nInternational Cricket "
      "Council\tORG\ticc-cricket\t~ICC\n"
      "International Criminal Court\tORG\ticc-court\tICC\nRussian\tMISC\tru\n");
  return g;
}

TEST(Document, TagsAShortFormOnceTheArticleHasTheName) {
  EXPECT_THAT(tags(names(), "Vladimir Putin spoke. Putin said so. President Putin's plan."),
              ElementsAre("Vladimir Putin=putin", "Putin=putin", "Putin=putin"));
  EXPECT_THAT(tags(names(), "Putin said so. Xi agreed."), IsEmpty());
  EXPECT_THAT(tags(names(), "Aung San Suu Kyi was freed; Suu Kyi spoke."),
              ElementsAre("Aung San Suu Kyi=suu", "Suu Kyi=suu"));
}

TEST(Document, LooksOverAllFieldsAndBeforeTheName) {
  EXPECT_THAT(tags(names(), {"Xi meets Putin", "Xi Jinping met Vladimir Putin."}),
              ElementsAre("Xi=xi", "Putin=putin", "Xi Jinping=xi", "Vladimir Putin=putin"));
  EXPECT_THAT(tags(names(), {"Xi Meets Putin", "", "Xi Jinping met Vladimir Putin."}),
              ElementsAre("Xi=xi", "Putin=putin", "Xi Jinping=xi", "Vladimir Putin=putin"));
}

TEST(Document, LeavesOutAShortFormOfTwoPeople) {
  EXPECT_THAT(tags(names(), "Li Qiang succeeded Li Keqiang. Li spoke."),
              ElementsAre("Li Qiang=liq", "Li Keqiang=lik"));
}

TEST(Document, LeavesOutAShortFormThatSomebodyElseHasToo) {
  EXPECT_THAT(tags(names(), "Li Qiang spoke, and envoy Li Hui travelled. Li said so."),
              ElementsAre("Li Qiang=liq"));
  EXPECT_THAT(tags(names(), "Vladimir Putin left, said Lyudmila Putin. Putin smiled."),
              ElementsAre("Vladimir Putin=putin"));
}

TEST(Document, DoesNotTakeAnOfficeForAGivenName) {
  EXPECT_THAT(tags(names(),
                   "Then Russian President Putin and Premier Li met; on Monday Li left. "
                   "Vladimir Putin and Li Qiang agreed."),
              ElementsAre("Russian=ru", "Putin=putin", "Li=liq", "Li=liq", "Vladimir Putin=putin",
                          "Li Qiang=liq"));
}

TEST(Document, ReadsTheLastWordOfANameAndLeavesSuffixes) {
  EXPECT_THAT(tags(names(), "John Doe Jr. came. Doe left."),
              ElementsAre("John Doe Jr.=doe", "Doe=doe"));
  EXPECT_THAT(tags(names(), "Pope Leo came. Leo left."), ElementsAre("Pope Leo=leo"));
}

TEST(Document, BindsADemotedNameOnlyBesideItsFullForm) {
  EXPECT_THAT(tags(names(), "in Victoria today"), IsEmpty());
  EXPECT_THAT(tags(names(), "in Victoria, Seychelles, where Victoria lies"),
              ElementsAre("Victoria, Seychelles=vic", "Victoria=vic"));
}

TEST(Document, LearnsAnAcronymFromBrackets) {
  EXPECT_THAT(
      tags(names(),
           {"SCO meets", "The Shanghai Cooperation Organisation (SCO) met. The SCO's aim."}),
      ElementsAre("SCO=sco", "Shanghai Cooperation Organisation=sco", "SCO=sco", "SCO=sco"));
  EXPECT_THAT(tags(names(), "The Shanghai Cooperation Organisation (TASS) met. TASS said."),
              ElementsAre("Shanghai Cooperation Organisation=sco"));
  EXPECT_THAT(tags(names(), "SCO met."), IsEmpty());
}

TEST(Document, BelievesTheArticleBeforeTheGazetteer) {
  EXPECT_THAT(tags(names(), "The ICC ruled."), ElementsAre("ICC=icc-court"));
  EXPECT_THAT(tags(names(), "The International Cricket Council (ICC) met. The ICC decided."),
              ElementsAre("International Cricket Council=icc-cricket", "ICC=icc-cricket",
                          "ICC=icc-cricket"));
}

TEST(Document, LeavesOutAPlaceThatIsPartOfALongerName) {
  EXPECT_THAT(
      tags(names(),
           "He followed Michael Jordan to Inner Mongolia, as the China Daily wrote last week."),
      IsEmpty());
  EXPECT_THAT(tags(names(), "In Jordan and on Monday China President Xi spoke of Mongolia."),
              ElementsAre("Jordan=jo", "China=cn", "Mongolia=mn"));
  EXPECT_THAT(tags(names(), {"China Opens Embassy Again"}), ElementsAre("China=cn"));
  EXPECT_THAT(
      tags(names(),
           "He followed Michael\u00A0Jordan to Inner\u00A0Mongolia, as the China\u00A0Daily "
           "wrote last week."),
      IsEmpty());
}

TEST(Document, PrefersTheLongerNameToThePlaceInIt) {
  EXPECT_THAT(tags(names(), "Israel Katz of Israel"), ElementsAre("Israel Katz=katz", "Israel=il"));
}

TEST(Document, ScoresByRuleAndLeavesOutWhatIsBelow) {
  const std::string_view text = "Xi Jinping in CHINA. Xi spoke.";
  Tagger tagger(names());
  const std::string_view fields[] = {text};
  const std::vector<Mention> found = tagger.tag(fields);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].score, kScoreFull);
  EXPECT_EQ(found[1].score, kScoreCapitals);
  EXPECT_EQ(found[2].score, kScoreShort);
  EXPECT_THAT(tags(names(), {text}, {.min_scores = {0.9, 0.9, 0.9, 0.9}}),
              ElementsAre("Xi Jinping=xi", "CHINA=cn"));
  EXPECT_THAT(tags(names(), {text}, {.short_forms = false}),
              ElementsAre("Xi Jinping=xi", "CHINA=cn"));
}

TEST(Document, ForgetsTheArticleBefore) {
  Tagger tagger(names());
  const std::string_view first[] = {"a", "Vladimir Putin"};
  const std::string_view second[] = {"Putin said"};
  EXPECT_EQ(tagger.tag(first).size(), 1U);
  EXPECT_EQ(tagger.tag(second).size(), 0U);
}

}  // namespace
}  // namespace copydesk::tag_entities
