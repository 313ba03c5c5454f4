#pragma once
// The words the model sees: the tokens of tokenizer.h put together where English writes one name
// ("U.S.", "O'Brien", "AT&T", "1,000.5", "@desk", "example.com") and every mark between them as a
// word of its own. "China's" is China | 's, "China-Russia" is China | - | Russia. Cut into
// sentences; no name goes over the end of one. Pure; may run on any thread.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tokenizer.h"

namespace copydesk::tag_entities {

enum class WordKind : std::uint8_t {
  kWord,     // letters, and digits among them
  kNumber,   // begins with a digit
  kMark,     // punctuation or a symbol; a row of the same one is one word
  kForeign,  // of another script than Latin: the model has nothing to say about it
};

struct Word {
  std::uint32_t begin = 0;  // bytes, [begin, end)
  std::uint32_t end = 0;
  std::uint64_t folded = 0;  // hash of the folded letters, equal for "China" and "CHINA"
  std::uint64_t exact = 0;   // hash of the bytes
  WordKind kind = WordKind::kMark;
  bool first_upper = false;
  bool any_upper = false;
  bool any_lower = false;
  bool glued = false;  // touches the word before it

  std::string_view in(std::string_view text) const { return text.substr(begin, end - begin); }
};

inline constexpr std::size_t kSentenceWordsMax = 200;  // a longer one is cut

// Replaces the content of both. `tokens` are those of `text`; `sentences` holds the index of each
// sentence's first word, and at its end the number of words.
void split_words(std::string_view text, std::span<const Token> tokens, std::vector<Word>& words,
                 std::vector<std::uint32_t>& sentences);

}  // namespace copydesk::tag_entities
