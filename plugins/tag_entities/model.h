#pragma once
// A trained model as one block of bytes, used in place: built into the plugin or mapped from a file.
//
//   header, transitions | features of places: key table, rows of 16 weights |
//   features of spellings: key table, rows | words: key table, classes | phrases: key table, kinds |
//   vectors of words: key table, rows | matrices of the network | card (text)
//
// Little endian. `open` checks that every part lies inside the block and that no look-up can leave
// it, so a broken or malicious file gives an error and never worse. Read-only afterwards; free to
// share.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crf.h"
#include "features.h"
#include "lexicon.h"
#include "network.h"

namespace copydesk::tag_entities {

using Row = std::array<std::int8_t, kColumns>;

// What a feature of a spelling says of the words from kReach before it to kReach after it, and its
// vector in the network.
struct SpellingRow {
  std::array<Row, kOffsets> at{};  // [offset + kReach] of the word it speaks from
  EmbeddingRow vector{};
};

struct ModelParts {
  Transitions transitions;
  float scale = 1;    // a weight is its byte times this
  KeyTable features;  // of place_features and subject_features
  std::span<const Row> rows;
  KeyTable spellings;  // of spelling_features
  std::span<const SpellingRow> spelling_rows;
  Lexicon lexicon;
  Network network;
  std::string_view card;  // what the model was trained on, as text
};

class Model {
 public:
  // `bytes` must be aligned to 8 and outlive the model. On failure `problem` says why.
  static std::optional<Model> open(std::string_view bytes, std::string& problem);
  // Reads the file into memory: mapped, a file that is written over would end the process.
  static std::shared_ptr<const Model> read(const std::string& path, std::string& problem);

  const ModelParts& parts() const { return parts_; }
  std::size_t bytes() const { return bytes_; }

 private:
  ModelParts parts_;
  std::size_t bytes_ = 0;
  std::shared_ptr<const void> memory_;  // of a model that was read
};

// What `Model::open` reads.
struct ModelSource {
  Transitions transitions;
  float scale = 1;
  std::vector<std::pair<std::uint32_t, Row>> rows;  // sorted by key, each once, as all below
  std::vector<std::pair<std::uint32_t, SpellingRow>> spelling_rows;
  float vector_scale = 1;
  std::vector<std::pair<std::uint32_t, WordClass>> words;
  std::vector<std::pair<std::uint32_t, std::uint16_t>> phrases;
  std::vector<std::pair<std::uint32_t, EmbeddingRow>> word_rows;
  float word_scale = 1;
  std::vector<float> matrices = std::vector<float>(kMatrixNumbers);
  std::vector<float> bias = std::vector<float>(kHidden);
  std::vector<float> output = std::vector<float>(kOutputNumbers);
  std::string card;
};
std::string model_bytes(const ModelSource& source);

}  // namespace copydesk::tag_entities
