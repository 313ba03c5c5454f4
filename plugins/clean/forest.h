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
  // The same, of a text that goes on behind the model; `text` is what is left then.
  static std::optional<Forest> parse_front(std::string_view& text, std::size_t columns);

  // Above 0 when the line of this row of columns() numbers is rather the article's.
  float score(const float* row) const;
  // The same verdict for a fraction of its price: where the sum of the first trees is beyond a bound
  // that the model states, that sum is the score (Cambazoglu et al., Early Exit Optimizations for
  // Additive Machine Learned Ranking Systems, WSDM 2010).
  float quick_score(const float* row) const;
  // The sum of all trees, for a forest whose score is what another learns from; kSurelyNot where the
  // first trees are below a bound already.
  static constexpr float kSurelyNot = -100;
  float exact_score(const float* row) const;
  std::size_t columns() const { return columns_; }

 private:
  static constexpr std::size_t kDepthMax = 8;
  static constexpr std::size_t kTreesMax = 1000;
  static constexpr std::size_t kColumnsMax = 256;
  static constexpr std::size_t kStopsMax = 16;

  // After so many trees a sum up to `low`, not above 0, or from `high` on is a verdict.
  struct Stop {
    std::size_t trees;
    float low, high;
  };

  template <class Reader>
  bool read_stops(Reader& in, std::size_t trees);
  template <class Reader>
  bool read_tree(Reader& in, std::size_t tree);
  float sum(const float* row, std::size_t tree, std::size_t end) const;

  std::size_t columns_ = 0;
  std::size_t depth_ = 0;
  std::size_t trees_ = 0;
  float bias_ = 0;
  std::vector<Stop> stops_;
  // Each tree is complete, its nodes in the order of a heap: the limit and the column of a node.
  std::vector<float> limits_;
  std::vector<std::uint8_t> column_of_;
  std::vector<float> leaves_;
};

// A forest and one that learned from its verdicts, in one file.
struct ForestPair {
  Forest first, second;

  static std::optional<ForestPair> parse(std::string_view text, std::size_t first_columns,
                                         std::size_t second_columns);
};

}  // namespace copydesk::clean
