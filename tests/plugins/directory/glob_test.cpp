#include "directory/glob.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "directory/kind.h"

namespace copydesk::directory {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
  return Glob(pattern).matches(path);
}

TEST(Glob, TwoStarsStandForAnyNumberOfFolders) {
  for (const char* path : {"a.txt", "x/a.txt", "x/y/z/a.txt"})
    EXPECT_TRUE(matches("**/*.txt", path)) << path;
  EXPECT_TRUE(matches("x/**/b/*.txt", "x/b/a.txt"));
  EXPECT_TRUE(matches("x/**/b/*.txt", "x/b/c/b/a.txt"));
  EXPECT_FALSE(matches("x/**/b/*.txt", "y/b/a.txt"));
  EXPECT_TRUE(matches("x/**", "x/y/z"));
  EXPECT_FALSE(matches("*.txt", "x/a.txt"));
}

TEST(Glob, OneStarStaysInItsComponentAndGoesBack) {
  EXPECT_TRUE(matches("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(matches("a*b*c", "aXbXbX"));
  EXPECT_FALSE(matches("a*c", "a/c"));
  EXPECT_TRUE(matches("**/.*", "x/.git"));
  EXPECT_FALSE(matches("**/.*", "x/a.git"));
}

TEST(Glob, KnowsSetsAlternativesAndEscapes) {
  EXPECT_TRUE(matches("**/*.{txt,html,{json,jsonl}.{gz,zst}}", "d/a.json.zst"));
  EXPECT_FALSE(matches("**/*.{txt,html,{json,jsonl}.{gz,zst}}", "d/a.json"));
  EXPECT_TRUE(matches("[a-c]?[!0-9]", "b7x"));
  EXPECT_FALSE(matches("[a-c]?[!0-9]", "b77"));
  EXPECT_TRUE(matches("[]]x", "]x"));
  EXPECT_TRUE(matches("\\*.txt", "*.txt"));
  EXPECT_FALSE(matches("\\*.txt", "a.txt"));
  EXPECT_TRUE(matches("[open", "[open"));
  EXPECT_TRUE(matches("a{,b}", "a"));
  EXPECT_TRUE(matches("./news/*", "news/a"));
}

TEST(Glob, AQuestionMarkTakesOneCharacter) {
  EXPECT_TRUE(matches("?.txt", "é.txt"));
  EXPECT_TRUE(matches("?.txt", "\xFF.txt"));
  EXPECT_FALSE(matches("?.txt", "ab.txt"));
}

TEST(Glob, RefusesWhatHasNoBound) {
  EXPECT_THROW(Glob("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"), std::invalid_argument);
  EXPECT_THROW(Glob("{a,b"), std::invalid_argument);
  EXPECT_THROW(Glob(""), std::invalid_argument);
  EXPECT_THROW(Glob(std::string(5000, 'a')), std::invalid_argument);
}

TEST(Glob, ManyStarsStayCheap) {
  std::string stars, folders;
  for (int i = 0; i < 60; ++i) stars += "*a", folders += "**/";
  EXPECT_FALSE(matches(stars + "b", std::string(4000, 'a')));
  std::string path;
  for (int i = 0; i < 500; ++i) path += "a/";
  EXPECT_FALSE(matches(folders + "b", path + "a"));
}

TEST(Kind, IsToldFromTheName) {
  EXPECT_EQ(kind_of("x/a.TXT").format, "text");
  EXPECT_EQ(kind_of("a.htm").format, "html");
  EXPECT_EQ(kind_of("a.json").format, "json");
  EXPECT_FALSE(kind_of("a.json").lines);
  EXPECT_TRUE(kind_of("a.ndjson").lines);
  const Kind packed = kind_of("a.jsonl.zst");
  EXPECT_TRUE(packed.lines && packed.compression == Compression::kZstd);
  EXPECT_EQ(kind_of("a.html.gz").format, "html");
  EXPECT_EQ(kind_of("a.gz").format, "");
  EXPECT_EQ(kind_of(".json").format, "");
}

}  // namespace
}  // namespace copydesk::directory
