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
