// One code point, folded the way the word finder compares text.
//
// The fold forgets what changes when copy moves between systems: case, accents, composed or
// decomposed form, full-width forms, digits of other scripts, soft hyphens and other invisible
// characters. It is our own table (see make_fold_table.py) because it runs on every character of
// every article.
#pragma once
#include <cstdint>
#include <string_view>

namespace copydesk::deduplicate {

enum class CharKind : std::uint8_t {
  kSeparator,  // ends a word
  kLineBreak,  // ends a word and a line
  kInvisible,  // as if it were not there
  kLetter,     // `letter` is the folded code point
  kExpansion,  // folds to several letters, see expansion_of()
  kSyllable,   // a Hangul syllable, see jamo_of()
  kWide,       // Han and kana: written without spaces, about two characters a word
  kSpaceless,  // Thai, Lao, Khmer, Myanmar: written without spaces, about four characters a word
};

struct Folded {
  CharKind kind = CharKind::kSeparator;
  char32_t letter = 0;
};

// [any] Any value is accepted; what is no character separates words.
Folded fold(char32_t code_point) noexcept;

// [any] The letters of a code point that fold() calls kExpansion.
std::string_view expansion_of(char32_t code_point) noexcept;

struct Jamo {
  char32_t lead = 0, vowel = 0, tail = 0;  // tail is 0 when there is none
};
// [any] The conjoining letters of a syllable, so that composed and decomposed Korean are equal.
// Unicode 3.12.
Jamo jamo_of(char32_t syllable) noexcept;

}  // namespace copydesk::deduplicate
