#include "context.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace copydesk::clean {
namespace {

constexpr float kOutside = -6.0f;      // the score of a line before the first or behind the last
constexpr std::size_t kWordsMax = 60;  // a longer line counts like one of so many words
constexpr float kFades[] = {0.6f, 0.85f};

// The run of lines with the most mass above the others.
std::pair<std::size_t, std::size_t> best_run(const std::vector<Judged>& lines) {
  std::pair<std::size_t, std::size_t> best{0, 0};
  float best_sum = -1, sum = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (sum <= 0) sum = 0, begin = i;
    sum += lines[i].mass - lines[i].others;
    if (sum > best_sum) best_sum = sum, best = {begin, i};
  }
  return best;
}

float distance(std::size_t i, std::pair<std::size_t, std::size_t> run) {
  const auto gap = [](std::size_t a, std::size_t b) {
    return static_cast<float>(a) - static_cast<float>(b);
  };
  return i < run.first ? gap(i, run.first) : i > run.second ? gap(i, run.second) : 0.0f;
}

}  // namespace

Judged::Judged(float given, std::size_t word_count)
    : score(std::clamp(given, kSurelyNot, kSurely)) {
  const auto words = static_cast<float>(std::min(word_count, kWordsMax));
  mass = words / (1 + std::exp(-score));
  others = words - mass;
}

void write_context(const std::vector<Line>& lines, const LineFeatures& features,
                   const std::vector<Judged>& judged, std::size_t stride, float* rows) {
  const std::pair<std::size_t, std::size_t> run = best_run(judged);
  const auto n = static_cast<std::ptrdiff_t>(lines.size());
  float total = 0;
  for (const Judged& line : judged) total += line.mass;
  total = std::max(total, 1.0f);

  float before = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto inside = [&](std::ptrdiff_t offset) { return i + offset >= 0 && i + offset < n; };
    const auto other = [&](std::ptrdiff_t offset) { return static_cast<std::size_t>(i + offset); };
    float* x = rows + at * stride;
    *x++ = judged[at].score;
    *x++ = static_cast<float>(lines[at].words);
    for (const int offset : {-1, 1, -2, 2, -3, 3})
      *x++ = inside(offset) ? judged[other(offset)].score : kOutside;
    for (const int offset : {-1, 1})
      *x++ = inside(offset) ? static_cast<float>(lines[other(offset)].words) : -1.0f;
    *x++ = before / total;
    before += judged[at].mass;
    *x++ = total;
    *x++ = (total - before) / total;
    *x++ = distance(at, run);
    for (const int column : {3, 5, 16, 41, 42, 60}) *x++ = features.row(at)[column];
  }
  // Columns 20 to 27: mass and others before and behind, fading at two scales.
  for (std::size_t scale = 0; scale < std::size(kFades); ++scale) {
    float mass = 0, others = 0;
    const auto step = [&](std::size_t i, std::size_t column) {
      float* x = rows + i * stride + column;
      x[0] = mass;
      x[1] = others;
      mass = mass * kFades[scale] + judged[i].mass;
      others = others * kFades[scale] + judged[i].others;
    };
    for (std::size_t i = 0; i < lines.size(); ++i) step(i, 20 + scale * 4);
    mass = others = 0;
    for (std::size_t i = lines.size(); i-- > 0;) step(i, 22 + scale * 4);
  }
}

}  // namespace copydesk::clean
