#include "decode/identity.h"

#include <gtest/gtest.h>

namespace copydesk::decode {
namespace {

TEST(Identity, HashesAsOthersDo) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // XXH3-128 of nothing, from its specification
  EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_NE(content_hash("a"), content_hash("b"));
}

TEST(Identity, SeesOneArticleBehindItsUrls) {
  const std::string clean = "https://example.com/a/B?id=1";
  for (const char* url : {"https://example.com/a/B?id=1", "HTTPS://Example.COM/a/B?id=1",
                          "https://example.com:443/a/B?id=1#comments",
                          "https://example.com/a/B?utm_source=x&id=1&fbclid=y&UTM_Medium=z",
                          "https://user:pass@example.com/a/B?id=1&"})
    EXPECT_EQ(article_url(url), clean) << url;
  EXPECT_NE(article_url("https://example.com/a/b?id=1"), clean);
  EXPECT_NE(article_url("https://example.com/a/B?id=2"), clean);
  EXPECT_EQ(article_url("http://example.com:8080?p=1"), "http://example.com:8080/?p=1");
}

TEST(Identity, TakesNoFrontPageForAnArticle) {
  for (const char* url :
       {"https://example.com", "https://example.com/", "https://example.com/#top",
        "https://example.com/?utm_source=x", "", "example.com/a", "ftp://example.com/a",
        "https:///a", "https://exa mple.com/a", "mailto:x@y"})
    EXPECT_FALSE(article_url(url)) << url;
  EXPECT_FALSE(article_url("https://example.com/" + std::string(10'000, 'x')));
}

TEST(Identity, TellsTheDomainOfAUrl) {
  EXPECT_EQ(domain_of("https://www.Example.co.uk:8443/a"), "example.co.uk");
  EXPECT_EQ(domain_of("http://news.example.com"), "news.example.com");
  EXPECT_EQ(domain_of("http://[2001:db8::1]/a"), "[2001:db8::1]");
  EXPECT_EQ(domain_of("http://[2001:db8::1]:80/a"), "[2001:db8::1]");
  EXPECT_EQ(domain_of("not a url"), "");
}

TEST(Identity, KeepsAShortPrintableIdAsItIs) {
  EXPECT_EQ(usable_id("tag:example.com,2024:1"), "tag:example.com,2024:1");
  EXPECT_EQ(usable_id("a\nb").size(), 32U);
  EXPECT_EQ(usable_id(std::string(513, 'x')).size(), 32U);
}

}  // namespace
}  // namespace copydesk::decode
