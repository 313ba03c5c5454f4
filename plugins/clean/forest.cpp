#include "forest.h"

#include <charconv>

namespace copydesk::clean {
namespace {

// The numbers of a model file; lines that begin with # are comments.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  template <class Number>
  bool next(Number& number) {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '#')) {
      if (*at_++ != '#') continue;
      while (at_ < end_ && *at_ != '\n') ++at_;
    }
    const auto [stop, error] = std::from_chars(at_, end_, number);
    if (error != std::errc()) return false;
    at_ = stop;
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace

std::optional<Forest> Forest::parse(std::string_view text, std::size_t columns) {
  Forest forest;
  Reader in(text);
  std::size_t trees = 0;
  if (!in.next(forest.columns_) || !in.next(trees) || !in.next(forest.depth_) ||
      !in.next(forest.bias_))
    return std::nullopt;
  if (forest.columns_ != columns || trees > kTreesMax || forest.depth_ == 0 ||
      forest.depth_ > kDepthMax)
    return std::nullopt;
  const std::size_t leaves = std::size_t{1} << forest.depth_;
  forest.splits_.resize(trees * (leaves - 1));
  forest.leaves_.resize(trees * leaves);
  for (std::size_t tree = 0; tree < trees; ++tree)
    if (!forest.read_tree(in, tree)) return std::nullopt;
  return forest;
}

// A node is a column and a limit, then what is below it; a leaf is -1 and its value. A leaf that
// is not at the full depth stands for a whole subtree.
template <class Reader>
bool Forest::read_tree(Reader& in, std::size_t tree) {
  const std::size_t leaves = std::size_t{1} << depth_;
  std::vector<std::size_t> open{0};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    int column = 0;
    float number = 0;
    if (!in.next(column) || !in.next(number)) return false;
    if (column >= 0) {
      if (at + 1 >= leaves || static_cast<std::size_t>(column) >= columns_) return false;
      splits_[tree * (leaves - 1) + at] = {number, static_cast<std::uint32_t>(column)};
      open.push_back(2 * at + 2);
      open.push_back(2 * at + 1);
      continue;
    }
    std::size_t first = at, last = at;
    while (first + 1 < leaves) first = 2 * first + 1, last = 2 * last + 2;
    for (std::size_t leaf = first; leaf <= last; ++leaf)
      leaves_[tree * leaves + leaf - (leaves - 1)] = number;
  }
  return true;
}

float Forest::score(const float* row) const {
  const std::size_t leaves = std::size_t{1} << depth_;
  const std::size_t trees = leaves_.size() / leaves;
  const Split* splits = splits_.data();
  const float* values = leaves_.data();
  float sum = bias_;
  // Four trees at a time: each step of one waits for the memory of the step before it.
  std::size_t tree = 0;
  for (; tree + 4 <= trees; tree += 4) {
    std::size_t at[4] = {0, 0, 0, 0};
    for (std::size_t d = 0; d < depth_; ++d) {
      for (std::size_t k = 0; k < 4; ++k) {
        const Split& split = splits[k * (leaves - 1) + at[k]];
        at[k] = 2 * at[k] + 1 + !(row[split.column] <= split.limit);
      }
    }
    for (std::size_t k = 0; k < 4; ++k) sum += values[k * leaves + at[k] - (leaves - 1)];
    splits += 4 * (leaves - 1);
    values += 4 * leaves;
  }
  for (; tree < trees; ++tree) {
    std::size_t at = 0;
    for (std::size_t d = 0; d < depth_; ++d)
      at = 2 * at + 1 + !(row[splits[at].column] <= splits[at].limit);
    sum += values[at - (leaves - 1)];
    splits += leaves - 1;
    values += leaves;
  }
  return sum;
}

}  // namespace copydesk::clean
