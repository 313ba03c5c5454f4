// Function words of many languages: with their share in place of that of English ones, the model of
// texts, which learned from English, judges lines of other languages too. Internal.
#pragma once
#include <vector>

#include "lines.h"

namespace copydesk::clean {

// For each line the share of its words that are function words of the text's language, scaled so
// that running text has the share that it has in English. Empty where no language is told: too
// little running text, or none that is known.
std::vector<float> function_word_shares(const std::vector<Line>& lines);

}  // namespace copydesk::clean
