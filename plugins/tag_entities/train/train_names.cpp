// Trains the model of names. Run by tools/train_entities, which prepares its files:
//
//   train_names OUT CARD WORDS PHRASES PASSES TRAIN... [--eval FILE...]
//   train_names --eval MODEL FILE...
//
// A conditional random field by AdaGrad over the sentences, features left out at random so that no
// one of them carries a name alone. Where a document has only PER, ORG and LOC annotated, any other
// word may still be MISC: what is learned is the sum over both. The same seed gives the same model.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <sstream>
#include <unordered_map>

#include "corpus.h"
#include "tag_entities/features.h"
#include "tag_entities/gazetteer.h"
#include "tag_entities/names.h"

namespace copydesk::tag_entities {
namespace {

constexpr float kDropout = 0.7F;
constexpr float kRate = 0.12F;
constexpr float kDecay = 2e-6F;        // of a weight, each time it is used
constexpr std::uint32_t kUsesMin = 2;  // of a feature in the training text
constexpr float kPruned = 0.12F;       // rows with no weight above are left out

constexpr std::uint32_t kEmbeddingUsesMin = 3;
constexpr float kHiddenDropout = 0.5F, kEmbeddingDropout = 0.5F;
constexpr float kDenseRate = 0.05F, kEmbeddingRate = 0.05F;

using Weights = std::array<float, kColumns>;

struct Sample {  // a sentence
  std::uint32_t first_word = 0, words = 0;
  float weight = 1;
  bool all_types = true;
};

struct SlotUse {
  int slot = 0;
  std::uint32_t spelling = 0;
  float share = 1;
};

struct Training {
  std::vector<std::uint32_t> spellings;      // of each word
  std::vector<std::uint32_t> use_starts{0};  // of what its article says of it
  std::vector<SlotUse> uses;
  std::vector<std::uint32_t> starts{0};  // of each word's features
  std::vector<std::uint32_t> features;
  std::vector<std::uint8_t> labels;
  std::vector<Sample> samples;
};

std::vector<std::uint8_t> labels_of(const FieldReading& field, const Document& d) {
  std::vector<std::uint8_t> labels(field.words.size(), kO);
  std::size_t word = 0;
  for (const GoldName& name : d.names) {
    while (word < field.words.size() && field.words[word].end <= name.begin) ++word;
    std::size_t end = word;
    while (end < field.words.size() && field.words[end].begin < name.end) ++end;
    if (end == word) continue;
    for (std::size_t i = word; i < end; ++i) labels[i] = static_cast<std::uint8_t>(kI + name.type);
    labels[word] = static_cast<std::uint8_t>(kB + name.type);
    labels[end - 1] = static_cast<std::uint8_t>((end - word == 1 ? kS : kE) + name.type);
    word = end;
  }
  return labels;
}

// A name that a sentence's end cuts is no name in either.
void mend(std::span<std::uint8_t> labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const int before = i == 0 ? kO : labels[i - 1];
    const bool last = i + 1 == labels.size();
    const bool after_ok = last ? ends_outside(labels[i]) : may_follow(labels[i], labels[i + 1]);
    if (!may_follow(before, labels[i]) || !after_ok) labels[i] = kO;
  }
  for (std::size_t i = labels.size(); i-- > 0;) {
    const int after = i + 1 == labels.size() ? kO : labels[i + 1];
    const int before = i == 0 ? kO : labels[i - 1];
    if (!may_follow(labels[i], after) || !may_follow(before, labels[i])) labels[i] = kO;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!may_follow(i == 0 ? kO : labels[i - 1], labels[i])) labels[i] = kO;
  }
}

struct Work {
  Spellings spellings;
  Reading reading;
  std::vector<Token> tokens;
  explicit Work(const Lexicon& lexicon) : spellings(lexicon) {}

  const FieldReading& read(const Document& d) {
    const std::string_view texts[] = {d.text};
    tokenize(d.text, tokens);
    const std::vector<Token>* const all[] = {&tokens};
    reading.read(texts, all, spellings);
    return reading.fields()[0];
  }
};

