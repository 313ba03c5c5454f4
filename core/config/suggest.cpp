#include "config/suggest.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"

namespace copydesk::config {
namespace {

constexpr std::size_t kMaxWord = 64;
constexpr std::size_t kMaxListed = 20;
constexpr std::size_t kShortestStart = 3;
constexpr std::size_t kMaxQuoted = 60;  // code points

// The one candidate that begins with the word, as 'dedup'.
std::string completed(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string lower = ascii_lower_case(word);
  const auto begins = [&lower](const std::string& candidate) {
    return ascii_lower_case(candidate).starts_with(lower);
  };
  const auto first = std::ranges::find_if(candidates, begins);
  if (word.size() < kShortestStart || first == candidates.end()) return {};
  return std::find_if(first + 1, candidates.end(), begins) == candidates.end() ? *first : "";
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > kMaxWord || b.size() > kMaxWord) return a == b ? 0 : std::max(a.size(), b.size());
  using Row = std::array<std::size_t, kMaxWord + 1>;
  Row before{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
                           ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  // A third of the letters may be wrong, as with 'thresold'; in short words one.
  std::size_t best = std::max<std::size_t>(1, std::min<std::size_t>(3, word.size() / 3)) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best || distance >= candidate.size()) continue;
    best = distance;
    found = candidate;
  }
  return found.empty() ? completed(word, candidates) : found;
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size() && i < kMaxListed; ++i)
    out += (i > 0 ? ", " : "") + words[i];
  if (words.size() > kMaxListed) out += ", …";
  return out;
}

std::string hint(std::string_view word, const std::vector<std::string>& candidates,
                 std::string_view plural) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) return " (did you mean '" + near + "'?)";
  if (candidates.empty()) return " (there are no " + std::string(plural) + ")";
  return " (known " + std::string(plural) + ": " + join(candidates) + ")";
}

std::string shown(std::string_view text) {
  std::string out = "'";
  std::size_t points = 0;
  for (char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && ++points > kMaxQuoted) {
      out += "…";
      break;
    }
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return out + "'";
}

}  // namespace copydesk::config
