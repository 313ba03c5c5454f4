#include "forest.h"

#include <charconv>
#include <utility>

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
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace

std::optional<Forest> Forest::parse(std::string_view text, std::size_t columns) {
  return parse_front(text, columns);
}

std::optional<Forest> Forest::parse_front(std::string_view& text, std::size_t columns) {
  Forest forest;
  Reader in(text);
  if (!in.next(forest.columns_) || !in.next(forest.trees_) || !in.next(forest.depth_) ||
      !in.next(forest.bias_))
    return std::nullopt;
  if (forest.columns_ != columns || columns > kColumnsMax || forest.trees_ > kTreesMax ||
      forest.depth_ == 0 || forest.depth_ > kDepthMax || !forest.read_stops(in, forest.trees_))
    return std::nullopt;
  const std::size_t leaves = std::size_t{1} << forest.depth_;
  forest.limits_.resize(forest.trees_ * (leaves - 1));
  forest.column_of_.resize(forest.trees_ * (leaves - 1));
  forest.leaves_.resize(forest.trees_ * leaves);
  for (std::size_t tree = 0; tree < forest.trees_; ++tree)
    if (!forest.read_tree(in, tree)) return std::nullopt;
  text = in.rest();
  return forest;
}

// Their number, then of each how many trees it follows and its two bounds.
template <class Reader>
bool Forest::read_stops(Reader& in, std::size_t trees) {
  std::size_t count = 0, before = 0;
  if (!in.next(count) || count > kStopsMax) return false;
  for (; count > 0; --count) {
    Stop stop{};
    if (!in.next(stop.trees) || !in.next(stop.low) || !in.next(stop.high)) return false;
    if (stop.trees <= before || stop.trees > trees || !(stop.low <= 0) || !(stop.high > 0))
      return false;
    before = stop.trees;
    stops_.push_back(stop);
  }
  return true;
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
      limits_[tree * (leaves - 1) + at] = number;
      column_of_[tree * (leaves - 1) + at] = static_cast<std::uint8_t>(column);
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

float Forest::sum(const float* row, std::size_t tree, std::size_t end) const {
  const std::size_t leaves = std::size_t{1} << depth_;
  const std::size_t nodes = leaves - 1;
  const float* limits = limits_.data() + tree * nodes;
  const std::uint8_t* columns = column_of_.data() + tree * nodes;
  const float* values = leaves_.data() + tree * leaves;
  float sum = 0;
  // Several trees at a time: each step of one waits for the memory of the step before it.
  constexpr std::size_t kAtOnce = 6;
  for (; tree + kAtOnce <= end; tree += kAtOnce) {
    std::size_t at[kAtOnce] = {};
    for (std::size_t d = 0; d < depth_; ++d) {
      for (std::size_t k = 0; k < kAtOnce; ++k) {
        const std::size_t node = k * nodes + at[k];
        at[k] = 2 * at[k] + 1 + !(row[columns[node]] <= limits[node]);
      }
    }
    for (std::size_t k = 0; k < kAtOnce; ++k) sum += values[k * leaves + at[k] - nodes];
    limits += kAtOnce * nodes;
    columns += kAtOnce * nodes;
    values += kAtOnce * leaves;
  }
  for (; tree < end; ++tree) {
    std::size_t at = 0;
    for (std::size_t d = 0; d < depth_; ++d) at = 2 * at + 1 + !(row[columns[at]] <= limits[at]);
    sum += values[at - nodes];
    limits += nodes;
    columns += nodes;
    values += leaves;
  }
  return sum;
}

float Forest::score(const float* row) const { return bias_ + sum(row, 0, trees_); }

float Forest::quick_score(const float* row) const {
  float so_far = bias_;
  std::size_t tree = 0;
  for (const Stop& stop : stops_) {
    so_far += sum(row, tree, stop.trees);
    tree = stop.trees;
    if (so_far <= stop.low || so_far >= stop.high) return so_far;
  }
  return so_far + sum(row, tree, trees_);
}

float Forest::exact_score(const float* row) const {
  float so_far = bias_;
  std::size_t tree = 0;
  for (const Stop& stop : stops_) {
    so_far += sum(row, tree, stop.trees);
    tree = stop.trees;
    if (so_far <= stop.low) return kSurelyNot;
  }
  return so_far + sum(row, tree, trees_);
}

std::optional<ForestPair> ForestPair::parse(std::string_view text, std::size_t first_columns,
                                            std::size_t second_columns) {
  std::optional<Forest> first = Forest::parse_front(text, first_columns);
  if (!first) return std::nullopt;
  std::optional<Forest> second = Forest::parse_front(text, second_columns);
  if (!second) return std::nullopt;
  return ForestPair{std::move(*first), std::move(*second)};
}

}  // namespace copydesk::clean
