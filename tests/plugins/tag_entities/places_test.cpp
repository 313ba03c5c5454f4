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
using ::testing::Not;

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

TEST(Places, AreToldByTheAbbreviationOfAStateWhereOneMayStand) {
  const Gazetteer g = gazetteer(
      "name\ttype\tid\taliases\tkind\twithin\tpopulation\n"
      "United States\tLOC\tus\nGreat Britain\tLOC\tgb\nOld Tower\tLOC\ttower\n"
      "Alabama\tLOC\tal\t,Ala.|,AL\tstate\tus\t5000000\nOregon\tLOC\tor\t,Ore.|,"
      "OR\tstate\tus\t4000000\n"
      "Mississippi\tLOC\tms\t,Miss.\tstate\tus\t3000000\n"
      "Birmingham\tLOC\tbirmingham-gb\t\tcity\tgb\t1157603\n"
      "Birmingham\tLOC\tbirmingham-al\t\tcity\tus|al\t196357\n"
      "Portland\tLOC\tportland\t\tcity\tus|or\t652503\nJackson\tLOC\tjackson\t~Jackson\tcity\tus|"
      "ms\t153701\n");
  EXPECT_THAT(tags(g, "fire in Birmingham, Ala. The mayor of Birmingham said"),
              ElementsAre("Birmingham=birmingham-al", "Ala.=al", "Birmingham=birmingham-al"));
  EXPECT_THAT(tags(g, "from Birmingham, AL 35203 to Portland (OR)"),
              ElementsAre("Birmingham=birmingham-al", "AL=al", "Portland=portland", "OR=or"));
  EXPECT_THAT(tags(g, "BIRMINGHAM, Ala. (AP) and\nPortland,\u00a0Ore.-based"),
              ElementsAre("BIRMINGHAM=birmingham-al", "Ala.=al", "Portland=portland", "Ore.=or"));
  EXPECT_THAT(tags(g, "at the Old Tower, Ala., on Monday"),
              ElementsAre("Old Tower=tower", "Ala.=al"));
  // Nowhere else, and not without its dot.
  EXPECT_THAT(tags(g, "he saw Ala. and OR, or AL; in Jackson, Miss Smith said, OR not"), IsEmpty());
  EXPECT_THAT(tags(g, "in Jackson, Miss., he said"), ElementsAre("Jackson=jackson", "Miss.=ms"));
}

TEST(Places, TwoCapitalsBehindACountryAreNoState) {
  EXPECT_THAT(tags(shipped(), "Israel, PA and Egypt met. Israel agreed. In Italy, ID cards"),
              ElementsAre("Israel=iso:IL", "Egypt=iso:EG", "Israel=iso:IL", "Italy=iso:IT"));
  EXPECT_THAT(tags(shipped(), "Iraq (VA hospitals) and Mexico, LA-based"),
              ElementsAre("Iraq=iso:IQ", "Mexico=iso:MX"));
  EXPECT_THAT(tags(shipped(), "in Portland, OR, he said"),
              ElementsAre("Portland=geonames:5746545", "OR=geonames:5744337"));
}

TEST(Places, BesideAStateInWhichNoneOfTheirNameLiesAreNoneThatIsListed) {
  EXPECT_THAT(tags(shipped(), "a man of Paris, Texas, said. In Paris nobody knew."),
              ElementsAre("Paris=", "Texas=geonames:4736286", "Paris="));
  EXPECT_THAT(
      tags(shipped(), "lives in Lebanon, Pa., and in Birmingham, Mich., near Detroit"),
      ::testing::IsSupersetOf({"Lebanon=", "Pa.=geonames:6254927", "Mich.=geonames:5001836"}));
  // What follows the comma goes on with the sentence.
  EXPECT_THAT(tags(shipped(), "He said in Moscow, Idaho's envoy was late."),
              Contains("Moscow=geonames:524901"));
  EXPECT_THAT(tags(shipped(), "After talks in Beijing, Russia said so."),
              ElementsAre("Beijing=geonames:1816670", "Russia=iso:RU"));
  EXPECT_THAT(tags(shipped(), "in Georgia, Florida and Alabama"), Contains("Georgia=iso:GE"));
}

