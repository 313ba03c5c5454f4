#pragma once
// A small network beside the linear model; what both say of a word is added up. A spelling is the
// sum of the vectors of its features, and of the vector of its word where the model has one; each
// slot (a place near the word, or what the article says of it) has a matrix that takes that to the
// hidden layer, so what a spelling adds from a slot is computed once. Part of the model file.

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "crf.h"
#include "reading.h"

namespace copydesk::tag_entities {

inline constexpr int kEmbedded = 40;  // numbers of a spelling
inline constexpr int kHidden = 64;
inline constexpr int kNetworkReach = 3;  // words to either side
inline constexpr int kNearSlots = 2 * kNetworkReach + 1;
inline constexpr int kFirstOfRun = kNearSlots;  // of the longest run the article has the word in
inline constexpr int kLastOfRun = kNearSlots + 1;
inline constexpr int kBefore =
    kNearSlots + 2;  // the mean of its neighbours anywhere in the article
inline constexpr int kAfter = kNearSlots + 3;
inline constexpr int kSlots = kNearSlots + 4;

using Embedding = std::array<float, kEmbedded>;
using Hidden = std::array<float, kHidden>;
using EmbeddingRow = std::array<std::int8_t, kEmbedded>;

struct Network {
  float scale = 1;  // of the vectors of features (SpellingRow)
  KeyTable words;   // of WordInfo::low
  std::span<const EmbeddingRow> word_rows;
  float word_scale = 1;
  std::span<const float> matrices;  // [slot][embedded][hidden]
  std::span<const float> bias;      // [hidden]
  std::span<const float> output;    // [hidden][column]

  const float* matrix(int slot) const {
    return matrices.data() + static_cast<std::size_t>(slot) * kEmbedded * kHidden;
  }
};

inline constexpr std::size_t kMatrixNumbers = std::size_t{kSlots} * kEmbedded * kHidden;
inline constexpr std::size_t kOutputNumbers = std::size_t{kHidden} * kColumns;

// to += from times a matrix of kFrom rows. A block of the result stays in registers meanwhile; each
// number is summed in the order of the rows, whatever the block.
template <int kBlock, std::size_t kFrom, std::size_t kTo>
void multiply(const float* matrix, const std::array<float, kFrom>& from,
              std::array<float, kTo>& to) {
  using Four = float __attribute__((vector_size(16)));
  static_assert(kTo % (4 * kBlock) == 0);
  for (std::size_t first = 0; first < kTo; first += 4 * kBlock) {
    Four sums[kBlock];
    for (int k = 0; k < kBlock; ++k) std::memcpy(&sums[k], &to[first + 4 * k], sizeof(Four));
    for (std::size_t d = 0; d < kFrom; ++d) {
      const float* row = matrix + d * kTo + first;
      for (int k = 0; k < kBlock; ++k) {
        Four weights;
        std::memcpy(&weights, row + 4 * k, sizeof(Four));
        sums[k] += from[d] * weights;
      }
    }
    for (int k = 0; k < kBlock; ++k) std::memcpy(&to[first + 4 * k], &sums[k], sizeof(Four));
  }
}

// Calls each(slot, spelling, share) for what the article says of a word.
template <class Each>
void subject_slots(const Reading& reading, const Subject& s, Each each) {
  if (s.run != Subject::kNone) {
    const Run& run = reading.runs()[s.run];
    const FieldReading& field = reading.fields()[run.field];
    each(kFirstOfRun, field.places[run.begin].spelling, 1.0F);
    each(kLastOfRun, field.places[run.end - 1].spelling, 1.0F);
  }
  for (int i = 0; i < s.before_count; ++i) each(kBefore, s.before[i], 1.0F / s.before_count);
  for (int i = 0; i < s.after_count; ++i) each(kAfter, s.after[i], 1.0F / s.after_count);
}

}  // namespace copydesk::tag_entities
