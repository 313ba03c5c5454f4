#include "config/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Glob, AStarStaysInItsSegment) {
  EXPECT_TRUE(glob_match("*.tsv", "a.tsv"));
  EXPECT_FALSE(glob_match("*.tsv", "x/a.tsv"));
  EXPECT_TRUE(glob_match("a*b*c", "aXbbYc"));
  EXPECT_FALSE(glob_match("a*b*c", "aXcYb"));
  EXPECT_TRUE(glob_match("?.tsv", "ä.tsv"));
}

TEST(Glob, TwoStarsAreAnyFolders) {
  EXPECT_TRUE(glob_match("**/*.tsv", "a.tsv"));
  EXPECT_TRUE(glob_match("**/*.tsv", "x/y/a.tsv"));
  EXPECT_TRUE(glob_match("x/**/a", "x/a"));
  EXPECT_FALSE(glob_match("x/**/a", "y/a"));
  EXPECT_TRUE(glob_match("**", "x/y"));
}

TEST(Glob, ClassesAndBraces) {
  EXPECT_TRUE(glob_match("[a-c]x", "bx"));
  EXPECT_FALSE(glob_match("[!a-c]x", "bx"));
  EXPECT_TRUE(glob_match("a.{txt,html}", "a.html"));
  EXPECT_TRUE(glob_match("{a,b}{1,2}", "b2"));
  EXPECT_FALSE(glob_match("{a,b}{1,2}", "c2"));
  EXPECT_TRUE(glob_match("{a/b,c}.x", "a/b.x"));
}

TEST(Glob, ADotIsMatchedByADot) {
  EXPECT_FALSE(glob_match("*", ".hidden"));
  EXPECT_FALSE(glob_match("**/a", ".git/a"));
  EXPECT_TRUE(glob_match(".*", ".hidden"));
}

TEST(Glob, ManyStarsTakeNoTime) {
  EXPECT_FALSE(glob_match(std::string(100, '*') + "b" + std::string(100, '*') + "c",
                          std::string(5000, 'a')));
}

TEST(Glob, WrongPatternsAreTold) {
  for (const char* wrong : {"", "[a", "{a", "{a,{b}}", "[{]", "[a/b]"})
    EXPECT_FALSE(check_glob(wrong).ok()) << wrong;
  std::string many;
  for (int i = 0; i < 9; ++i) many += "{a,b}";
  EXPECT_FALSE(check_glob(many).ok());
  for (const char* right : {"a", "[]]", "[!]]", "{,a}", "{[,a}", "{[!,a}"}) {
    EXPECT_TRUE(check_glob(right).ok()) << right;
    (void)glob_match(right, "[a]");
  }
}

TEST(Glob, FindsFiles) {
  const Folder folder;
  for (const char* name : {"b.tsv", "a.tsv", "x/c.tsv", "x/y/d.tsv", "e.txt", ".h/f.tsv"})
    folder.write(name, "");
  const auto files = [&](const std::string& pattern) {
    return expand_files(folder.path(pattern)).value();
  };
  EXPECT_THAT(files("*.tsv"), ElementsAre(folder.path("a.tsv"), folder.path("b.tsv")));
  EXPECT_THAT(files("**/*.tsv"), ElementsAre(folder.path("a.tsv"), folder.path("b.tsv"),
                                             folder.path("x/c.tsv"), folder.path("x/y/d.tsv")));
  EXPECT_THAT(files("{x,y}/*.tsv"), ElementsAre(folder.path("x/c.tsv")));
  EXPECT_THAT(files("e.txt"), ElementsAre(folder.path("e.txt")));
  EXPECT_THAT(files("x"), IsEmpty());
  EXPECT_THAT(files("none/*.tsv"), IsEmpty());
}

}  // namespace
}  // namespace copydesk::config