TEST(Places, InAListAreWhatTheyAre) {
  EXPECT_THAT(
      tags(shipped(), "offices in Paris, New York and Tokyo"),
      ElementsAre("Paris=geonames:2988507", "New York=geonames:5128581", "Tokyo=geonames:1850147"));
  EXPECT_THAT(tags(shipped(), "from Guadalajara, Mexico, not Guadalajara, Spain."),
              ElementsAre("Guadalajara=geonames:4005539", "Mexico=iso:MX", "Spain=iso:ES"));
  EXPECT_THAT(tags(shipped(), "after talks in Shanghai, Russia said so"),
              ElementsAre("Shanghai=geonames:1796236", "Russia=iso:RU"));
}

TEST(Places, HaveTheOtherSpellingOfTheirName) {
  EXPECT_THAT(tags(shipped(), "a Russian, from St. Petersburg"),
              ElementsAre("Russian=iso:RU", "St. Petersburg=geonames:498817"));
  EXPECT_THAT(tags(shipped(), "in St. Petersburg, Russia, and Saint Petersburg, Fla."),
              ElementsAre("St. Petersburg=geonames:498817", "Russia=iso:RU",
                          "Saint Petersburg=geonames:4171563", "Fla.=geonames:4155751"));
  EXPECT_THAT(tags(shipped(), "in Odessa, Ukraine, not Odessa, Texas"),
              ElementsAre("Odessa=geonames:698740", "Ukraine=iso:UA", "Odessa=geonames:5527554",
                          "Texas=geonames:4736286"));
}

TEST(Places, HaveTheShortSpellingOfTheirFirstWord) {
  EXPECT_THAT(tags(shipped(), "FT. WORTH, Texas (AP) — from Ft. Wayne, Ind., to Ft Collins, Colo."),
              ElementsAre("FT. WORTH=geonames:4691930", "Texas=geonames:4736286",
                          "Ft. Wayne=geonames:4920423", "Ind.=geonames:4921868",
                          "Ft Collins=geonames:5577147", "Colo.=geonames:5417618"));
}

// No town of Maine is listed, nor the one of its name in New Hampshire.
TEST(Places, AreNotMistakenForThoseOfAnotherState) {
  EXPECT_THAT(tags(shipped(), "a ship from Portland, Maine, to Portland"),
              ElementsAre("Maine=geonames:4971068"));
  EXPECT_THAT(tags(shipped(), "a vote in Concord, N.H., and an American, in Concord"),
              ElementsAre("N.H.=geonames:5090174", "American=iso:US"));
}

TEST(Places, AreNoYearsBeforeChrist) {
  EXPECT_THAT(tags(shipped(), "the Canadian, he died in 44 B.C."), ElementsAre("Canadian=iso:CA"));
  EXPECT_THAT(tags(shipped(), "near Vancouver, B.C."),
              ElementsAre("Vancouver=geonames:6173331", "B.C.=cd:region:british-columbia"));
}

TEST(Places, ThatAreToldStandAgainstAShortForm) {
  EXPECT_THAT(tags(shipped(), "it hit San Jose, Costa Rica, and then San Jose, Calif."),
              ElementsAre("San Jose, Costa Rica=geonames:3621849", "San Jose=geonames:5392171",
                          "Calif.=geonames:5332921"));
}

TEST(Places, OfOneNameMayBeToldTwice) {
  EXPECT_THAT(
      tags(shipped(), "from Springfield, Mo., to Springfield, Mass., a Springfield like it"),
      ElementsAre("Springfield=geonames:4409896", "Mo.=geonames:4398678",
                  "Springfield=geonames:4951788", "Mass.=geonames:6254926"));
  EXPECT_THAT(tags(shipped(), "from London, Ontario, to London, England"),
              ElementsAre("London=geonames:6058560", "Ontario=cd:region:ontario",
                          "London=geonames:2643743", "England=cd:region:england"));
}

