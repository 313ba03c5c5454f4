#include "clean/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace copydesk::clean {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CleanNames, LeavesOutWhatIsNoName) {
  EXPECT_THAT(read_names("By Maja Lindqvist"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Von Maja Lindqvist und Per Dyk"),
              ElementsAre("Maja Lindqvist", "Per Dyk"));
  EXPECT_THAT(read_names("Par Maja Lindqvist et Per Dyk"),
              ElementsAre("Maja Lindqvist", "Per Dyk"));
  EXPECT_THAT(read_names("Escrito por: Maja Lindqvist"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Author(s): Maja Lindqvist; Per Dyk"),
              ElementsAre("Maja Lindqvist", "Per Dyk"));
  EXPECT_THAT(read_names("By Maja Lindqvist, Per Dyk and Ana Sol"),
              ElementsAre("Maja Lindqvist", "Per Dyk", "Ana Sol"));
  EXPECT_THAT(read_names("By Maja Lindqvist, Staff Writer | May 3, 2024"),
              testing::Contains("Maja Lindqvist"));
  EXPECT_THAT(read_names("Maja Lindqvist Senior Writer"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Maja Lindqvist The Associated Press"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Maja Lindqvist for The Coast Courier"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Maja Lindqvist, PhD"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Maja Lindqvist,Per Dyk,PhD"), ElementsAre("Maja Lindqvist", "Per Dyk"));
  EXPECT_THAT(read_names("06.11.2023 13:30 von Olga"), ElementsAre("Olga"));
  EXPECT_THAT(read_names("J. R. Stone"), ElementsAre("J. R. Stone"));
  EXPECT_THAT(read_names("https://facebook.example/courier"), IsEmpty());
  EXPECT_THAT(read_names("maja@courier.example"), IsEmpty());
  EXPECT_THAT(read_names(""), IsEmpty());
}

TEST(CleanNames, LeavesOutWhereTheyAreAndWhoTookThePictures) {
  EXPECT_THAT(read_names("By Maja Lindqvist in Vaasa and Per Dyk"),
              ElementsAre("Maja Lindqvist", "Per Dyk"));
  EXPECT_THAT(read_names("Maja Lindqvist @majal"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("By Maja Lindqvist | Photos by Per Dyk and Ana Sol"),
              ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Video by Per Dyk, Ana Sol; story by Maja Lindqvist"),
              ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Women in Journalism"), ElementsAre("Women in Journalism"));
}

TEST(CleanNames, APlaceBehindANameAndACommaIsNobody) {
  EXPECT_THAT(read_names("Maja Lindqvist, Vaasa"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Maja Lindqvist, Reuters"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Par Maja Lindqvist avec AFP"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Olga, Maja, Per"), ElementsAre("Olga", "Maja", "Per"));
}

TEST(CleanNames, MenusAreNobody) {
  EXPECT_THAT(read_names("Affiliate Links"), IsEmpty());
  EXPECT_THAT(read_names("Download Apps"), IsEmpty());
  EXPECT_THAT(read_names("Jimmy Page"), ElementsAre("Jimmy Page"));
}

TEST(CleanNames, AndMayBeInCapitals) {
  EXPECT_THAT(read_names("BY MAJA LINDQVIST AND PER DYK"),
              ElementsAre("MAJA LINDQVIST", "PER DYK"));
}

TEST(CleanNames, TurnsASurnameBehindWhichTheFirstNameStands) {
  EXPECT_THAT(read_names("Lindqvist, Maja"), ElementsAre("Maja Lindqvist"));
  EXPECT_THAT(read_names("Reuters, Bloomberg"), ElementsAre("Reuters", "Bloomberg"));
  EXPECT_THAT(read_names("Lusa, EFE"), ElementsAre("Lusa", "EFE"));
  EXPECT_THAT(read_names("Maja Lindqvist, Per Dyk"), ElementsAre("Maja Lindqvist", "Per Dyk"));
}

TEST(CleanNames, KeepsTheShorterOfTwoThatAreOne) {
  EXPECT_THAT(read_names("Maja Lindqvist Courier Desk, Maja Lindqvist"),
              ElementsAre("Maja Lindqvist"));
  std::vector<std::string> names;
  for (const char* name :
       {"Maja Lindqvist", "MAJA LINDQVIST", "Maja Lindqvist of the Courier", "Per Dyk", ""})
    add_name(names, name);
  EXPECT_THAT(names, ElementsAre("Maja Lindqvist", "Per Dyk"));
}

TEST(CleanNames, KnowsLabels) {
  for (const char* label :
       {"By", "by:", "Von", "Author:", "Auteur(s) :", "Written by", "Verfasst von", "Автор:"})
    EXPECT_TRUE(is_byline_label(label)) << label;
  for (const char* text : {"By the sea", "Vonnegut", "Authors of the plan", ""})
    EXPECT_FALSE(is_byline_label(text)) << text;
  EXPECT_TRUE(starts_like_byline("By Maja Lindqvist"));
  EXPECT_TRUE(starts_like_byline("Von Maja Lindqvist"));
  EXPECT_FALSE(starts_like_byline("by the time it was rebuilt"));
  EXPECT_FALSE(starts_like_byline("Vonnegut wrote it"));
}

TEST(CleanNames, TellsPersonsFromAccountsRolesAndHouses) {
  for (const char* name : {"heather.eastman.1232", "jdoe", "Staff Writer", "Money Reporter",
                           "Head of Reality Labs", "Chief Technology Officer"})
    EXPECT_TRUE(is_account_or_role(name)) << name;
  for (const char* name : {"Maja Lindqvist", "Olga", "Maja de la Cruz", "毛泽"})
    EXPECT_FALSE(is_account_or_role(name)) << name;
  for (const char* name : {"Deutsche Welle", "The Coast Times", "Hanns-Seidel-Stiftung e.V."})
    EXPECT_TRUE(is_house(name)) << name;
  EXPECT_FALSE(is_house("Maja Lindqvist"));
  for (const char* name : {"Comments", "Follow us", "No Author", "March"})
    EXPECT_TRUE(is_nobody(name)) << name;
  EXPECT_FALSE(is_nobody("Marcha Lind"));
}

}  // namespace
}  // namespace copydesk::clean
