#pragma once
// The linear model and the chain of labels: a conditional random field (Lafferty, McCallum, Pereira
// 2001) learned by AdaGrad (Duchi, Hazan, Singer 2011), features left out at random so that no one
// of them carries a name alone. Where a document has only PER, ORG and LOC annotated, any other word
// may still be MISC: what is learned is the sum over both.
#include <span>
#include <vector>

#include "training.h"

namespace copydesk::tag_entities {

using Weights = std::array<float, kColumns>;

struct LinearModel {
  std::vector<Weights> weights;  // of each feature
  Transitions transitions;

  // Moves towards `other` by a share of the way.
  void approach(const LinearModel& other, float share);
};

class LinearTrainer {
 public:
  explicit LinearTrainer(const Training& training);

  // Adds what the features that are not left out say to the scores of the sample's words.
  void forward(const Sample& sample, std::vector<Scores>& scores, Random& random);
  // After forward, with the scores of all: what should have been minus what was, of each word and
  // label; and the loss.
  double errors(const Sample& sample, std::span<const Scores> scores, std::vector<Scores>& errors);
  // After errors: learns from them.
  void backward(const Sample& sample, std::span<const Scores> errors);

  const LinearModel& model() const { return model_; }

 private:
  void expect(const Sample& sample, float sign, std::vector<Scores>& errors);
  double pin(const Sample& sample, std::span<const Scores> scores, std::vector<Scores>& errors);

  const Training& t_;
  LinearModel model_;
  std::vector<Weights> squares_;
  Transitions move_squares_;
  Lattice lattice_;
  std::vector<std::uint32_t> kept_, kept_starts_;  // features of the sample's words
  std::vector<Scores> pinned_;
  std::vector<float> moves_, firsts_;  // as the errors, of transitions
};

}  // namespace copydesk::tag_entities
