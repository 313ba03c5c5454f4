#include "deduplicate/redis_settings.h"

#include <gtest/gtest.h>

#include <copydesk/sdk.hpp>

#include "deduplicate/redis.h"

namespace copydesk::deduplicate {
namespace {

TEST(RedisUrl, NamesAPlaceADatabaseOrASocket) {
  const RedisSettings plain = parse_redis_url("redis://desk.example");
  EXPECT_EQ(plain.host, "desk.example");
  EXPECT_EQ(plain.port, 6379);
  EXPECT_FALSE(plain.tls);
  const RedisSettings all = parse_redis_url("redis://[::1]:7000/3");
  EXPECT_EQ(all.host, "::1");
  EXPECT_EQ(all.port, 7000);
  EXPECT_EQ(all.database, 3u);
  EXPECT_EQ(all.name(), "redis://[::1]:7000/3");
  EXPECT_EQ(parse_redis_url("unix:///run/redis.sock").socket, "/run/redis.sock");
}

TEST(RedisUrl, ThatIsWrongSaysWhy) {
  const auto why = [](const char* url) -> std::string {
    try {
      parse_redis_url(url);
    } catch (const Config& e) {
      return e.what();
    }
    return {};
  };
  EXPECT_NE(why("http://host").find("no redis://"), std::string::npos);
  EXPECT_NE(why("redis://").find("no host"), std::string::npos);
  EXPECT_NE(why("redis://host:0").find("port"), std::string::npos);
  EXPECT_NE(why("redis://host:65536").find("port"), std::string::npos);
  EXPECT_NE(why("redis://[::1").find("']'"), std::string::npos);
  EXPECT_NE(why("redis://host/one").find("database"), std::string::npos);
  EXPECT_NE(why("unix://relative").find("begins with '/'"), std::string::npos);
  EXPECT_EQ(why("redis://desk:hidden@host").find("hidden"), std::string::npos);
  EXPECT_NE(why("redis://desk:hidden@host").find("index.password"), std::string::npos);
  if (redis_has_tls()) {
    EXPECT_TRUE(parse_redis_url("rediss://host").tls);
  } else {
    EXPECT_NE(why("rediss://host").find("no TLS"), std::string::npos);
  }
}

}  // namespace
}  // namespace copydesk::deduplicate
