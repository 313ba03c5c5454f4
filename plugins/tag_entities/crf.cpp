#include "crf.h"

#include <algorithm>
#include <cmath>

namespace copydesk::tag_entities {
namespace {

constexpr float kNever = -1e30F;
constexpr std::array<int, 9> kOut = {4, 5, 6, 7, 8, 9, 10, 11, kO};  // may stand before a beginning
constexpr std::array<int, 9> kBegin = {0, 1, 2, 3, 4, 5, 6, 7, kO};

}  // namespace

void Lattice::set(const Transitions& transitions) {
  transitions_ = transitions;
  for (int from = 0; from < kLabels; ++from) {
    for (int to = 0; to < kLabels; ++to) {
      const int pair = from * kLabels + to;
      const auto at = static_cast<std::size_t>(pair);
      factor_[at] = may_follow(from, to) ? std::exp(transitions.score[at]) : 0;
    }
  }
  for (int to = 0; to < kLabels; ++to) {
    first_factor_[to] = begins(to) ? std::exp(transitions.first[to]) : 0;
  }
}

const std::vector<std::uint8_t>& Lattice::best(std::span<const Scores> words) {
  labels_.assign(words.size(), kO);
  if (words.empty()) return labels_;
  from_.resize(words.size());
  Scores last, next;
  last.fill(kNever);
  for (const int to : kBegin) last[to] = words[0][to] + transitions_.first[to];
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::array<std::uint8_t, kLabels>& from = from_[i];
    for (const int to : kBegin) {
      float top = kNever;
      for (const int out : kOut) {
        const float score = last[out] + transitions_.score[out * kLabels + to];
        if (score > top) {
          top = score;
          from[to] = static_cast<std::uint8_t>(out);
        }
      }
      next[to] = top + words[i][to];
    }
    for (int type = 0; type < kTypes; ++type) {
      for (const int to : {kE + type, kI + type}) {
        const float b = last[kB + type] + transitions_.score[(kB + type) * kLabels + to];
        const float in = last[kI + type] + transitions_.score[(kI + type) * kLabels + to];
        from[to] = static_cast<std::uint8_t>(b >= in ? kB + type : kI + type);
        next[to] = std::max(b, in) + words[i][to];
      }
    }
    last = next;
  }
  int at = kO;
  for (const int out : kOut) {
    if (last[out] > last[at]) at = out;
  }
  for (std::size_t i = words.size(); i-- > 0;) {
    labels_[i] = static_cast<std::uint8_t>(at);
    if (i > 0) at = from_[i][at];
  }
  return labels_;
}

double Lattice::sum(std::span<const Scores> words) {
  const std::size_t n = words.size();
  if (n == 0) return 0;
  forward_.resize(n);
  backward_.resize(n);
  local_.resize(n);
  double log_sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const float top = *std::max_element(words[i].begin(), words[i].end());
    for (int label = 0; label < kLabels; ++label) {
      local_[i][label] = std::exp(words[i][label] - top);
    }
    forward(i);
    float all = 0;
    for (int label = 0; label < kLabels; ++label) {
      if (i + 1 == n && !ends_outside(label)) forward_[i][label] = 0;
      all += forward_[i][label];
    }
    all = std::max(all, 1e-30F);
    for (int label = 0; label < kLabels; ++label) {
      forward_[i][label] /= all;
      local_[i][label] /= all;
    }
    log_sum += std::log(all) + top;
  }
  for (int label = 0; label < kLabels; ++label) {
    backward_[n - 1][label] = ends_outside(label) ? 1.0F : 0.0F;
  }
  for (std::size_t i = n - 1; i-- > 0;) backward(i);
  return log_sum;
}

void Lattice::forward(std::size_t i) {
  Scores& to_row = forward_[i];
  if (i == 0) {
    for (int to = 0; to < kLabels; ++to) to_row[to] = first_factor_[to] * local_[i][to];
    return;
  }
  const Scores& last = forward_[i - 1];
  for (const int to : kBegin) {
    float all = 0;
    for (const int out : kOut) all += last[out] * factor_[out * kLabels + to];
    to_row[to] = all * local_[i][to];
  }
  for (int type = 0; type < kTypes; ++type) {
    for (const int to : {kE + type, kI + type}) {
      to_row[to] = (last[kB + type] * factor_[(kB + type) * kLabels + to] +
                    last[kI + type] * factor_[(kI + type) * kLabels + to]) *
                   local_[i][to];
    }
  }
}

void Lattice::backward(std::size_t i) {
  Scores next;
  for (int label = 0; label < kLabels; ++label) {
    next[label] = backward_[i + 1][label] * local_[i + 1][label];
  }
  for (const int out : kOut) {
    float all = 0;
    for (const int to : kBegin) all += factor_[out * kLabels + to] * next[to];
    backward_[i][out] = all;
  }
  for (int type = 0; type < kTypes; ++type) {
    for (const int from : {kB + type, kI + type}) {
      backward_[i][from] = factor_[from * kLabels + kE + type] * next[kE + type] +
                           factor_[from * kLabels + kI + type] * next[kI + type];
    }
  }
}

float Lattice::probability(const Span& span) const {
  if (span.end - span.begin == 1) return probability(span.begin, kS + span.type);
  float product = forward_[span.begin][kB + span.type];
  int from = kB + span.type;
  for (std::size_t i = span.begin + 1; i < span.end; ++i) {
    const int to = (i + 1 == span.end ? kE : kI) + span.type;
    product *= factor_[from * kLabels + to] * local_[i][to];
    from = to;
  }
  return std::min(1.0F, product * backward_[span.end - 1][kE + span.type]);
}

void spans_of(std::span<const std::uint8_t> labels, std::vector<Span>& spans) {
  spans.clear();
  std::uint32_t begin = 0;
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    const int label = labels[i];
    if (label == kO) continue;
    if (label < kS) begin = i;
    if (label >= kS && label < kE) spans.push_back({i, i + 1, label % kTypes, 0});
    if (label >= kE && label < kI) spans.push_back({begin, i + 1, label % kTypes, 0});
  }
}

}  // namespace copydesk::tag_entities
