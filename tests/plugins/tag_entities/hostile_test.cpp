// Text and lists that nobody writes in good faith: nothing crashes, every span holds, time stays in proportion.
#include <gmock/gmock.h>
#include <tag_entities/unicode.h>

#include <ctime>
#include <functional>
#include <optional>
#include <random>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using test::shipped;

// Every span lies inside its text, at character boundaries, in order and without overlap.
std::vector<Mention> checked_tag(const Gazetteer& g, std::string_view text) {
  Tagger tagger(g);
  const std::string_view fields[] = {text};
  std::vector<Mention> found = tagger.tag(fields);
  std::size_t previous = 0;
  for (const Mention& m : found) {
    EXPECT_LE(previous, m.begin);
    EXPECT_LT(m.begin, m.end);
    EXPECT_LE(m.end, text.size());
    EXPECT_TRUE(valid_utf8(text.substr(m.begin, m.end - m.begin)));
    previous = m.end;
  }
  return found;
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

// Of processor time, and generous: the point is to fail on quadratic behaviour, also under sanitizers.
constexpr double kSecondsMax = 30;

void expect_in_time(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, kSecondsMax);
}

TEST(Hostile, AMegabyteWithoutASpace) {
  expect_in_time([] {
    EXPECT_TRUE(checked_tag(shipped(), std::string(1 << 20, 'a')).empty());
    EXPECT_TRUE(checked_tag(shipped(), std::string(1 << 20, 'A')).empty());
    EXPECT_TRUE(checked_tag(shipped(), repeated("é", 1 << 19)).empty());
    EXPECT_TRUE(checked_tag(shipped(), repeated("a\u0301", 1 << 18)).empty());
    EXPECT_TRUE(checked_tag(shipped(), repeated("中", 1 << 18)).empty());
    EXPECT_TRUE(checked_tag(shipped(), repeated("\u00AD", 1 << 19)).empty());
    EXPECT_TRUE(checked_tag(shipped(), std::string(1 << 20, '\'')).empty());
  });
}

