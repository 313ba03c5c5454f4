#include "decode/charset.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"

namespace copydesk::decode {
namespace {

struct Read {
  std::string text;
  std::size_t replaced = 0;
};

Read read(std::string bytes, std::string_view encoding = {}, bool html = false) {
  Read out;
  out.text = to_utf8_text(std::move(bytes), {encoding, html}, out.replaced);
  return out;
}

TEST(Charset, LeavesUtf8AsItIs) {
  const std::string text = "caf\u00e9 \u20ac \U0001F600 plain";
  EXPECT_EQ(read(text).text, text);
  EXPECT_EQ(read(text).replaced, 0U);
  EXPECT_EQ(read("").text, "");
}

TEST(Charset, FollowsAByteOrderMark) {
  EXPECT_EQ(read("\xEF\xBB\xBFtext").text, "text");
  EXPECT_EQ(read(std::string("\xFF\xFEh\0i\0\xAC\x20", 8)).text, "hi\u20ac");
  EXPECT_EQ(read(std::string("\xFE\xFF\0h\0i\x20\xAC", 8)).text, "hi\u20ac");
  EXPECT_EQ(read("\xEF\xBB\xBF" "bad \xFF").replaced, 1U);
}

TEST(Charset, TakesWhatIsNotUtf8ForWindows1252) {
  const Read r = read("It\x92s caf\xE9 \x80" "5");
  EXPECT_EQ(r.text, "It\u2019s caf\u00e9 \u20ac" "5");
  EXPECT_EQ(r.replaced, 0U);
  const Read undefined = read("a\x81 b\xE9");
  EXPECT_EQ(undefined.text, "a\uFFFD b\u00e9");
  EXPECT_EQ(undefined.replaced, 1U);
}

TEST(Charset, KeepsUtf8ThatIsDamagedHereAndThere) {
  const Read r = read("caf\u00e9 na\u00efve \xFF \u00fcber");
  EXPECT_EQ(r.text, "caf\u00e9 na\u00efve \uFFFD \u00fcber");
  EXPECT_EQ(r.replaced, 1U);
  const Read cut = read("only ASCII and then a cut \xE2\x82");
  EXPECT_EQ(cut.text, "only ASCII and then a cut \uFFFD");
  EXPECT_EQ(cut.replaced, 1U);
}

TEST(Charset, ObeysTheConfiguration) {
  EXPECT_EQ(read("\xEF\xF0\xE8\xE2\xE5\xF2", "windows-1251").text, "\u043f\u0440\u0438\u0432\u0435\u0442");
  EXPECT_EQ(read("\x93\xFA\x96\x7B", "Shift_JIS").text, "\u65e5\u672c");
  EXPECT_EQ(read("\xD6\xD0\xCE\xC4", "gb2312").text, "\u4e2d\u6587");
  EXPECT_EQ(read("caf\xE9", "latin1").text, "caf\u00e9");
  EXPECT_EQ(read("\xE9", "UTF-8").text, "\uFFFD");
  const Read bad = read("\x93\xFA\xFF\xFF\x96\x7B", "shift_jis");
  EXPECT_EQ(bad.text.substr(0, 3), "\u65e5");
  EXPECT_GT(bad.replaced, 0U);
  EXPECT_EQ(read("caf\xE9", "no-such-charset").text, "caf\u00e9");
  EXPECT_TRUE(known_charset("KOI8-R"));
  EXPECT_TRUE(known_charset("iso-8859-15"));
  EXPECT_TRUE(known_charset(" UTF8 "));
  EXPECT_FALSE(known_charset("no-such-charset"));
  EXPECT_FALSE(known_charset(std::string(1000, 'x')));
}

TEST(Charset, ReadsWhatAPageSaysOfItself) {
  EXPECT_EQ(meta_charset("<html><META Charset=\"Windows-1251\">"), "Windows-1251");
  EXPECT_EQ(meta_charset("<meta http-equiv=Content-Type content='text/html; charset = koi8-r'>"), "koi8-r");
  EXPECT_EQ(meta_charset("<meta name=x><meta charset=euc-kr/>"), "euc-kr");
  EXPECT_EQ(meta_charset("<meta charset><p>charset=x"), "");
  EXPECT_EQ(meta_charset("<meta"), "");
  EXPECT_EQ(meta_charset(std::string(2000, ' ') + "<meta charset=x>"), "");
  EXPECT_EQ(read("<meta charset=windows-1251>\xEF\xF0", {}, true).text, "<meta charset=windows-1251>\u043f\u0440");
  EXPECT_EQ(read("<meta charset=windows-1251>\xEF\xF0", {}, false).text, "<meta charset=windows-1251>\u00ef\u00f0");
  EXPECT_EQ(read("<meta charset=utf-8>caf\xE9", {}, true).text, "<meta charset=utf-8>caf\u00e9");  // it does not tell the truth
}

TEST(Charset, GivesUtf8ForAnyBytesInAnyCharset) {
  std::mt19937 random(1);
  for (const char* encoding : {"", "utf-8", "windows-1252", "shift_jis", "gb18030", "utf-16le", "utf-16be", "iso-2022-jp", "big5", "euc-kr", "utf-7"})
    for (int i = 0; i < 2000; ++i) {
      std::string bytes(random() % 60, '\0');
      for (char& c : bytes) c = static_cast<char>(random() % 4 == 0 ? random() % 128 : random());
      ASSERT_TRUE(is_utf8(read(bytes, encoding, true).text)) << encoding << " " << i;
    }
}

}  // namespace
}  // namespace copydesk::decode
