#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace copydesk {
namespace {

constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Bytes, ComeBackAsTheyWent) {
  for (const std::uint64_t n :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{127}, std::uint64_t{128},
        std::uint64_t{16383}, std::uint64_t{16384}, kMax - 1, kMax}) {
    std::string out;
    append_u64(out, n);
    append_varint(out, n);
    append_u32(out, static_cast<std::uint32_t>(n));
    append_string(out, "a\0b");
    append_string(out, "");
    ByteReader in(out);
    EXPECT_EQ(in.u64(), n);
    EXPECT_EQ(in.varint(), n);
    EXPECT_EQ(in.u32(), static_cast<std::uint32_t>(n));
    EXPECT_EQ(in.string(), "a\0b");
    EXPECT_EQ(in.string(), "");
    EXPECT_TRUE(in.done());
  }
}

TEST(Bytes, AsDigitsComeBackToo) {
  const std::string bytes("\x00\x7f\x80\xff", 4);
  EXPECT_EQ(to_hex(bytes), "007f80ff");
  EXPECT_EQ(from_hex("007f80ff"), bytes);
  EXPECT_EQ(from_hex(""), "");
  for (const char* wrong : {"0", "0g", "0F", " 0"})
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Bytes, SortAsNumbersDo) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t a = random() >> (random() % 64), b = random() >> (random() % 64);
    std::string x, y;
    append_u64(x, a);
    append_u64(y, b);
    EXPECT_EQ(a < b, x < y);
  }
}

TEST(Bytes, FailForEverAfterTheFirstReadBeyondTheEnd) {
  ByteReader in("abc");
  EXPECT_EQ(in.u64(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_EQ(in.string(), "");
  EXPECT_EQ(in.rest(), "");
  EXPECT_FALSE(in.done());
}

TEST(Bytes, RefuseLengthsThatPromiseTooMuch) {
  std::string huge;
  append_varint(huge, kMax);
  huge += "abc";
  ByteReader in(huge);
  EXPECT_EQ(in.string(), "");
  EXPECT_FALSE(in.ok());
  ByteReader endless("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
  EXPECT_EQ(endless.varint(), 0U);
  EXPECT_FALSE(endless.ok());
}

TEST(Bytes, SurviveAnyInput) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::string data(random() % 30, '\0');
    for (char& c : data) c = static_cast<char>(random());
    ByteReader in(data);
    for (int step = 0; step < 10; ++step) {
      switch (random() % 4) {
        case 0: (void)in.u64(); break;
        case 1: (void)in.u32(); break;
        case 2: (void)in.varint(); break;
        default: (void)in.string();
      }
      EXPECT_LE(in.rest().size(), data.size());
    }
  }
}

}  // namespace
}  // namespace copydesk