void add_document(const Document& d, Work& work, Training& t) {
  const FieldReading& field = work.read(d);
  std::vector<std::uint8_t> labels = labels_of(field, d);
  for (const Sentence& s : field.sentences) {
    Sample sample;
    sample.first_word = static_cast<std::uint32_t>(t.labels.size());
    sample.words = s.end - s.begin;
    sample.weight = d.weight;
    sample.all_types = d.all_types;
    mend({labels.data() + s.begin, sample.words});
    for (std::uint32_t i = s.begin; i < s.end; ++i) {
      t.labels.push_back(labels[i]);
      all_features(work.reading, field, s, i,
                   [&](std::uint32_t key) { t.features.push_back(key); });
      t.starts.push_back(static_cast<std::uint32_t>(t.features.size()));
      const Place& place = field.places[i];
      t.spellings.push_back(place.spelling);
      if (place.subject != Subject::kNone) {
        subject_slots(work.reading, work.reading.subjects()[place.subject],
                      [&](int slot, std::uint32_t spelling, float share) {
                        t.uses.push_back({slot, spelling, share});
                      });
      }
      t.use_starts.push_back(static_cast<std::uint32_t>(t.uses.size()));
    }
    t.samples.push_back(sample);
  }
}

// Keys become numbers; those that are too rare are left out. Returns the keys by number.
std::vector<std::uint32_t> number_features(Training& t) {
  std::vector<std::uint32_t> sorted = t.features;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint32_t> keys;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
    if (end - i >= kUsesMin) keys.push_back(sorted[i]);
    i = end;
  }
  std::unordered_map<std::uint32_t, std::uint32_t> numbers;
  numbers.reserve(keys.size());
  for (std::uint32_t i = 0; i < keys.size(); ++i) numbers.emplace(keys[i], i);
  std::size_t out = 0, in = 0;
  for (std::size_t word = 0; word + 1 < t.starts.size(); ++word) {
    const std::size_t end = t.starts[word + 1];
    for (; in < end; ++in) {
      const auto found = numbers.find(t.features[in]);
      if (found != numbers.end()) t.features[out++] = found->second;
    }
    t.starts[word + 1] = static_cast<std::uint32_t>(out);
  }
  t.features.resize(out);
  return keys;
}

#include "network_trainer.h"

class Trainer {
 public:
  Trainer(const Training& training, std::size_t features, NetworkTrainer& network)
      : t_(training),
        weights_(features),
        squares_(features),
        lattice_(transitions_),
        network_(network) {}

