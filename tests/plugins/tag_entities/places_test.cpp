// Places of one name: which one an article means, and whether it means any.
#include <gmock/gmock.h>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using test::gazetteer;
using test::shipped;
using test::tags;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// All with the lists alone: what the model adds is in stage_test.cpp.
const Gazetteer& names() {
  static const Gazetteer g = gazetteer(
      "name\ttype\tid\taliases\tkind\twithin\tpopulation\n"
      "France\tLOC\tfr\nCanada\tLOC\tca\nGeorgia\tLOC\tge\nGreat Britain\tLOC\tgb\nUnited "
      "States\tLOC\tus\n"
      "French\tMISC\tfr\n"
      "Paris\tLOC\tparis-fr\tLutetia\tcity\tfr\t2138551\nParis\tLOC\tparis-tx\t\tcity\tus|"
      "tx\t25000\n"
      "Texas\tLOC\ttx\t\tstate\tus\nGeorgia\tLOC\tus-ga\t~Georgia\tstate\tus\n"
      "Atlanta\tLOC\tatlanta\t\tcity\tus|us-ga\t499127\n"
      "London\tLOC\tlondon-gb\t\tcity\tgb\t8961989\nLondon\tLOC\tlondon-on\t\tcity\tca\t422324\n"
      "Cambridge\tLOC\tcambridge-gb\t\tcity\tgb\t145674\nCambridge\tLOC\tcambridge-"
      "ma\t\tcity\tus\t118403\n"
      "Nancy\tLOC\tnancy\t~Nancy\tcity\tfr\t105058\nReading\tLOC\treading\t\tcity\tgb\t318014\n"
      "Lyon\tLOC\tlyon\t\tcity\tfr\t522250\nParis "
      "Hilton\tPER\thilton\n北京\tLOC\tbj\t\tcity\tcn\t18960744\n");
  return g;
}

TEST(Places, AreWhatTheArticleSaysOutright) {
  EXPECT_THAT(tags(names(), "It rained in Paris, Texas. Later Paris was dry."),
              ElementsAre("Paris=paris-tx", "Texas=tx", "Paris=paris-tx"));
  EXPECT_THAT(tags(names(), "Nancy (France) and Nancy"),
              ElementsAre("Nancy=nancy", "France=fr", "Nancy=nancy"));
  EXPECT_THAT(tags(names(), {"Nancy is calm", "in Nancy, France"}),
              ElementsAre("Nancy=nancy", "Nancy=nancy", "France=fr"));
  EXPECT_THAT(tags(names(), "flew to Atlanta, Georgia, and Georgia"),
              ElementsAre("Atlanta=atlanta", "Georgia=us-ga", "Georgia=us-ga"));
  EXPECT_THAT(tags(names(), "flew to Georgia"), ElementsAre("Georgia=ge"));
}

TEST(Places, ThatAreToldTakeNoPieceOfALongerName) {
  EXPECT_THAT(tags(names(), "It rained all day in Nancy, France, where Nancy Pelosi had come to see how people live."),
              ElementsAre("Nancy=nancy", "France=fr"));
}

TEST(Places, AreTheLargestOfTheirNameUnlessTheArticleIsElsewhere) {
  EXPECT_THAT(tags(names(), "he lives in London"), ElementsAre("London=london-gb"));
  EXPECT_THAT(tags(names(), "he went to London from Canada"),
              ElementsAre("London=london-gb", "Canada=ca"));
  EXPECT_THAT(tags(names(), "he went to London, Canada"),
              ElementsAre("London=london-on", "Canada=ca"));
  EXPECT_THAT(tags(names(), "he went to Cambridge in the United States"),
              ElementsAre("Cambridge=cambridge-ma", "United States=us"));
  EXPECT_THAT(tags(names(), "from Great Britain, where Cambridge is"),
              ElementsAre("Great Britain=gb", "Cambridge=cambridge-gb"));
}

