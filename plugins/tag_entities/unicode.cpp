#include "unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace copydesk::tag_entities {
namespace {

struct Run {
  std::uint32_t first;
  std::uint8_t char_class;
};
struct Decomposition {
  std::uint32_t code_point;
  std::uint32_t parts[4];
};
struct Lower {
  std::uint32_t code_point;
  std::uint32_t lower;
};

#include "unicode_tables.inc"

constexpr std::uint32_t kTableEnd = 0x20000;

// The runs spread out, one byte a code point: a look-up is one load, and only the pages that are
// used become resident.
const std::array<CharClass, kTableEnd>& classes() {
  static const auto table = [] {
    std::array<CharClass, kTableEnd> spread{};
    for (std::size_t i = 0; i < std::size(kRuns); ++i) {
      const std::uint32_t end = i + 1 < std::size(kRuns) ? kRuns[i + 1].first : kTableEnd;
      std::fill(spread.begin() + kRuns[i].first, spread.begin() + end,
                static_cast<CharClass>(kRuns[i].char_class));
    }
    return spread;
  }();
  return table;
}

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

Decoded decode(std::string_view text, std::size_t position) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data()) + position;
  const std::size_t left = text.size() - position;
  constexpr Decoded kBroken{kBrokenByte, 1};
  if (p[0] < 0x80) return {p[0], 1};
  if (p[0] < 0xC2) return kBroken;
  if (p[0] < 0xE0) {
    if (left < 2 || !is_continuation(p[1])) return kBroken;
    return {static_cast<char32_t>((p[0] & 0x1F) << 6 | (p[1] & 0x3F)), 2};
  }
  if (p[0] < 0xF0) {
    if (left < 3 || !is_continuation(p[1]) || !is_continuation(p[2])) return kBroken;
    const char32_t cp =
        static_cast<char32_t>((p[0] & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F));
    if (cp < 0x800 || (cp >= 0xD800 && cp <= 0xDFFF)) return kBroken;
    return {cp, 3};
  }
  if (p[0] > 0xF4 || left < 4) return kBroken;
  if (!is_continuation(p[1]) || !is_continuation(p[2]) || !is_continuation(p[3])) return kBroken;
  const char32_t cp = static_cast<char32_t>((p[0] & 0x07) << 18 | (p[1] & 0x3F) << 12 |
                                            (p[2] & 0x3F) << 6 | (p[3] & 0x3F));
  if (cp < 0x10000 || cp > 0x10FFFF) return kBroken;
  return {cp, 4};
}

Decoded decode_before(std::string_view text, std::size_t position) {
  for (std::uint32_t back = 1; back <= 4 && back <= position; ++back) {
    const auto byte = static_cast<unsigned char>(text[position - back]);
    if (is_continuation(byte)) continue;
    const Decoded found = decode(text.substr(0, position), position - back);
    if (found.bytes == back) return found;
    break;
  }
  return {kBrokenByte, 1};
}

bool valid_utf8(std::string_view text, std::size_t* bad) {
  for (std::size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i);
    if (d.code_point == kBrokenByte) {
      if (bad != nullptr) *bad = i;
      return false;
    }
    i += d.bytes;
  }
  return true;
}

bool has_line_end(std::string_view text) {
  constexpr unsigned char kNelLead = 0xC2, kSeparatorLead = 0xE2;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n' || byte == '\r') return true;
    if ((byte == kNelLead || byte == kSeparatorLead) && ends_line(decode(text, i).code_point)) {
      return true;
    }
  }
  return false;
}

CharClass char_class(char32_t code_point) {
  if (code_point < kTableEnd) return classes()[code_point];
  // Planes 2 and 3 hold ideographs only.
  return code_point < 0x40000 ? CharClass::kIdeograph : CharClass::kOther;
}

char32_t lower(char32_t code_point) {
  if (code_point < 0x80) {
    return code_point >= 'A' && code_point <= 'Z' ? code_point + 0x20 : code_point;
  }
  const auto* found =
      std::lower_bound(std::begin(kLowers), std::end(kLowers), code_point,
                       [](const Lower& row, char32_t wanted) { return row.code_point < wanted; });
  return found != std::end(kLowers) && found->code_point == code_point ? found->lower : code_point;
}

Parts decompose(char32_t code_point) {
  Parts parts{{code_point, 0, 0, 0}, 1};
  if (code_point < 0xC0 || code_point > 0x1FFF) return parts;
  const auto* found = std::lower_bound(
      std::begin(kDecompositions), std::end(kDecompositions), code_point,
      [](const Decomposition& row, char32_t wanted) { return row.code_point < wanted; });
  if (found == std::end(kDecompositions) || found->code_point != code_point) return parts;
  parts.count = 0;
  for (const std::uint32_t part : found->parts) {
    if (part != 0) parts.code_points[parts.count++] = part;
  }
  return parts;
}

}  // namespace copydesk::tag_entities
