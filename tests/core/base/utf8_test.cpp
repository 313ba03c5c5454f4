#include "base/utf8.h"

#include <gtest/gtest.h>

#include <random>

namespace copydesk {
namespace {

// Straight from table 3-7 of the Unicode standard, one character at a time: what the quick version must agree with.
bool well_formed_slow(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto b = [&](std::size_t k) {
      return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0U;
    };
    const auto in = [](unsigned v, unsigned low, unsigned high) { return v >= low && v <= high; };
    const auto tail = [&](std::size_t k) { return in(b(k), 0x80, 0xBF); };
    if (b(0) <= 0x7F)
      i += 1;
    else if (in(b(0), 0xC2, 0xDF) && tail(1))
      i += 2;
    else if (b(0) == 0xE0 && in(b(1), 0xA0, 0xBF) && tail(2))
      i += 3;
    else if ((in(b(0), 0xE1, 0xEC) || in(b(0), 0xEE, 0xEF)) && tail(1) && tail(2))
      i += 3;
    else if (b(0) == 0xED && in(b(1), 0x80, 0x9F) && tail(2))
      i += 3;
    else if (b(0) == 0xF0 && in(b(1), 0x90, 0xBF) && tail(2) && tail(3))
      i += 4;
    else if (in(b(0), 0xF1, 0xF3) && tail(1) && tail(2) && tail(3))
      i += 4;
    else if (b(0) == 0xF4 && in(b(1), 0x80, 0x8F) && tail(2) && tail(3))
      i += 4;
    else
      return false;
  }
  return true;
}

std::string random_bytes(std::mt19937& random, std::size_t most) {
  static const std::string parts[] = {"a",
                                      "plain ascii words",
                                      "\xC3\xA9",
                                      "\xE2\x82\xAC",
                                      "\xF0\x9F\x98\x80",
                                      "\xED\xA0\x80",
                                      "\xC0\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xE2\x82",
                                      "\x80",
                                      "\xFF",
                                      std::string(1, '\0')};
  std::string out;
  for (std::size_t n = random() % most; n > 0; --n) out += parts[random() % std::size(parts)];
  return out;
}

TEST(Utf8, AgreesWithTheStandard) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_bytes(random, 8);
    ASSERT_EQ(is_utf8(text), well_formed_slow(text));
    const std::size_t prefix = valid_utf8_prefix(text);
    ASSERT_TRUE(well_formed_slow(std::string_view(text).substr(0, prefix)));
  }
  for (unsigned a = 0; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b) {
      const std::string two{static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(is_utf8(two), well_formed_slow(two)) << a << " " << b;
      const std::string four = two + "\x80\x80";
      ASSERT_EQ(is_utf8(four), well_formed_slow(four)) << a << " " << b;
    }
}

TEST(Utf8, ReplacesEachIllFormedPartOnce) {
  std::size_t replaced = 0;
  EXPECT_EQ(to_utf8("a\xFF"
                    "b",
                    replaced),
            "a\uFFFD"
            "b");
  EXPECT_EQ(replaced, 1U);
  // The examples of the Unicode standard, chapter 3.9.
  EXPECT_EQ(to_utf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", replaced = 0),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41");
  EXPECT_EQ(replaced, 8U);
  EXPECT_EQ(to_utf8("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", replaced = 0),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41");
  EXPECT_EQ(to_utf8("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", replaced = 0),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41\uFFFD\uFFFD\x42");
  EXPECT_EQ(to_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", replaced = 0),
            "\uFFFD\uFFFD\uFFFD\uFFFD\x41");
  EXPECT_EQ(to_utf8("", replaced = 0), "");
}

TEST(Utf8, MakesWellFormedTextOfAnyBytesAndKeepsGoodText) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = random_bytes(random, 8);
    std::size_t replaced = 0;
    const std::string text = to_utf8(bytes, replaced);
    ASSERT_TRUE(is_utf8(text));
    ASSERT_EQ(replaced == 0, is_utf8(bytes));
    ASSERT_EQ(replaced == 0, text == bytes);
  }
}

TEST(Utf8, CountsAndFindsCharacters) {
  const std::string text = "a\u00e9\u20ac\U0001F600";
  EXPECT_EQ(code_points(text), 4U);
  EXPECT_EQ(code_points(""), 0U);
  std::string starts;
  for (std::size_t i = 0; i <= text.size() + 1; ++i) starts += at_character(text, i) ? '1' : '0';
  EXPECT_EQ(starts, "110100100010");
}

TEST(Utf8, EscapedTellsTheBytesAgain) {
  EXPECT_EQ(escaped_utf8("caf\xE9 \\ \xF0\x9F"), "caf\\xe9 \\\\ \\xf0\\x9f");
  EXPECT_EQ(escaped_utf8("café \\"), "café \\");
  EXPECT_EQ(escaped_utf8(""), "");
}

}  // namespace
}  // namespace copydesk
