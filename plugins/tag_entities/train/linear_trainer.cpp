#include "linear_trainer.h"

#include <cmath>

#include "tag_entities/gazetteer.h"

namespace copydesk::tag_entities {
namespace {

constexpr float kDropout = 0.8F;
constexpr float kRate = 0.12F;
constexpr float kDecay = 2e-6F;     // of a weight, each time it is used
constexpr float kErrorMin = 1e-3F;  // of a word; below it nothing is learned

}  // namespace

void LinearModel::approach(const LinearModel& other, float share) {
  const auto move = [share](float& from, float to) { from += (to - from) * share; };
  weights.resize(other.weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (int c = 0; c < kColumns; ++c) move(weights[i][c], other.weights[i][c]);
  }
  for (std::size_t i = 0; i < transitions.score.size(); ++i) {
    move(transitions.score[i], other.transitions.score[i]);
  }
  for (std::size_t i = 0; i < transitions.first.size(); ++i) {
    move(transitions.first[i], other.transitions.first[i]);
  }
}

LinearTrainer::LinearTrainer(const Training& training)
    : t_(training), squares_(training.places.size()), lattice_(Transitions{}) {
  model_.weights.resize(training.places.size());
}

void LinearTrainer::forward(const Sample& sample, std::vector<Scores>& scores, Random& random) {
  kept_.clear();
  kept_starts_.assign(1, 0);
  for (std::uint32_t i = 0; i < sample.words(); ++i) {
    const std::uint32_t word = sample.begin + i;
    Weights sum{};
    for (std::uint32_t k = t_.feature_starts[word]; k < t_.feature_starts[word + 1]; ++k) {
      if (random.below(kDropout)) continue;
      kept_.push_back(t_.features[k]);
      const Weights& w = model_.weights[t_.features[k]];
      for (int c = 0; c < kColumns; ++c) sum[c] += w[c];
    }
    kept_starts_.push_back(static_cast<std::uint32_t>(kept_.size()));
    for (int c = 0; c < kColumns; ++c) scores[i][c] += sum[c] / (1 - kDropout);
  }
}

double LinearTrainer::errors(const Sample& sample, std::span<const Scores> scores,
                             std::vector<Scores>& errors) {
  lattice_.set(model_.transitions);
  errors.assign(sample.words(), Scores{});
  moves_.assign(kLabels * kLabels, 0);
  firsts_.assign(kLabels, 0);
  const double all = lattice_.sum(scores);
  expect(sample, -1, errors);
  return all - pin(sample, scores, errors);
}

// Adds the expected labels and moves of the lattice as it stands.
void LinearTrainer::expect(const Sample& sample, float sign, std::vector<Scores>& errors) {
  for (std::uint32_t i = 0; i < sample.words(); ++i) {
    for (int l = 0; l < kLabels; ++l) errors[i][l] += sign * lattice_.probability(i, l);
    if (i == 0) {
      for (int l = 0; l < kLabels; ++l) firsts_[l] += sign * lattice_.probability(0, l);
      continue;
    }
    for (int from = 0; from < kLabels; ++from) {
      for (int to = 0; to < kLabels; ++to) {
        if (!may_follow(from, to)) continue;
        moves_[from * kLabels + to] += sign * lattice_.probability(i, from, to);
      }
    }
  }
}

// The same with the true labels. Returns the logarithm of their sum.
double LinearTrainer::pin(const Sample& sample, std::span<const Scores> scores,
                          std::vector<Scores>& errors) {
  const std::uint8_t* gold = t_.labels.data() + sample.begin;
  if (!sample.all_types) {
    pinned_.assign(scores.begin(), scores.end());
    for (std::uint32_t i = 0; i < sample.words(); ++i) {
      for (int l = 0; l < kLabels; ++l) {
        const bool misc = l != kO && l % kTypes == static_cast<int>(EntityType::kMisc);
        const bool free = l == gold[i] || (gold[i] == kO && misc);
        if (!free) pinned_[i][l] = -1e4F;
      }
    }
    const double sum = lattice_.sum(pinned_);
    expect(sample, 1, errors);
    return sum;
  }
  const Transitions& transitions = model_.transitions;
  double sum = 0;
  for (std::uint32_t i = 0; i < sample.words(); ++i) {
    errors[i][gold[i]] += 1;
    sum += scores[i][gold[i]];
    if (i == 0) {
      firsts_[gold[0]] += 1;
      sum += transitions.first[gold[0]];
    } else {
      moves_[gold[i - 1] * kLabels + gold[i]] += 1;
      sum += transitions.score[gold[i - 1] * kLabels + gold[i]];
    }
  }
  return sum;
}

void LinearTrainer::backward(const Sample& sample, std::span<const Scores> errors) {
  for (std::uint32_t i = 0; i < sample.words(); ++i) {
    Weights gradient;
    float size = 0;
    for (int c = 0; c < kColumns; ++c) {
      gradient[c] = errors[i][c] * sample.weight;
      size += std::abs(gradient[c]);
    }
    if (size < kErrorMin) continue;
    for (std::uint32_t k = kept_starts_[i]; k < kept_starts_[i + 1]; ++k) {
      Weights& w = model_.weights[kept_[k]];
      Weights& s = squares_[kept_[k]];
      for (int c = 0; c < kColumns; ++c) {
        s[c] += gradient[c] * gradient[c];
        w[c] += kRate * gradient[c] / (std::sqrt(s[c]) + 0.3F) - kDecay * w[c];
      }
    }
  }
  const auto step = [&](float& w, float& s, float gradient) {
    if (gradient == 0) return;
    s += gradient * gradient;
    w += kRate * gradient / (std::sqrt(s) + 1.0F);
  };
  for (std::size_t i = 0; i < moves_.size(); ++i) {
    step(model_.transitions.score[i], move_squares_.score[i], moves_[i] * sample.weight);
  }
  for (std::size_t i = 0; i < firsts_.size(); ++i) {
    step(model_.transitions.first[i], move_squares_.first[i], firsts_[i] * sample.weight);
  }
}

}  // namespace copydesk::tag_entities