TEST(Places, StayOutWhereNothingSpeaksForThem) {
  EXPECT_THAT(tags(names(), "he went to Cambridge"), IsEmpty());
  EXPECT_THAT(tags(names(), "he went to Lyon"), IsEmpty());
  EXPECT_THAT(tags(names(), "the French went to Lyon"), ElementsAre("French=fr", "Lyon=lyon"));
  // A capital that begins a sentence, or a line in title case, shows nothing.
  EXPECT_THAT(tags(names(), "Reading is good. In Great Britain all read."),
              ElementsAre("Great Britain=gb"));
  EXPECT_THAT(tags(names(), "Why Reading Makes Great Britain Happy"),
              ElementsAre("Great Britain=gb"));
  EXPECT_THAT(tags(names(), "Reading is good. In Great Britain, in Reading, all read."),
              ElementsAre("Reading=reading", "Great Britain=gb", "Reading=reading"));
  // The name of many people.
  EXPECT_THAT(tags(names(), "from France came Nancy"), ElementsAre("France=fr"));
  // Pieces of longer names.
  EXPECT_THAT(tags(names(), "they read the London Gazette and met Jack London, Paris Hilton"),
              ElementsAre("Paris Hilton=hilton"));
}

TEST(Places, AreFoundByOtherNamesAndInOtherScripts) {
  EXPECT_THAT(tags(names(), "they called it Lutetia"), ElementsAre("Lutetia=paris-fr"));
  EXPECT_THAT(tags(names(), "他在北京"), ElementsAre("北京=bj"));
}

TEST(Places, GiveWayToWhatNeedsNoContextInAnyOrder) {
  const std::string place = "Victoria\tLOC\tcity\t\tcity\tca\t2000000\n",
                    person = "Victoria\tPER\tqueen\n";
  const std::string header = "name\ttype\tid\taliases\tkind\twithin\tpopulation\nCanada\tLOC\tca\n";
  for (const std::string& rows : {header + place + person, header + person + place}) {
    const Gazetteer g = gazetteer(rows);
    EXPECT_THAT(tags(g, "it was Victoria in Canada"), ElementsAre("Victoria=queen", "Canada=ca"));
    EXPECT_THAT(tags(g, "it was Victoria, Canada"), Contains("Canada=ca"));
  }
}

TEST(Places, AreBoundedByTheNumberOfTheirName) {
  std::string rows = "name\ttype\tid\taliases\tkind\twithin\tpopulation\n";
  for (int i = 0; i < 60; ++i) {
    rows +=
        "San Juan\tLOC\tx:" + std::to_string(i) + "\t\tcity\tc:" + std::to_string(i) + "\t200000\n";
  }
  rows += "Elsewhere\tLOC\tc:59\n";
  const Gazetteer g = gazetteer(rows);
  EXPECT_THAT(tags(g, "in San Juan, Elsewhere"), ElementsAre("San Juan=x:59", "Elsewhere=c:59"));
  EXPECT_THAT(tags(g, "in San Juan"), IsEmpty());
}

TEST(Places, OfTheShippedListsHaveOneIdWhateverTheirName) {
  EXPECT_THAT(
      tags(shipped(), "they called it Peking before they wrote Beijing, or 北京 and Пекин there"),
      ElementsAre("Peking=geonames:1816670", "Beijing=geonames:1816670", "北京=geonames:1816670",
                  "Пекин=geonames:1816670"));
  EXPECT_THAT(tags(shipped(), "from Mumbai, once Bombay, to Shanghai"),
              ElementsAre("Mumbai=geonames:1275339", "Bombay=geonames:1275339",
                          "Shanghai=geonames:1796236"));
}

TEST(Places, OfTheShippedListsMayBeStatesAndProvinces) {
  EXPECT_THAT(
      tags(shipped(), "the Canadian provinces of Ontario and Quebec"),
      ElementsAre("Canadian=iso:CA", "Ontario=cd:region:ontario", "Quebec=cd:region:quebec"));
  EXPECT_THAT(tags(shipped(), "from Ontario, California, to Melbourne, Victoria"),
              ElementsAre("Ontario=geonames:5379439", "California=geonames:5332921",
                          "Melbourne=geonames:2158177", "Victoria=cd:region:victoria"));
}

TEST(Places, OfTheShippedListsAreNeitherWordsNorPeople) {
  EXPECT_THAT(tags(shipped(), "Nancy said Reading a Mobile was the Best Of it, Orange or Bath."),
              IsEmpty());
  EXPECT_THAT(tags(shipped(), "Split the bill, said Lincoln and Jackson and Victoria."), IsEmpty());
  EXPECT_THAT(tags(shipped(), "They live in Nancy, France, and in Mobile, Alabama."),
              ElementsAre("Nancy=geonames:2990999", "France=iso:FR", "Mobile=geonames:4076598",
                          "Alabama=geonames:4829764"));
}

}  // namespace
}  // namespace copydesk::tag_entities
