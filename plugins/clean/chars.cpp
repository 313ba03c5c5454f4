#include "chars.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace copydesk::clean {
namespace {

constexpr CodePoint kBad{0xFFFD, 1};

// Writes the bytes of a valid code point, at most four; returns their number.
std::size_t write_utf8(char* to, char32_t c) {
  if (c < 0x80) {
    to[0] = static_cast<char>(c);
    return 1;
  }
  if (c < 0x800) {
    to[0] = static_cast<char>(0xC0 | c >> 6);
    to[1] = static_cast<char>(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    to[0] = static_cast<char>(0xE0 | c >> 12);
    to[1] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    to[2] = static_cast<char>(0x80 | (c & 0x3F));
    return 3;
  }
  to[0] = static_cast<char>(0xF0 | c >> 18);
  to[1] = static_cast<char>(0x80 | (c >> 12 & 0x3F));
  to[2] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
  to[3] = static_cast<char>(0x80 | (c & 0x3F));
  return 4;
}

bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

enum : std::uint8_t { kSpaceBit = 1, kInvisibleBit = 2, kWordBit = 4 };

constexpr std::array<std::uint8_t, 128> ascii_classes() {
  std::array<std::uint8_t, 128> table{};
  for (int c = 0; c < 128; ++c) {
    const bool space = c == ' ' || (c >= 9 && c <= 13);
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    table[static_cast<std::size_t>(c)] =
        static_cast<std::uint8_t>((space ? kSpaceBit : 0) | (word ? kWordBit : 0) |
                                  (!space && (c < 32 || c == 127) ? kInvisibleBit : 0));
  }
  return table;
}
constexpr auto kAscii = ascii_classes();

// What folding makes of an ASCII byte: a letter or digit, a space between words, or 0 for nothing.
constexpr std::array<char, 128> folded_ascii() {
  std::array<char, 128> table{};
  for (std::size_t c = 0; c < 128; ++c) {
    if (kAscii[c] & kWordBit)
      table[c] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
    else
      table[c] = c == '\'' || (kAscii[c] & kInvisibleBit) ? '\0' : ' ';
  }
  return table;
}
constexpr auto kFoldedAscii = folded_ascii();

// Sixteen bytes looked at together; the compiler makes vector instructions of it. A comparison has
// all bits of a byte set where it holds.
using Block = unsigned char __attribute__((vector_size(16)));

Block load_block(const char* from) {
  Block block;
  std::memcpy(&block, from, sizeof block);
  return block;
}
bool any(Block mask) {
  std::uint64_t halves[2];
  std::memcpy(halves, &mask, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}
Block word_bytes(Block b) {
  const Block folded = b | 0x20;
  return reinterpret_cast<Block>((folded - 'a' < 26) | (b - '0' < 10));
}

// Blocks of punctuation and symbols above ASCII; everything else there counts as a letter.
bool is_symbol(char32_t c) {
  if (c < 0xC0) return c != 0xAA && c != 0xB5 && c != 0xBA;
  if (c == 0xD7 || c == 0xF7) return true;
  // Joiners stand inside Persian and Indic words.
  if (c >= 0x2000 && c <= 0x2BFF) return c != 0x200C && c != 0x200D && c != 0x2071 && c != 0x207F;
  if (c >= 0x2E00 && c <= 0x2E7F) return true;
  if (c >= 0x3000 && c <= 0x303F) return c != 0x3005 && c != 0x3007;
  if (c >= 0xFE10 && c <= 0xFE6F) return true;
  if (c >= 0xFF00 && c <= 0xFF0F) return true;
  if (c >= 0xFF1A && c <= 0xFF20) return true;
  if (c >= 0xFF3B && c <= 0xFF40) return true;
  if (c >= 0xFF5B && c <= 0xFF65) return true;
  if (c >= 0xE000 && c <= 0xF8FF) return true;    // private use: icon fonts
  if (c >= 0x1F000 && c <= 0x1FAFF) return true;  // emoji
  return c == 0x060C || c == 0x061B || c == 0x061F || c == 0x06D4 || c == 0x0964 || c == 0x30FB ||
         c == 0xFFFD;
}

}  // namespace

CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t left = text.size() - at;
  if (first >= 0xC2 && first < 0xE0) {
    if (left < 2 || !is_continuation(byte(at + 1))) return kBad;
    return {static_cast<char32_t>((first & 0x1F) << 6 | (byte(at + 1) & 0x3F)), 2};
  }
  if (first >= 0xE0 && first < 0xF0) {
    if (left < 3 || !is_continuation(byte(at + 1)) || !is_continuation(byte(at + 2))) return kBad;
    const char32_t c = static_cast<char32_t>((first & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 |
                                             (byte(at + 2) & 0x3F));
    return c < 0x800 || (c >= 0xD800 && c < 0xE000) ? kBad : CodePoint{c, 3};
  }
  if (first >= 0xF0 && first < 0xF5) {
    if (left < 4 || !is_continuation(byte(at + 1)) || !is_continuation(byte(at + 2)) ||
        !is_continuation(byte(at + 3)))
      return kBad;
    const char32_t c = static_cast<char32_t>((first & 0x07) << 18 | (byte(at + 1) & 0x3F) << 12 |
                                             (byte(at + 2) & 0x3F) << 6 | (byte(at + 3) & 0x3F));
    return c < 0x10000 || c > 0x10FFFF ? kBad : CodePoint{c, 4};
  }
  return kBad;
}

CodePoint decode_last(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  for (int i = 0; i < 3 && at > 0 && is_continuation(static_cast<unsigned char>(text[at])); ++i)
    --at;
  const CodePoint c = decode(text.substr(0, end), at);
  return at + c.length == end ? c : kBad;
}

bool is_space(char32_t c) {
  if (c < 128) return kAscii[c] & kSpaceBit;
  return c == 0xA0 || c == 0x85 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_invisible(char32_t c) {
  if (c < 128) return kAscii[c] & kInvisibleBit;
  return (c < 0xA0 && c != 0x85) || c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
         (c >= 0xFFF0 && c <= 0xFFFB);
}

bool is_word(char32_t c) {
  if (c < 128) return kAscii[c] & kWordBit;
  return !is_symbol(c) && !is_space(c) && !is_invisible(c);
}

bool is_ideograph(char32_t c) {
  return (c >= 0x3040 && c <= 0x30FF && c != 0x30FB) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3005 || c == 0x3007;
}

int decimal_digit(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
  // The zeros of Arabic, Persian and Urdu, the scripts of India, Thai, Lao, Tibetan, Burmese, Khmer
  // and of the wide forms.
  constexpr char32_t kZeros[] = {0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6,  0xB66,  0xBE6, 0xC66,
                                 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0xFF10};
  for (const char32_t zero : kZeros)
    if (c >= zero && c < zero + 10) return static_cast<int>(c - zero);
  return -1;
}

bool is_unspaced(char32_t c) {
  return (c >= 0x0E01 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
         (c >= 0x1780 && c <= 0x17D3);
}

bool is_upper(char32_t c) {
  if (c < 128) return c >= 'A' && c <= 'Z';
  return fold(c) != c;
}

bool is_lower(char32_t c) {
  if (c < 128) return c >= 'a' && c <= 'z';
  if (c >= 0xDF && c <= 0xFF) return c != 0xF7;
  if (c >= 0x100 && c <= 0x17F) return fold(c) == c;
  return (c >= 0x3AC && c <= 0x3CE) || (c >= 0x430 && c <= 0x45F);
}

char32_t fold(char32_t c) {
  if (c < 128) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c >= 0xC0 && c <= 0xDE) return c == 0xD7 ? c : c + 32;
  if (c >= 0x100 && c <= 0x137) return c | 1;
  if (c >= 0x139 && c <= 0x148) return c % 2 == 1 ? c + 1 : c;
  if (c >= 0x14A && c <= 0x177) return c | 1;
  if (c == 0x178) return 0xFF;
  if (c >= 0x179 && c <= 0x17E) return c % 2 == 1 ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

void append_utf8(std::string& out, char32_t c) {
  char bytes[4];
  out.append(bytes,
             write_utf8(bytes, c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? char32_t{0xFFFD} : c));
}

namespace {

// How many bytes, after a visible one, are visible ASCII with single spaces between; short of the
// end, and never up to a space.
std::size_t plain_bytes(std::string_view text) {
  std::size_t i = 0;
  while (i + 17 <= text.size()) {
    const Block here = load_block(text.data() + i), next = load_block(text.data() + i + 1);
    const auto odd = (here - 0x20 >= 0x5F) | ((here == ' ') & (next == ' '));
    if (any(reinterpret_cast<Block>(odd))) break;
    i += text[i + 15] == ' ' ? 15 : 16;
  }
  return i;
}

}  // namespace

void append_squeezed(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  bool space = false;
  std::size_t run = 0;  // start of the bytes that are copied as they are
  std::size_t i = 0, scalar_until = 0;
  const auto copy_until = [&](std::size_t end) {
    if (end == run) return;
    if (space && out.size() > start) out += ' ';
    space = false;
    out.append(text, run, end - run);
  };
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // Visible ASCII and single spaces between: nearly all text is that.
    if (byte > ' ' && byte < 127) {
      ++i;
      if (i < scalar_until) continue;
      i += plain_bytes(text.substr(i));
      scalar_until = i + sizeof(Block);  // what has stopped it is within the next block
      continue;
    }
    if (byte == ' ' && i > run && i + 1 < text.size() && text[i + 1] > ' ' && text[i + 1] < 127) {
      ++i;
      continue;
    }
    const CodePoint c = decode(text, i);
    const bool bad = c.value == 0xFFFD && c.length == 1;
    if (!is_space(c.value) && !is_invisible(c.value) && !bad) {
      i += c.length;
      continue;
    }
    copy_until(i);
    if (bad) {
      if (space && out.size() > start) out += ' ';
      space = false;
      append_utf8(out, 0xFFFD);
    }
    space |= is_space(c.value);
    i += c.length;
    run = i;
  }
  copy_until(text.size());
}

std::string squeeze(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_squeezed(out, text);
  return out;
}

std::string_view trim(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const CodePoint c = decode(text, begin);
    if (!is_space(c.value) && !is_invisible(c.value)) break;
    begin += c.length;
  }
  std::size_t end = text.size();
  while (end > begin) {
    const CodePoint c = decode_last(text, end);
    if (!is_space(c.value) && !is_invisible(c.value)) break;
    end -= c.length;
  }
  return text.substr(begin, end - begin);
}

namespace {

// Goes on with `i` over whole blocks of ASCII and returns how many words begin there. The byte
// before must be ASCII.
std::size_t count_words_of_blocks(std::string_view text, std::size_t& i) {
  std::size_t words = 0;
  while (i + 16 <= text.size()) {
    Block begins{};
    const std::size_t end = std::min(text.size() - 15, i + 255 * 16);
    for (; i < end; i += 16) {
      const Block here = load_block(text.data() + i);
      if (any(here & 0x80)) break;
      begins -= word_bytes(here) & ~word_bytes(load_block(text.data() + i - 1));
    }
    for (std::size_t k = 0; k < 16; ++k) words += begins[k];
    if (i < end) break;
  }
  return words;
}

}  // namespace

std::size_t count_words(std::string_view text) {
  constexpr std::size_t kUnspacedWord = 5;  // characters, their marks among them
  std::size_t words = 0, unspaced = 0;
  bool inside = false;
  std::size_t i = 0, scalar_until = 1;
  while (i < text.size()) {
    if (i >= scalar_until && static_cast<unsigned char>(text[i - 1]) < 128) {
      words += count_words_of_blocks(text, i);
      scalar_until = i + sizeof(Block);
      if (i == text.size()) break;
      inside = kAscii[static_cast<unsigned char>(text[i - 1])] & kWordBit;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 128) {
      const bool word = kAscii[byte] & kWordBit;
      words += word && !inside;
      inside = word;
      unspaced = 0;
      ++i;
      continue;
    }
    const CodePoint c = decode(text, i);
    i += c.length;
    if (is_unspaced(c.value)) {
      words += unspaced++ % kUnspacedWord == 0;
      inside = true;
      continue;
    }
    if (is_invisible(c.value)) continue;
    unspaced = 0;
    if (is_ideograph(c.value)) {
      ++words;
      inside = false;
    } else {
      const bool word = is_word(c.value);
      words += word && !inside;
      inside = word;
    }
  }
  return words;
}

namespace {

// Folding never lengthens a character and a space stands for at least one byte that is dropped:
// `begin` has room for as many bytes as the text. Returns the end of what is written.
char* write_folded_words(char* const begin, std::string_view text) {
  char* to = begin;
  bool gap = true;  // a space here would be the first, or the second in a row
  std::size_t i = 0;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 128) {
      ++i;
      const char folded = kFoldedAscii[byte];
      if (folded == '\0') continue;
      const bool space = folded == ' ';
      *to = folded;
      to += !(space && gap);
      gap = space;
      continue;
    }
    const CodePoint c = decode(text, i);
    i += c.length;
    if (is_word(c.value)) {
      to += write_utf8(to, fold(c.value));
      gap = false;
    } else if (c.value != 0x2019 && !is_invisible(c.value) && !gap) {
      *to++ = ' ';
      gap = true;
    }
  }
  return gap && to > begin ? to - 1 : to;
}

}  // namespace

