#pragma once
// What the tokeniser has to know about characters: how to step through UTF-8 that may be broken,
// the class of a code point, its canonical decomposition and its lower case. No locale, no ICU: the
// tables are generated (unicode_tables.py) and cover what names in newspapers need. All functions
// are pure and may run on any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copydesk::tag_entities {

enum class CharClass : std::uint8_t {
  kOther,       // punctuation, symbols, controls, and every broken byte
  kUpper,       // upper and title case letters
  kLower,       // lower case letters
  kLetter,      // letters of scripts without case
  kDigit,       // digits and other numbers
  kMark,        // combining marks: part of the word they follow
  kIdeograph,   // letters of scripts written without spaces; each one is a token
  kSpace,       // white space of every kind
  kHyphen,      // hyphens, dashes up to the en dash, minus
  kApostrophe,  // straight, curly, prime, okina
  kIgnorable,   // soft hyphen, joiners, direction marks: invisible inside a word
};

// The value `decode` gives for a byte that does not begin valid UTF-8. It is no valid code point,
// so a real U+FFFD in the text remains distinguishable.
inline constexpr char32_t kBrokenByte = 0xFFFFFFFF;

struct Decoded {
  char32_t code_point;
  std::uint32_t bytes;  // 1..4; a broken byte counts 1
};

// Reads the code point at `position`, which must be inside the text. Overlong forms, surrogates and
// values above U+10FFFF are broken.
Decoded decode(std::string_view text, std::size_t position);

// Reads the code point that ends just before `position` (> 0).
Decoded decode_before(std::string_view text, std::size_t position);

// True when the whole text is valid UTF-8; otherwise `bad` (when given) is the offset of the first
// broken byte.
bool valid_utf8(std::string_view text, std::size_t* bad = nullptr);

CharClass char_class(char32_t code_point);

// Ends a line: LF, CR, NEL, and the separators of lines and of paragraphs.
inline bool ends_line(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}
bool has_line_end(std::string_view text);

inline bool is_word(CharClass c) { return c >= CharClass::kUpper && c <= CharClass::kIdeograph; }

// Simple lower case; the same code point when there is none. İ stays İ: its decomposition is what
// gets lowered.
char32_t lower(char32_t code_point);

// Canonical decomposition of Latin, Greek and Cyrillic letters, so that é written as one code point
// or as two compares equal.
struct Parts {
  char32_t code_points[4];
  int count;
};
Parts decompose(char32_t code_point);

}  // namespace copydesk::tag_entities
