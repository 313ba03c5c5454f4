#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/when.h"

namespace copydesk::config {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string wrong(const std::string& text) {
  const auto when = When::parse(text);
  return when.ok() ? "nothing" : when.error().message;
}

TEST(WhenErrors, HaveTheirColumn) {
  EXPECT_EQ(wrong("language = 'en'"), "column 10: '=' compares nothing (write '==')");
  EXPECT_EQ(wrong("title == 'größe' && id == 'x'"), "column 18: write 'and' for '&&'");
  EXPECT_EQ(wrong("id == 'x' || true"), "column 11: write 'or' for '||'");
  EXPECT_EQ(wrong("!exists(id)"), "column 1: write 'not' for '!'");
}

TEST(WhenErrors, WhatIsMissingIsTold) {
  EXPECT_EQ(wrong(""),
            "column 1: the expression ends where a field, a text in quotes, a number or a list "
            "should be");
  EXPECT_EQ(wrong("title =="),
            "column 9: the expression ends where a field, a text in quotes, a number or a list "
            "should be");
  EXPECT_EQ(wrong("(title == 'x'"), "column 1: '(' is not closed by ')'");
  EXPECT_EQ(wrong("title == 'x')"), "column 13: 'and' or 'or' is missing before ')'");
  EXPECT_EQ(wrong("title == 'x' id == 'y'"), "column 14: 'and' or 'or' is missing before 'id'");
  EXPECT_EQ(wrong("title == 'x"), "column 10: this text has no closing quote");
  EXPECT_EQ(wrong("id in ['a'"), "column 7: '[' is not closed by ']'");
  EXPECT_EQ(wrong("id in ['a' 'b']"), "column 12: ',' or ']' is missing before ''b''");
  EXPECT_EQ(wrong("true and"),
            "column 9: the expression ends where a field, a text in quotes, a number or a list "
            "should be");
  EXPECT_THAT(wrong("exists title"), StartsWith("column 8: exists wants a field in parentheses"));
  EXPECT_THAT(wrong("exists('title')"), StartsWith("column 8: exists wants the name of a field"));
}

TEST(WhenErrors, UnknownOperatorsAreSuggested) {
  EXPECT_EQ(wrong("title contain 'x'"),
            "column 7: unknown operator 'contain' (did you mean 'contains'?)");
  EXPECT_THAT(wrong("title like 'x'"), HasSubstr("unknown operator 'like' (known operators: =="));
}

TEST(WhenErrors, AFieldAloneSaysNothing) {
  EXPECT_EQ(wrong("labels.breaking"),
            "column 1: a field alone says nothing: compare it, or write exists(labels.breaking)");
  EXPECT_EQ(wrong("'x'"), "column 1: nothing is compared with ''x''");
  EXPECT_EQ(wrong("labels.breaking and true"),
            "column 1: a field alone says nothing: compare it, or write exists(labels.breaking)");
}

TEST(WhenErrors, ATextWithoutQuotesIsFound) {
  EXPECT_EQ(wrong("language == en"),
            "column 13: there is no field 'en' (a text stands in quotes: \"en\")");
}

TEST(WhenErrors, TypesMustAgree) {
  EXPECT_EQ(wrong("quality.words > 'many'"),
            "column 17: 'quality.words' is a number, ''many'' is a text");
  EXPECT_EQ(wrong("title == 5"), "column 10: 'title' is a text, '5' is a number");
  EXPECT_EQ(wrong("keywords < 'x'"),
            "column 10: '<' does not compare lists (write 'contains' or 'in')");
  EXPECT_EQ(wrong("language == ['en']"),
            "column 10: '==' does not compare lists (write 'contains' or 'in')");
  EXPECT_EQ(wrong("labels.x < true"),
            "column 12: true and false are not more or less than anything");
  EXPECT_EQ(
      wrong("published_at > 'yesterday'"),
      "column 16: 'yesterday' is not a time (write \"2024-05-18\" or \"2024-05-18T10:00:00Z\")");
  EXPECT_THAT(wrong("published_at > 2024"),
              HasSubstr("'published_at' is a time, '2024' is a number"));
  EXPECT_THAT(wrong("published_at == title"),
              HasSubstr("'published_at' is a time, 'title' is a text"));
  EXPECT_THAT(wrong("language in ['en', 5]"), HasSubstr("'language' is a text"));
  EXPECT_THAT(wrong("language in 'en'"), HasSubstr("'in' wants a list"));
  EXPECT_THAT(
      wrong("'en' in language"),
      HasSubstr("'language' is a text, not a list (for a part of a text write 'contains')"));
  EXPECT_THAT(wrong("keywords in ['a']"),
              HasSubstr("a list is not in anything (write 'contains')"));
  EXPECT_THAT(wrong("quality.words contains 5"), HasSubstr("is a number and contains nothing"));
  EXPECT_THAT(wrong("title contains 5"), HasSubstr("a text contains texts, not a number"));
  EXPECT_THAT(wrong("title contains ['a']"), HasSubstr("'contains' looks for one value"));
  EXPECT_EQ(wrong("entities.loc contains 1"),
            "column 23: 'entities.loc' holds names and ids, which are texts, and '1' is a number");
  EXPECT_THAT(wrong("true in entities"), HasSubstr("'entities' holds names and ids"));
  EXPECT_THAT(wrong("entities.work contains quality.words"),
              HasSubstr("'quality.words' is a number"));
  EXPECT_THAT(wrong("'x' contains title"), HasSubstr("a field stands before 'contains'"));
  EXPECT_THAT(wrong("quality.words starts_with 'x'"),
              HasSubstr("'starts_with' wants a text field before it"));
  EXPECT_THAT(wrong("title ends_with 5"), HasSubstr("'ends_with' wants a text in quotes"));
  EXPECT_THAT(wrong("title matches url"), HasSubstr("'matches' wants a pattern in quotes"));
  EXPECT_THAT(wrong("1 == 1"), HasSubstr("both sides are fixed"));
}

TEST(WhenErrors, BadWordsAreTold) {
  EXPECT_THAT(wrong("title == 5x"), HasSubstr("'5x' is not a number"));
  EXPECT_THAT(wrong("published_at > 2024-05-18"),
              HasSubstr("'2024-05-18' is not a number (texts and times stand in quotes)"));
  EXPECT_THAT(wrong("a. == 'x'"), HasSubstr("'a.' is not the name of a field"));
  EXPECT_THAT(wrong("a..b == 'x'"), HasSubstr("is not the name of a field"));
  EXPECT_THAT(wrong("title == §"), HasSubstr("this character means nothing here"));
  EXPECT_THAT(wrong("title matches '('"), HasSubstr("not a regular expression: missing )"));
  EXPECT_THAT(wrong("true and otherwise"), HasSubstr("'otherwise' stands alone"));
  EXPECT_THAT(wrong("id == [['a']]"),
              HasSubstr("'[' stands where a text in quotes or a number should be"));
  EXPECT_THAT(wrong("title == '\xff'"), HasSubstr("not UTF-8"));
}

TEST(WhenErrors, HaveBounds) {
  EXPECT_THAT(wrong(std::string(100, '(') + "true" + std::string(100, ')')),
              HasSubstr("more than 64 levels"));
  std::string nots, chain = "true", list = "id in ['a'";
  for (int i = 0; i < 10'000; ++i) nots += "not ";
  EXPECT_THAT(wrong(nots + "true"), HasSubstr("more than 64 levels"));
  for (int i = 0; i < 5000; ++i) chain += " or true";
  EXPECT_THAT(wrong(chain), HasSubstr("more than 4096 terms"));
  for (int i = 0; i < 5000; ++i) list += ",'a'";
  EXPECT_THAT(wrong(list + "]"), HasSubstr("more than 4096 terms"));
  EXPECT_THAT(wrong(std::string(70'000, ' ')), HasSubstr("more than 64 KiB"));
  EXPECT_THAT(wrong("title matches '((a{100}){100}){100}'"), HasSubstr("not a regular expression"));
  EXPECT_EQ(wrong(std::string(60, '(') + "true" + std::string(60, ')')), "nothing");
}

}  // namespace
}  // namespace copydesk::config
