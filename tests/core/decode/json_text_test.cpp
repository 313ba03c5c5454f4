#include "decode/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace copydesk::decode {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string wrong(std::string_view text) { return what_is_wrong(text, 8); }

TEST(JsonText, FindsNothingWrongWithJson) {
  for (const char* s : {"{}", "[]",
                        " { \"a\" : [ 1 , -2.5e+10 , 0 , true , false , null , \"x\\n\\u00e9\\\"\" "
                        ", { } , [ ] ] } ",
                        "\"x\"", "0", "[[[[[[[[]]]]]]]]"})
    EXPECT_EQ(wrong(s), "") << s;
}

TEST(JsonText, SaysWhereAndWhatIsWrong) {
  EXPECT_EQ(wrong("{\"a\":1,\n \"b\": \"x\" \"y\"}"),
            "line 2, column 11: a comma or '}' is expected");
  EXPECT_EQ(wrong("{\"\u00e9\u00e9\" 1}"), "line 1, column 7: a colon is expected");
  EXPECT_THAT(wrong("{a:1}"), StartsWith("line 1, column 2: a name in quotes"));
  EXPECT_THAT(wrong("[1,]"), HasSubstr("a value is expected"));
  EXPECT_THAT(wrong("{\"a\":1,}"), HasSubstr("a name in quotes"));
  EXPECT_THAT(wrong("[1 2]"), HasSubstr("a comma or ']'"));
  EXPECT_THAT(wrong("{\"a\":\"cut"), HasSubstr("ends in a string"));
  EXPECT_THAT(wrong("{\"a\":"), HasSubstr("ends early"));
  EXPECT_THAT(wrong("{\"a\":[1"), HasSubstr("ends early"));
  EXPECT_THAT(wrong(""), HasSubstr("ends early"));
  EXPECT_THAT(wrong("{} ]"), HasSubstr("more behind the end"));
  EXPECT_THAT(wrong("{}\n{}"),
              HasSubstr("another object follows the first; in a .jsonl file each line is one"));
  EXPECT_THAT(wrong("\"a\nb\""), HasSubstr("control character"));
  EXPECT_THAT(wrong("\"\\x\""), HasSubstr("escape"));
  EXPECT_THAT(wrong("\"\\u12g4\""), HasSubstr("escape"));
  EXPECT_THAT(wrong("\"\\"), HasSubstr("escape"));
  EXPECT_THAT(wrong("01"), HasSubstr("begins with 0"));
  EXPECT_THAT(wrong("-"), HasSubstr("digit"));
  EXPECT_THAT(wrong("1.e5"), HasSubstr("digit"));
  EXPECT_THAT(wrong("NaN"), HasSubstr("a value"));
  EXPECT_THAT(wrong("[[[[[[[[[]]]]]]]]]"), HasSubstr("deeper than 8"));
}

std::string mended(std::string_view text, std::size_t* count = nullptr) {
  std::size_t replaced = 0;
  auto out = mend_json(text, replaced);
  if (count != nullptr) *count = replaced;
  return out.value_or("as it was");
}

TEST(JsonText, MendsWhatScrapersWrite) {
  EXPECT_EQ(mended(R"({"a":NaN,"b":Infinity,"c":-Infinity,"d":"NaN"})"),
            R"({"a":null,"b":null,"c":null,"d":"NaN"})");
  std::size_t halves = 0;
  EXPECT_EQ(mended(R"(["\ud83d","\ude00 x","\ud83d\ude00","\\ud83d"])", &halves),
            R"(["\ufffd","\ufffd x","\ud83d\ude00","\\ud83d"])");
  EXPECT_EQ(halves, 2U);
  EXPECT_EQ(mended("[123456789012345678901234567890, 1e400, 12, -5, 1.5e10, 1e-05]"),
            "[\"123456789012345678901234567890\", \"1e400\", 12, -5, 1.5e10, 1e-05]");
}

TEST(JsonText, LeavesTheRestAsItIs) {
  for (const char* s :
       {"{}", "", "\"", "{\"a\":", "[0.12345678901234567890]", "\"\\", "\"\\u", "\"\\u12"})
    EXPECT_EQ(mended(s), "as it was") << s;
}

TEST(JsonText, SurvivesAnyBytes) {
  std::mt19937 random(3);
  const std::string alphabet = "{}[]\":,\\u0dDeE.-+1N aInfinityNaN\n\x01\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    (void)wrong(text);
    (void)mended(text);
  }
}

}  // namespace
}  // namespace copydesk::decode
