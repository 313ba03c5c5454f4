// From how likely each line is the article's to which lines to take. Internal.
#pragma once
#include <vector>

#include "lines.h"

namespace copydesk::clean {

// Shifts the scores, which are log odds, so that the lines above 0 are those to take for the best F1
// of words to be expected. A line of likelihood p adds p/G to recall and (p - P)/S to precision, of G
// words that the article is expected to have and S that are taken with precision P; so it is worth
// taking from p = P*G/(S+G) on: from a half where all is clear, from less where much is in doubt. See
// Ye et al., "Optimizing F-measures: a tale of two approaches" (ICML 2012).
void shift_for_best_f1(const std::vector<Line>& lines, std::vector<float>& scores);

}  // namespace copydesk::clean
