#pragma once
// Finds names with a trained model. A NameFinder is used by one thread at a time and keeps its
// scratch memory and what it knows of the spellings it has met; the model is shared.

#include <span>
#include <string_view>
#include <vector>

#include "features.h"
#include "model.h"

namespace copydesk::tag_entities {

inline constexpr std::size_t kSpellingsMax =
    6'000;  // kept from one article to the next, 1.4 KB each

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
  explicit NameFinder(const Model& model);

  // The names of an article, by field and place, none overlapping. `tokens` are those of the texts.
  // The result is good until the next call.
  const std::vector<Name>& find(std::span<const std::string_view> texts,
                                std::span<const std::vector<Token>* const> tokens);
  const Reading& reading() const { return reading_; }

 private:
  using Sums = std::array<std::int16_t, kColumns>;
  using HiddenSums = std::array<std::int16_t, kHidden>;
  struct SpellingSums {
    std::array<Sums, 2 * kReach + 1> at{};
    std::array<HiddenSums, kNearSlots> hidden{};
    Embedding embedding{};
    bool done = false;
  };
  struct SubjectSums {
    Sums sums{};
    HiddenSums hidden{};
    bool done = false;
  };
  void add(std::uint32_t key, Sums& sums) const;
  template <class Each>
  void each_sentence(Each each);
  void score(std::uint32_t index, const Sentence& sentence, std::span<Scores> scores);
  void weigh(std::uint32_t index, const Sentence& sentence, std::span<const Scores> scores);
  void agree(std::uint32_t index, const Sentence& sentence, std::span<Scores> scores) const;
  void decide(std::uint32_t index, const Sentence& sentence, std::span<const Scores> scores);
  const SpellingSums& of_spelling(std::uint32_t spelling);
  const SubjectSums& of_subject(std::uint32_t subject);
  void add_network(const HiddenSums& hidden, Scores& scores) const;

  const ModelParts& parts_;
  Lattice lattice_;
  Spellings spellings_;
  Reading reading_;
  std::vector<SpellingSums> spelling_sums_;
  std::vector<SubjectSums> subject_sums_;
  using Shares = std::array<float, kTypes + 1>;  // of the types and of no name
  std::vector<Scores> scores_;                   // of all words of the article
  std::vector<Shares> shares_;                   // likewise
  std::vector<Shares> opinions_;                 // of each subject: the sum over its places
  std::vector<Span> spans_;
  std::vector<Name> names_;
};

}  // namespace copydesk::tag_entities
