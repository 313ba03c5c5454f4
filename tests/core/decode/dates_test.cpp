#include "decode/dates.h"

#include <gtest/gtest.h>

#include <limits>

namespace copydesk::decode {
namespace {

std::string text(std::string_view s) {
  const auto date = read_date(s);
  return date ? date->text + (date->day_only ? " day" : "") : "none";
}

TEST(Dates, StayAsTheyCameWhenTheyAreRfc3339) {
  EXPECT_EQ(text("2024-05-18T10:00:00Z"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(text("2024-05-18T10:00:00+02:00"), "2024-05-18T10:00:00+02:00");
  EXPECT_EQ(text(" 2024-05-18T10:00:00.123-05:30\n"), "2024-05-18T10:00:00.123-05:30");
}

TEST(Dates, AreMendedWhenTheyAreNearlySo) {
  EXPECT_EQ(text("2024-05-18 10:00:00"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(text("2024-05-18T10:00"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(text("2024-05-18T10:00:00+0200"), "2024-05-18T08:00:00Z");
  EXPECT_EQ(text("2024-05-18 10:00:00 +0200"), "2024-05-18T08:00:00Z");
  EXPECT_EQ(text("2024-05-18 10:00:00 UTC"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(text("2024-05-18 10:00:00 EST"), "2024-05-18T15:00:00Z");
  EXPECT_EQ(text("2024-05-18 10:00:00.5"), "2024-05-18T10:00:00.500Z");
}

TEST(Dates, KnowWhenOnlyTheDayIsKnown) {
  EXPECT_EQ(text("2024-05-18"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(text("18 May 2024"), "2024-05-18T00:00:00Z day");
}

TEST(Dates, AreReadFromMailAndFeeds) {
  EXPECT_EQ(text("Sat, 18 May 2024 10:00:00 GMT"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(text("Sat, 18 May 2024 10:00:00 +0200"), "2024-05-18T08:00:00Z");
  EXPECT_EQ(text("18 May 24 10:00 EST"), "2024-05-18T15:00:00Z");
  EXPECT_EQ(text("Sat, 18 May 2024 10:00:00 GMT (comment)"), "2024-05-18T10:00:00Z");
}

TEST(Dates, AreReadFromSecondsAndMilliseconds) {
  EXPECT_EQ(text("1716026400"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(text("1716026400123"), "2024-05-18T10:00:00.123Z");
  EXPECT_EQ(read_epoch(1716026400)->text, "2024-05-18T10:00:00Z");
  for (double n :
       {0.0, 2024.0, 20240518.0, -1716026400.0, 1e30, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(read_epoch(n)) << n;
}

TEST(Dates, AreNotGuessed) {
  for (const char* s :
       {"", "yesterday", "03/04/2024", "2024-13-01", "2024-02-31", "2024-05-18T25:00:00Z",
        "2024-05-18T10:00:00Zjunk", "2024", "20240518", "31 Foo 2024", "99 May 2024", "Sat,",
        "May 18, 2024 at noon o'clock", "nan", "inf", "1e999"})
    EXPECT_EQ(text(s), "none") << s;
  EXPECT_EQ(text(std::string(10'000, '1')), "none");
}

}  // namespace
}  // namespace copydesk::decode
