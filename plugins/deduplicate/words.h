// Text to word hashes: the only part that looks at every character.
#pragma once
#include <array>
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

// The words that begin with a capital, names above all. A Bloom filter, one bit a word.
struct Names {
  static constexpr int kBits = 128;
  std::array<std::uint64_t, 2> bits{};

  // Nothing when `wanted` is 0, without a branch: which words are names cannot be foreseen.
  void add(std::uint64_t hash, std::uint64_t wanted) {
    bits[hash >> 63] |= wanted << (hash >> 57 & 63);
  }
  void add(const Names& other) {
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] |= other.bits[i];
  }
  friend bool operator==(const Names&, const Names&) = default;
};

struct Line {
  std::uint32_t first = 0, last = 0;  // words [first, last)
  std::uint32_t weight = 0;
};

struct LineNames {
  std::uint32_t capitals = 0;  // words in `names`
  Names names;
};

// The words of a text in order, and its lines (those with words). Scripts without spaces give one
// "word" per character: the hash of that character and those just before it (3 for Han and kana, 6
// for the others), so four of them in a row say about as much as four words. Punctuation, white
// space and line ends do not show in the hashes.
struct Words {
  std::vector<std::uint64_t> hashes;
  std::vector<Line> lines;
  std::vector<LineNames> names;  // of each line, where they are wanted

  // Texts beyond this many words are compared by their beginning. A word takes 8 bytes, so this
  // bounds memory to 32 MiB.
  static constexpr std::size_t kCountMax = std::size_t{4} << 20;
};

// [any] Appends the words of `text`; its end ends a line. Any bytes are accepted: what is not UTF-8
// separates words. Names cost a tenth of the time, so they are only noted when wanted.
void find_words(std::string_view text, Words& words, bool with_names = false);

}  // namespace copydesk::deduplicate