TEST(Hostile, AHundredThousandCapitalisedWords) {
  expect_in_time([] {
    EXPECT_EQ(checked_tag(shipped(), repeated("China, ", 100'000)).size(), 100'000U);
    checked_tag(shipped(), repeated("Xi ", 100'000) + "Xi Jinping");
    checked_tag(shipped(), repeated("XI ", 100'000) + "XI JINPING");
    checked_tag(shipped(), repeated("Republic of ", 50'000));
    checked_tag(shipped(), repeated("United ", 100'000));
    checked_tag(shipped(), repeated("World Health Organization (WHO) ", 10'000));
  });
}

// Of the model one name as long as the text, and of the lists a name in each of its pieces; and a
// name for each pair of countries.
TEST(Hostile, ListedNamesInsideThoseOfTheModel) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr std::size_t kBytes = 500'000;
#else
  constexpr std::size_t kBytes = 5'000'000;
#endif
  std::string problem;
  const std::optional<Model> model = Model::open(shipped_model(), problem);
  ASSERT_TRUE(model) << problem;
  Tagger tagger(shipped(), {}, &*model);
  for (const std::string_view piece : {"U.S.", "China-Russia Talks began. "}) {
    const std::string text = repeated(piece, kBytes / piece.size());
    const std::string_view fields[] = {text};
    expect_in_time([&] { EXPECT_FALSE(tagger.tag(fields).empty()) << piece; });
  }
}

TEST(Hostile, EveryAcronymOfALongArticle) {
  std::string text;
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      text.append("United Nations (").append(1, a).append(1, b).append(") ");
    }
  }
  EXPECT_FALSE(checked_tag(shipped(), text).empty());
}

TEST(Hostile, BrokenUtf8AndControlCharacters) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    const std::size_t size = random() % 400;
    for (std::size_t i = 0; i < size; ++i) {
      if (random() % 5 == 0) text += "Xi Jinping";
      text += static_cast<char>(random() % 256);
    }
    checked_tag(shipped(), text);
  }
  std::string controls;
  for (int c = 0; c < 256; ++c) controls.append("China").append(1, static_cast<char>(c));
  EXPECT_FALSE(checked_tag(shipped(), controls).empty());
}

TEST(Hostile, NamesAmongMarksEmojiAndOtherScripts) {
  static const std::vector<std::string> kPieces = {"Xi Jinping",
                                                   "Xi",
                                                   "China",
                                                   "U.S.",
                                                   "Côte d’Ivoire",
                                                   "Co\u0302te d'Ivoire",
                                                   "İ",
                                                   "İstanbul",
                                                   "\u0301",
                                                   "👩‍👩‍👧",
                                                   "🇨🇳",
                                                   "中国",
                                                   "الصين",
                                                   " ",
                                                   "  ",
                                                   "\n",
                                                   "\n\n",
                                                   "-",
                                                   "’",
                                                   ".",
                                                   "\u00AD",
                                                   "\u200D",
                                                   "\u200F",
                                                   "(",
                                                   ")",
                                                   "SCO",
                                                   "Shanghai Cooperation Organisation",
                                                   "Sino-",
                                                   "Russian",
                                                   "@",
                                                   "_",
                                                   "\xFF"};
  std::mt19937 random(11);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::size_t i = 1 + random() % 30; i > 0; --i) text += kPieces[random() % kPieces.size()];
    checked_tag(shipped(), text);
  }
}

TEST(Hostile, AListOfAHundredThousandNames) {
  std::string rows;
  for (int i = 0; i < 100'000; ++i) {
    const std::string n = std::to_string(i);
    rows += "Name" + n + " Family" + std::to_string(i % 1000) + "\tPER\tx:" + n + "\tAlias" + n +
            " One|Alias" + n + " Two\n";
  }
  expect_in_time([&] {
    const Gazetteer g = test::gazetteer(rows);
    EXPECT_EQ(g.entry_count(), 100'000U);
    EXPECT_LT(g.memory_bytes(), 100U << 20);
    EXPECT_EQ(checked_tag(g, "Name77 Family77 and Alias99999 Two, then Family77").size(), 3U);
    EXPECT_EQ(checked_tag(g, "Alias99999 One Alias99999 Three").size(), 1U);
  });
}

TEST(Hostile, AListWhereEveryNameIsThePrefixOfTheNext) {
  std::string rows;
  std::string name = "a";
  for (std::size_t i = 0; i < kFormTokensMax; ++i, name += " a") {
    rows += name + "\tMISC\tx:" + std::to_string(i) + "\n";
  }
  const Gazetteer g = test::gazetteer(rows);
  expect_in_time([&] {
    EXPECT_EQ(checked_tag(g, repeated("a ", 100'000)).size(),
              (100'000 + kFormTokensMax - 1) / kFormTokensMax);
  });
}

TEST(Hostile, AHundredThousandPlacesOfOneName) {
  std::string rows = "name\ttype\tid\taliases\tkind\twithin\tpopulation\n";
  for (int i = 0; i < 60; ++i) {
    rows += "San Juan\tLOC\tx:" + std::to_string(i) + "\t\tcity\tx:" + std::to_string(59 - i) +
            "\t200000\n";
  }
  const Gazetteer g = test::gazetteer(rows);
  expect_in_time([&] {
    checked_tag(g, repeated("San Juan, ", 100'000));
    checked_tag(g, repeated("San Juan (San Juan). ", 50'000));
    checked_tag(shipped(), repeated("Springfield, Reading, Mobile (Alabama) ", 30'000));
  });
}

TEST(Hostile, AThousandPeopleOfOneFamily) {
  std::string rows;
  std::string text;
  for (int i = 0; i < 1500; ++i) {
    const std::string name = "Given" + std::to_string(i) + " Li";
    rows += name + "\tPER\tx:" + std::to_string(i) + "\t~Li\n";
    text += name + ". ";
  }
  const Gazetteer g = test::gazetteer(rows);
  expect_in_time(
      [&] { EXPECT_EQ(checked_tag(g, text + repeated("Li said. ", 20'000)).size(), 1500U); });
}

}  // namespace
}  // namespace copydesk::tag_entities