  double epoch(std::mt19937& random) {
    std::vector<std::uint32_t> order(t_.samples.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    double loss = 0;
    for (const std::uint32_t i : order) loss += learn(t_.samples[i], random);
    return loss;
  }
  const std::vector<Weights>& weights() const { return weights_; }
  const Transitions& transitions() const { return transitions_; }

 private:
  double learn(const Sample& sample, std::mt19937& random) {
    kept_.clear();
    kept_starts_.assign(1, 0);
    scores_.resize(sample.words);
    for (std::uint32_t i = 0; i < sample.words; ++i) {
      const std::uint32_t word = sample.first_word + i;
      Weights sum{};
      for (std::uint32_t k = t_.starts[word]; k < t_.starts[word + 1]; ++k) {
        if ((random() >> 8) * (1.0F / 16777216.0F) < kDropout) continue;
        kept_.push_back(t_.features[k]);
        const Weights& w = weights_[t_.features[k]];
        for (int c = 0; c < kColumns; ++c) sum[c] += w[c];
      }
      kept_starts_.push_back(static_cast<std::uint32_t>(kept_.size()));
      for (int c = 0; c < kColumns; ++c) scores_[i][c] = sum[c] / (1 - kDropout);
      scores_[i][kO] = 0;
    }
    network_.forward(sample, scores_, random);
    lattice_.set(transitions_);
    errors_.assign(sample.words, Scores{});
    moves_.assign(kLabels * kLabels, 0);
    firsts_.assign(kLabels, 0);
    double loss = lattice_.sum(scores_);
    expect(sample, -1);
    loss -= pin(sample);
    update(sample.weight);
    network_.backward(sample, errors_);
    return loss;
  }

  // Adds the expected labels and moves of the lattice as it stands.
  void expect(const Sample& sample, float sign) {
    for (std::uint32_t i = 0; i < sample.words; ++i) {
      for (int l = 0; l < kLabels; ++l) errors_[i][l] += sign * lattice_.probability(i, l);
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
  double pin(const Sample& sample) {
    const std::uint8_t* gold = t_.labels.data() + sample.first_word;
    if (!sample.all_types) {
      pinned_ = scores_;
      for (std::uint32_t i = 0; i < sample.words; ++i) {
        for (int l = 0; l < kLabels; ++l) {
          const bool misc = l != kO && l % kTypes == static_cast<int>(EntityType::kMisc);
          const bool free = l == gold[i] || (gold[i] == kO && misc);
          if (!free) pinned_[i][l] = -1e4F;
        }
      }
      const double sum = lattice_.sum(pinned_);
      expect(sample, 1);
      return sum;
    }
    double sum = 0;
    for (std::uint32_t i = 0; i < sample.words; ++i) {
      errors_[i][gold[i]] += 1;
      sum += scores_[i][gold[i]];
      if (i == 0) {
        firsts_[gold[0]] += 1;
        sum += transitions_.first[gold[0]];
      } else {
        moves_[gold[i - 1] * kLabels + gold[i]] += 1;
        sum += transitions_.score[gold[i - 1] * kLabels + gold[i]];
      }
    }
    return sum;
  }

  void update(float weight) {
    for (std::uint32_t i = 0; i + 1 < kept_starts_.size(); ++i) {
      Weights gradient;
      float size = 0;
      for (int c = 0; c < kColumns; ++c) {
        gradient[c] = errors_[i][c] * weight;
        size += std::abs(gradient[c]);
      }
      if (size < 1e-3F) continue;
      for (std::uint32_t k = kept_starts_[i]; k < kept_starts_[i + 1]; ++k) {
        Weights& w = weights_[kept_[k]];
        Weights& s = squares_[kept_[k]];
        for (int c = 0; c < kColumns; ++c) {
          s[c] += gradient[c] * gradient[c];
          w[c] += kRate * gradient[c] / (std::sqrt(s[c]) + 0.3F) - kDecay * w[c];
        }
      }
    }
    const auto step = [&](float& w, float& s, float gradient) {
      s += gradient * gradient;
      w += kRate * gradient / (std::sqrt(s) + 1.0F);
    };
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      if (moves_[i] != 0) step(transitions_.score[i], move_squares_.score[i], moves_[i] * weight);
    }
    for (std::size_t i = 0; i < firsts_.size(); ++i) {
      if (firsts_[i] != 0) step(transitions_.first[i], move_squares_.first[i], firsts_[i] * weight);
    }
  }

  const Training& t_;
  std::vector<Weights> weights_, squares_;
  Transitions transitions_, move_squares_;
  Lattice lattice_;
  NetworkTrainer& network_;
  std::vector<std::uint32_t> kept_, kept_starts_;
  std::vector<Scores> scores_, pinned_, errors_;
  std::vector<float> moves_, firsts_;
};

// The mean of the weights at the ends of the later passes: each pass ends somewhere else around the
// same place.
struct Means {
  std::vector<Weights> weights;
  Transitions transitions;
  float passes = 0;

  void add(const Trainer& trainer) {
    passes += 1;
    weights.resize(trainer.weights().size());
    const auto move = [this](float& mean, float to) { mean += (to - mean) / passes; };
    for (std::size_t i = 0; i < weights.size(); ++i) {
      for (int c = 0; c < kColumns; ++c) move(weights[i][c], trainer.weights()[i][c]);
    }
    for (std::size_t i = 0; i < transitions.score.size(); ++i) {
      move(transitions.score[i], trainer.transitions().score[i]);
    }
    for (std::size_t i = 0; i < transitions.first.size(); ++i) {
      move(transitions.first[i], trainer.transitions().first[i]);
    }
  }
};

std::vector<std::string> columns(const std::string& line) {
  std::vector<std::string> out;
  std::stringstream in(line);
  for (std::string cell; std::getline(in, cell, '\t');) out.push_back(cell);
  return out;
}

// The words of a short text, as the model sees them.
std::vector<Word> words_of(const std::string& text) {
  std::vector<Token> tokens;
  std::vector<Word> words;
  std::vector<std::uint32_t> ends;
  tokenize(text, tokens);
  split_words(text, tokens, words, ends);
  return words;
}

void read_words(const std::string& path, ModelSource& source) {
  std::ifstream in(path);
  if (!in) give_up("cannot open " + path);
  std::unordered_map<std::uint32_t, std::uint64_t> seen;
  for (std::string line; std::getline(in, line);) {
    const auto cells = columns(line);
    if (cells.size() != 5) give_up(path + ": expected five columns");
    WordClass c;
    for (std::size_t i = 0; i < kClusterings; ++i) {
      c.cluster[i] = static_cast<std::uint16_t>(std::stoul(cells[i + 1]));
    }
    c.case_prior = static_cast<std::uint8_t>(std::stoul(cells[4]));
    seen.emplace(static_cast<std::uint32_t>(std::stoul(cells[0])), Lexicon::pack(c));
  }
  source.words.assign(seen.begin(), seen.end());
  std::sort(source.words.begin(), source.words.end());
}

void read_phrases(const std::string& path, ModelSource& source) {
  std::ifstream in(path);
  if (!in) give_up("cannot open " + path);
  std::unordered_map<std::uint32_t, std::uint16_t> bits;
  for (std::string line; std::getline(in, line);) {
    const auto cells = columns(line);
    if (cells.size() != 2) give_up(path + ": expected two columns");
    const auto words = words_of(cells[0]);
    if (words.empty() || words.size() > kPhraseWordsMax) continue;
    std::uint64_t phrase = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      phrase = Lexicon::extend(phrase, words[i].folded);
      bits[top(phrase)] |=
          i + 1 < words.size() ? kLonger : static_cast<std::uint16_t>(1U << std::stoi(cells[1]));
    }
  }
  source.phrases.assign(bits.begin(), bits.end());
  std::sort(source.phrases.begin(), source.phrases.end());
}

void take_weights(const Means& means, const std::vector<std::uint32_t>& keys, ModelSource& source) {
  float top = 0;
  for (const Weights& w : means.weights) {
    for (const float x : w) top = std::max(top, std::abs(x));
  }
  source.scale = std::min(top, 4.0F) / 127;
  source.transitions = means.transitions;
  source.rows.clear();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Weights& w = means.weights[i];
    if (std::none_of(w.begin(), w.end(), [](float x) { return std::abs(x) >= kPruned; })) continue;
    Row row;
    for (int c = 0; c < kColumns; ++c) {
      row[c] = static_cast<std::int8_t>(std::clamp(std::lround(w[c] / source.scale), -127L, 127L));
    }
    source.rows.emplace_back(keys[i], row);
  }
}

