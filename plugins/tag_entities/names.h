#pragma once
// Finds names with a trained model. A NameFinder is used by one thread at a time and keeps its
// scratch memory; the model is shared.

#include <span>
#include <string_view>
#include <vector>

#include "scorer.h"

namespace copydesk::tag_entities {

struct Name {
  std::uint32_t field = 0;
  std::uint32_t begin = 0;  // bytes, [begin, end)
  std::uint32_t end = 0;
  std::uint32_t first_word = 0;  // of reading()
  std::uint32_t words = 0;
  int type = 0;  // an EntityType
  float probability = 0;
};

class NameFinder {
 public:
  // The model must outlive this.
  explicit NameFinder(const Model& model)
      : scorer_(model), lattice_(model.parts().transitions), reading_(scorer_.reading()) {}

  // The names of an article, by field and place, none overlapping. `tokens` are those of the texts.
  // The result is good until the next call.
  const std::vector<Name>& find(std::span<const std::string_view> texts,
                                std::span<const std::vector<Token>* const> tokens);
  const Reading& reading() const { return reading_; }

 private:
  using Shares = std::array<float, kTypes + 1>;  // of the types and of no name

  // Calls each(field, stretch, index of its first word in scores_).
  template <class Each>
  void each_stretch(Each each) const;
  std::uint32_t repeated(const FieldReading& field, std::uint32_t word) const;
  void weigh(std::uint32_t index, const Stretch& stretch, std::size_t at);
  void agree(std::uint32_t index, const Stretch& stretch, std::size_t at);
  void decide(std::uint32_t index, const Stretch& stretch, std::size_t at);

  Scorer scorer_;
  Lattice lattice_;
  const Reading& reading_;
  std::vector<Scores> scores_;    // of the words of all stretches
  std::vector<Shares> shares_;    // likewise
  std::vector<Shares> opinions_;  // of each subject: the sum over its places
  std::vector<Span> spans_;
  std::vector<Name> names_;
};

}  // namespace copydesk::tag_entities
