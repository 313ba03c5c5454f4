// What the look of a name says against the model.
#include <gmock/gmock.h>
#include <tag_entities/stage.h>

#include <copydesk/testing.hpp>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using copydesk::testing::Annotation;
using copydesk::testing::article;
using copydesk::testing::OwnedArticle;
using copydesk::testing::StageHarness;
using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;

// "ORG Nokia Oyj" of every mention of a body.
std::vector<std::string> found(const std::string& body) {
  static StageHarness<TagEntities> stage;
  const OwnedArticle out = stage.run(article("a").body(body));
  std::vector<std::string> mentions;
  for (const Annotation& n : out.annotations)
    mentions.push_back(n.type + " " + body.substr(n.begin, n.end - n.begin));
  return mentions;
}

TEST(NameForms, ACompanyIsWhatHasTheSuffixOfOne) {
  EXPECT_THAT(found("Okmetic Oyj said on Monday it would close its plant in Vantaa."),
              Contains("ORG Okmetic Oyj"));
  EXPECT_THAT(found("Shares in Wendelin Inc. fell after the report, and Margo Ltd gained."),
              IsSupersetOf({"ORG Wendelin Inc.", "ORG Margo Ltd"}));
  EXPECT_THAT(found("He joined Henderson Plc. Later he left for Lagos."),
              Contains("ORG Henderson Plc"));
}

TEST(NameForms, TwoPeopleWithAnAmpersandAreTwo) {
  EXPECT_THAT(found("Jason & Michelle sold the house in Lisbon in May, a neighbour said."),
              Not(Contains("ORG Jason & Michelle")));
  EXPECT_THAT(found("Johnson & Johnson shares rose after the drugmaker beat forecasts."),
              Contains("ORG Johnson & Johnson"));
}

TEST(NameForms, AShipIsNobody) {
  EXPECT_THAT(found("The USS Gerald R. Ford left Norfolk on Monday, the captain said."),
              Contains("MISC USS Gerald R. Ford"));
  EXPECT_THAT(found("The HMS Prince of Wales will visit Tokyo with two frigates."),
              Not(Contains("PER Prince of Wales")));
}

TEST(NameForms, WhoOwnsSomethingIsNoCompany) {
  EXPECT_THAT(found("Mary Lou McDonald's party topped the poll in Dublin, a count showed."),
              Contains("PER Mary Lou McDonald"));
  EXPECT_THAT(found("Shares in McDonald's fell after the report from New York on Monday."),
              Contains("ORG McDonald's"));
}

TEST(NameForms, WhatANameEndsInDecidesWhereTheModelDoesNot) {
  EXPECT_THAT(found("Max Verstappen won the São Paulo Grand Prix from 17th on the grid."),
              Contains("MISC São Paulo Grand Prix"));
}

TEST(NameForms, AStateStandsBeforeItsChiefMinister) {
  EXPECT_THAT(found("Telangana Chief Minister Revanth Reddy launched the project on Saturday."),
              Contains("LOC Telangana"));
}

TEST(NameForms, OfADoubleNameBothHalvesCount) {
  EXPECT_THAT(found("Police said Mary-Kate O'Brien-Walsh, 34, of Cork, was jailed on Monday."),
              Contains("PER Mary-Kate O'Brien-Walsh"));
}

// However many of them, in time that grows with their number.
TEST(NameForms, EndWhateverTheTextIs) {
  for (const char* piece : {"Anna & Berta & ", "USS Anna Inc ", "Mary-Anna-", "Co Ltd & Inc "}) {
    std::string text;
    while (text.size() < 200'000) text += piece;
    found(text);
  }
}

}  // namespace
}  // namespace copydesk::tag_entities
