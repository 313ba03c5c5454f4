// The model: what it finds, that a broken file is refused, and that no text hurts it.
#include <gmock/gmock.h>
#include <tag_entities/crf.h>
#include <tag_entities/names.h>
#include <tag_entities/shipped.h>
#include <tag_entities/unicode.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Model& shipped() {
  static const Model model = [] {
    std::string problem;
    auto opened = Model::open(shipped_model(), problem);
    if (!opened) throw std::runtime_error("the shipped model " + problem);
    return std::move(*opened);
  }();
  return model;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<Token> tokens;
  std::vector<Word> found;
  std::vector<std::uint32_t> sentences;
  tokenize(text, tokens);
  split_words(text, tokens, found, sentences);
  std::vector<std::string> out;
  std::size_t next = 1;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0 && next < sentences.size() && sentences[next] == i) {
      out.emplace_back("|");
      ++next;
    }
    out.emplace_back(found[i].in(text));
  }
  return out;
}

TEST(Words, PutsTogetherWhatIsOneWord) {
  EXPECT_THAT(words("China's U.S. envoy, O'Brien of AT&T, won 1,000.5 @desk"),
              ElementsAre("China", "'s", "U.S.", "envoy", ",", "O'Brien", "of", "AT&T", ",", "won",
                          "1,000.5", "@desk"));
  EXPECT_THAT(words("China’s, China’ s and ‘ s"),
              ElementsAre("China", "’s", ",", "China", "’ s", "and", "‘", "s"));
  EXPECT_THAT(words("China-Russia (see gov.uk)"),
              ElementsAre("China", "-", "Russia", "(", "see", "gov.uk", ")"));
}

TEST(Words, EndsASentenceAtAFullStopBeforeACapital) {
  EXPECT_THAT(words("He left. She stayed.\nNew"),
              ElementsAre("He", "left", ".", "|", "She", "stayed", ".", "|", "New"));
  EXPECT_THAT(words("a\rb\r\nc\u0085d\u2028e\u2029f"),
              ElementsAre("a", "|", "b", "|", "c", "|", "d", "|", "e", "|", "f"));
  EXPECT_THAT(words("Mr. Smith of St. Louis"), ElementsAre("Mr.", "Smith", "of", "St.", "Louis"));
  EXPECT_THAT(words("ST. LOUIS (AP)"), ElementsAre("ST.", "LOUIS", "(", "AP", ")"));
  EXPECT_THAT(words("MT. ST. HELENS"), ElementsAre("MT.", "ST.", "HELENS"));
  EXPECT_THAT(words("told the FT. The US. A"),
              ElementsAre("told", "the", "FT", ".", "|", "The", "US", ".", "|", "A"));
}

// All ways to label three words, weighed one by one.
TEST(Crf, SumsAndFindsTheBestAsCountingAllWaysDoes) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  Transitions transitions;
  for (float& x : transitions.score) x = normal(random);
  for (float& x : transitions.first) x = normal(random);
  std::vector<Scores> scores(3);
  for (Scores& word : scores) {
    for (float& x : word) x = 2 * normal(random);
  }
  double all = 0, best = -1e9, first_is_o = 0;
  std::array<int, 3> winner{};
  for (int a = 0; a < kLabels; ++a) {
    for (int b = 0; b < kLabels; ++b) {
      for (int c = 0; c < kLabels; ++c) {
        if (!begins(a) || !may_follow(a, b) || !may_follow(b, c) || !ends_outside(c)) continue;
        const double score = scores[0][a] + scores[1][b] + scores[2][c] + transitions.first[a] +
                             transitions.score[a * kLabels + b] +
                             transitions.score[b * kLabels + c];
        all += std::exp(score);
        if (a == kO) first_is_o += std::exp(score);
        if (score > best) {
          best = score;
          winner = {a, b, c};
        }
      }
    }
  }
  Lattice lattice(transitions);
  EXPECT_THAT(lattice.best(scores), ElementsAre(winner[0], winner[1], winner[2]));
  EXPECT_NEAR(lattice.sum(scores), std::log(all), 1e-3);
  EXPECT_NEAR(lattice.probability(0, kO), first_is_o / all, 1e-4);
}

std::vector<std::string> found(std::initializer_list<std::string_view> fields) {
  static const Gazetteer none;
  const std::vector<std::string_view> texts(fields);
  Tagger tagger(none, {}, &shipped());
  std::vector<std::string> out;
  for (const Mention& m : tagger.tag(texts)) {
    std::string one(texts[m.field].substr(m.begin, m.end - m.begin));
    const std::string_view full =
        texts[m.full_field].substr(m.full_begin, m.full_end - m.full_begin);
    one.append("=").append(type_name(m.type));
    if (full != texts[m.field].substr(m.begin, m.end - m.begin)) one.append("=").append(full);
    out.push_back(one);
  }
  return out;
}

TEST(Names, FindsNamesThatNobodyListed) {
  EXPECT_THAT(found({"Mr Robert Okonkwo met officials in Lagos. Okonkwo spoke for an hour."}),
              ElementsAre("Robert Okonkwo=PER", "Lagos=LOC", "Okonkwo=PER=Robert Okonkwo"));
}

TEST(Names, GoOverTheDotOfAnAbbreviationInCapitals) {
  EXPECT_THAT(found({"ST. LOUIS (AP) — Police said on Monday that a man was found."}),
              Contains("ST. LOUIS=LOC"));
  EXPECT_THAT(found({"FT. MYERS BEACH, Fla. (AP) — Police said on Monday that a man was found."}),
              Contains("FT. MYERS BEACH=LOC"));
}

