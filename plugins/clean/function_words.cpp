#include "function_words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "chars.h"
#include "language.h"
#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kWordsMin = 40;      // of running text, to tell its language
constexpr std::size_t kWordsMax = 2000;    // that are looked at for it
constexpr double kShareMin = 0.07;         // of a language's function words in its running text
constexpr double kLeadMin = 1.1;           // over the next language
constexpr float kEnglishShare = 0.45f;     // of English ones in English running text
constexpr std::size_t kWordBytesMax = 24;  // function words are short

// Calls `visit` with the hash of each word; a letter of a script without spaces is one.
template <class Visit>
void for_each_word(std::string_view text, std::string& word, Visit visit) {
  word.clear();
  const auto end_word = [&] {
    if (!word.empty()) visit(word.size() <= kWordBytesMax ? word_hash(word) : 0);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    i += c.length;
    if (!is_word(c.value)) {
      if (c.value != 0x2019 && c.value != 0xAD && c.value != '\'') end_word();
      continue;
    }
    if (is_ideograph(c.value)) end_word();
    if (word.size() <= kWordBytesMax) append_utf8(word, fold(c.value));
    if (is_ideograph(c.value)) end_word();
  }
  end_word();
}

struct Language {
  std::uint32_t bit = 0;
  double share = 0;
};

// Of the running text; bit 0 when it is none that is known.
Language language_of(const std::vector<Line>& lines) {
  std::array<std::size_t, 32> hits{};
  std::size_t words = 0;
  std::string buffer;
  for (const Line& line : lines) {
    if (words >= kWordsMax) break;
    if (!line.is_paragraph()) continue;
    for_each_word(line.text, buffer, [&](std::uint32_t hash) {
      ++words;
      for (std::uint32_t found = languages_with(hash); found != 0; found &= found - 1)
        ++hits[static_cast<std::size_t>(std::countr_zero(found))];
    });
  }
  if (words < kWordsMin) return {};
  const auto best = static_cast<std::size_t>(std::ranges::max_element(hits) - hits.begin());
  std::size_t next = 0;
  for (std::size_t i = 0; i < hits.size(); ++i)
    if (i != best) next = std::max(next, hits[i]);
  const double share = static_cast<double>(hits[best]) / static_cast<double>(words);
  if (share < kShareMin || static_cast<double>(hits[best]) < kLeadMin * static_cast<double>(next))
    return {};
  return {std::uint32_t{1} << best, share};
}

}  // namespace

std::vector<float> function_word_shares(const std::vector<Line>& lines) {
  const Language language = language_of(lines);
  if (language.bit == 0) return {};
  std::vector<float> out;
  out.reserve(lines.size());
  std::string buffer;
  for (const Line& line : lines) {
    std::size_t words = 0, hits = 0;
    for_each_word(line.text, buffer, [&](std::uint32_t hash) {
      ++words;
      hits += (languages_with(hash) & language.bit) != 0;
    });
    const float share = words == 0 ? 0.0f : static_cast<float>(hits) / static_cast<float>(words);
    out.push_back(std::min(share * kEnglishShare / static_cast<float>(language.share), 1.0f));
  }
  return out;
}

}  // namespace copydesk::clean
