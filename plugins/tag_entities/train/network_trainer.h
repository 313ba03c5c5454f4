#pragma once
// The network's forward and backward passes, by AdaGrad as well; features, word vectors and hidden
// units left out at random.
#include <string>
#include <unordered_map>
#include <vector>

#include "training.h"

namespace copydesk::tag_entities {

// Word vectors from elsewhere, by WordInfo::low. A word's part in the network is its vector times
// one matrix that is learned, so words that no training text has are placed as well.
inline constexpr int kVectorNumbers = 50;
using WordVector = std::array<float, kVectorNumbers>;
struct WordVectors {
  std::vector<WordVector> list;
  std::unordered_map<std::uint32_t, std::uint32_t> numbers;  // by low
};

struct NetworkModel {
  std::vector<Embedding> rows;  // of each feature
  std::vector<float> dense;     // matrices, bias, output, projection of word vectors

  void approach(const NetworkModel& other, float share);
  Embedding project(const WordVector& vector) const;
};

class NetworkTrainer {
 public:
  NetworkTrainer(const Training& training, const Spellings& spellings, const WordVectors& vectors,
                 std::uint64_t seed);

  void forward(const Sample& sample, std::vector<Scores>& scores, Random& random);
  // `errors` of each word and label: what should be minus what is.
  void backward(const Sample& sample, std::span<const Scores> errors);

  const NetworkModel& model() const { return model_; }
  const std::vector<std::uint32_t>& keys() const { return keys_; }  // of the rows

 private:
  struct Input {  // a spelling in this sample
    std::vector<std::uint32_t> kept;
    const WordVector* vector = nullptr;
    Embedding sum{}, back{};
  };

  Input make_input(std::uint32_t spelling, Random& random);
  void collect(const Sample& sample, Random& random);
  template <class Each>
  void each_input(const Sample& sample, std::uint32_t word, Each each);
  void learn_rows();
  void learn_dense();

  const Training& t_;
  const WordVectors& vectors_;
  std::vector<std::uint32_t> keys_, starts_, features_;  // of each spelling
  std::vector<const WordVector*> vector_of_;             // likewise
  NetworkModel model_;
  std::vector<Embedding> row_squares_;
  std::vector<float> gradient_, squares_;  // of the dense part
  int waiting_ = 0;                        // samples whose gradient is not learned yet
  std::vector<Input> inputs_;
  std::unordered_map<std::uint32_t, std::uint32_t> places_;
  std::vector<Hidden> hidden_, on_;
};

}  // namespace copydesk::tag_entities
