// Places that lines open with, and what is no place or no name at all.
#include <gmock/gmock.h>
#include <tag_entities/stage.h>

#include <chrono>
#include <copydesk/testing.hpp>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using copydesk::testing::Annotation;
using copydesk::testing::article;
using copydesk::testing::OwnedArticle;
using copydesk::testing::StageHarness;
using test::tags;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// "LOC South St. Paul id name" of every mention of a body.
std::vector<std::string> found(const std::string& body) {
  static StageHarness<TagEntities> stage;
  const OwnedArticle out = stage.run(article("a").body(body));
  std::vector<std::string> mentions;
  for (const Annotation& n : out.annotations) {
    std::string one = n.type + " " + body.substr(n.begin, n.end - n.begin);
    if (!n.id.empty()) one += " " + n.id;
    if (n.id.empty() && !n.name.empty()) one += " %" + n.name;
    mentions.push_back(std::move(one));
  }
  return mentions;
}

std::vector<std::string> places(const std::string& line) {
  std::vector<Token> tokens;
  tokenize(line, tokens);
  Opening opening;
  read_opening(line, tokens, 0, opening);
  std::vector<std::string> out;
  for (const Dateline& p : opening.places) out.push_back(line.substr(p.begin, p.end - p.begin));
  return out;
}

TEST(Dateline, ReadsNamesInCapitals) {
  EXPECT_THAT(places("MOSCOW (Reuters) - A"), ElementsAre("MOSCOW"));
  EXPECT_THAT(places("SOUTH ST. PAUL, Minn. (AP) — The"), ElementsAre("SOUTH ST. PAUL"));
  EXPECT_THAT(places("ST-JEAN-SUR-RICHELIEU, Que. — B"), ElementsAre("ST-JEAN-SUR-RICHELIEU"));
  EXPECT_THAT(places("COEUR D’ALENE, Idaho — A"), ElementsAre("COEUR D’ALENE"));
  EXPECT_THAT(places("McALLEN, Texas — A"), ElementsAre("McALLEN"));
  EXPECT_THAT(places("BRASÍLIA (AFP) – A"), ElementsAre("BRASÍLIA"));
  EXPECT_THAT(places("WASHINGTON/BEIJING (Reuters) - A"), ElementsAre("WASHINGTON", "BEIJING"));
  EXPECT_THAT(places("NEAR KABUL, Afghanistan (AP) — A"), ElementsAre("KABUL"));
  EXPECT_THAT(places("ABOARD AIR FORCE ONE (AP) — A"), IsEmpty());
  EXPECT_THAT(places("BREAKING NEWS (CNN) — A"), IsEmpty());
  EXPECT_THAT(places("Moscow (Reuters) - A"), IsEmpty());
  EXPECT_THAT(places("A B C D E F G H I J K L M (AP) — A"), IsEmpty());
  EXPECT_THAT(places("A/B/C/D/E/F (AP) — A"), IsEmpty());
  // A sentence ends there.
  EXPECT_THAT(places("HE LEFT. SHE"), ElementsAre("HE LEFT"));
}

TEST(Dateline, NeedsAnAgencyOrAListedPlaceAndADash) {
  const auto ends = [](const std::string& behind, bool listed) {
    return ends_dateline(behind, skip_addition(behind, 0), listed);
  };
  EXPECT_TRUE(ends(" (AP) — The", false));
  EXPECT_TRUE(ends(" (The Canadian Press) -- The", false));
  EXPECT_TRUE(ends(", May 3 (AFP) – The", false));
  EXPECT_TRUE(ends(", Mich. (AP) _ The", false));
  EXPECT_TRUE(ends("** (AP)** — The", false));
  EXPECT_TRUE(ends(" - The", true));
  EXPECT_FALSE(ends(" - The", false));
  EXPECT_FALSE(ends(" (AP) The", false));
  EXPECT_FALSE(ends(" (see below) — The", false));
  EXPECT_FALSE(ends(" (AP\n) — The", false));
  EXPECT_FALSE(ends("-The", true));
  EXPECT_FALSE(ends("", true));
  EXPECT_FALSE(ends(" (", false));
}

TEST(Dateline, IsFoundWholeAndKnownFurtherOn) {
  EXPECT_THAT(
      found("SOUTH ST. PAUL, Minn. (AP) — The South St. Paul school board voted on Monday."),
      ElementsAre("LOC SOUTH ST. PAUL %South St. Paul", "LOC Minn. geonames:5037779", "ORG AP",
                  "LOC South St. Paul"));
  EXPECT_THAT(found("MT. VERNON, Wash. (AP) — A fire destroyed a house in Mt. Vernon."),
              ElementsAre("LOC MT. VERNON %Mt. Vernon", "LOC Wash. geonames:5815135", "ORG AP",
                          "LOC Mt. Vernon"));
  EXPECT_THAT(found("MT. LEBANON, Pa. (AP) — It rained."),
              ElementsAre("LOC MT. LEBANON", "LOC Pa. geonames:6254927", "ORG AP"));
  EXPECT_THAT(found("SAULT STE. MARIE, Ont. — The city of Sault Ste. Marie said so."),
              ElementsAre("LOC SAULT STE. MARIE %Sault Ste. Marie", "LOC Ont. cd:region:ontario",
                          "LOC Sault Ste. Marie"));
  for (const char* name : {"TRUTH OR CONSEQUENCES", "MT. PLEASANT", "PT. PLEASANT",
                           "STE. GENEVIEVE", "O'FALLON", "McALLEN", "ST-JEAN-SUR-RICHELIEU"}) {
    const std::string place = std::string("LOC ") + name;
    EXPECT_THAT(found(std::string(name) + ", Mo. — It rained on Monday."), Contains(place));
    EXPECT_THAT(found("It rained.\n\n" + std::string(name) + " (AP) — It rained on Monday."),
                Contains(place));
  }
}

