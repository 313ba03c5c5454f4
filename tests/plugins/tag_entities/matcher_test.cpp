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
      "China\tLOC\tcn\nRussia\tLOC\tru\nBeijing\tLOC\tbj\nMali\tLOC\tml\nTurkey\tLOC\ttr\n"
      "United States\tLOC\tus\tUS|U.S.|USA|United States of America\n"
      "Côte d'Ivoire\tLOC\tci\tIvory Coast\nN'Djamena\tLOC\tnd\n"
      "Guinea\tLOC\tgn\nGuinea-Bissau\tLOC\tgw\nPapua New Guinea\tLOC\tpg\n"
      "Bosnia and Herzegovina\tLOC\tba\nWashington\tLOC\twa\tWashington, D.C.\nSt. Lucia\tLOC\tlc\n"
      "Chinese\tMISC\tcn\tSino-\nRussian\tMISC\tru\tRusso-\n"
      "World Health Organization\tORG\twho\tWHO\nOPEC\tORG\topec\nOPEC+\tORG\topec+\n"
      "quantum computing\tMISC\tqc\nXi Jinping\tPER\txi\t~Xi\n中国\tLOC\tcn\nالصين\tLOC\tcn\n");
  return g;
}

TEST(Matcher, FindsNamesBesideApostrophesAndHyphens) {
  EXPECT_THAT(tags(names(), "China's and Russia’s"), ElementsAre("China=cn", "Russia=ru"));
  EXPECT_THAT(tags(names(), "China-Russia relations, China–Russia"),
              ElementsAre("China=cn", "Russia=ru", "China=cn", "Russia=ru"));
  EXPECT_THAT(tags(names(), "“China” (Russia) China/Russia, ‘China’"),
              ElementsAre("China=cn", "Russia=ru", "China=cn", "Russia=ru", "China=cn"));
  EXPECT_THAT(tags(names(), "a China-based firm"), ElementsAre("China=cn"));
}

TEST(Matcher, FindsNamesWithApostrophesInside) {
  EXPECT_THAT(tags(names(), "Côte d’Ivoire and COTE D'IVOIRE, Co\u0302te d'Ivoire"),
              ElementsAre("Côte d’Ivoire=ci", "Co\u0302te d'Ivoire=ci"));
  EXPECT_THAT(tags(names(), "in N’Djamena"), ElementsAre("N’Djamena=nd"));
}

TEST(Matcher, TakesTheFirstHalfOfACompoundOnlyBeforeAName) {
  EXPECT_THAT(tags(names(), "Sino-Russian ties"), ElementsAre("Sino=cn", "Russian=ru"));
  EXPECT_THAT(tags(names(), "Russo-Chinese"), ElementsAre("Russo=ru", "Chinese=cn"));
  EXPECT_THAT(tags(names(), "Sino, Sino-relations, Sino - Russian"), ElementsAre("Russian=ru"));
}

TEST(Matcher, KeepsThePeriodOfAnAbbreviation) {
  EXPECT_THAT(tags(names(), "the U.S. said U.S.-China and U.S"),
              ElementsAre("U.S.=us", "U.S.=us", "China=cn", "U.S=us"));
  EXPECT_THAT(tags(names(), "OPEC and OPEC+ met"), ElementsAre("OPEC=opec", "OPEC+=opec+"));
}

TEST(Matcher, PrefersTheLongestForm) {
  EXPECT_THAT(
      tags(names(), "Guinea, Guinea-Bissau, Guinea Bissau, Papua New Guinea"),
      ElementsAre("Guinea=gn", "Guinea-Bissau=gw", "Guinea Bissau=gw", "Papua New Guinea=pg"));
  EXPECT_THAT(tags(names(), "the United States of America"),
              ElementsAre("United States of America=us"));
  EXPECT_THAT(tags(names(), "the United States of Europe"), ElementsAre("United States=us"));
}

TEST(Matcher, NeverTakesLowerCaseForAName) {
  EXPECT_THAT(tags(names(), "tell us about the turkey, who ate china"), IsEmpty());
  EXPECT_THAT(tags(names(), "Who is next? Us."), IsEmpty());
}

TEST(Matcher, TakesCapitalsForANameWhereTheyConvince) {
  EXPECT_THAT(tags(names(), "BEIJING — nothing"), ElementsAre("BEIJING=bj"));
  EXPECT_THAT(tags(names(), "Mr XI JINPING and Xi JINPING"),
              ElementsAre("XI JINPING=xi", "Xi JINPING=xi"));
  // A short word in capitals may be anything, unless everything is.
  EXPECT_THAT(tags(names(), "Xi Jinping opened chapter XI of the book"),
              ElementsAre("Xi Jinping=xi"));
  EXPECT_THAT(tags(names(), {"XI VISITS RUSSIA, MEETS LEADERS", "Xi Jinping spoke"}),
              ElementsAre("XI=xi", "RUSSIA=ru", "Xi Jinping=xi"));
}

TEST(Matcher, LeavesWordsInCapitalsThatAreNoAcronym) {
  EXPECT_THAT(tags(names(), "WHO WINS WHEN CHINA TALKS"), ElementsAre("CHINA=cn"));
  EXPECT_THAT(tags(names(), "The WHO said"), ElementsAre("WHO=who"));
}

