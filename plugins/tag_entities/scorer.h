#pragma once
// What a model says of each word of an article, label by label. Keeps what it has worked out for a
// spelling from one article to the next; what is kept changes the time, never the result. Used by
// one thread at a time; the model is shared.

#include <cstdint>
#include <span>
#include <vector>

#include "features.h"
#include "model.h"

namespace copydesk::tag_entities {

// What is kept of spellings: 0.1 KB each that an article has, up to 1.8 KB each that was scored.
inline constexpr std::size_t kSpellingsMax = 8'000;   // at the start of an article
inline constexpr std::size_t kSpellingsKept = 5'000;  // of them, the most used, when there are more
inline constexpr std::size_t kScoredMax = 16'000;     // at the start of a stretch

class Scorer {
 public:
  // The model must outlive this.
  explicit Scorer(const Model& model) : parts_(model.parts()), spellings_(parts_.lexicon) {}

  // Reads an article, as Reading::read does, and makes ready to score it.
  const Reading& read(std::span<const std::string_view> texts,
                      std::span<const std::vector<Token>* const> tokens);
  const Reading& reading() const { return reading_; }

  // The scores of the stretch's words, from its first one on.
  void score(std::uint32_t field, const Stretch& stretch, std::span<Scores> scores);

 private:
  using Sums = std::array<std::int16_t, kColumns>;
  using HiddenSums = std::array<std::int16_t, kHidden>;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct SpellingSums {
    std::array<Sums, kOffsets> at{};  // [offset + kReach] of the word it speaks from
    Embedding embedding{};
    std::array<std::uint32_t, kSlots> hidden;  // in hidden_, or kNone as long as nobody asked
  };
  struct SubjectSums {
    Sums sums{};
    HiddenSums hidden{};
    bool done = false;
  };

  void forget_rare_spellings();
  void forget_sums();
  void sum_up(const WordInfo& info, SpellingSums& sums);
  SpellingSums& of_spelling(std::uint32_t spelling);
  const HiddenSums& hidden_of(SpellingSums& sums, int slot);
  const SubjectSums& of_subject(std::uint32_t subject);
  void add_features(std::span<std::uint32_t> keys, Sums& sums) const;
  void add_network(const HiddenSums& hidden, Scores& scores) const;

  const ModelParts& parts_;
  Spellings spellings_;
  Reading reading_;
  std::vector<std::uint32_t> sums_at_;  // of each spelling: in spelling_sums_, or kNone
  std::vector<SpellingSums> spelling_sums_;
  std::vector<HiddenSums> hidden_;  // what spellings add to the hidden layer from a slot
  std::vector<SubjectSums> subject_sums_;
  std::vector<std::uint32_t> keys_;
};

}  // namespace copydesk::tag_entities
