// Part of train_names.cpp: the network's forward and backward passes, by AdaGrad as well.
class NetworkTrainer {
 public:
  NetworkTrainer(const Training& training, const Spellings& spellings) : t_(training) {
    // The features of each spelling, numbered; those of too few words are left out.
    std::vector<std::uint32_t> uses(spellings.size());
    for (const std::uint32_t s : training.spellings) ++uses[s];
    std::unordered_map<std::uint32_t, std::uint32_t> counts, numbers;
    for (std::uint32_t s = 0; s < spellings.size(); ++s) {
      network_features(spellings[s], [&](std::uint32_t key) { counts[key] += uses[s]; });
    }
    starts_.push_back(0);
    for (std::uint32_t s = 0; s < spellings.size(); ++s) {
      network_features(spellings[s], [&](std::uint32_t key) {
        if (counts[key] < kEmbeddingUsesMin) return;
        const auto [at, made] = numbers.emplace(key, static_cast<std::uint32_t>(keys_.size()));
        if (made) keys_.push_back(key);
        features_.push_back(at->second);
      });
      starts_.push_back(static_cast<std::uint32_t>(features_.size()));
    }
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    rows_.resize(keys_.size());
    for (Embedding& row : rows_) {
      for (float& x : row) x = normal(random) * 0.1F;
    }
    row_squares_.resize(rows_.size());
    dense_.resize(kMatrixNumbers + kHidden + kOutputNumbers);
    for (std::size_t i = 0; i < kMatrixNumbers; ++i) dense_[i] = normal(random) * 0.15F;
    for (std::size_t i = kMatrixNumbers + kHidden; i < dense_.size(); ++i)
      dense_[i] = normal(random) * 0.15F;
    gradient_.resize(dense_.size());
    squares_.resize(dense_.size());
  }

  void forward(const Sample& sample, std::vector<Scores>& scores, std::mt19937& random) {
    const std::size_t n = sample.words;
    collect(sample, random);
    hidden_.assign(n, Hidden{});
    on_.assign(n, Hidden{});
    for (std::uint32_t i = 0; i < n; ++i) {
      Hidden& hidden = hidden_[i];
      for (int h = 0; h < kHidden; ++h)
        hidden[h] = dense_[kMatrixNumbers + static_cast<std::size_t>(h)];
      each_input(sample, i, [&](int slot, const Input& input, float share) {
        multiply(matrix(slot), input.sum, share, hidden);
      });
      for (int h = 0; h < kHidden; ++h) {
        const bool kept = (random() & 1023) >= static_cast<std::uint32_t>(kHiddenDropout * 1024);
        on_[i][h] = hidden[h] > 0 && kept ? 1 / (1 - kHiddenDropout) : 0;
        hidden[h] *= on_[i][h];
        const float* row = output() + h * kColumns;
        for (int c = 0; c < kColumns; ++c) scores[i][c] += hidden[h] * row[c];
      }
    }
  }

