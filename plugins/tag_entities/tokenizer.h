#pragma once
// Cuts text into the tokens that names are matched on. A token is a run of letters, digits and
// combining marks; everything else is the gap between two tokens and belongs to none of them:
//
//   China's     -> China | s           Côte d'Ivoire -> Côte | d | Ivoire
//   China-Russia -> China | Russia     U.S.          -> U | S
//   中国外交部   -> one token a character, since nothing marks the words
//
// Which gaps a name tolerates is decided where it is matched (matcher.h). Folding (case, accents
// written as separate marks, invisible characters) happens in the hash only, so offsets are always
// those of the text as it stands. Broken UTF-8 is a gap. Pure; may run on any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace copydesk::tag_entities {

// Of ASCII.
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

struct Token {
  std::uint32_t begin = 0;  // bytes, [begin, end)
  std::uint32_t end = 0;
  std::uint64_t hash = 0;  // of the folded characters
  bool any_upper = false;  // has upper case letters
  bool any_lower = false;
  bool first_upper = false;  // begins with one
  bool ideographic = false;  // of a script without spaces: its neighbours may touch it

  bool all_upper() const { return any_upper && !any_lower; }
  bool all_lower() const { return !any_upper; }  // also tokens without case
  std::string_view in(std::string_view text) const { return text.substr(begin, end - begin); }
};

// Offsets are 32 bits; what lies beyond is not looked at. Far above any article the engine lets in.
inline constexpr std::size_t kTokenizedBytesMax = std::size_t{1} << 30;

// Replaces the content of `tokens`; its capacity is kept, so a reused vector does not allocate.
void tokenize(std::string_view text, std::vector<Token>& tokens);

// How many letters with case a token has.
std::size_t cased_letters(std::string_view token);

// The two texts are the same but for composed or separate accents and invisible characters.
bool same_text(std::string_view a, std::string_view b);

// The same as `same_text`, case left aside.
bool same_letters(std::string_view a, std::string_view b);

// The gap between two tokens in its plain form: any white space is one space, any hyphen '-', any
// apostrophe '\'', invisible characters gone. A gap that no name can span (a blank line, broken
// bytes, more than the bounds below) gives false.
inline constexpr std::size_t kRawGapBytesMax = 64;
inline constexpr std::size_t kGapBytesMax = 8;
struct Gap {
  char bytes[kGapBytesMax];
  std::uint8_t size = 0;
  std::string_view view() const { return {bytes, size}; }
};
bool plain_gap(std::string_view raw, Gap& gap);
// The gap is this in its plain form, and all in one line.
bool is_gap_in_line(std::string_view raw, std::string_view plain);

}  // namespace copydesk::tag_entities
