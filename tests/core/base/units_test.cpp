#include "base/units.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace copydesk {
namespace {

TEST(Units, ReadDurations) {
  EXPECT_EQ(parse_duration("200ms"), 200'000'000);
  EXPECT_EQ(parse_duration("1.5h"), 5'400'000'000'000);
  EXPECT_EQ(parse_duration("30d"), 30LL * 86'400'000'000'000);
  EXPECT_EQ(parse_duration("2w"), 14LL * 86'400'000'000'000);
  EXPECT_EQ(parse_duration("7us"), 7'000);
  EXPECT_EQ(parse_duration("7ns"), 7);
  EXPECT_EQ(parse_duration("10 s"), 10'000'000'000);
  EXPECT_EQ(parse_duration("0"), 0);
  EXPECT_EQ(parse_duration("1m"), 60'000'000'000);
}

TEST(Units, ReadSizes) {
  EXPECT_EQ(parse_size("4096"), 4096);
  EXPECT_EQ(parse_size("512MiB"), 512LL << 20);
  EXPECT_EQ(parse_size("10MB"), 10'000'000);
  EXPECT_EQ(parse_size("64 KiB"), 65'536);
  EXPECT_EQ(parse_size("1.5GiB"), 3LL << 29);
  EXPECT_EQ(parse_size("1kB"), 1000);
  EXPECT_EQ(parse_size("0"), 0);
}

TEST(Units, RefuseWhatHasNoMeaning) {
  for (const char* text : {"", "10", "-1s", "s", "10 parsecs", "1e30s", "nan", "inf", "infs", "1s2",
                           "1 s ", "+1s", "0x10s", "1,5s", "1S", "300y"})
    EXPECT_FALSE(parse_duration(text)) << text;
  for (const char* text :
       {"", "-1", "MiB", "10mb", "1e30", "nan", "10 MiB x", "99999999TiB", "1.MiB x"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Units, WriteTheShortestExactForm) {
  EXPECT_EQ(format_duration(200'000'000), "200ms");
  EXPECT_EQ(format_duration(90'000'000'000), "90s");
  EXPECT_EQ(format_duration(0), "0s");
  EXPECT_EQ(format_size(536'870'912), "512MiB");
  EXPECT_EQ(format_size(1000), "1000B");
  EXPECT_EQ(format_size(0), "0B");
}

TEST(Units, ReadWhatTheyWrite) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 5000; ++i) {
    // a double holds 52 bits
    const auto n = static_cast<std::int64_t>(random() >> (12 + random() % 50));
    EXPECT_EQ(parse_duration(format_duration(n)), n);
    EXPECT_EQ(parse_size(format_size(n)), n);
  }
}

}  // namespace
}  // namespace copydesk
