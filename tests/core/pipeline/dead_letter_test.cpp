#include "pipeline/dead_letter.h"

#include <gtest/gtest.h>

namespace copydesk::pipeline {
namespace {

DeadLetter letter() {
  DeadLetter l;
  l.failures = {{"archive", "refused", "too long"}, {"search", "400", "bad field"}};
  l.attempts = 3;
  l.at = 1'700'000'000 * kSecond;
  l.resume = "clean";
  l.article.id = "id";
  l.article.origin = {"wire", "part\0ition", 7, "1/0"};
  l.article.media_type = "text/html";
  l.article.set("body", Value("<p>Text"));
  l.article.set("authors", Value(Value::List{Value("A"), Value(Value::Json{"{\"b\":1}"})}));
  l.article.annotations = {{"body", 3, 7, "PER", "", "Text", "cd:x", 0.5}};
  return l;
}

TEST(DeadLetter, ComesBackWhole) {
  const Result<DeadLetter> back = decode_dead_letter(encode_dead_letter(letter()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->failures[1].detail, "bad field");
  EXPECT_EQ(back->attempts, 3U);
  EXPECT_EQ(back->resume, "clean");
  EXPECT_EQ(back->article.origin, letter().article.origin);
  EXPECT_EQ(back->article.annotations, letter().article.annotations);
  EXPECT_EQ(*back->article.find("authors"), *letter().article.find("authors"));
}

TEST(DeadLetter, CutShortAnywhereIsRefusedAndNeverMisread) {
  const std::string bytes = encode_dead_letter(letter());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_dead_letter(bytes.substr(0, n)).ok()) << n;
}

}  // namespace
}  // namespace copydesk::pipeline
