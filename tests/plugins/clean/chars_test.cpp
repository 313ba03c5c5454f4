#include "clean/chars.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace copydesk::clean
