#include "fold.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace copydesk::deduplicate {
namespace {

struct Run {
  char32_t first;
  int count;
  char32_t target;
  int step;
};
struct Expansion {
  char32_t code_point;
  std::string_view letters;
};
#include "fold_table.inc"

// What the targets below U+0020 mean; the generator writes them.
constexpr char16_t kSeparates = 0, kVanishes = 1, kExpands = 2;

constexpr std::size_t kTableSize = kTableLast - kTableFirst + 1;

constexpr std::array<char16_t, kTableSize> expand_runs() {
  std::array<char16_t, kTableSize> table{};
  for (std::size_t i = 0; i < kTableSize; ++i) table[i] = static_cast<char16_t>(kTableFirst + i);
  for (const Run& run : kRuns) {
    for (int i = 0; i < run.count; ++i) {
      table[run.first - kTableFirst + static_cast<unsigned>(i)] =
          static_cast<char16_t>(run.target + static_cast<unsigned>(i * run.step));
    }
  }
  return table;
}
constexpr std::array<char16_t, kTableSize> kTable = expand_runs();

constexpr bool within(char32_t c, char32_t first, char32_t last) {
  return c - first <= last - first;
}

bool is_spaceless(char32_t c) {
  return within(c, 0x0E01, 0x0EFF) || within(c, 0x1000, 0x109F) || within(c, 0x1780, 0x17FF);
}

bool is_wide(char32_t c) {
  return within(c, 0x3041, 0x312F) || within(c, 0x31A0, 0x31BF) || within(c, 0x31F0, 0x31FF) ||
         within(c, 0x3400, 0x4DBF) || within(c, 0x4E00, 0x9FFF) || within(c, 0xF900, 0xFAFF) ||
         within(c, 0xFF66, 0xFF9F) || within(c, 0x20000, 0x3FFFF) || c == 0x3005 || c == 0x3007;
}

Folded letter(char32_t c) {
  if (is_wide(c)) return {CharKind::kWide, c};
  if (is_spaceless(c)) return {CharKind::kSpaceless, c};
  return {CharKind::kLetter, c};
}

Folded fold_ascii(char32_t c) {
  if (within(c, 'A', 'Z')) return {CharKind::kLetter, c + ('a' - 'A')};
  if (within(c, 'a', 'z') || within(c, '0', '9')) return {CharKind::kLetter, c};
  if (within(c, '\n', '\r')) return {CharKind::kLineBreak, 0};
  return {};
}

Folded fold_by_table(char32_t c) {
  if (c == 0x85 || c == 0x2028 || c == 0x2029) return {CharKind::kLineBreak, 0};
  const char32_t target = kTable[c - kTableFirst];
  if (target == kSeparates) return {};
  if (target == kVanishes) return {CharKind::kInvisible, 0};
  if (target == kExpands) return {CharKind::kExpansion, c};
  return letter(target);
}

Folded fold_above_table(char32_t c) {
  if (within(c, 0xAC00, 0xD7A3)) return {CharKind::kSyllable, c};
  if (within(c, 0xFF01, 0xFF5E)) return fold_ascii(c - 0xFF01 + '!');
  if (within(c, 0xFB00, 0xFB06)) return {CharKind::kExpansion, c};
  if (within(c, 0xFE00, 0xFE0F) || within(c, 0xFE20, 0xFE2F) || c == 0xFEFF ||
      within(c, 0xE0000, 0xE0FFF)) {
    return {CharKind::kInvisible, 0};
  }
  const bool symbol = within(c, 0x3200, 0x33FF) || within(c, 0xD800, 0xF8FF) ||
                      within(c, 0xFE10, 0xFE6F) || within(c, 0xFF00, 0xFF65) ||
                      within(c, 0xFFA0, 0xFFFF) || within(c, 0x1D000, 0x1D3FF) ||
                      within(c, 0x1F000, 0x1FAFF) || c >= 0x40000;
  return symbol ? Folded{} : letter(c);
}

}  // namespace

Folded fold(char32_t code_point) noexcept {
  if (code_point < kTableFirst) return fold_ascii(code_point);
  if (code_point <= kTableLast) return fold_by_table(code_point);
  return fold_above_table(code_point);
}

std::string_view expansion_of(char32_t code_point) noexcept {
  static constexpr std::array<std::string_view, 7> kLigatures = {"ff",  "fi", "fl", "ffi",
                                                                 "ffl", "st", "st"};
  if (within(code_point, 0xFB00, 0xFB06)) return kLigatures[code_point - 0xFB00];
  const auto* found =
      std::lower_bound(std::begin(kExpansions), std::end(kExpansions), code_point,
                       [](const Expansion& e, char32_t c) { return e.code_point < c; });
  if (found == std::end(kExpansions) || found->code_point != code_point) return {};
  return found->letters;
}

Jamo jamo_of(char32_t syllable) noexcept {
  const char32_t index = syllable - 0xAC00;
  const char32_t tail = index % 28;
  return {0x1100 + index / 588, 0x1161 + index % 588 / 28, tail == 0 ? 0 : 0x11A7 + tail};
}

}  // namespace copydesk::deduplicate
