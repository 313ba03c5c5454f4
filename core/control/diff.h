#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace copydesk::control {

// One line of a difference. A gap stands for lines that both sides have and that are too far from a change to be shown.
struct DiffLine {
  enum Kind { kSame, kRemoved, kAdded, kGap } kind = kSame;
  std::string_view text;  // into the texts that were compared; of a gap empty
  std::size_t lines = 0;  // of a gap
  bool operator==(const DiffLine&) const = default;
};

inline constexpr std::size_t kDiffContext = 1;  // equal lines shown around a change
// of the table; longer middles are shown as replaced as a whole
inline constexpr std::size_t kDiffMostCells = 4'000'000;

// What makes `after` of `before`, line by line (longest common subsequence between the equal ends). Empty when equal.
[[nodiscard]] std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after);

}  // namespace copydesk::control
