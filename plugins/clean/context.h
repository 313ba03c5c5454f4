// What a second forest sees of a line: the verdicts of the first on it and on the lines around, since
// an article stands together (stacking: Wolpert, Stacked Generalization, Neural Networks 5, 1992).
// Internal.
#pragma once
#include <cstddef>
#include <vector>

#include "line_features.h"
#include "lines.h"

namespace copydesk::clean {

// Numbers a line; their order is part of the models.
inline constexpr std::size_t kContextColumns = 28;

// What is known of a line after the first forest.
struct Judged {
  static constexpr float kDropped = -4.0f;    // the score of a line that a rule has dropped
  static constexpr float kSurelyNot = -5.0f;  // the lowest there is
  static constexpr float kSurely = 5.0f;

  float score;   // clamped
  float mass;    // words, times how likely they are the article's
  float others;  // the rest of the words

  Judged(float score, std::size_t words);
};

// Writes kContextColumns numbers a line into `rows`, one line every `stride` numbers.
void write_context(const std::vector<Line>& lines, const LineFeatures& features,
                   const std::vector<Judged>& judged, std::size_t stride, float* rows);

}  // namespace copydesk::clean
