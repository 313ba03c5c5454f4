#pragma once
// A linear chain over the words of a sentence. A name is one word labelled S, or B, any I, and E;
// each of the four types has its own. Pure but for scratch memory; one thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace copydesk::tag_entities {

inline constexpr int kTypes = 4;  // as EntityType
inline constexpr int kB = 0;      // + type
inline constexpr int kS = 4;
inline constexpr int kE = 8;
inline constexpr int kI = 12;
inline constexpr int kO = 16;  // no name; features give it nothing, so it has no column
inline constexpr int kColumns = 16;
inline constexpr int kLabels = 17;

using Scores = std::array<float, kLabels>;  // of one word

constexpr bool ends_outside(int label) { return (label >= kS && label < kI) || label == kO; }
constexpr bool begins(int label) { return label < kE || label == kO; }
constexpr bool may_follow(int from, int to) {
  if (begins(to)) return ends_outside(from);
  const bool inside = from < kS || (from >= kI && from < kO);
  return inside && from % kTypes == to % kTypes;
}

struct Transitions {
  std::array<float, kLabels * kLabels>
      score{};                         // [from * kLabels + to]; what may not follow is not read
  std::array<float, kLabels> first{};  // of a sentence's first word
};

struct Span {
  std::uint32_t begin = 0;  // words, [begin, end)
  std::uint32_t end = 0;
  int type = 0;
  float probability = 0;
};

class Lattice {
 public:
  explicit Lattice(const Transitions& transitions) { set(transitions); }
  void set(const Transitions& transitions);

  // The most probable labels; the result is good until the next call.
  const std::vector<std::uint8_t>& best(std::span<const Scores> words);

  // Sums over all ways to label the words, for what follows. Returns the logarithm of the sum.
  double sum(std::span<const Scores> words);
  float probability(std::size_t word, int label) const {
    return forward_[word][label] * backward_[word][label];
  }
  // That `from` is the label of word - 1 and `to` that of word.
  float probability(std::size_t word, int from, int to) const {
    return forward_[word - 1][from] * factor_[from * kLabels + to] * local_[word][to] *
           backward_[word][to];
  }
  float probability(const Span& span) const;

 private:
  void forward(std::size_t word);
  void backward(std::size_t word);

  Transitions transitions_;
  std::array<float, kLabels * kLabels> factor_{};
  std::array<float, kLabels> first_factor_{};
  std::vector<Scores> forward_, backward_, local_;
  std::vector<std::array<std::uint8_t, kLabels>> from_;
  std::vector<std::uint8_t> labels_;
};

// The names that the labels spell.
void spans_of(std::span<const std::uint8_t> labels, std::vector<Span>& spans);

}  // namespace copydesk::tag_entities