  // `errors` of each word and label: what should be minus what is.
  void backward(const Sample& sample, const std::vector<Scores>& errors) {
    std::fill(gradient_.begin(), gradient_.end(), 0.0F);
    for (std::uint32_t i = 0; i < sample.words; ++i) {
      float size = 0;
      for (int c = 0; c < kColumns; ++c) size += std::abs(errors[i][c]);
      if (size < 1e-3F) continue;
      Hidden back{};
      for (int h = 0; h < kHidden; ++h) {
        float* out = gradient_.data() + kMatrixNumbers + kHidden + h * kColumns;
        const float* row = output() + h * kColumns;
        float sum = 0;
        for (int c = 0; c < kColumns; ++c) {
          out[c] += hidden_[i][h] * errors[i][c];
          sum += errors[i][c] * row[c];
        }
        back[h] = sum * on_[i][h];
        gradient_[kMatrixNumbers + static_cast<std::size_t>(h)] += back[h];
      }
      each_input(sample, i, [&](int slot, Input& input, float share) {
        const float* m = matrix(slot);
        float* g = gradient_.data() + (m - dense_.data());
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
    for (std::size_t i = 0; i < dense_.size(); ++i) {
      const float g = gradient_[i] * sample.weight;
      if (g == 0) continue;
      squares_[i] += g * g;
      dense_[i] += kDenseRate * g / (std::sqrt(squares_[i]) + 1.0F);
    }
    for (const Input& input : inputs_) {
      for (const std::uint32_t f : input.kept) {
        for (int d = 0; d < kEmbedded; ++d) {
          const float g = input.back[d] * sample.weight;
          row_squares_[f][d] += g * g;
          rows_[f][d] += kEmbeddingRate * g / (std::sqrt(row_squares_[f][d]) + 0.3F);
        }
      }
    }
  }

  void add_mean() {
    passes_ += 1;
    mean_rows_.resize(rows_.size());
    mean_dense_.resize(dense_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (int d = 0; d < kEmbedded; ++d)
        mean_rows_[i][d] += (rows_[i][d] - mean_rows_[i][d]) / passes_;
    }
    for (std::size_t i = 0; i < dense_.size(); ++i)
      mean_dense_[i] += (dense_[i] - mean_dense_[i]) / passes_;
  }

  void take(ModelSource& source) const {
    float top = 0;
    for (const Embedding& row : mean_rows_) {
      for (const float x : row) top = std::max(top, std::abs(x));
    }
    source.embedding_scale = std::min(top, 2.0F) / 127;
    std::vector<std::uint32_t> order(keys_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return keys_[a] < keys_[b]; });
    source.embeddings.clear();
    for (const std::uint32_t i : order) {
      EmbeddingRow row;
      for (int d = 0; d < kEmbedded; ++d) {
        row[d] = static_cast<std::int8_t>(
            std::clamp(std::lround(mean_rows_[i][d] / source.embedding_scale), -127L, 127L));
      }
      source.embeddings.emplace_back(keys_[i], row);
    }
    const auto first = mean_dense_.begin();
    source.matrices.assign(first, first + kMatrixNumbers);
    source.bias.assign(first + kMatrixNumbers, first + kMatrixNumbers + kHidden);
    source.output.assign(first + kMatrixNumbers + kHidden, mean_dense_.end());
  }

 private:
  struct Input {  // a spelling in this sentence
    std::vector<std::uint32_t> kept;
    Embedding sum{}, back{};
  };

  const float* matrix(int slot) const {
    return dense_.data() + static_cast<std::size_t>(slot) * kEmbedded * kHidden;
  }
  const float* output() const { return dense_.data() + kMatrixNumbers + kHidden; }

  // Every spelling the sentence needs, once, with some of its features left out.
  void collect(const Sample& sample, std::mt19937& random) {
    inputs_.clear();
    places_.clear();
    const auto add = [&](std::uint32_t spelling) {
      const auto [at, made] = places_.emplace(spelling, static_cast<std::uint32_t>(inputs_.size()));
      if (!made) return;
      Input input;
      for (std::uint32_t k = starts_[spelling]; k < starts_[spelling + 1]; ++k) {
        if ((random() & 1023) < static_cast<std::uint32_t>(kEmbeddingDropout * 1024)) continue;
        input.kept.push_back(features_[k]);
        for (int d = 0; d < kEmbedded; ++d)
          input.sum[d] += rows_[features_[k]][d] / (1 - kEmbeddingDropout);
      }
      inputs_.push_back(std::move(input));
    };
    for (std::uint32_t i = 0; i < sample.words; ++i) {
      const std::uint32_t word = sample.first_word + i;
      add(t_.spellings[word]);
      for (std::uint32_t u = t_.use_starts[word]; u < t_.use_starts[word + 1]; ++u)
        add(t_.uses[u].spelling);
    }
  }

  template <class Each>
  void each_input(const Sample& sample, std::uint32_t i, Each each) {
    const std::uint32_t word = sample.first_word + i;
    for (int offset = -kNetworkReach; offset <= kNetworkReach; ++offset) {
      const std::int64_t j = static_cast<std::int64_t>(i) + offset;
      if (j < 0 || j >= sample.words) continue;
      each(offset + kNetworkReach,
           inputs_[places_.at(t_.spellings[sample.first_word + static_cast<std::uint32_t>(j)])],
           1.0F);
    }
    for (std::uint32_t u = t_.use_starts[word]; u < t_.use_starts[word + 1]; ++u) {
      each(t_.uses[u].slot, inputs_[places_.at(t_.uses[u].spelling)], t_.uses[u].share);
    }
  }

  const Training& t_;
  std::vector<std::uint32_t> keys_, starts_, features_;
  std::vector<Embedding> rows_, row_squares_, mean_rows_;
  std::vector<float> dense_, gradient_, squares_, mean_dense_;  // matrices, bias, output
  std::vector<Input> inputs_;
  std::unordered_map<std::uint32_t, std::uint32_t> places_;
  std::vector<Hidden> hidden_, on_;
  float passes_ = 0;
};