// What the lists know is what it was.
TEST(Dateline, LeavesListedNamesToTheLists) {
  EXPECT_THAT(found("FT. WORTH, Texas — The show opened. FT. WORTH police expect crowds."),
              ElementsAre("LOC FT. WORTH geonames:4691930", "LOC Texas geonames:4736286",
                          "LOC FT. WORTH geonames:4691930"));
  EXPECT_THAT(found("WASHINGTON, D.C. (AP) — It rained."),
              Contains("LOC WASHINGTON, D.C. geonames:4140963"));
  EXPECT_THAT(found("UNITED NATIONS (AP) — It rained."), Contains("ORG UNITED NATIONS cd:org:un"));
  EXPECT_THAT(found("PORT-AU-PRINCE, Haiti (AP) — It rained."),
              Contains("LOC PORT-AU-PRINCE geonames:3718426"));
  EXPECT_THAT(found("NORTH LAS VEGAS, Nev. (AP) — It rained."),
              Contains("LOC NORTH LAS VEGAS geonames:5509403"));
}

TEST(Dateline, IsNoOtherLineInCapitals) {
  EXPECT_THAT(found("BIDEN, Xi — what we know\n\nIt rained."), Not(Contains("LOC BIDEN")));
  EXPECT_THAT(found("ABOARD AIR FORCE ONE (AP) — It rained."),
              Not(Contains("LOC ABOARD AIR FORCE ONE")));
  EXPECT_THAT(found("FIRE DESTROYS HOME (see below)"), IsEmpty());
}

// A longer name that the model knows stands, and the lists find no town in a piece of another one's name.
TEST(Dateline, DoesNotCutLongerNames) {
  const auto out = found(
      "SOUTH ST. PAUL, Minn. (AP) — Students of South St. Paul High School marched on Monday.");
  EXPECT_THAT(out, Not(Contains("LOC Paul")));
  EXPECT_THAT(tags(test::shipped(), "SOUTH ST. PAUL, Minn. (AP) — It rained in South St. Paul."),
              IsEmpty());
}

TEST(Dateline, OneNameOpensManyLines) {
  std::string body;
  for (int i = 0; i < 2000; ++i) body += "MT. AAA BBB (AP) — In Mt. Aaa Bbb it rained.\n\n";
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::string(1, static_cast<char>('A' + i % 26)) + "Q" +
                          std::string(1, static_cast<char>('A' + i / 26));
    body += n + " CCC (AP) — It rained.\n\n";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GE(found(body).size(), 2000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

// ---- what else stands around names ----------------------------------------------------------------

TEST(Links, HaveNoNamesInThem) {
  EXPECT_THAT(found("[Berlin](https://example.com/Berlin/Angela-Merkel) is in Germany."),
              ElementsAre("LOC Berlin geonames:2950159", "LOC Germany iso:DE"));
  EXPECT_THAT(found("Write to Jane.London@Paris-Review.example or see www.Paris.example/London."),
              IsEmpty());
  EXPECT_THAT(found("It was sent by Kate Symes/PDX@PDX, he said."), Contains("PER Kate Symes"));
  EXPECT_THAT(found("On @ Paris we know: China@ and France."), Contains("LOC France iso:FR"));
  EXPECT_THAT(found("Angela Merkel: https://example.com/Merkel/Angela-Merkel"),
              ElementsAre("PER Angela Merkel cd:person:angela-merkel"));
  // Scripts without spaces go on right behind one.
  EXPECT_THAT(tags(test::shipped(), "见https://t.example/abc。北京很冷"),
              ElementsAre("北京=geonames:1816670"));
}

TEST(Parties, TellOfTheStateBehindThem) {
  EXPECT_THAT(
      found("Sen. Elizabeth Warren, D-Mass., and Sen. Ted Cruz (R-Texas) argued with Rep. "
            "Ilhan Omar, D-Minn., on Monday."),
      ElementsAre("PER Elizabeth Warren", "LOC Mass. geonames:6254926", "PER Ted Cruz",
                  "LOC Texas geonames:4736286", "PER Ilhan Omar", "LOC Minn. geonames:5037779"));
  EXPECT_THAT(found("Sen. Raphael Warnock, D-Georgia, spoke."),
              Contains("LOC Georgia geonames:4197000"));
  EXPECT_THAT(found("He has vitamin D-Mass. and more."),
              Not(Contains("LOC Mass. geonames:6254926")));
}

TEST(Names, DoNotGoOnBehindADash) {
  EXPECT_THAT(found("PT. PLEASANT, N.J. — Beach season began in Point Pleasant on Monday."),
              Contains("LOC N.J. geonames:5101760"));
}

}  // namespace
}  // namespace copydesk::tag_entities
