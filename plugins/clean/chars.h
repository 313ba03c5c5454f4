// Characters, words and white space of UTF-8 text, without locale and without ICU.
//
// Every function takes any bytes: a malformed sequence counts as one U+FFFD of one byte. All are
// pure and may be called from any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace copydesk::clean {

// Half-open range of bytes.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

struct CodePoint {
  char32_t value = 0xFFFD;
  std::uint8_t length = 1;  // bytes
};

// The code point that starts at `at`, which must be below text.size().
CodePoint decode(std::string_view text, std::size_t at);
// The code point that ends at `end`, which must be above 0.
CodePoint decode_last(std::string_view text, std::size_t end);

bool is_space(char32_t c);      // white space, also NBSP and U+2028
bool is_invisible(char32_t c);  // controls, zero-width marks, soft hyphen
bool is_word(char32_t c);       // letter, digit or mark: what words are made of
bool is_unspaced(
    char32_t c);  // of a script without spaces between words (Thai, Lao, Burmese, Khmer)
bool is_ideograph(char32_t c);  // a character that is a word by itself (Chinese, Japanese)
bool is_upper(char32_t c);      // Latin, Greek, Cyrillic
bool is_lower(char32_t c);
char32_t fold(char32_t c);  // simple lower case for Latin, Greek, Cyrillic

int decimal_digit(char32_t c);  // 0 to 9 in any script that news is written in, else -1

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

void append_utf8(std::string& out, char32_t c);

// Runs of white space become one space, the ends are trimmed, invisible characters vanish and
// malformed bytes become U+FFFD.
std::string squeeze(std::string_view text);
void append_squeezed(std::string& out, std::string_view text);

// Without white space and invisible characters at both ends.
std::string_view trim(std::string_view text);

// Runs of word characters; an ideograph counts as one, and so do five characters that is_unspaced.
std::size_t count_words(std::string_view text);

// The words in lower case with one space between: the form in which lines are compared.
std::string fold_words(std::string_view text);
void append_folded_words(std::string& out, std::string_view text);

// Whether the text ends like a sentence, quotation marks and brackets after the mark allowed.
bool ends_sentence(std::string_view text);

inline bool starts_with_ignoring_case(std::string_view text, std::string_view ascii_lower_prefix) {
  if (text.size() < ascii_lower_prefix.size()) return false;
  for (std::size_t i = 0; i < ascii_lower_prefix.size(); ++i)
    if (ascii_lower(text[i]) != ascii_lower_prefix[i]) return false;
  return true;
}
bool contains_ignoring_case(std::string_view text, std::string_view ascii_lower_needle);

}  // namespace copydesk::clean
