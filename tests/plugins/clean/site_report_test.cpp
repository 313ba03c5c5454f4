#include "clean/site_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <copydesk/testing.hpp>
#include <random>

#include "clean/stage.h"

namespace copydesk::clean {
namespace {

using namespace copydesk::testing;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFurniture = "The Courier of Larsmo is printed on paper from our own forest";

// Sentences that no other seed gives.
std::string paragraph(unsigned seed, int words) {
  std::mt19937 random(seed);
  std::string out = "The";
  for (int i = 0; i < words; ++i) {
    out += ' ';
    for (int letter = 0; letter < 7; ++letter) out += static_cast<char>('a' + random() % 26);
  }
  return out + ".";
}

struct Desk {
  StageHarness<Clean> stage;

  void run(unsigned seed, const std::string& site, const std::string& furniture) {
    std::string body;
    for (unsigned i = 0; i < 6; ++i) body += paragraph(seed * 100 + i, 24) + "\n\n";
    stage.run(article("a" + std::to_string(seed))
                  .title(paragraph(seed * 100 + 99, 6))
                  .body(body + furniture)
                  .with("domain", site));
  }
  std::string tell(const std::vector<std::string>& arguments) {
    return stage.component().inspect("sites", arguments, State(stage.state().raw()));
  }
};

TEST(SiteReport, ListsSitesWithMostArticlesFirst) {
  Desk desk;
  EXPECT_EQ(desk.tell({}), "no site is known\n");
  desk.run(1, "quiet.example", kFurniture);
  for (unsigned i = 2; i < 5; ++i) desk.run(i, "busy.example", kFurniture);
  desk.stage.host().pass(3LL * 3600 * 1'000'000'000);
  const std::string told = desk.tell({});
  EXPECT_THAT(told, ContainsRegex(" 3 +22 +1 +[0-9]+ +3 h +busy.example\n"));
  EXPECT_THAT(told, ContainsRegex(" 1 +8 +0 +[0-9]+ +3 h +quiet.example\n"));
  EXPECT_LT(told.find("busy.example"), told.find("quiet.example"));
  EXPECT_THAT(told, HasSubstr("\n2 of at most 4096 sites, "));
}

TEST(SiteReport, ShowsWhatWasCutAndWhatNearlyWas) {
  Desk desk;
  const std::string background = "Background " + paragraph(7777, 45);
  for (unsigned i = 1; i < 3; ++i)
    desk.run(i, "courier.example", background + "\n\n" + std::string(kFurniture));
  const std::string told = desk.tell({"courier.example"});
  EXPECT_THAT(told, HasSubstr("courier.example: 2 articles, the last 0 s ago"));
  EXPECT_THAT(told, ContainsRegex(" 2 +0 +cut +The Courier of Larsmo is printed on"));
  EXPECT_THAT(told, ContainsRegex(" 2 +0 +near +Background The "));
  desk.run(3, "courier.example", background);
  EXPECT_THAT(desk.tell({"courier.example"}),
              AllOf(ContainsRegex(" 3 +0 +cut +Background The "),
                    ContainsRegex(" 2 +1 +cut +The Courier of Larsmo is printed on"),
                    Not(HasSubstr("near"))));
}

TEST(SiteReport, AnAddressNamesItsSite) {
  Desk desk;
  desk.run(1, "courier.example", kFurniture);
  for (const char* name : {"https://www.Courier.example/a?b", "Courier.Example"})
    EXPECT_THAT(desk.tell({name}), HasSubstr("courier.example: 1 articles")) << name;
}

TEST(SiteReport, WhatIsNotKnownIsSaid) {
  Desk desk;
  desk.run(1, "courier.example", kFurniture);
  EXPECT_THROW(desk.tell({"other.example"}), Config);
  EXPECT_THROW(desk.tell({"courier.example", "other.example"}), Config);
}

}  // namespace
}  // namespace copydesk::clean
