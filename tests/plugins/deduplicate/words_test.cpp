#include "deduplicate/words.h"

#include <gtest/gtest.h>

namespace copydesk::deduplicate {
namespace {

std::vector<std::uint64_t> words_of(std::string_view text) {
  Words words;
  find_words(text, words);
  return words.hashes;
}

TEST(Words, AreTheSameInUpperAndLowerCase) {
  EXPECT_EQ(words_of("The Mayor of ZÜRICH"), words_of("the mayor of zürich"));
  EXPECT_EQ(words_of("ΣΊΣΥΦΟΣ МОСКВА"), words_of("σίσυφος москва"));
}

TEST(Words, AreTheSameWithAndWithoutAccents) {
  EXPECT_EQ(words_of("café Łódź Malmø"), words_of("cafe Lodz Malmo"));
}

TEST(Words, AreTheSameComposedAndDecomposed) {
  EXPECT_EQ(words_of("caf\u00e9"), words_of("cafe\u0301"));
  EXPECT_EQ(words_of("\ud55c\uad6d"), words_of("\u1112\u1161\u11ab\u1100\u116e\u11a8"));
  EXPECT_EQ(words_of("\u30ac"), words_of("\u30ab\u3099"));
}

TEST(Words, DoNotShowQuotesDashesAndSpaces) {
  EXPECT_EQ(words_of("“It’s over” — he said"), words_of("\"It's over\" - he\u00a0 said"));
}

TEST(Words, DoNotShowInvisibleCharacters) {
  EXPECT_EQ(words_of("un\u00adbeliev\u200bable\ufeff"), words_of("unbelievable"));
}

TEST(Words, OpenLigaturesAndFullWidthForms) {
  EXPECT_EQ(words_of("o\ufb03ce stra\u00dfe \uff21\uff22\uff23"), words_of("office strasse abc"));
}

TEST(Words, KeepTheThousandsOfANumberTogether) {
  EXPECT_EQ(words_of("7,900,000"), words_of("7.900.000"));
  EXPECT_EQ(words_of("7,900,000").size(), 1u);
  EXPECT_EQ(words_of("in 2004, 300 came").size(), 4u);
}

TEST(Words, KnowWhichOfThemHoldDigits) {
  const auto words = words_of("covid19 is ٣ three");
  ASSERT_EQ(words.size(), 4u);
  EXPECT_TRUE(words[0] & kNumberBit);
  EXPECT_FALSE(words[1] & kNumberBit);
  EXPECT_TRUE(words[2] & kNumberBit);
  EXPECT_FALSE(words[3] & kNumberBit);
}

TEST(Words, AreOnePerCharacterInScriptsWithoutSpaces) {
  EXPECT_EQ(words_of("東京都知事").size(), 5u);
  EXPECT_EQ(words_of("ประเทศไทย").size(), 9u);
}

TEST(Words, OfChineseDoNotDependOnLineBreaks) {
  EXPECT_EQ(words_of("东京都知事今天表示"), words_of("东京都知\n事今天表示"));
}

TEST(Words, AreGroupedByLine) {
  Words words;
  find_words("one two\r\n\r\nthree\u2028four five six", words);
  ASSERT_EQ(words.lines.size(), 3u);
  EXPECT_EQ(words.lines[0].last, 2u);
  EXPECT_EQ(words.lines[1].weight, kWordWeight);
  EXPECT_EQ(words.lines[2].first, 3u);
  EXPECT_EQ(words.lines[2].last, 6u);
}

TEST(Words, SurviveBadBytes) {
  EXPECT_EQ(words_of("good \xff\xc3 text \xe2\x80"), words_of("good text"));
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
      EXPECT_LE(words_of({bytes, 2}).size(), 2u);
    }
  }
}

TEST(Words, OfEmptyTextAreNone) {
  EXPECT_TRUE(words_of("").empty());
  EXPECT_TRUE(words_of(" \n… !\n").empty());
}

}  // namespace
}  // namespace copydesk::deduplicate