TEST(Places, AreStatesBeforeAnOfficeOfStates) {
  EXPECT_THAT(tags(names(), "On Monday, Georgia Gov. Al Lee spoke. He left Georgia, by car."),
              ElementsAre("Georgia=us-ga", "Georgia=us-ga"));
  for (const char* office : {"Governor", "GOV.", "Lt. Gov.", "Sen.", "state Sen.",
                             "Republican Rep.", "Attorney General", "Secretary of State"}) {
    EXPECT_THAT(tags(names(), std::string("on Monday Georgia ") + office + " Al Lee spoke to us."),
                ElementsAre("Georgia=us-ga"))
        << office;
  }
  for (const char* other :
       {"Prime Minister Al Lee", "President Al Lee", "Secretary General Al Lee", "Gov.",
        "Attorney General", "Rep. and", "sen. Al Lee", "and Sen. Lee"}) {
    EXPECT_THAT(tags(names(), std::string("on Monday Georgia ") + other),
                Not(Contains("Georgia=us-ga")))
        << other;
  }
}

TEST(Places, AreStatesBeforeAnOfficeOfStatesBehindAnySpace) {
  for (const char* gov :
       {"\u00A0Gov. Al Lee", " Gov.\u00A0Al Lee", "  Lt.\u00A0 Gov. \u2009Al Lee"}) {
    EXPECT_THAT(tags(names(), std::string("on Monday Georgia") + gov + " spoke to us."),
                ElementsAre("Georgia=us-ga"))
        << gov;
  }
  EXPECT_THAT(tags(names(), "they named Georgia\nGov. Al Lee spoke to us."),
              ElementsAre("Georgia=ge"));
}

TEST(Places, BeforeAnOfficeMayBeTheCityOfThatNameElsewhere) {
  EXPECT_THAT(tags(shipped(), "On Monday New York Gov. Al Lee spoke to them in New York."),
              ElementsAre("New York=geonames:5128638", "New York=geonames:5128581"));
  EXPECT_THAT(tags(shipped(), "On Monday Washington Sen. Ann Lee spoke to them in Washington."),
              ElementsAre("Washington=geonames:5815135", "Washington=geonames:4140963"));
  EXPECT_THAT(tags(shipped(), "On Monday Mexico Gov. Al Lee spoke."), ElementsAre("Mexico=iso:MX"));
}

TEST(Places, ThatNeedNoContextAreOpenWhereTheArticleTellsOfANamesake) {
  EXPECT_THAT(tags(shipped(), "He left Atlanta, Ga., because Georgia was hot."),
              ElementsAre("Atlanta=geonames:4180439", "Ga.=geonames:4197000", "Georgia="));
}

TEST(Places, AreHelpedByTheirStateWhereverItStands) {
  EXPECT_THAT(tags(shipped(), "the mayor of Birmingham"),
              ElementsAre("Birmingham=geonames:2655603"));
  EXPECT_THAT(tags(shipped(), "the mayor of Birmingham met the governor of Alabama"),
              ElementsAre("Birmingham=geonames:4049979", "Alabama=geonames:4829764"));
  EXPECT_THAT(tags(shipped(), "the mayor of Birmingham spoke of England"),
              ElementsAre("Birmingham=geonames:2655603", "England=cd:region:england"));
  EXPECT_THAT(
      tags(shipped(), "he saw Ohio, but to New York he came from Quebec"),
      ElementsAre("Ohio=geonames:5165418", "New York=geonames:5128581", "Quebec=cd:region:quebec"));
}

TEST(Places, ThatAreToldTakeNoPieceOfALongerName) {
  EXPECT_THAT(tags(names(),
                   "It rained all day in Nancy, France, where Nancy Pelosi had come to see how "
                   "people live."),
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
