// The model of flattened text: two forests. The first judges each line by its own numbers; the second
// by that verdict and those on the lines around it. Internal.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "context.h"
#include "forest.h"
#include "line_features.h"
#include "lines.h"

namespace copydesk::clean {

// Rows of kContextColumns numbers. `first` is asked about the lines that are kept; the others count
// as dropped.
std::vector<float> context_rows(const std::vector<Line>& lines, const LineFeatures& features,
                                const Forest& first);

// Immutable, any thread.
class TextModel {
 public:
  // As tools/train_clean writes it: one forest behind the other.
  static std::optional<TextModel> parse(std::string_view text);

  // Above 0 for a line that is rather the article's. Empty where the model has no say: in a language
  // whose function words are not known (function_words.h), or too short to tell one.
  std::vector<float> judge(const std::vector<Line>& lines, std::string_view title) const;

 private:
  explicit TextModel(ForestPair forests) : forests_(std::move(forests)) {}

  ForestPair forests_;
};

}  // namespace copydesk::clean
