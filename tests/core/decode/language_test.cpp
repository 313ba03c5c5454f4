#include "decode/language.h"

#include <gtest/gtest.h>

namespace copydesk::decode {
namespace {

TEST(Language, IsThePrimarySubtag) {
  for (const char* tag :
       {"en", "EN", "en-GB", "en_US", "en_US.UTF-8", "eng", "en-Latn-US-x-private"})
    EXPECT_EQ(primary_language(tag), "en") << tag;
  EXPECT_EQ(primary_language("zh-Hant-TW"), "zh");
  EXPECT_EQ(primary_language("ger"), "de");
  EXPECT_EQ(primary_language("deu"), "de");
  EXPECT_EQ(primary_language("yue-HK"), "yue");
}

TEST(Language, IsNotGuessed) {
  for (const char* tag : {"", "e", "English", "en, fr", "en fr", "und", "mul", "12", "en1",
                          "\xD1\x80\xD1\x83", "en-a-tag-that-is-longer-than-any-tag-may-be"})
    EXPECT_EQ(primary_language(tag), "") << tag;
}

}  // namespace
}  // namespace copydesk::decode
