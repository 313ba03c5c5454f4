#include "decode/sniff.h"

#include <gtest/gtest.h>

namespace copydesk::decode {
namespace {

TEST(Sniff, KnowsHtml) {
  for (const char* s :
       {"<!DOCTYPE html><html>", "  \n<html lang=en>", "<p>one", "<!-- c -->text", "<DIV class=x>",
        "text <b>bold</b> text", "a<br>b<br/>c", "<?xml version=\"1.0\"?><html>"})
    EXPECT_TRUE(looks_like_html(s)) << s;
}

TEST(Sniff, KnowsTextThatHasAngleBrackets) {
  for (const char* s : {"", "plain", "a < b and c > d", "Use the <p> tag.",
                        "<jane@example.com> wrote", "<<", "<", "a <", "if (a <b) return",
                        "vector<int> and map<int, int>", "<3 you all", "<notatag> <neither>"})
    EXPECT_FALSE(looks_like_html(s)) << s;
}

TEST(Sniff, KnowsJson) {
  for (const char* s : {"{}", " {\"a\":1}", "[{\"a\":1}]", "[ {", "{ \"cut", "{", "[{}]"})
    EXPECT_TRUE(looks_like_json(s)) << s;
  for (const char* s : {"", "[Photo/Xinhua] text", "{{ template }}", "{curly} braces", "[1, 2]",
                        "\"text\"", "[]", "["})
    EXPECT_FALSE(looks_like_json(s)) << s;
}

TEST(Sniff, KnowsWhatIsAPageForCertain) {
  for (const char* s :
       {"<html>", " \n<HTML lang=en>", "<!DOCTYPE html>", "<!doctype HTML public>",
        "<?xml version=\"1.0\"?>\n<!-- saved --><html>", "<!-- a --><!-- b --><html>"})
    EXPECT_TRUE(begins_as_page(s)) << s;
  for (const char* s : {"", "<html", "<htmlx>", "<p>one</p><p>two</p>", "<!doctype book>",
                        "<!-- open <html>", "Use <html> first."})
    EXPECT_FALSE(begins_as_page(s)) << s;
}

TEST(Sniff, KnowsHowAnObjectBegins) {
  for (const char* s : {"{\"a\":1}", " {\n \"a"}) EXPECT_TRUE(begins_as_object(s)) << s;
  for (const char* s : {"", "{", "{}", "{{ x }}", "[{\"a\":1}]", "text {\"a\":1}"})
    EXPECT_FALSE(begins_as_object(s)) << s;
}

TEST(Sniff, KnowsWhatIsBlank) {
  for (const char* s : {"", " \r\n\t", "\u00a0\ufeff\u200b\u3000", "\uFFFD\n"})
    EXPECT_TRUE(is_blank(s));
  for (const char* s : {".", "  x", "\u00e9"}) EXPECT_FALSE(is_blank(s));
}

}  // namespace
}  // namespace copydesk::decode
