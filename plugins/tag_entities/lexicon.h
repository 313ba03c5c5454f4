#pragma once
// What a model knows of words before it has seen them in place: the clusters of words that stand in
// like places, how often they are capitalised in running text, and lists of names. Part of the
// model file (model.h); only views.

#include <array>
#include <cstdint>
#include <span>

#include "key_table.h"

namespace copydesk::tag_entities {

// Three from text (train/name_clusters.cpp), two from word vectors (train/vectors.cpp).
inline constexpr std::size_t kClusterings = 5;

// As it lies in the model file.
struct WordClass {
  std::array<std::uint16_t, kClusterings> cluster{};  // 0: not known
  std::uint16_t case_prior = 0;  // 0 not known, 1 almost never capitalised … 4 almost always
};
static_assert(sizeof(WordClass) == 2 * kClusterings + 2);

// Kinds of names, one bit each; what they mean is only known to who made the lists.
using NameBits = std::uint16_t;
inline constexpr int kNameKinds = 14;
inline constexpr NameBits kLonger = 1U << 15;  // a listed name begins like this and goes on
inline constexpr std::size_t kPhraseWordsMax = 8;

struct Lexicon {
  KeyTable words;  // of the folded hash
  std::span<const WordClass> classes;
  KeyTable phrases;  // of the folded hashes of the words, one after another by `extend`
  std::span<const std::uint16_t> bits;

  WordClass word_class(std::uint64_t folded) const {
    const std::uint32_t at = words.find(top(folded));
    return at == KeyTable::kNone ? WordClass{} : classes[at];
  }
  static std::uint64_t extend(std::uint64_t phrase, std::uint64_t folded) {
    return mix(phrase, folded);
  }
  NameBits names(std::uint64_t phrase) const {
    const std::uint32_t at = phrases.find(top(phrase));
    return at == KeyTable::kNone ? 0 : bits[at];
  }
};

}  // namespace copydesk::tag_entities
