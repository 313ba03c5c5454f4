// The model of pages: two forests, as the one of flattened text. The second sees, besides the verdicts
// on the lines around, those on the blocks that stand in the same elements or are named alike.
// Internal.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "context.h"
#include "forest.h"
#include "page_features.h"

namespace copydesk::clean {

inline constexpr std::size_t kGroupColumns = 6;
inline constexpr std::size_t kPageContextColumns =
    kContextColumns + 4 + kGroupColumns * kBlockGroups;

// Rows of kPageContextColumns numbers, after the first forest. `features` has the columns of blocks.
// The first number is Judged::kSurelyNot of a line that the first forest is sure of.
std::vector<float> page_context_rows(const std::vector<Line>& lines, const LineFeatures& features,
                                     const std::vector<BlockPlace>& places, const Forest& first);

// Immutable, any thread.
class PageModel {
 public:
  // As tools/train_clean writes it: one forest behind the other.
  static std::optional<PageModel> parse(std::string_view text);

  // Above 0 for a line that is rather the article's.
  std::vector<float> judge(const std::vector<Line>& lines, const LineFeatures& features,
                           const std::vector<BlockPlace>& places) const;

 private:
  explicit PageModel(ForestPair forests) : forests_(std::move(forests)) {}

  ForestPair forests_;
};

}  // namespace copydesk::clean
