#include "decode/sniff.h"

#include <gtest/gtest.h>

namespace copydesk::decode {
namespace {

TEST(Sniff, KnowsHtml) {
  for (const char* s : {"<!DOCTYPE html><html>", "  \n<html lang=en>", "<p>one", "<!-- c -->text", "<DIV class=x>", "text <b>bold</b> text", "a<br>b<br/>c",
                        "<?xml version=\"1.0\"?><html>"})
    EXPECT_TRUE(looks_like_html(s)) << s;
}

TEST(Sniff, KnowsTextThatHasAngleBrackets) {
  for (const char* s : {"", "plain", "a < b and c > d", "Use the <p> tag.", "<jane@example.com> wrote", "<<", "<", "a <", "if (a <b) return", "vector<int> and map<int, int>",
                        "<3 you all", "<notatag> <neither>"})
    EXPECT_FALSE(looks_like_html(s)) << s;
}

TEST(Sniff, KnowsJson) {
  for (const char* s : {"{}", " {\"a\":1}", "[{\"a\":1}]", "[ {", "{ \"cut", "{", "[{}]"}) EXPECT_TRUE(looks_like_json(s)) << s;
  for (const char* s : {"", "[Photo/Xinhua] text", "{{ template }}", "{curly} braces", "[1, 2]", "\"text\"", "[]", "["}) EXPECT_FALSE(looks_like_json(s)) << s;
}

TEST(Sniff, KnowsWhatIsBlank) {
  for (const char* s : {"", " \r\n\t", "\u00a0\ufeff\u200b\u3000", "\uFFFD\n"}) EXPECT_TRUE(is_blank(s));
  for (const char* s : {".", "  x", "\u00e9"}) EXPECT_FALSE(is_blank(s));
}

}  // namespace
}  // namespace copydesk::decode
