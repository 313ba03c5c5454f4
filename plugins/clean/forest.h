// A trained model: boosted decision trees that say whether a line belongs to the article. Internal.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace copydesk::clean {

// Read from a model file as tools/train_clean writes it; immutable, any thread.
class Forest {
 public:
  // Nothing if the text is no model, or one for another number of columns.
  static std::optional<Forest> parse(std::string_view text, std::size_t columns);

  // Above 0 when the line of this row of columns() numbers is rather the article's.
  float score(const float* row) const;
  std::size_t columns() const { return columns_; }

 private:
  struct Split {
    float limit;
    std::uint32_t column;
  };
  static constexpr std::size_t kDepthMax = 8;
  static constexpr std::size_t kTreesMax = 1000;

  template <class Reader>
  bool read_tree(Reader& in, std::size_t tree);

  std::size_t columns_ = 0;
  std::size_t depth_ = 0;
  float bias_ = 0;
  std::vector<Split> splits_;  // each tree complete, in the order of a heap
  std::vector<float> leaves_;
};

}  // namespace copydesk::clean