void append_folded_words(std::string& out, std::string_view text) {
  std::array<char, 512> small;
  if (text.size() <= small.size()) {
    out.append(small.data(), write_folded_words(small.data(), text));
    return;
  }
  const std::size_t start = out.size();
  out.resize(start + text.size());
  out.resize(static_cast<std::size_t>(write_folded_words(out.data() + start, text) - out.data()));
}

std::string fold_words(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_folded_words(out, text);
  return out;
}

bool ends_sentence(std::string_view text) {
  std::size_t end = text.size();
  for (int steps = 0; end > 0 && steps < 8; ++steps) {
    const CodePoint c = decode_last(text, end);
    switch (c.value) {
      case '.':
      case '!':
      case '?':
      case 0x3002:
      case 0xFF01:
      case 0xFF1F:
      case 0x061F:
      case 0x06D4:
      case 0x2026:
      case 0x0964:
      case 0xFF0E: return true;
      case '"':
      case '\'':
      case ')':
      case ']':
      case 0x201D:
      case 0x2019:
      case 0x201C:
      case 0x2018:
      case 0xBB:
      case 0xAB:
      case 0x300D:
      case 0x300F:
      case 0xFF09:
      case '*': break;
      default:
        if (!is_space(c.value) && !is_invisible(c.value)) return false;
    }
    end -= c.length;
  }
  return false;
}

bool contains_ignoring_case(std::string_view text, std::string_view needle) {
  if (needle.empty()) return true;
  for (std::size_t i = 0; i + needle.size() <= text.size(); ++i)
    if (ascii_lower(text[i]) == needle[0] && starts_with_ignoring_case(text.substr(i), needle))
      return true;
  return false;
}

}  // namespace copydesk::clean
