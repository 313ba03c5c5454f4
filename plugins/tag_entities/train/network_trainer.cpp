#include "network_trainer.h"

#include <cmath>
#include <random>

namespace copydesk::tag_entities {
namespace {

constexpr std::uint32_t kUsesMin = 3;  // of a feature in the training text
constexpr float kHiddenDropout = 0.3F, kFeatureDropout = 0.5F, kVectorDropout = 0.2F;
constexpr float kDenseRate = 0.05F, kRowRate = 0.05F;
constexpr float kErrorMin = 1e-3F;  // of a word; below it nothing is learned
constexpr int kSamplesAStep = 3;    // of the dense part

constexpr std::size_t kBias = kMatrixNumbers;
constexpr std::size_t kOutput = kBias + kHidden;
constexpr std::size_t kProjection = kOutput + kOutputNumbers;
constexpr std::size_t kDense = kProjection + std::size_t{kVectorNumbers} * kEmbedded;

constexpr std::size_t matrix_at(int slot) {
  return static_cast<std::size_t>(slot) * kEmbedded * kHidden;
}

}  // namespace

void NetworkModel::approach(const NetworkModel& other, float share) {
  rows.resize(other.rows.size());
  dense.resize(other.dense.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (int d = 0; d < kEmbedded; ++d) rows[i][d] += (other.rows[i][d] - rows[i][d]) * share;
  }
  for (std::size_t i = 0; i < dense.size(); ++i) dense[i] += (other.dense[i] - dense[i]) * share;
}

Embedding NetworkModel::project(const WordVector& vector) const {
  Embedding out{};
  for (std::size_t v = 0; v < kVectorNumbers; ++v) {
    const float* row = dense.data() + kProjection + v * kEmbedded;
    for (int d = 0; d < kEmbedded; ++d) out[d] += vector[v] * row[d];
  }
  return out;
}

NetworkTrainer::NetworkTrainer(const Training& training, const Spellings& spellings,
                               const WordVectors& vectors, std::uint64_t seed)
    : t_(training), vectors_(vectors) {
  // The features of each spelling, numbered; those of too few words are left out.
  std::vector<std::uint32_t> uses(spellings.size());
  for (const std::uint32_t s : training.spellings) ++uses[s];
  std::unordered_map<std::uint32_t, std::uint32_t> counts, numbers;
  for (std::uint32_t s = 0; s < spellings.size(); ++s) {
    spelling_features(spellings[s], [&](std::uint32_t key, int) { counts[key] += uses[s]; });
  }
  starts_.push_back(0);
  for (std::uint32_t s = 0; s < spellings.size(); ++s) {
    spelling_features(spellings[s], [&](std::uint32_t key, int) {
      if (counts[key] < kUsesMin) return;
      const auto [at, made] = numbers.emplace(key, static_cast<std::uint32_t>(keys_.size()));
      if (made) keys_.push_back(key);
      features_.push_back(at->second);
    });
    starts_.push_back(static_cast<std::uint32_t>(features_.size()));
    const auto found = vectors.numbers.find(spellings[s].low);
    vector_of_.push_back(found == vectors.numbers.end() ? nullptr : &vectors.list[found->second]);
  }
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  std::normal_distribution<float> normal;
  model_.rows.resize(keys_.size());
  for (Embedding& row : model_.rows) {
    for (float& x : row) x = normal(random) * 0.1F;
  }
  row_squares_.resize(keys_.size());
  model_.dense.resize(kDense);
  for (std::size_t i = 0; i < kDense; ++i) {
    const bool bias = i >= kBias && i < kOutput;
    if (!bias) model_.dense[i] = normal(random) * (i < kProjection ? 0.15F : 0.06F);
  }
  gradient_.resize(kDense);
  squares_.resize(kDense);
}

// A spelling with some of its features left out.
NetworkTrainer::Input NetworkTrainer::make_input(std::uint32_t spelling, Random& random) {
  Input input;
  for (std::uint32_t k = starts_[spelling]; k < starts_[spelling + 1]; ++k) {
    if (random.below(kFeatureDropout)) continue;
    input.kept.push_back(features_[k]);
    const Embedding& row = model_.rows[features_[k]];
    for (int d = 0; d < kEmbedded; ++d) input.sum[d] += row[d] / (1 - kFeatureDropout);
  }
  if (vector_of_[spelling] != nullptr && !random.below(kVectorDropout)) {
    input.vector = vector_of_[spelling];
    const Embedding more = model_.project(*input.vector);
    for (int d = 0; d < kEmbedded; ++d) input.sum[d] += more[d] / (1 - kVectorDropout);
  }
  return input;
}

// Every spelling the sample needs, once.
void NetworkTrainer::collect(const Sample& sample, Random& random) {
  inputs_.clear();
  places_.clear();
  const auto add = [&](std::uint32_t spelling) {
    const auto [at, made] = places_.emplace(spelling, static_cast<std::uint32_t>(inputs_.size()));
    if (made) inputs_.push_back(make_input(spelling, random));
  };
  const std::uint32_t first = std::max(sample.sentence_begin + kNetworkReach, sample.begin);
  const std::uint32_t end = std::min(sample.sentence_end, sample.end + kNetworkReach);
  for (std::uint32_t word = first - kNetworkReach; word < end; ++word) add(t_.spellings[word]);
  for (std::uint32_t u = t_.use_starts[sample.begin]; u < t_.use_starts[sample.end]; ++u) {
    add(t_.uses[u].spelling);
  }
}

template <class Each>
void NetworkTrainer::each_input(const Sample& sample, std::uint32_t word, Each each) {
  for (int offset = -kNetworkReach; offset <= kNetworkReach; ++offset) {
    const std::int64_t j = static_cast<std::int64_t>(word) + offset;
    if (j < sample.sentence_begin || j >= sample.sentence_end) continue;
    each(offset + kNetworkReach, inputs_[places_.at(t_.spellings[static_cast<std::size_t>(j)])],
         1.0F);
  }
  for (std::uint32_t u = t_.use_starts[word]; u < t_.use_starts[word + 1]; ++u) {
    each(t_.uses[u].slot, inputs_[places_.at(t_.uses[u].spelling)], t_.uses[u].share);
  }
}

void NetworkTrainer::forward(const Sample& sample, std::vector<Scores>& scores, Random& random) {
  collect(sample, random);
  hidden_.assign(sample.words(), Hidden{});
  on_.assign(sample.words(), Hidden{});
  const std::vector<float>& dense = model_.dense;
  for (std::uint32_t i = 0; i < sample.words(); ++i) {
    Hidden& hidden = hidden_[i];
    for (std::size_t h = 0; h < kHidden; ++h) hidden[h] = dense[kBias + h];
    each_input(sample, sample.begin + i, [&](int slot, const Input& input, float share) {
      Embedding sum = input.sum;
      for (float& x : sum) x *= share;
      multiply<8>(dense.data() + matrix_at(slot), sum, hidden);
    });
    for (int h = 0; h < kHidden; ++h) {
      const bool kept = !random.below(kHiddenDropout);
      on_[i][h] = hidden[h] > 0 && kept ? 1 / (1 - kHiddenDropout) : 0;
      hidden[h] *= on_[i][h];
      const float* row = dense.data() + kOutput + h * kColumns;
      for (int c = 0; c < kColumns; ++c) scores[i][c] += hidden[h] * row[c];
    }
  }
}

void NetworkTrainer::backward(const Sample& sample, std::span<const Scores> errors) {
  for (std::uint32_t i = 0; i < sample.words(); ++i) {
    float size = 0;
    for (int c = 0; c < kColumns; ++c) size += std::abs(errors[i][c]);
    if (size < kErrorMin) continue;
    Hidden back{};
    for (std::size_t h = 0; h < kHidden; ++h) {
      float* out = gradient_.data() + kOutput + h * kColumns;
      const float* row = model_.dense.data() + kOutput + h * kColumns;
      float sum = 0;
      for (int c = 0; c < kColumns; ++c) {
        out[c] += hidden_[i][h] * errors[i][c] * sample.weight;
        sum += errors[i][c] * row[c];
      }
      back[h] = sum * on_[i][h] * sample.weight;
      gradient_[kBias + h] += back[h];
    }
    each_input(sample, sample.begin + i, [&](int slot, Input& input, float share) {
      const float* m = model_.dense.data() + matrix_at(slot);
      float* g = gradient_.data() + matrix_at(slot);
      for (int d = 0; d < kEmbedded; ++d) {
        const float x = input.sum[d] * share;
        float sum = 0;
        for (int h = 0; h < kHidden; ++h) {
          g[d * kHidden + h] += x * back[h];
          sum += m[d * kHidden + h] * back[h];
        }
        input.back[d] += sum * share;
      }
    });
  }
  learn_rows();
  if (++waiting_ == kSamplesAStep) learn_dense();
}

void NetworkTrainer::learn_rows() {
  for (const Input& input : inputs_) {
    for (const std::uint32_t f : input.kept) {
      for (int d = 0; d < kEmbedded; ++d) {
        const float g = input.back[d];
        row_squares_[f][d] += g * g;
        model_.rows[f][d] += kRowRate * g / (std::sqrt(row_squares_[f][d]) + 0.3F);
      }
    }
    if (input.vector == nullptr) continue;
    for (std::size_t v = 0; v < kVectorNumbers; ++v) {
      float* g = gradient_.data() + kProjection + v * kEmbedded;
      for (int d = 0; d < kEmbedded; ++d) g[d] += (*input.vector)[v] * input.back[d];
    }
  }
}

void NetworkTrainer::learn_dense() {
  for (std::size_t i = 0; i < kDense; ++i) {
    const float g = gradient_[i];
    squares_[i] += g * g;
    model_.dense[i] += kDenseRate * g / (std::sqrt(squares_[i]) + 1.0F);
  }
  std::fill(gradient_.begin(), gradient_.end(), 0.0F);
  waiting_ = 0;
}

}  // namespace copydesk::tag_entities
