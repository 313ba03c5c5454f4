#include <gtest/gtest.h>

#include <random>

#include "config/when.h"
#include "core/config/desk.h"

// Random expressions and texts under fixed seeds: what holds for all of them.
namespace copydesk::config {
namespace {

using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t count) { return random() % count; }

const std::vector<std::string> kLeaves{"language == 'en'",
                                       "language != 'de'",
                                       "quality.words > 100",
                                       "quality.words <= 312",
                                       "exists(url)",
                                       "exists(title)",
                                       "title contains 'a'",
                                       "'x' in keywords",
                                       "labels.none == 1",
                                       "true",
                                       "false",
                                       "title matches '^T.*'",
                                       "language in ['en']",
                                       "published_at > '2024-01-01'"};

// An expression beside what it must come out as, each leaf taken on its own.
struct Sample {
  std::string text;
  bool expected = false;
};

Article article() {
  Article a;
  a.set("title", "Talks");
  a.set("language", "en");
  a.set("quality.words", 312);
  a.set("keywords", Value::List{Value("x")});
  return a;
}

Sample generate(Random& random, int depth) {
  if (depth == 0 || pick(random, 4) == 0) {
    const std::string& leaf = kLeaves[pick(random, kLeaves.size())];
    return {leaf, When::parse(leaf)->eval(article())};
  }
  const Sample a = generate(random, depth - 1);
  if (pick(random, 3) == 0) return {"not (" + a.text + ")", !a.expected};
  const Sample b = generate(random, depth - 1);
  const bool both = pick(random, 2) == 0;
  return {"(" + a.text + ")" + (both ? " and " : " or ") + "(" + b.text + ")",
          both ? a.expected && b.expected : a.expected || b.expected};
}

TEST(Property, AnExpressionIsWhatItsPartsAre) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Sample sample = generate(random, 6);
    const auto when = When::parse(sample.text);
    ASSERT_TRUE(when.ok()) << sample.text;
    ASSERT_EQ(when->eval(article()), sample.expected) << sample.text;
  }
}

TEST(Property, WhatIsDecidedComesTrue) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const Sample sample = generate(random, 4);
    const auto decided = When::parse(sample.text)->decide("language", "en");
    ASSERT_EQ(decided.value_or(sample.expected), sample.expected) << sample.text;
  }
}

TEST(Property, AnyWordsEndWithAnAnswerOrAPlaceInside) {
  const std::vector<std::string> words{"title",
                                       "language",
                                       "==",
                                       "!=",
                                       "<",
                                       ">=",
                                       "in",
                                       "contains",
                                       "matches",
                                       "not",
                                       "and",
                                       "or",
                                       "(",
                                       ")",
                                       "[",
                                       "]",
                                       ",",
                                       "'a'",
                                       "\"b",
                                       "5",
                                       "-1.5e3",
                                       "true",
                                       "exists",
                                       "otherwise",
                                       "labels.x",
                                       ".",
                                       "é",
                                       "\\",
                                       "=",
                                       "2024-05-18",
                                       "published_at",
                                       "'2024-05-18'"};
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t n = pick(random, 9); n > 0; --n)
      text += words[pick(random, words.size())] + (pick(random, 5) == 0 ? "" : " ");
    When::SyntaxError error;
    const auto when = When::parse(text, error);
    ASSERT_TRUE(when || (error.begin <= text.size() && !error.message.empty())) << text;
    if (when) (void)when->eval(article());
  }
}

TEST(Property, AnyBytesAreAConfigurationOrAComplaint) {
  const std::string whole =
      Parts{.source = "{ type: directory, path: \"${A:-x}\", include: ['*.txt'], map: { a: b } }",
            .stages = "[clean, { type: deduplicate, when: id == \"x\" }]"}
          .text();
  Random random(4);
  for (int i = 0; i < 3000; ++i) {
    std::string text = whole;
    for (std::size_t n = 1 + pick(random, 4); n > 0; --n) {
      const std::size_t at = pick(random, text.size());
      switch (pick(random, 4)) {
        case 0: text.erase(at, 1 + pick(random, 10)); break;
        case 1: text.insert(at, 1, static_cast<char>(pick(random, 256))); break;
        case 2: text[at] = "[]{}:,#&*!|>'\"%@`-?$ \n\t"[pick(random, 24)]; break;
        default: text.insert(at, text.substr(pick(random, text.size()), pick(random, 40)));
      }
    }
    const Loaded loaded = load(text);
    ASSERT_EQ(loaded.config.has_value(), !loaded.diagnostics.has_errors());
    for (const Diagnostic& d : loaded.diagnostics.sorted())
      ASSERT_TRUE(d.at.line >= 0 && d.width >= 1 && !d.message.empty());
    (void)loaded.diagnostics.render(true);
  }
}

}  // namespace
}  // namespace copydesk::config
