#include <gmock/gmock.h>
#include <tag_entities/tokenizer.h>
#include <tag_entities/unicode.h>

#include <random>
#include <string>
#include <vector>

namespace copydesk::tag_entities {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> words(std::string_view text) {
  std::vector<Token> tokens;
  tokenize(text, tokens);
  std::vector<std::string> out;
  for (const Token& t : tokens) out.emplace_back(t.in(text));
  return out;
}

Token only(std::string_view text) {
  std::vector<Token> tokens;
  tokenize(text, tokens);
  EXPECT_EQ(tokens.size(), 1U) << text;
  return tokens.empty() ? Token{} : tokens.front();
}

TEST(Tokenizer, SplitsAtApostrophesHyphensAndPeriods) {
  EXPECT_THAT(words("China's"), ElementsAre("China", "s"));
  EXPECT_THAT(words("China’s"), ElementsAre("China", "s"));
  EXPECT_THAT(words("China-Russia"), ElementsAre("China", "Russia"));
  EXPECT_THAT(words("U.S. and G20"), ElementsAre("U", "S", "and", "G20"));
  EXPECT_THAT(words("Côte d’Ivoire"), ElementsAre("Côte", "d", "Ivoire"));
}

TEST(Tokenizer, FindsNothingInNothing) {
  EXPECT_THAT(words(""), IsEmpty());
  EXPECT_THAT(words(" \t\n.,—“”"), IsEmpty());
}

TEST(Tokenizer, TakesEachCharacterOfAScriptWithoutSpaces) {
  EXPECT_THAT(words("中国 and 俄罗斯"), ElementsAre("中", "国", "and", "俄", "罗", "斯"));
  EXPECT_THAT(words("G20峰会"), ElementsAre("G20", "峰", "会"));
  EXPECT_THAT(words("中国China"), ElementsAre("中", "国", "China"));
}

TEST(Tokenizer, KeepsWordsOfOtherScriptsWhole) {
  EXPECT_THAT(words("الصين وروسيا"), ElementsAre("الصين", "وروسيا"));
  EXPECT_THAT(words("Китай и Россия"), ElementsAre("Китай", "и", "Россия"));
  EXPECT_THAT(words("이재명 대통령"), ElementsAre("이재명", "대통령"));
}

TEST(Tokenizer, FoldsCaseAccentsAndInvisibleCharactersInTheHashOnly) {
  const std::string composed = "C\u00F4te", separate = "Co\u0302te", soft = "C\u00F4\u00ADte";
  EXPECT_EQ(only(composed).hash, only(separate).hash);
  EXPECT_EQ(only(composed).hash, only(soft).hash);
  EXPECT_EQ(only("BEIJING").hash, only("Beijing").hash);
  EXPECT_EQ(only("Bei\u00ADjing").hash, only("Beijing").hash);
  EXPECT_EQ(only("ПУТИН").hash, only("Путин").hash);
  EXPECT_NE(only("Cote").hash, only(composed).hash);
  EXPECT_EQ(only(separate).end, separate.size());
  EXPECT_EQ(only(soft).end, soft.size());
}

TEST(Tokenizer, HashesLongWordsByAllTheirLetters) {
  EXPECT_NE(only("Constantinople").hash, only("Constantinopla").hash);
  EXPECT_EQ(only("CONSTANTINOPLE").hash, only("Constantinople").hash);
  EXPECT_NE(only("abcdefgh").hash, only("abcdefg").hash);
  // The same word with more text behind it, so that it is read in other blocks.
  std::vector<Token> tokens;
  tokenize("Xi. Putin met", tokens);
  EXPECT_EQ(tokens[0].hash, only("Xi").hash);
  EXPECT_EQ(tokens[1].hash, only("Putin").hash);
}

TEST(Tokenizer, KnowsTheCaseOfAWord) {
  EXPECT_TRUE(only("NATO").all_upper());
  EXPECT_TRUE(only("G20").all_upper());
  EXPECT_FALSE(only("Nato").all_upper());
  EXPECT_TRUE(only("Nato").first_upper);
  EXPECT_TRUE(only("nato").all_lower());
  EXPECT_TRUE(only("Élysée").first_upper);
  EXPECT_TRUE(only("МИД").all_upper());
  EXPECT_FALSE(only("iPhone").first_upper);
}

TEST(Tokenizer, LeavesInvisibleCharactersAtTheEndOutside) {
  const std::string text = "China\u200B\u200D, Xi\u00AD";
  EXPECT_THAT(words(text), ElementsAre("China", "Xi"));
}

TEST(Tokenizer, TakesBrokenBytesForGaps) {
  EXPECT_THAT(words("China\xFFRussia"), ElementsAre("China", "Russia"));
  EXPECT_THAT(words("\xE4\xB8"), IsEmpty());
  EXPECT_THAT(words("Xi\xE4\xB8"), ElementsAre("Xi"));
  EXPECT_THAT(words(std::string("Xi\0Li", 5)), ElementsAre("Xi", "Li"));
  EXPECT_THAT(words("\xED\xA0\x80 \xC0\xAF \xF5\x80\x80\x80"), IsEmpty());
}

TEST(Tokenizer, PutsGapsIntoTheirPlainForm) {
  const auto plain = [](std::string_view raw) {
    Gap gap;
    return plain_gap(raw, gap) ? std::string(gap.view()) : std::string("none");
  };
  EXPECT_EQ(plain(" "), " ");
  EXPECT_EQ(plain("\u00A0\n "), " ");
  EXPECT_EQ(plain("–"), "-");
  EXPECT_EQ(plain("’"), "'");
  EXPECT_EQ(plain(", "), ", ");
  EXPECT_EQ(plain("\r\n"), " ");
  EXPECT_EQ(plain("\u0085 "), " ");
  EXPECT_EQ(plain("\u2028"), " ");
  EXPECT_EQ(plain("\n\n"), "none");
  EXPECT_EQ(plain("\r\n\r\n"), "none");
  EXPECT_EQ(plain("\r\r"), "none");
  EXPECT_EQ(plain("\n\r"), "none");
  EXPECT_EQ(plain("\u2028\u2028"), "none");
  EXPECT_EQ(plain("\u2029"), "none");
  EXPECT_EQ(plain("\xFF"), "none");
  EXPECT_EQ(plain("..........."), "none");
  EXPECT_EQ(plain(std::string(1000, ' ')), "none");
}

TEST(Tokenizer, ComparesSpellings) {
  EXPECT_TRUE(same_text("Malé", "Male\u0301"));
  EXPECT_FALSE(same_text("Malé", "Male"));
  EXPECT_FALSE(same_text("US", "us"));
  EXPECT_TRUE(same_letters("US", "us"));
  EXPECT_FALSE(same_letters("US", "USA"));
  EXPECT_FALSE(same_letters(std::string_view("a\0", 2), "a"));
  EXPECT_TRUE(same_letters("İ", "i\u0307"));
}

// Random text of everything that has shifted offsets elsewhere: marks, emoji, İ, joiners, broken bytes.
std::string random_text(std::mt19937& random, std::size_t pieces) {
  static const std::vector<std::string> kPieces = {
      "China",  "xi",       "İstanbul", "ß",      "é",      "e\u0301",
      "\u0301", "中",       "国",       "الصين",  "के",      "👩‍👩‍👧",
      "🇨🇳",     " ",        "  ",       "\n",     "\n\n",   "-",
      "’",      "'",        ".",        "\u00AD", "\u200D", "\xFF",
      "\xC3",   "\xE2\x80", "\xF0\x9F", "A",      "0",      "ŉ",
      "ﬁ",      "Ǆ",        "K",        "\u200F", "ไทย",    "🅰"};
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) text += kPieces[random() % kPieces.size()];
  return text;
}

TEST(Tokenizer, HoldsItsPromisesOnRandomText) {
  std::mt19937 random(20240518);
  std::vector<Token> tokens, alone;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = random_text(random, 1 + random() % 24);
    tokenize(text, tokens);
    std::size_t previous = 0;
    for (const Token& t : tokens) {
      ASSERT_LE(previous, t.begin);
      ASSERT_LT(t.begin, t.end);
      ASSERT_LE(t.end, text.size());
      ASSERT_TRUE(valid_utf8(t.in(text)));
      // A token cut out is the same token: nothing around it went into its hash.
      tokenize(t.in(text), alone);
      ASSERT_EQ(alone.size(), 1U) << t.in(text);
      ASSERT_EQ(alone[0].hash, t.hash) << t.in(text);
      ASSERT_TRUE(alone[0].begin == 0 && alone[0].end == t.end - t.begin);
      previous = t.end;
    }
  }
}

}  // namespace
}  // namespace copydesk::tag_entities