struct Count {
  double right = 0, found = 0, gold = 0;
  double f1() const { return right == 0 ? 0 : 2 * right / (found + gold); }
};

void evaluate(const std::string& path, const Model& model) {
  NameFinder finder(model);
  std::array<Count, kTypes + 1> counts;
  double seconds = 0, words = 0;  // of processor time
  std::vector<Token> tokens;
  for (const Document& d : read_documents(path)) {
    tokenize(d.text, tokens);
    const std::string_view texts[] = {d.text};
    const std::vector<Token>* const all[] = {&tokens};
    const auto key = [](std::uint32_t b, std::uint32_t e, int t) {
      return (std::uint64_t{b} << 34) | (std::uint64_t{e} << 4) | static_cast<std::uint64_t>(t);
    };
    std::vector<std::uint64_t> gold;
    for (const GoldName& n : d.names) gold.push_back(key(n.begin, n.end, n.type));
    const std::clock_t begun = std::clock();
    tokenize(d.text, tokens);
    const std::vector<Name>& names = finder.find(texts, all);
    seconds += static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    words += static_cast<double>(finder.reading().fields()[0].words.size());
    for (const Name& n : names) {
      if (!d.all_types && n.type == 3) continue;
      const bool right =
          std::find(gold.begin(), gold.end(), key(n.begin, n.end, n.type)) != gold.end();
      for (const int t : {n.type, kTypes}) {
        counts[t].right += right;
        counts[t].found += 1;
      }
    }
    for (const GoldName& n : d.names) {
      counts[n.type].gold += 1;
      counts[kTypes].gold += 1;
    }
  }
  std::printf("%s:", path.substr(path.rfind('/') + 1).c_str());
  for (int t = 0; t <= kTypes; ++t) {
    const std::string name =
        t == kTypes ? "all" : std::string(type_name(static_cast<EntityType>(t)));
    std::printf("  %s %.1f", name.c_str(), 100 * counts[t].f1());
  }
  const Count& all = counts[kTypes];
  std::printf("  (precision %.1f recall %.1f of %.0f)  %.0f words a second\n",
              100 * all.right / std::max(1.0, all.found), 100 * all.right / std::max(1.0, all.gold),
              all.gold, words / std::max(seconds, 1e-6));
  std::fflush(stdout);
}

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

