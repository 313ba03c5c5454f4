#include "article/json_check.h"

#include <gtest/gtest.h>

#include <string>

namespace copydesk {
namespace {

TEST(JsonCheck, TakesEveryKindOfValue) {
  for (const char* text :
       {"null", "true", "false", "0", "-1.5e+10", "12E3", "\"\"", R"("a\n\u00e9 é")", "[]", "{}",
        " [1, [2], {\"a\" : []}]\n", R"({"a":1,"b":{"c":[null,"x"]}})"})
    EXPECT_TRUE(is_json(text)) << text;
}

TEST(JsonCheck, RefusesWhatIsCutShortOrMoreThanOne) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,",
                           "[1,]",
                           "{\"a\":}",
                           "{\"a\"}",
                           "{a:1}",
                           "{\"a\":1,}",
                           "\"a",
                           "\"a\\\"",
                           "\"\\x\"",
                           "\"\\u12g4\"",
                           "\"a\nb\"",
                           "01",
                           "1.",
                           ".5",
                           "-",
                           "1e",
                           "+1",
                           "NaN",
                           "Infinity",
                           "nul",
                           "truely",
                           "{}{}",
                           "{\"a\":1}\n{\"b\":2}",
                           "1 2",
                           "]",
                           "'a'"})
    EXPECT_FALSE(is_json(text)) << text;
}

TEST(JsonCheck, RefusesWhatNestsWithoutEnd) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(is_json(nested(kMaxJsonDepth)));
  EXPECT_FALSE(is_json(nested(kMaxJsonDepth + 2)));
  EXPECT_FALSE(is_json(std::string(10'000'000, '[')));
}

}  // namespace
}  // namespace copydesk
