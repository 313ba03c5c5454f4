#include "double_utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "chars.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kProofsMin = 3;

// What windows-1252 shows for the bytes 0x80 to 0x9F, 0 where it has nothing.
constexpr std::array<char16_t, 32> kWindows1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// The byte that was read as this character; 0 if none was.
std::uint8_t byte_of(char32_t c) {
  if (c >= 0x80 && c <= 0xFF) return static_cast<std::uint8_t>(c);
  const auto found = std::ranges::find(kWindows1252, c);
  if (c == 0 || found == kWindows1252.end()) return 0;
  return static_cast<std::uint8_t>(0x80 + (found - kWindows1252.begin()));
}

// A character that was encoded twice.
struct Twice {
  std::size_t length = 0;      // bytes it takes; 0: it is none
  std::size_t characters = 0;  // that readers see instead of it
  std::array<char, 4> bytes{};
  // Has what no text has: a control character, or three or four such characters at a word, signs
  // among them. An accented capital before a sign ("BEYONCÉ’s", "„Ä“") is none.
  bool is_proof = false;

  std::string_view meant() const { return {bytes.data(), characters}; }
};

bool is_ascii_alnum(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

bool is_shortest_form(std::string_view encoded) {
  const auto lead = static_cast<unsigned char>(encoded[0]);
  const auto second = static_cast<unsigned char>(encoded[1]);
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second < 0xA0;  // surrogates
  if (lead == 0xF0) return second >= 0x90;
  return lead != 0xF4 || second < 0x90;
}

Twice twice_at(std::string_view text, std::size_t at) {
  Twice out;
  const CodePoint first = decode(text, at);
  const std::uint8_t lead = first.value <= 0xFF ? byte_of(first.value) : std::uint8_t{0};
  if (lead < 0xC2 || lead > 0xF4) return out;
  out.characters = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  out.bytes[0] = static_cast<char>(lead);
  std::size_t end = at + first.length;
  bool is_control = false, is_sign = false;
  for (std::size_t i = 1; i < out.characters; ++i) {
    if (end >= text.size()) return {};
    const CodePoint next = decode(text, end);
    const std::uint8_t byte = byte_of(next.value);
    if (byte < 0x80 || byte > 0xBF) return {};
    is_control |= next.value < 0xA0;
    is_sign |= byte < 0xA0;
    out.bytes[i] = static_cast<char>(byte);
    end += next.length;
  }
  if (!is_shortest_form(out.meant())) return {};
  out.length = end - at;
  // Alone between spaces it may be an example of what goes wrong.
  const bool is_at_word =
      (at > 0 && is_ascii_alnum(text[at - 1])) || (end < text.size() && is_ascii_alnum(text[end]));
  out.is_proof = is_control || (is_sign && out.characters > 2 && is_at_word);
  return out;
}

// Calls each(at, twice) for every such character. All begin with one of U+00C2 to U+00F4, of which
// UTF-8's first byte is this.
template <class F>
void each_twice(std::string_view text, F&& each) {
  constexpr char kFirstByte = '\xC3';
  for (std::size_t at = text.find(kFirstByte); at != text.npos;) {
    const Twice twice = twice_at(text, at);
    if (twice.length > 0) each(at, twice);
    at = text.find(kFirstByte, at + std::max<std::size_t>(twice.length, 1));
  }
}

std::size_t count_beyond_ascii(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0xC0; }));
}

}  // namespace

std::optional<std::string> undo_double_utf8(std::string_view text, Around around) {
  std::size_t proofs = 0, found = 0, shown = 0;
  each_twice(text, [&](std::size_t, const Twice& twice) {
    proofs += twice.is_proof;
    ++found;
    shown += twice.characters;
  });
  const std::size_t needed = around == Around::kTwice ? 0 : kProofsMin;
  if (found == 0 || proofs < needed || found < count_beyond_ascii(text) - shown)
    return std::nullopt;
  std::string out;
  out.reserve(text.size());
  std::size_t done = 0;
  each_twice(text, [&](std::size_t at, const Twice& twice) {
    out += text.substr(done, at - done);
    out += twice.meant();
    done = at + twice.length;
  });
  out += text.substr(done);
  return out;
}

}  // namespace copydesk::clean
