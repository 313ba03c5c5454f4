#pragma once
// Annotated text as the trainers see it: of each word its label, its features and what the network
// is told of it.
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "corpus.h"
#include "tag_entities/features.h"
#include "tag_entities/network.h"

namespace copydesk::tag_entities {

// A stretch of a sentence; all indices are words of Training.
struct Sample {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t sentence_begin = 0, sentence_end = 0;
  float weight = 1;
  bool all_types = true;

  std::uint32_t words() const { return end - begin; }
};

struct SlotUse {
  int slot = 0;
  std::uint32_t spelling = 0;
  float share = 1;
};

// Where the weights of a linear feature lie in the model.
struct FeaturePlace {
  static constexpr int kNoOffset = -128;
  std::uint32_t key = 0;
  int offset = kNoOffset;  // of a feature of a spelling: where it stands from the word it speaks of
};

struct Training {
  // Of each word of the text, where the next one's begin; words outside stretches have none.
  std::vector<std::uint32_t> feature_starts{0}, use_starts{0};
  std::vector<std::uint32_t> features;  // numbers of linear features
  std::vector<SlotUse> uses;            // what its article says of it
  std::vector<std::uint32_t> spellings;
  std::vector<std::uint8_t> labels;
  std::vector<Sample> samples;
  std::vector<FeaturePlace> places;  // of each linear feature
};

// Fast and good enough; the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  std::uint32_t operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ * 0x2545F4914F6CDD1DULL >> 32);
  }
  bool below(float share) { return static_cast<float>((*this)() >> 8) < share * 16777216.0F; }
  using result_type = std::uint32_t;
  static constexpr std::uint32_t min() { return 0; }
  static constexpr std::uint32_t max() { return 0xFFFFFFFF; }

 private:
  std::uint64_t state_;
};

class TrainingReader {
 public:
  explicit TrainingReader(const Lexicon& lexicon) : spellings_(lexicon) {}

  void add(const Document& document);
  // What was added; linear features used less than `uses_min` times are left out. Ends the reading.
  Training take(std::uint32_t uses_min);
  const Spellings& spellings() const { return spellings_; }

 private:
  void add_word(const FieldReading& field, const Sentence& sentence, std::uint32_t word);
  void add_feature(FeaturePlace place);

  Spellings spellings_;
  Reading reading_;
  std::vector<Token> tokens_;
  Training training_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // of linear features
  std::vector<std::uint32_t> uses_;                           // of each
};

}  // namespace copydesk::tag_entities
