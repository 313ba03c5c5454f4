#include "clean/chars.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace copydesk::clean {
namespace {

TEST(CleanChars, SqueezesWhiteSpaceOfAllKinds) {
  EXPECT_EQ(squeeze("  a\t\nb\xC2\xA0\xC2\xA0 c\xE2\x80\x8B\xE2\x80\xA8"
                    "d \xC2\xAD"),
            "a b c d");
  EXPECT_EQ(squeeze("中文 \xE3\x80\x80 字"), "中文 字");
  EXPECT_EQ(squeeze(""), "");
  EXPECT_EQ(squeeze("   "), "");
}

TEST(CleanChars, ReplacesMalformedBytesAndNeverReadsPastTheEnd) {
  EXPECT_EQ(squeeze("a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(squeeze("a\xE4\xB8"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(squeeze("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(squeeze("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(CleanChars, CountsWordsAndIdeographs) {
  EXPECT_EQ(count_words("two words"), 2u);
  EXPECT_EQ(count_words("non-alignment, 2024!"), 3u);
  EXPECT_EQ(count_words("中国和俄罗斯"), 6u);
  EXPECT_EQ(count_words("ท่าเรือเหนือจะปิด"), 4u);  // 17 characters without a space: one for each five
  EXPECT_EQ(count_words("ท่าเรือ เหนือ 9"), 4u);
  EXPECT_EQ(count_words("Москва и Пекин"), 3u);
  EXPECT_EQ(count_words("رئيس الوزراء"), 2u);
  EXPECT_EQ(count_words("— … !"), 0u);
}

TEST(CleanChars, FoldsWordsForComparison) {
  EXPECT_EQ(fold_words("China’s  \"Big\" Plan — 2024"), "chinas big plan 2024");
  EXPECT_EQ(fold_words("МОСКВА Ärger"), "москва ärger");
  EXPECT_EQ(fold_words("!!!"), "");
}

TEST(CleanChars, KnowsTheEndsOfSentencesInSeveralScripts) {
  for (const char* end :
       {"Done.", "Done.”", "He said: \"Done.\"", "好。", "هل؟", "So (he said).", "What?!"})
    EXPECT_TRUE(ends_sentence(end)) << end;
  for (const char* open : {"A headline", "However,", "Title:", ""})
    EXPECT_FALSE(ends_sentence(open)) << open;
}

// The blocks of sixteen bytes must not be seen: each function, on text of every kind, does what it
// does on its pieces.
class CleanCharsBlocks : public testing::Test {
 protected:
  // Words and gaps of many lengths and kinds, so that every byte comes at every place of a block.
  std::string text(std::size_t seed) const {
    static constexpr const char* kPieces[] = {"a",
                                              "news",
                                              "sixteen",
                                              "x1",
                                              "Ünder",
                                              "don't",
                                              "中",
                                              "’s",
                                              "longword",
                                              "\xFF"
                                              "bad",
                                              "42",
                                              "Q"};
    static constexpr const char* kGaps[] = {
        " ", "  ", ". ", "\t", " — ", "\xC2\xA0", "-", "\x01", " \xE2\x80\x8B "};
    std::string out;
    while (out.size() < 200) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      out += kPieces[(seed >> 33) % std::size(kPieces)];
      out += (seed >> 44) % 5 != 0 ? " " : kGaps[(seed >> 50) % std::size(kGaps)];
    }
    return out;
  }
};

TEST_F(CleanCharsBlocks, SqueezeIsStableAndLeavesNoDoubleSpace) {
  for (std::size_t seed = 0; seed < 2000; ++seed) {
    const std::string squeezed = squeeze(text(seed));
    EXPECT_EQ(squeeze(squeezed), squeezed);
    EXPECT_EQ(squeezed.find("  "), std::string::npos) << squeezed;
    EXPECT_EQ(squeezed.find('\t'), std::string::npos);
    std::string pieces;  // every word by itself
    for (std::size_t begin = 0; begin < squeezed.size();) {
      const std::size_t end = std::min(squeezed.find(' ', begin), squeezed.size());
      pieces += (begin ? " " : "") + squeeze(squeezed.substr(begin, end - begin));
      begin = end + 1;
    }
    EXPECT_EQ(pieces, squeezed);
  }
}

TEST_F(CleanCharsBlocks, WordsAreCountedAsInShortPieces) {
  for (std::size_t seed = 0; seed < 2000; ++seed) {
    const std::string squeezed = squeeze(text(seed));
    std::size_t words = 0;
    for (std::size_t begin = 0; begin < squeezed.size();) {
      const std::size_t end = std::min(squeezed.find(' ', begin), squeezed.size());
      words += count_words(std::string_view(squeezed).substr(begin, end - begin));
      begin = end + 1;
    }
    EXPECT_EQ(count_words(squeezed), words) << squeezed;
  }
}

TEST_F(CleanCharsBlocks, FoldedWordsAreOneSpaceApart) {
  for (std::size_t seed = 0; seed < 2000; ++seed) {
    const std::string folded = fold_words(text(seed));
    EXPECT_EQ(fold_words(folded), folded);
    EXPECT_EQ(folded.find("  "), std::string::npos) << folded;
    EXPECT_FALSE(folded.starts_with(' ') || folded.ends_with(' ')) << folded;
  }
}

}  // namespace
}  // namespace copydesk::clean