TEST(Names, AreFullWithAnySpaceBetweenTheirWords) {
  for (const std::string space : {"\u00A0", "\u2009", "  "}) {
    const std::string full = "Robert" + space + "Okonkwo";
    EXPECT_THAT(found({"Mr " + full + " met officials in Lagos. Okonkwo spoke for an hour."}),
                ElementsAre(full + "=PER", "Lagos=LOC", "Okonkwo=PER=" + full));
  }
}

// What a finder keeps of the articles before changes nothing: neither what it has seen nor that it
// has had to forget.
TEST(Names, FindsTheSameWhateverItHasSeenBefore) {
  const std::string article =
      "Mr Robert Okonkwo met officials of the Bank of Ghana in Lagos. Okonkwo then left for Accra.";
  const auto names = [&](NameFinder& finder, std::string_view text) {
    std::vector<Token> tokens;
    tokenize(text, tokens);
    const std::vector<Token>* const all[] = {&tokens};
    std::vector<std::string> out;
    for (const Name& n : finder.find({&text, 1}, all)) {
      out.push_back(std::string(text.substr(n.begin, n.end - n.begin)) + ' ' +
                    std::to_string(n.type) + ' ' + std::to_string(n.probability));
    }
    return out;
  };
  NameFinder fresh(shipped()), used(shipped());
  const std::vector<std::string> expected = names(fresh, article);
  ASSERT_FALSE(expected.empty());
  for (std::size_t i = 0; i < 3 * kSpellingsMax;) {
    std::string text;
    for (int word = 0; word < 500; ++word) text += "Word" + std::to_string(i++) + " of ";
    names(used, text);
    EXPECT_EQ(names(used, article), expected) << i << " words seen";
  }
}

TEST(Names, LeavesOtherScriptsAlone) {
  EXPECT_THAT(found({"北京 和 莫斯科 Москва и Пекин 在"}), ElementsAre());
}

TEST(Names, RefusesADamagedModelAndSaysWhy) {
  const std::string good(shipped_model());
  std::string problem;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{60}, good.size() / 2, good.size() - 8}) {
    EXPECT_FALSE(Model::open(std::string_view(good).substr(0, size), problem)) << size;
  }
  std::mt19937 random(5);
  for (int i = 0; i < 20; ++i) {
    std::string bad = good;
    bad[64 + random() % (bad.size() - 64)] ^= 4;
    EXPECT_FALSE(Model::open(bad, problem));
    EXPECT_THAT(problem, HasSubstr("damaged"));
  }
  EXPECT_EQ(Model::read("/nonexistent/names.model", problem), nullptr);
  EXPECT_THAT(problem, HasSubstr("cannot be opened"));
  EXPECT_EQ(Model::read("/dev/zero", problem), nullptr);
  EXPECT_THAT(problem, HasSubstr("cannot be read"));
}

// Every span lies inside its text at borders of characters, in order, none over another.
void check(std::string_view text) {
  static const Gazetteer none;
  Tagger tagger(none, {}, &shipped());
  const std::string_view fields[] = {text};
  std::size_t last = 0;
  for (const Mention& m : tagger.tag(fields)) {
    ASSERT_LE(last, m.begin);
    ASSERT_LT(m.begin, m.end);
    ASSERT_LE(m.end, text.size());
    EXPECT_TRUE(valid_utf8(text.substr(m.begin, m.end - m.begin)));
    EXPECT_GE(m.score, 0);
    EXPECT_LE(m.score, 1);
    last = m.end;
  }
}

TEST(Names, KeepsItsSpansAmongMarksEmojiAndOtherScripts) {
  const std::vector<std::string> pieces = {"Recep Erdoğan",
                                           "İstanbul",
                                           "e\u0301",
                                           "\u0301",
                                           "👩‍👩‍👧",
                                           "🇨🇳",
                                           "中国",
                                           "الصين",
                                           " ",
                                           "\n",
                                           "-",
                                           "’s",
                                           "U.S.",
                                           "(",
                                           ")",
                                           "\"",
                                           "Bank of",
                                           "Ministry",
                                           "\u00AD",
                                           "\u200F",
                                           "\xFF",
                                           "\x01",
                                           "Cafe\u0301 Müller",
                                           "@desk",
                                           ". "};
  std::mt19937 random(11);
  for (int round = 0; round < 1500; ++round) {
    std::string text;
    for (std::size_t i = 1 + random() % 40; i > 0; --i) text += pieces[random() % pieces.size()];
    check(text);
  }
}

// A megabyte each. Time that grows faster than the text would not end before ctest's limit; where a
// sanitizer watches, a tenth shows as much.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kHostileBytes = 100'000;
#else
constexpr std::size_t kHostileBytes = 1'000'000;
#endif

class HostileNames : public testing::TestWithParam<const char*> {};

TEST_P(HostileNames, EndInTimeWithTheirSpans) {
  const std::string_view piece = GetParam();
  std::string text;
  for (std::size_t i = 0; text.size() < kHostileBytes; ++i) {
    text += piece;
    if (piece == "Name") text += std::to_string(i) + ' ';
  }
  check(text);
}

INSTANTIATE_TEST_SUITE_P(Names, HostileNames,
                         testing::Values("A", "'", "é", "Kofi ", "AB (", "U.S.", "\x01\x02",
                                         "Name"),
                         [](const auto& test) { return "Text" + std::to_string(test.index); });

}  // namespace
}  // namespace copydesk::tag_entities
