#include "decide.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace copydesk::clean {
namespace {

constexpr int kRounds = 4;                         // each from the threshold of the one before
constexpr float kLikelyMin = 0.02f;                // less is noise that a long page has much of
constexpr float kFirst = 0.45f;                    // where the search begins
constexpr float kLowest = 0.3f, kHighest = 0.55f;  // thresholds beyond trust the numbers too much

}  // namespace

void shift_for_best_f1(const std::vector<Line>& lines, std::vector<float>& scores) {
  std::vector<float> likely(scores.size());
  float expected = 1;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    likely[i] = 1 / (1 + std::exp(-scores[i]));
    if (likely[i] > kLikelyMin) expected += likely[i] * static_cast<float>(lines[i].words);
  }
  float threshold = kFirst;
  for (int round = 0; round < kRounds; ++round) {
    float taken = 1, right = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (likely[i] <= threshold) continue;
      taken += static_cast<float>(lines[i].words);
      right += likely[i] * static_cast<float>(lines[i].words);
    }
    threshold = std::clamp(right / taken * expected / (taken + expected), kLowest, kHighest);
  }
  const float shift = std::log(threshold / (1 - threshold));
  for (float& score : scores) score -= shift;
}

}  // namespace copydesk::clean
