#include "control/diff.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace copydesk::control {
namespace {

using Lines = std::vector<std::string_view>;
using Range = std::span<const std::string_view>;

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

void replace_all(Range before, Range after, std::vector<DiffLine>& out) {
  for (std::string_view line : before) out.push_back({DiffLine::kRemoved, line});
  for (std::string_view line : after) out.push_back({DiffLine::kAdded, line});
}

// The classic table: length[i][j] of the longest common subsequence of what follows line i and line j.
void diff_middle(Range before, Range after, std::vector<DiffLine>& out) {
  const std::size_t n = before.size(), m = after.size();
  if ((n + 1) * (m + 1) > kDiffMostCells) return replace_all(before, after, out);
  std::vector<std::uint32_t> length((n + 1) * (m + 1), 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
    return length[i * (m + 1) + j];
  };
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;)
      at(i, j) =
          before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  std::size_t i = 0, j = 0;
  while (i < n && j < m) {
    if (before[i] == after[j]) {
      out.push_back({DiffLine::kSame, before[i]});
      ++i;
      ++j;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      out.push_back({DiffLine::kRemoved, before[i++]});
    } else {
      out.push_back({DiffLine::kAdded, after[j++]});
    }
  }
  replace_all(before.subspan(i), after.subspan(j), out);
}

// Equal lines far from every change become gaps.
std::vector<DiffLine> compact(const std::vector<DiffLine>& all) {
  std::vector<bool> shown(all.size(), false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind == DiffLine::kSame) continue;
    const std::size_t begin = i > kDiffContext ? i - kDiffContext : 0;
    for (std::size_t k = begin; k < std::min(all.size(), i + kDiffContext + 1); ++k)
      shown[k] = true;
  }
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (shown[i])
      out.push_back(all[i]);
    else if (!out.empty() && out.back().kind == DiffLine::kGap)
      ++out.back().lines;
    else
      out.push_back({DiffLine::kGap, {}, 1});
  }
  return out;
}

}  // namespace

std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after) {
  if (before == after) return {};
  const Lines a = lines_of(before), b = lines_of(after);
  std::size_t head = 0, tail = 0;
  while (head < std::min(a.size(), b.size()) && a[head] == b[head]) ++head;
  while (tail < std::min(a.size(), b.size()) - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  std::vector<DiffLine> all;
  for (std::size_t i = 0; i < head; ++i) all.push_back({DiffLine::kSame, a[i]});
  diff_middle(Range(a).subspan(head, a.size() - head - tail),
              Range(b).subspan(head, b.size() - head - tail), all);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) all.push_back({DiffLine::kSame, a[i]});
  return compact(all);
}

}  // namespace copydesk::control
