#include "deduplicate/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "texts.h"

namespace copydesk::deduplicate {
namespace {

Fingerprint of(std::string_view body) { return fingerprint("", body); }

TEST(Fingerprint, OfTheSameWordsIsExactlyTheSame) {
  std::string shouted = story(1, 20);
  std::transform(shouted.begin(), shouted.end(), shouted.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(of(shouted), of(story(1, 20)));
}

TEST(Fingerprint, ForgetsHowLinesAreWrapped) {
  std::string wrapped = story(1, 20);
  std::replace(wrapped.begin(), wrapped.end(), '\n', ' ');
  EXPECT_EQ(of(wrapped).exact, of(story(1, 20)).exact);
}

TEST(Fingerprint, HoldsNoMoreThanItsBounds) {
  const Fingerprint f = of(story(1, 5000));
  EXPECT_GT(f.sample().size(), 16u);
  EXPECT_LE(f.sample().size(), Fingerprint::kShinglesMax);
  EXPECT_EQ(f.posting_keys().size(), Fingerprint::kKeysMax);
  EXPECT_GT(f.level, 5);
}

TEST(Fingerprint, SamplesAllOfAShortText) {
  const Fingerprint f = of(story(1, 2));
  EXPECT_EQ(f.level, 0);
  EXPECT_EQ(f.sample().size(), 22u - 3u);
}

TEST(Fingerprint, OfATextThatRepeatsItselfSamplesFinely) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "one two three four five six seven eight nine ten. ";
  const Fingerprint f = of(text);
  EXPECT_EQ(f.level, 0);
  EXPECT_EQ(f.sample().size(), 10u);
}

TEST(Fingerprint, OfAFewWordsIsOnlyExact) {
  const Fingerprint f = of("Seven words are not enough for more");
  EXPECT_EQ(f.words, 7u);
  EXPECT_TRUE(f.sample().empty());
  EXPECT_NE(f.exact, Hash128{});
}

TEST(Fingerprint, OfAnEmptyBodyIsNothingEvenWithATitle) {
  EXPECT_EQ(fingerprint("The same headline as every morning, in eight words", " \n"),
            Fingerprint{});
}

TEST(Fingerprint, CountsTheTitleAsTheFirstLine) {
  EXPECT_EQ(fingerprint("A headline", "And a text."), of("A headline\nAnd a text."));
}

TEST(Fingerprint, LeavesShortLinesOutOfTheSample) {
  const Fingerprint clean = of(story(1, 8));
  const Fingerprint framed = of("Sign in\nMost read\n" + story(1, 8) + "\nShare this article");
  EXPECT_NE(framed.exact, clean.exact);
  EXPECT_TRUE(std::equal(framed.shingles.begin(), framed.shingles.end(), clean.shingles.begin()));
}

TEST(Fingerprint, KeepsShortLinesWhenThereIsNothingElse) {
  EXPECT_FALSE(
      of("Roses are red\nViolets are blue\nSugar is sweet\nAnd so are you").sample().empty());
}

TEST(Overlap, OfATruncatedCopyIsContainment) {
  const Overlap found = overlap(of(story(1, 20)), of(story(1, 60)));
  EXPECT_DOUBLE_EQ(found.of_first, 1);
  EXPECT_NEAR(found.of_second, 1.0 / 3, 0.25);
}

TEST(Overlap, OfDifferentTextsIsNone) {
  for (std::uint32_t seed = 2; seed < 200; ++seed) {
    EXPECT_EQ(overlap(of(story(1, 40)), of(story(seed, 10))).shared, 0u) << seed;
  }
}

TEST(Overlap, WorksForChinese) {
  const std::string text =
      "日本政府星期三宣布将在未来五年内向可再生能源领域投资，以减少对进口燃料的依赖。"
      "首相在记者会上说，新的计划将创造大量就业机会，并帮助地方经济恢复活力。"
      "反对党批评该计划缺乏具体细节，要求政府公布资金来源和实施时间表。";
  const Fingerprint whole = of(text);
  const Fingerprint part = of(text.substr(0, text.find("反对党")));
  EXPECT_DOUBLE_EQ(overlap(part, whole).of_first, 1);
  EXPECT_GT(whole.words, 30u);
  EXPECT_EQ(overlap(whole, of(story(1, 20))).shared, 0u);
}

TEST(Overlap, SeesThatAFormWasFilledInWithOtherNumbers) {
  const auto report = [](int seed) {
    std::string text;
    for (int i = 0; i < 8; ++i) {
      text += "The index of the exchange closed at " + std::to_string(seed * 1009 + i * 37) +
              " points after a quiet day of trading in the region. ";
    }
    return of(text);
  };
  EXPECT_TRUE(overlap(report(3), report(4)).numbers_differ);
  EXPECT_FALSE(overlap(report(3), report(3)).numbers_differ);
}

TEST(FingerprintBytes, ComeBackAsTheyWere) {
  for (const int sentences : {0, 1, 2, 5, 20, 100, 1000}) {
    const Fingerprint f = of(story(7, sentences));
    EXPECT_EQ(parse(serialize(f)), f) << sentences;
  }
}

TEST(FingerprintBytes, CanLeaveThePostingKeysOut) {
  Fingerprint f = of(story(7, 50));
  const std::string bytes = serialize(f, Keys::kLeftOut);
  EXPECT_LT(bytes.size(), 300u);
  f.key_count = 0;
  f.keys = {};
  EXPECT_EQ(parse(bytes), f);
}

TEST(FingerprintBytes, AreRefusedWhenAnyBitIsWrong) {
  const std::string good = serialize(of(story(7, 50)));
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ (1 << i % 8));
    EXPECT_EQ(parse(bad), std::nullopt) << i;
  }
}

TEST(FingerprintBytes, AreRefusedWhenCutOrTooLong) {
  const std::string good = serialize(of(story(7, 50)));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(parse(good.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(parse(good + "x"), std::nullopt);
}

}  // namespace
}  // namespace copydesk::deduplicate
