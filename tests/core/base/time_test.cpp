#include "base/time.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace copydesk {
namespace {

TEST(Time, IsWrittenAsRfc3339) {
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(1'716'026'400 * kSecond), "2024-05-18T10:00:00Z");
  EXPECT_EQ(format_time(1'716'026'400 * kSecond + 500 * kMillisecond), "2024-05-18T10:00:00.500Z");
  EXPECT_EQ(format_time(1'716'026'400 * kSecond + 5 * kMicrosecond), "2024-05-18T10:00:00.000005Z");
  EXPECT_EQ(format_time(1), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_time(-kSecond), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_time(std::numeric_limits<Nanos>::max()), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(format_time(std::numeric_limits<Nanos>::min()), "1677-09-21T00:12:43.145224192Z");
}

TEST(Time, ReadsWhatItWrites) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const Nanos time =
        static_cast<Nanos>(random()) / 2 / (i % 3 == 0 ? 1 : kSecond) * (i % 3 == 0 ? 1 : kSecond);
    EXPECT_EQ(parse_time(format_time(time)), time) << format_time(time);
  }
}

TEST(Time, ReadsZonesFractionsAndPlainDates) {
  const Nanos ten = 1'716'026'400 * kSecond;
  for (const char* text :
       {"2024-05-18T10:00:00Z", "2024-05-18t10:00:00z", "2024-05-18 10:00:00Z",
        "2024-05-18T12:00:00+02:00", "2024-05-18T12:00:00+0200", "2024-05-18T04:30:00-05:30",
        "2024-05-18T10:00:00.000Z", "2024-05-18T10:00", "2024-05-18T10:00:00", "2024-05-18T10:00Z",
        "2024-05-18T10:00:00.0000000000009Z"})
    EXPECT_EQ(parse_time(text), ten) << text;
  EXPECT_EQ(parse_time("2024-05-18"), ten - 10 * 3600 * kSecond);
  EXPECT_EQ(parse_time("2024-05-18T10:00:00.5Z"), ten + 500 * kMillisecond);
  EXPECT_EQ(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
}

TEST(Time, KnowsTheLengthsOfMonths) {
  EXPECT_TRUE(parse_time("2024-02-29"));
  EXPECT_TRUE(parse_time("2000-02-29"));
  for (const char* text : {"2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31", "2024-06-31",
                           "2024-01-32", "2024-01-00"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "2024",
                           "2024-05",
                           "2024-5-18",
                           "2024-05-18T",
                           "2024-05-18T1:00",
                           "2024-05-18T24:00:00Z",
                           "2024-05-18T10:60:00Z",
                           "2024-05-18T10:00:61Z",
                           "2024-05-18T10:00:00.Z",
                           "2024-05-18T10:00:00+",
                           "2024-05-18T10:00:00+25:00",
                           "2024-05-18T10:00:00Zx",
                           "2024-05-18x",
                           "2024-13-01",
                           "2024-00-01",
                           "-024-05-18",
                           "0001-01-01",
                           "9999-12-31",
                           " 2024-05-18",
                           "2024-05-18T10:00:00+02:0"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Time, SurvivesAnyBytes) {
  std::mt19937 random(2);
  const std::string alphabet = "0123456789-:TZ.+ ";
  std::string text = "2024-05-18T10:00:00.123+02:00";
  for (int i = 0; i < 50'000; ++i) {
    std::string other = text.substr(0, random() % (text.size() + 1));
    if (!other.empty()) other[random() % other.size()] = alphabet[random() % alphabet.size()];
    if (const auto time = parse_time(other)) (void)format_time(*time);
  }
}

}  // namespace
}  // namespace copydesk
