// Trains the model of names. Run by tools/train_entities, which prepares its files:
//
//   train_names OUT CARD WORDS PHRASES VECTORS PASSES TRAIN... [--eval FILE...]
//   train_names --eval MODEL FILE...
//   train_names --measure MODEL FILE...
//
// VECTORS may be "-": none. The linear model and the network learn together, from the errors of
// their sum. What is written is the mean over the ends of the later passes: each pass ends somewhere
// else around the same place. The same files give the same model.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "evaluate.h"
#include "linear_trainer.h"
#include "network_trainer.h"
#include "sources.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::uint32_t kUsesMin = 2;  // of a linear feature in the training text
constexpr float kPruned = 0.12F;       // rows with no weight above are left out

struct Trained {
  LinearModel linear;
  NetworkModel network;
};

void shuffle(std::vector<std::uint32_t>& order, Random& random) {
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
}

Trained train(const Training& t, NetworkTrainer& network, int passes) {
  LinearTrainer linear(t);
  Random random(1);
  std::vector<std::uint32_t> order(t.samples.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<Scores> scores, errors;
  Trained mean;
  float kept = 0;
  for (int pass = 1; pass <= passes; ++pass) {
    shuffle(order, random);
    double loss = 0;
    for (const std::uint32_t i : order) {
      const Sample& sample = t.samples[i];
      scores.assign(sample.words(), Scores{});
      linear.forward(sample, scores, random);
      network.forward(sample, scores, random);
      loss += linear.errors(sample, scores, errors);
      linear.backward(sample, errors);
      network.backward(sample, errors);
    }
    std::printf("pass %d of %d: loss %.0f\n", pass, passes, loss);
    std::fflush(stdout);
    if (pass * 2 <= passes) continue;
    kept += 1;
    mean.linear.approach(linear.model(), 1 / kept);
    mean.network.approach(network.model(), 1 / kept);
  }
  return mean;
}

std::int8_t small(float x, float scale) {
  return static_cast<std::int8_t>(std::clamp(std::lround(x / scale), -127L, 127L));
}

Row small_row(const Weights& weights, float scale) {
  Row row;
  for (int c = 0; c < kColumns; ++c) row[c] = small(weights[c], scale);
  return row;
}

EmbeddingRow small_row(const Embedding& e, float scale) {
  EmbeddingRow row;
  for (int d = 0; d < kEmbedded; ++d) row[d] = small(e[d], scale);
  return row;
}

// A byte's worth, so that the largest number fits, `most` at most.
template <class Rows>
float scale_of(const Rows& rows, float most) {
  float top = 1e-3F;
  for (const auto& row : rows) {
    for (const float x : row) top = std::max(top, std::abs(x));
  }
  return std::min(top, most) / 127;
}

void take_weights(const Trained& trained, const Training& t, const std::vector<std::uint32_t>& keys,
                  ModelSource& source) {
  const std::vector<Weights>& weights = trained.linear.weights;
  source.transitions = trained.linear.transitions;
  source.scale = scale_of(weights, 4);
  source.vector_scale = scale_of(trained.network.rows, 2);
  std::map<std::uint32_t, SpellingRow> spellings;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    spellings[keys[i]].vector = small_row(trained.network.rows[i], source.vector_scale);
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Weights& w = weights[i];
    if (std::none_of(w.begin(), w.end(), [](float x) { return std::abs(x) >= kPruned; })) continue;
    const FeaturePlace& place = t.places[i];
    const Row row = small_row(w, source.scale);
    if (place.offset == FeaturePlace::kNoOffset) {
      source.rows.emplace_back(place.key, row);
    } else {
      spellings[place.key].at[static_cast<std::size_t>(place.offset + kReach)] = row;
    }
  }
  std::sort(source.rows.begin(), source.rows.end());
  source.spelling_rows.assign(spellings.begin(), spellings.end());
}