int run(int count, char** arguments) {
  if (count > 3 && std::string(arguments[1]) == "--eval") {
    std::string why;
    const auto model = Model::map(arguments[2], why);
    if (!model) give_up(arguments[2] + (" " + why));
    for (int i = 3; i < count; ++i) evaluate(arguments[i], *model);
    return 0;
  }
  if (count < 7)
    give_up(
        "usage: train_names OUT CARD WORDS PHRASES PASSES TRAIN... [--eval FILE...], or "
        "train_names --eval MODEL FILE...");
  std::vector<std::string> train, eval;
  bool evals = false;
  for (int i = 6; i < count; ++i) {
    const std::string word = arguments[i];
    if (word == "--eval")
      evals = true;
    else
      (evals ? eval : train).push_back(word);
  }
  ModelSource source;
  source.card = file_text(arguments[2]);
  read_words(arguments[3], source);
  read_phrases(arguments[4], source);
  std::string problem;
  std::string bytes = model_bytes(source);
  const auto empty = Model::open(bytes, problem);
  if (!empty) give_up("own model " + problem);
  Training training;
  Work work(empty->parts().lexicon);
  for (const std::string& path : train) {
    for (const Document& d : read_documents(path)) add_document(d, work, training);
  }
  const std::size_t raw = training.features.size();
  const auto keys = number_features(training);
  std::printf("%zu words, %zu sentences, %.1f features a word, %zu different\n",
              training.labels.size(), training.samples.size(),
              static_cast<double>(raw) / static_cast<double>(training.labels.size()), keys.size());
  NetworkTrainer network(training, work.spellings);
  Trainer trainer(training, keys.size(), network);
  std::mt19937 random(1);
  Means means;
  for (int epoch = 1, last = std::atoi(arguments[5]); epoch <= last; ++epoch) {
    const double loss = trainer.epoch(random);
    std::printf("pass %d of %d: loss %.0f\n", epoch, last, loss);
    std::fflush(stdout);
    if (epoch > last / 2) {
      means.add(trainer);
      network.add_mean();
    }
    if (epoch < last) continue;
    take_weights(means, keys, source);
    network.take(source);
    bytes = model_bytes(source);
    const auto model = Model::open(bytes, problem);
    if (!model) give_up("own model " + problem);
    std::printf("%zu rows, %zu bytes, scale %.4f\n", source.rows.size(), bytes.size(),
                source.scale);
    for (const std::string& path : eval) evaluate(path, *model);
  }
  std::ofstream(arguments[1], std::ios::binary) << bytes;
  return 0;
}

}  // namespace
}  // namespace copydesk::tag_entities

int main(int count, char** arguments) { return copydesk::tag_entities::run(count, arguments); }
