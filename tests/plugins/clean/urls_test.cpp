#include "clean/urls.h"

#include <gtest/gtest.h>

namespace copydesk::clean {
namespace {

TEST(CleanUrls, ResolvesReferencesAsBrowsersDo) {
  const auto at = [](std::string_view reference) {
    return resolve_url("https://c.example/news/2024/pier.html?x=1#top", reference);
  };
  EXPECT_EQ(at("http://d.example/p.jpg"), "http://d.example/p.jpg");
  EXPECT_EQ(at("//cdn.example/p.jpg"), "https://cdn.example/p.jpg");
  EXPECT_EQ(at("/img/p.jpg"), "https://c.example/img/p.jpg");
  EXPECT_EQ(at("img/p.jpg?w=1"), "https://c.example/news/2024/img/p.jpg?w=1");
  EXPECT_EQ(at("../p.jpg"), "https://c.example/news/p.jpg");
  EXPECT_EQ(at("./p.jpg#a"), "https://c.example/news/2024/p.jpg");
  EXPECT_EQ(at("../../../../p.jpg"), "https://c.example/p.jpg");
  EXPECT_EQ(at("/a/./b/../c/"), "https://c.example/a/c/");
  EXPECT_EQ(at(".."), "https://c.example/news/");
  EXPECT_EQ(at("?page=2"), "https://c.example/news/2024/pier.html?page=2");
  EXPECT_EQ(at("a:b/c"), "");
  EXPECT_EQ(at("b/a:c"), "https://c.example/news/2024/b/a:c");
  EXPECT_EQ(resolve_url("https://c.example", "p.jpg"), "https://c.example/p.jpg");
  EXPECT_EQ(resolve_url("https://c.example", "?p"), "https://c.example/?p");
}

TEST(CleanUrls, GivesNothingForWhatIsNoAddress) {
  for (const char* reference : {"", "#top", "data:image/gif;base64,R0lGOD", "javascript:void(0)",
                                "mailto:a@b.example", "blob:x"})
    EXPECT_EQ(resolve_url("https://c.example/", reference), "") << reference;
  for (const char* base : {"", "c.example/a", "file:///tmp/a.html", "/a"})
    EXPECT_EQ(resolve_url(base, "/p.jpg"), "") << base;
  EXPECT_EQ(resolve_url("", "//c.example/p.jpg"), "https://c.example/p.jpg");
}

}  // namespace
}  // namespace copydesk::clean