void take_network(const NetworkModel& network, const WordVectors& vectors, ModelSource& source) {
  const auto first = network.dense.begin();
  const auto part = [&](std::size_t begin, std::size_t count) {
    const auto from = first + static_cast<std::ptrdiff_t>(begin);
    return std::vector<float>(from, from + static_cast<std::ptrdiff_t>(count));
  };
  source.matrices = part(0, kMatrixNumbers);
  source.bias = part(kMatrixNumbers, kHidden);
  source.output = part(kMatrixNumbers + kHidden, kOutputNumbers);
  std::vector<Embedding> projected;
  for (const WordVector& v : vectors.list) projected.push_back(network.project(v));
  source.word_scale = scale_of(projected, 8);
  for (const auto& [low, number] : vectors.numbers) {
    source.word_rows.emplace_back(low, small_row(projected[number], source.word_scale));
  }
  std::sort(source.word_rows.begin(), source.word_rows.end());
}

Model open_own(const std::string& bytes) {
  std::string problem;
  auto model = Model::open(bytes, problem);
  if (!model) give_up("own model " + problem);
  return std::move(*model);
}

struct Arguments {
  std::string out, card, words, phrases, vectors;
  int passes = 0;
  std::vector<std::string> train, eval;
};

void run(const Arguments& a) {
  ModelSource source;
  source.card = file_text(a.card);
  read_words(a.words, source);
  read_phrases(a.phrases, source);
  WordVectors vectors;
  if (a.vectors != "-") vectors = read_vectors(a.vectors, source);
  const std::string untrained = model_bytes(source);
  const Model known = open_own(untrained);
  TrainingReader reader(known.parts().lexicon);
  for (const std::string& path : a.train) {
    for (const Document& d : read_documents(path)) reader.add(d);
  }
  const Training training = reader.take(kUsesMin);
  std::printf("%zu words, %zu stretches, %zu features\n", training.labels.size(),
              training.samples.size(), training.places.size());
  NetworkTrainer network(training, reader.spellings(), vectors, 7);
  const Trained trained = train(training, network, a.passes);
  take_weights(trained, training, network.keys(), source);
  take_network(trained.network, vectors, source);
  const std::string bytes = model_bytes(source);
  const Model model = open_own(bytes);
  std::printf("%zu rows of places, %zu of spellings, %zu words, %zu vectors, %zu bytes\n",
              source.rows.size(), source.spelling_rows.size(), source.words.size(),
              source.word_rows.size(), bytes.size());
  const std::string unfinished = a.out + ".new";  // nobody meets half of it under its name
  std::ofstream out(unfinished, std::ios::binary);
  if (!(out << bytes).flush()) give_up("cannot write " + unfinished);
  std::filesystem::rename(unfinished, a.out);
  for (const std::string& path : a.eval) evaluate(path, model);
}

int main_of(std::vector<std::string> words) {
  if (words.size() > 2 && (words[0] == "--eval" || words[0] == "--measure")) {
    const std::vector<std::string> files(words.begin() + 2, words.end());
    if (words[0] == "--measure") {
      measure(words[1], files);
      return 0;
    }
    std::string problem;
    const auto model = Model::read(words[1], problem);
    if (!model) give_up(words[1] + " " + problem);
    for (const std::string& file : files) evaluate(file, *model);
    return 0;
  }
  const auto eval = std::find(words.begin(), words.end(), "--eval");
  if (eval - words.begin() < 7) {
    give_up(
        "usage: train_names OUT CARD WORDS PHRASES VECTORS PASSES TRAIN... [--eval FILE...], or "
        "train_names --eval|--measure MODEL FILE...");
  }
  Arguments a{words[0], words[1], words[2], words[3], words[4], std::atoi(words[5].c_str()),
              {},       {}};
  a.train.assign(words.begin() + 6, eval);
  if (eval != words.end()) a.eval.assign(eval + 1, words.end());
  run(a);
  return 0;
}

}  // namespace
}  // namespace copydesk::tag_entities

int main(int count, char** arguments) {
  return copydesk::tag_entities::main_of({arguments + 1, arguments + count});
}
