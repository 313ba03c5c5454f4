#include "host/views.h"

#include <gtest/gtest.h>

namespace copydesk::host {
namespace {

TEST(Views, ShowEveryFieldAndAnnotationOfEveryArticle) {
  Article a, b;
  a.id = "a";
  a.origin = {"s", "p", 1, ""};
  a.set("body", Value("text"));
  a.set("n", Value(std::int64_t{7}));
  a.set("list", Value(Value::List{Value("x"), Value(Value::List{Value(true)})}));
  b.id = "b";
  b.set("body", Value("long"));
  b.annotations = {{"body", 0, 4, "ORG", "", "Long", "cd:l", 0.25}};
  const Article* articles[] = {&a, &b};
  const BatchView view_of(articles);
  const cd_batch& batch = *view_of.get();
  ASSERT_EQ(batch.count, 2U);
  EXPECT_EQ(view(batch.articles[0]->id), "a");
  EXPECT_EQ(view(batch.articles[0]->origin), a.origin.key());
  ASSERT_EQ(batch.articles[0]->field_count, 3U);
  EXPECT_EQ(batch.articles[0]->fields[1].value.as.integer, 7);
  EXPECT_EQ(value_of(batch.articles[0]->fields[2].value), *a.find("list"));
  ASSERT_EQ(batch.articles[1]->annotation_count, 1U);
  EXPECT_EQ(batch.articles[1]->annotations[0]->span.end, 4U);
  EXPECT_EQ(batch.articles[1]->annotations[0]->score, 0.25);
}

TEST(Views, AValueWithoutItsDataIsRefused) {
  cd_value v{};
  v.type = CD_VALUE_STRING;
  v.as.string = {nullptr, 5};
  EXPECT_FALSE(value_of(v));
  v.type = CD_VALUE_LIST;
  v.count = 3;
  v.as.list = nullptr;
  EXPECT_FALSE(value_of(v));
  v.type = 99;
  EXPECT_FALSE(value_of(v));
}

TEST(Views, JsonIsOneValueInOneLine) {
  cd_value v{};
  v.type = CD_VALUE_JSON;
  for (const char* bad : {"", "{\"a\":", "{\"a\":1}\n{\"b\":2}", "nothing"}) {
    v.as.string = to_c(bad);
    EXPECT_FALSE(value_of(v)) << bad;
  }
  v.as.string = to_c("{\n  \"a\": \"b\\n\"\r\n}");
  EXPECT_EQ(value_of(v), Value(Value::Json{"{   \"a\": \"b\\n\"  }"}));
}

TEST(Views, AWordIsOneLineAndNeverEmptyWhereItMayNotBe) {
  EXPECT_EQ(word("too_big"), "too_big");
  EXPECT_EQ(word("a\nb\x7f"), "a_b_");
  EXPECT_EQ(word("", "failed"), "failed");
  EXPECT_EQ(word(std::string(100, 'x')).size(), 64U);
}

TEST(Views, AListWithoutEndIsRefused) {
  cd_value v{};
  v.type = CD_VALUE_LIST;
  v.count = 1;
  v.as.list = &v;
  EXPECT_FALSE(value_of(v));
}

}  // namespace
}  // namespace copydesk::host
