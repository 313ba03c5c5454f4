#include "clean/dates.h"

#include <gtest/gtest.h>

namespace copydesk::clean {
namespace {

std::string read(std::string_view text) {
  const auto moment = parse_moment(text);
  if (!moment) return "";
  return to_rfc3339(*moment) + (moment->precision == Precision::kDay ? " day" : "");
}

TEST(CleanDates, ReadsInstantsWithTheirZone) {
  EXPECT_EQ(read("2024-05-18T10:00:00Z"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(read("2024-05-18T10:00:00.123+08:00"), "2024-05-18T10:00:00+08:00");
  EXPECT_EQ(read("2024-05-18T10:00-0530"), "2024-05-18T10:00:00-05:30");
  EXPECT_EQ(read("Sat, 18 May 2024 10:00:05 GMT"), "2024-05-18T10:00:05Z");
  EXPECT_EQ(read("Published May 18, 2024 10:05 p.m. EDT"), "2024-05-18T22:05:00-04:00");
  EXPECT_EQ(read("1716026400"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(read("1716026400000"), "2024-05-18T10:00:00Z");
}

TEST(CleanDates, TakesOnlyTheDayWhenTheZoneIsUnknown) {
  EXPECT_EQ(read("2024-05-18T23:30:00"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("2024-05-18"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("May 18th, 2024"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("18 May 2024"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("18.06.2024 10:00"), "2024-06-18T00:00:00Z day");
  EXPECT_EQ(read("3. März 2023"), "2023-03-03T00:00:00Z day");
  EXPECT_EQ(read("12 марта 2024 года"), "2024-03-12T00:00:00Z day");
}

TEST(CleanDates, DoesNotGuess) {
  for (const char* text : {"05/06/2024", "2024", "May 2024", "18 May", "31 February 2024",
                           "2024-13-01", "May 1, 2024 and May 2, 2024", "0000-00-00", "1850-01-01",
                           "", "no date here", "99999999999999999999"})
    EXPECT_EQ(read(text), "") << text;
  EXPECT_EQ(read("25/12/2024"), "2024-12-25T00:00:00Z day");
  EXPECT_EQ(read(std::string(5000, '1')), "");
}

TEST(CleanDates, ReadsTheMonthsOfManyLanguages) {
  for (const char* text :
       {"4 mai 2024", "4 maggio 2024", "4 maja 2024", "4. května 2024", "4. toukokuuta 2024",
        "4 Mayıs 2024", "4 de mayo de 2024", "4 травня 2024", "2024年5月4日", "2024년 5월 4일",
        "4 مايو 2024", "04-mai-2024", "4. maj 2024"})
    EXPECT_EQ(read(text), "2024-05-04T00:00:00Z day") << text;
}

TEST(CleanDates, ReadsDayAndMonthAsTheLanguageOrdersThem) {
  EXPECT_EQ(to_rfc3339(*parse_moment("05/06/2024", DayOrder::kDayFirst)), "2024-06-05T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*parse_moment("05/06/2024", DayOrder::kMonthFirst)), "2024-05-06T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*parse_moment("25/06/2024", DayOrder::kMonthFirst)), "2024-06-25T00:00:00Z");
}

TEST(CleanDates, FindsTheFirstDateAmongWords) {
  const auto find = [](std::string_view text) {
    const auto found = find_date(text, DayOrder::kUnknown);
    return found ? to_rfc3339(found->moment).substr(0, 10) : std::string();
  };
  EXPECT_EQ(find("Written: 2023-11-07 15:03 / Updated: 2023-11-08 15:30"), "2023-11-07");
  EXPECT_FALSE(
      find_date("Written: 2023-11-07 15:03 / Updated: 2023-11-08 15:30", DayOrder::kUnknown)
          ->modified);
  EXPECT_TRUE(find_date("Last updated June 13, 2019", DayOrder::kUnknown)->modified);
  EXPECT_TRUE(find_date("Published On May 10, 2022", DayOrder::kUnknown)->published);
  EXPECT_EQ(find("23.09.22"), "2022-09-23");
  EXPECT_EQ(find("Jun 08, 2023 • 11 Minute Read"), "2023-06-08");
  EXPECT_EQ(find_date("May 18, 2024, 9:05 PM", DayOrder::kUnknown)->local_seconds, 1716066300);
  EXPECT_EQ(find("05/06/2024"), "");
  EXPECT_EQ(find("In May 2024 the two countries met"), "");
  EXPECT_EQ(find(std::string(200, '1')), "");
}

TEST(CleanDates, ReadsTheDayInAnAddress) {
  const auto day = [](std::string_view url) {
    const auto found = date_in_path(url);
    return found ? to_rfc3339(*found).substr(0, 10) : std::string();
  };
  EXPECT_EQ(day("https://c.example/2024/05/18/pier"), "2024-05-18");
  EXPECT_EQ(day("https://c.example/news/2024-05-18-pier.html"), "2024-05-18");
  EXPECT_EQ(day("https://c.example/2024/may/18/pier"), "2024-05-18");
  EXPECT_EQ(day("https://c.example/pier-20240518.html"), "2024-05-18");
  for (const char* url :
       {"https://c.example/2024/05/pier", "https://2024-05-18.example/pier",
        "https://c.example/a?d=2024-05-18", "https://c.example/2024/05/18/from/2023/01/02",
        "https://c.example/12345678", "", "pier"})
    EXPECT_EQ(day(url), "") << url;
}

TEST(CleanDates, RecognisesLinesOfNothingButADate) {
  EXPECT_TRUE(look_for_date("14:01 23.07.2024").only);
  EXPECT_TRUE(look_for_date("Updated: May 18, 2024 10:05 AM IST").only);
  EXPECT_TRUE(look_for_date("Updated: May 18, 2024").modified);
  EXPECT_FALSE(look_for_date("Politics 10:00 18.06.2024").only);
  EXPECT_EQ(look_for_date("Politics 10:00 18.06.2024").other_words, 1u);
  EXPECT_FALSE(look_for_date("In 2024 the two countries traded more").has_date);
}

TEST(CleanDates, WritesOffsetsAndDaysBeforeTheEpoch) {
  EXPECT_EQ(to_rfc3339({-86400, 0, Precision::kDay}), "1969-12-31T00:00:00Z");
  EXPECT_EQ(to_rfc3339({0, -330, Precision::kSecond}), "1969-12-31T18:30:00-05:30");
}

}  // namespace
}  // namespace copydesk::clean
