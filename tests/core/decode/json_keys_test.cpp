#include "decode/json_keys.h"

#include <gtest/gtest.h>

namespace copydesk::decode {
namespace {

std::string_view field(std::string_view key) {
  const KnownKey* known = known_key(key);
  return known == nullptr ? "" : known->field;
}

TEST(JsonKeys, KnowTheSameKeyHoweverItIsWritten) {
  for (const char* key :
       {"datePublished", "date_published", "DatePublished", "date-published", "DATEPUBLISHED"})
    EXPECT_EQ(field(key), "published_at") << key;
}

TEST(JsonKeys, KnowTheKeysOfManyTools) {
  EXPECT_EQ(field("maintext"), "body");  // news-please
  EXPECT_EQ(field("date_publish"), "published_at");
  EXPECT_EQ(field("date_download"), "fetched_at");
  EXPECT_EQ(field("source_domain"), "domain");
  EXPECT_EQ(field("source-hostname"), "site_name");  // trafilatura
  EXPECT_EQ(field("excerpt"), "description");
  EXPECT_EQ(field("articleBody"), "body");  // schema.org
  EXPECT_EQ(field("inLanguage"), "language");
  EXPECT_EQ(field("publish_date"), "published_at");  // newspaper
  EXPECT_EQ(field("top_image"), "image_url");
  EXPECT_EQ(field("urlToImage"), "image_url");  // a news API
  EXPECT_EQ(field("content:encoded"), "body");  // RSS
  EXPECT_EQ(field("pubDate"), "published_at");
}

TEST(JsonKeys, KnowOurOwnNames) {
  for (const char* key :
       {"id", "url", "canonical_url", "domain", "site_name", "title", "subtitle", "description",
        "authors", "byline", "dateline", "section", "keywords", "image_url", "published_at",
        "modified_at", "fetched_at", "language", "body"}) {
    ASSERT_NE(known_key(key), nullptr) << key;
    EXPECT_EQ(known_key(key)->field, key);
    EXPECT_EQ(known_key(key)->rank, 0) << key;
  }
}

TEST(JsonKeys, KnowNothingOfOthers) {
  for (const char* key : {"", "_", "sentiment", "1", "\xC3\xA9", "idx", "headings",
                          "a_very_long_key_that_nobody_ever_heard_of"})
    EXPECT_EQ(known_key(key), nullptr) << key;
}

}  // namespace
}  // namespace copydesk::decode
