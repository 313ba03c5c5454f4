// Text to word hashes: the only part that looks at every character.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace copydesk::deduplicate {

// Weights of one word, one Han or kana character and one Thai, Lao, Khmer or Myanmar character, so
// that lines of all scripts can be measured in words.
inline constexpr std::uint32_t kWordWeight = 12, kWideWeight = 6, kSpacelessWeight = 3;

// The lowest bit of a word's hash tells whether the word holds a digit.
inline constexpr std::uint64_t kNumberBit = 1;

struct Line {
  std::uint32_t first = 0, last = 0;  // words [first, last)
  std::uint32_t weight = 0;
};

// The words of a text in order, and its lines (those with words). Scripts without spaces give one
// "word" per character: the hash of that character and those just before it (3 for Han and kana, 6
// for the others), so four of them in a row say about as much as four words. Punctuation, white
// space and line ends do not show in the hashes.
struct Words {
  std::vector<std::uint64_t> hashes;
  std::vector<Line> lines;

  // Texts beyond this many words are compared by their beginning. A word takes 8 bytes, so this
  // bounds memory to 32 MiB.
  static constexpr std::size_t kCountMax = std::size_t{4} << 20;
};

// [any] Appends the words of `text`; its end ends a line. Any bytes are accepted: what is not UTF-8
// separates words.
void find_words(std::string_view text, Words& words);

}  // namespace copydesk::deduplicate
