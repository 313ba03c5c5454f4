// The model of flattened text: two forests. The first judges each line by its own numbers; the second by that verdict
// and those on the lines around it, since an article stands together (stacking: Wolpert, Stacked Generalization, Neural
// Networks 5, 1992). Internal.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "forest.h"
#include "line_features.h"
#include "lines.h"

namespace copydesk::clean {

// Numbers a line for the second forest; their order is part of the model.
inline constexpr std::size_t kContextColumns = 28;

// Rows of kContextColumns numbers. `first` is asked about the lines that are kept; the others count as dropped.
std::vector<float> context_rows(const std::vector<Line>& lines, const LineFeatures& features,
                                const Forest& first);

// Immutable, any thread.
class TextModel {
 public:
  // As tools/train_clean writes it: one forest behind the other.
  static std::optional<TextModel> parse(std::string_view text);

  // Above 0 for a line that is rather the article's. Empty where the model has no say: it knows English only.
  std::vector<float> judge(const std::vector<Line>& lines, std::string_view title) const;

 private:
  TextModel(Forest first, Forest second) : first_(std::move(first)), second_(std::move(second)) {}

  Forest first_, second_;
};

}  // namespace copydesk::clean
