#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace copydesk {

// The length of the longest prefix that is well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, no overlongs).
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);
[[nodiscard]] inline bool is_utf8(std::string_view text) {
  return valid_utf8_prefix(text) == text.size();
}

// Well-formed text: each maximal ill-formed part becomes U+FFFD. `replaced` is increased by the number of replacements.
[[nodiscard]] std::string to_utf8(std::string_view text, std::size_t& replaced);

// Well-formed text that still tells the bytes, for names of files: each byte that is no part of a character is written \xHH, as in a
// shell's $'…', and in a text with such a byte a backslash \\. Well-formed text stays as it is.
[[nodiscard]] std::string escaped_utf8(std::string_view text);

// Number of code points in well-formed text.
[[nodiscard]] std::size_t code_points(std::string_view text);

// True when `offset` is not inside a character of well-formed text.
[[nodiscard]] inline bool at_character(std::string_view text, std::size_t offset) {
  return offset == text.size() ||
         (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) != 0x80);
}

}  // namespace copydesk