TEST(Matcher, LetsSmallWordsInsideANameHaveEitherCase) {
  EXPECT_THAT(tags(names(), "in Bosnia And Herzegovina, BOSNIA AND HERZEGOVINA"),
              ElementsAre("Bosnia And Herzegovina=ba", "BOSNIA AND HERZEGOVINA=ba"));
}

TEST(Matcher, FindsAFormInLowerCaseInAnyCase) {
  EXPECT_THAT(tags(names(), "Quantum computing, quantum Computing"),
              ElementsAre("Quantum computing=qc", "quantum Computing=qc"));
}

TEST(Matcher, ToleratesTheGapsThatPeopleWrite) {
  EXPECT_THAT(tags(names(), "United\u00A0States, United\nStates, Washington D.C. and St Lucia"),
              ElementsAre("United\u00A0States=us", "United\nStates=us", "Washington D.C.=wa",
                          "St Lucia=lc"));
  EXPECT_THAT(tags(names(), "the United\n\nStates and United, States"), IsEmpty());
}

TEST(Matcher, StaysOutOfAddressesAndIdentifiers) {
  EXPECT_THAT(tags(names(), "x@China.org, China@x.org, my_China, China_Daily, Russia.ru"),
              IsEmpty());
  EXPECT_THAT(tags(names(), "peace.China said"), ElementsAre("China=cn"));
  EXPECT_THAT(tags(names(), "O'China, China'x"), IsEmpty());
}

TEST(Matcher, FindsNamesInScriptsWithoutSpacesOrCase) {
  EXPECT_THAT(tags(names(), "在中国外交部"), ElementsAre("中国=cn"));
  EXPECT_THAT(tags(names(), "قال الصين اليوم"), ElementsAre("الصين=cn"));
}

TEST(Matcher, KnowsHowALineIsSet) {
  const auto set = [](std::string_view text) {
    std::vector<Token> tokens;
    tokenize(text, tokens);
    return line_case(text, tokens, 0);
  };
  EXPECT_EQ(set("Chinese premier visits Russia and Belarus this week"), LineCase::kRunning);
  EXPECT_EQ(set("Chinese Premier Visits Russia and Belarus This Week"), LineCase::kTitle);
  EXPECT_EQ(set("CHINESE PREMIER VISITS RUSSIA AND BELARUS"), LineCase::kCapitals);
  EXPECT_EQ(set("CHINA\nthe rest of the story follows here"), LineCase::kRunning);
  EXPECT_EQ(set("CHINESE PREMIER VISITS\rthe rest of the story follows here"), LineCase::kCapitals);
}

TEST(Matcher, HoldsToTheCaseRuleOfAnEntry) {
  const Gazetteer g = gazetteer(
      "name\ttype\tid\tcase\niPhone\tMISC\tany\tany\nAPPLE "
      "INC\tORG\texact\texact\nZeit\tORG\tzeit\t"
      "exact\nNormal One\tORG\tnormal\tnormal\n");
  EXPECT_THAT(tags(g, "iPhone, iphone, IPHONE"),
              ElementsAre("iPhone=any", "iphone=any", "IPHONE=any"));
  EXPECT_THAT(tags(g, "Apple Inc, APPLE INC"), ElementsAre("APPLE INC=exact"));
  EXPECT_THAT(tags(g, "Zeit, ZEIT, zeit"), ElementsAre("Zeit=zeit"));
  EXPECT_THAT(tags(g, "NORMAL ONE, Normal One, normal one"),
              ElementsAre("NORMAL ONE=normal", "Normal One=normal"));
}

TEST(Matcher, FindsAllNamesWhereToldSo) {
  const Gazetteer g = gazetteer(
      "Shanghai\tLOC\tsh\nShanghai Cooperation Organisation\tORG\tsco\nOrganisation "
      "Committee\tORG\toc\n"
      "Cooperation\tMISC\tc\n");
  const std::string_view text = "The Shanghai Cooperation Organisation Committee, Shanghai";
  EXPECT_THAT(tags(g, text), ElementsAre("Shanghai Cooperation Organisation=sco", "Shanghai=sh"));
  EXPECT_THAT(tags(g, {text}, {.all_matches = true}),
              ElementsAre("Shanghai Cooperation Organisation=sco", "Shanghai=sh", "Cooperation=c",
                          "Organisation Committee=oc", "Shanghai=sh"));
}

TEST(Matcher, KeepsHalvesAndMeaningsOfTheArticleAmongAllNames) {
  TagOptions all;
  all.all_matches = true;
  EXPECT_THAT(tags(names(), {"Sino-Russian and Sino-x"}, all),
              ElementsAre("Sino=cn", "Russian=ru"));
  const Gazetteer g = gazetteer("World Help Organization\tORG\thelp\nWHO\tORG\twho\n");
  EXPECT_THAT(tags(g, {"World Help Organization (WHO). The WHO"}, all),
              ElementsAre("World Help Organization=help", "WHO=help", "WHO=help"));
}

}  // namespace
}  // namespace copydesk::tag_entities
