#include "deduplicate/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <copydesk/bytes.hpp>

#include "deduplicate/checksum.h"
#include "texts.h"

namespace copydesk::deduplicate {
namespace {

Fingerprint of(std::string_view body) { return fingerprint("", body); }

TEST(Fingerprint, OfTheSameWordsIsExactlyTheSame) {
  std::string shouted = story(1, 20);
  std::transform(shouted.begin(), shouted.end(), shouted.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  Fingerprint loud = of(shouted), plain = of(story(1, 20));
  loud.names = plain.names = {};  // which capitals alone tell
  EXPECT_EQ(loud, plain);
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
  EXPECT_TRUE(overlap(report(3), report(4)).is_other_filling);
  EXPECT_FALSE(overlap(report(3), report(3)).is_other_filling);
}

// Forms with few numbers, or none: what differs is names.
std::string appeal(const char* who, const char* road, const char* town, const char* day) {
  return std::string("Police are appealing for witnesses after ") + who +
         " was seriously injured in a collision on " + road + " in " + town + " on " + day +
         " evening. Emergency services were called to the scene shortly after the incident was "
         "reported. The road was closed for several hours while officers carried out their "
         "investigations and has since reopened. Anyone who saw the collision or the vehicles "
         "involved beforehand, or who has dashcam footage that could help, is asked to contact the "
         "serious collision investigation unit. You can also contact the independent charity "
         "Crimestoppers anonymously.";
}

bool is_copy(std::string_view a, std::string_view b) {
  const Overlap found = overlap(of(a), of(b));
  return found.similarity() >= 0.55 && !found.is_other_filling;
}

TEST(Overlap, SeesThatAFormWasFilledInWithOtherNames) {
  const std::string first = appeal("a 34-year-old man", "Mill Lane", "Larkfield", "Sunday");
  const std::string second = appeal("a cyclist", "Abbey Road", "Port Dunmore", "Friday");
  EXPECT_GE(overlap(of(first), of(second)).similarity(), 0.55);
  EXPECT_FALSE(is_copy(first, second));
  EXPECT_FALSE(is_copy(second, first));
  const auto obituary = [](const char* name, const char* given, const char* town,
                           const char* work) {
    return std::string(name) + ", of " + town + ", passed away peacefully. A retired " + work +
           ", " + given +
           " loved gardening and church. Visitation will be held on Friday at the "
           "Miller Funeral Home. A service will follow on Saturday with burial at the cemetery. In "
           "lieu of flowers the family requests that donations be made to the charity of the "
           "donor's choice. Online condolences may be left at the website of the funeral home.";
  };
  EXPECT_FALSE(is_copy(obituary("Margaret Ellis Boone", "Margaret", "Springfield", "teacher"),
                       obituary("Walter Eugene Lindqvist", "Walter", "Toledo", "welder")));
  EXPECT_FALSE(is_copy(obituary("Ирина Петрова", "Ирина", "Самара", "teacher"),
                       obituary("Олег Смирнов", "Олег", "Тверь", "welder")));
}

// Of names a copy loses no more than of its words.
TEST(Overlap, TakesAnEditedCopyForOne) {
  const std::string text = appeal("a 34-year-old man", "Mill Lane", "Larkfield", "Sunday");
  EXPECT_TRUE(is_copy("LARKFIELD (County News) — " + text, text));
  EXPECT_TRUE(is_copy(text, text + " Chief Inspector Gareth Lowe said the man was in hospital."));
  EXPECT_TRUE(is_copy(text.substr(0, text.find(" You can")), text));
  EXPECT_TRUE(is_copy(text.substr(text.find("Emergency")), text));
  // A correction.
  EXPECT_TRUE(is_copy(appeal("a 43-year-old man", "Mill Lane", "Larkfield", "Sunday"), text));
  EXPECT_TRUE(is_copy(appeal("a 34-year-old man", "Mill Road", "Larkfield", "Sunday"), text));
  // In other letters names are no names, or all words are.
  const auto in = [&](int (*change)(int)) {
    std::string out = text;
    for (char& c : out) c = static_cast<char>(change(static_cast<unsigned char>(c)));
    return out;
  };
  for (auto* change : {&toupper, &tolower}) {
    EXPECT_TRUE(is_copy(in(*change) + " More follows.", text));
    EXPECT_TRUE(is_copy(text, in(*change) + " More follows."));
  }
}

TEST(Overlap, TellsAlertsApartByOneName) {
  const std::string leeds = "Fire at mill kills three people in Leeds";
  EXPECT_FALSE(is_copy(leeds, "Fire at mill kills three people in York"));
  EXPECT_FALSE(is_copy("Breaking: quake of magnitude 6.1 strikes off the coast of Chile",
                       "Breaking: quake of magnitude 5.4 strikes off the coast of Peru"));
  EXPECT_TRUE(is_copy(leeds, "LEEDS (Wire) - " + leeds));
  EXPECT_TRUE(is_copy(leeds, leeds + " on Monday night"));
}

// What a site says to everybody under each title is not the article.
TEST(Fingerprint, OfAShortBodyWithoutAWordOfItsTitleIsOnlyExact) {
  const std::string wall =
      "This content is only available to subscribers. Please log in or subscribe to continue "
      "reading this article.";
  const auto first = fingerprint("Minister resigns over leaked letters", wall),
             second = fingerprint("Storm closes schools in three counties", wall);
  EXPECT_EQ(overlap(first, second).shared, 0u);
  EXPECT_NE(first.exact, second.exact);
  EXPECT_EQ(first, fingerprint("Minister resigns over leaked letters", wall));
  const std::string brief =
      "The minister of transport stepped down on Friday after a newspaper printed what she had "
      "written to a contractor.";
  EXPECT_GT(overlap(fingerprint("Minister resigns over leaked letters", brief),
                    fingerprint("Transport chief goes", brief))
                .similarity(),
            0.9);
  // Too little to tell by: few words, other letters, a body that is an article.
  for (const char* title : {"Resigned", "Отставка министра после утечки", ""})
    EXPECT_GT(fingerprint(title, wall).shingle_count, 0u) << title;
  EXPECT_GT(fingerprint("Minister resigns over leaked letters", story(1, 12)).shingle_count, 0u);
}

// What an earlier version remembered has no names, and is compared without them.
TEST(FingerprintBytes, OfVersion3AreStillRead) {
  const Fingerprint f = of(appeal("a man", "Mill Lane", "Larkfield", "Sunday"));
  ASSERT_NE(f.names, Names{});
  std::string bytes = serialize(f);
  bytes.resize(bytes.size() - sizeof(std::uint32_t));
  bytes[0] = 3;
  constexpr std::size_t kBefore = 1 + 1 + 4 + 16 + 8;  // the names
  bytes.erase(kBefore, sizeof(Names));
  bytes::append_number(bytes, checksum(bytes));
  Fingerprint expected = f;
  expected.names = {};
  EXPECT_EQ(parse(bytes), expected);
  bytes[0] = 2;
  bytes.resize(bytes.size() - sizeof(std::uint32_t));
  bytes::append_number(bytes, checksum(bytes));
  EXPECT_EQ(parse(bytes), std::nullopt);
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
