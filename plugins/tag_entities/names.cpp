#include "names.h"

#include <algorithm>
#include <cmath>

namespace copydesk::tag_entities {
namespace {

// Hidden sums are kept as whole numbers of this size; they stay far below what 16 bits hold.
constexpr float kHiddenUnit = 1.0F / 512;

// How much the rest of the article counts against the sentence, and what share is as good as none.
constexpr float kHeard = 0.6F;
constexpr float kFloor = 0.05F;

template <std::size_t N>
void add_up(std::array<std::int16_t, N>& sums, const std::array<std::int16_t, N>& more) {
  for (std::size_t i = 0; i < N; ++i) sums[i] = static_cast<std::int16_t>(sums[i] + more[i]);
}

void round_off(const Hidden& hidden, std::array<std::int16_t, kHidden>& out) {
  constexpr float kMost = 2500;  // a dozen of them fit
  for (int h = 0; h < kHidden; ++h) {
    out[h] = static_cast<std::int16_t>(std::clamp(hidden[h] / kHiddenUnit, -kMost, kMost));
  }
}

}  // namespace

NameFinder::NameFinder(const Model& model)
    : parts_(model.parts()), lattice_(parts_.transitions), spellings_(parts_.lexicon) {}

void NameFinder::add(std::uint32_t key, Sums& sums) const {
  const std::uint32_t at = parts_.features.find(key);
  if (at == KeyTable::kNone) return;
  const Row& row = parts_.rows[at];
  for (std::size_t i = 0; i < kColumns; ++i) {
    sums[i] = static_cast<std::int16_t>(sums[i] + row[i]);
  }
}

const std::vector<Name>& NameFinder::find(std::span<const std::string_view> texts,
                                          std::span<const std::vector<Token>* const> tokens) {
  names_.clear();
  if (spellings_.size() > kSpellingsMax) {
    spellings_.clear();
    spelling_sums_.clear();
    if (spelling_sums_.capacity() > 2 * kSpellingsMax) spelling_sums_.shrink_to_fit();
  }
  reading_.read(texts, tokens, spellings_);
  spelling_sums_.resize(spellings_.size());
  subject_sums_.assign(reading_.subjects().size(), SubjectSums{});
  opinions_.assign(reading_.subjects().size(), Shares{});
  std::size_t words = 0;
  for (const FieldReading& field : reading_.fields()) words += field.words.size();
  scores_.resize(words);
  shares_.resize(words);
  each_sentence([this](std::uint32_t f, const Sentence& s, std::span<Scores> scores) {
    score(f, s, scores);
    weigh(f, s, scores);
  });
  each_sentence([this](std::uint32_t f, const Sentence& s, std::span<Scores> scores) {
    agree(f, s, scores);
    decide(f, s, scores);
  });
  return names_;
}

template <class Each>
void NameFinder::each_sentence(Each each) {
  std::size_t at = 0;
  for (std::uint32_t f = 0; f < reading_.fields().size(); ++f) {
    for (const Sentence& s : reading_.fields()[f].sentences) {
      each(f, s, std::span(scores_).subspan(at + s.begin, s.end - s.begin));
    }
    at += reading_.fields()[f].words.size();
  }
}

// What the sentence alone says of its words goes to the subjects they are.
void NameFinder::weigh(std::uint32_t index, const Sentence& sentence,
                       std::span<const Scores> scores) {
  const FieldReading& field = reading_.fields()[index];
  const bool asked =
      std::any_of(field.places.begin() + sentence.begin, field.places.begin() + sentence.end,
                  [&](const Place& p) {
                    return p.subject != Subject::kNone && reading_.subjects()[p.subject].count > 1;
                  });
  if (!asked) return;
  lattice_.sum(scores);
  Shares* shares = shares_.data() + (scores.data() - scores_.data());
  for (std::uint32_t i = 0; i < scores.size(); ++i) {
    const std::uint32_t subject = field.places[sentence.begin + i].subject;
    if (subject == Subject::kNone || reading_.subjects()[subject].count < 2) continue;
    for (int type = 0; type < kTypes; ++type) {
      shares[i][type] = 0;
      for (const int label : {kB, kS, kE, kI})
        shares[i][type] += lattice_.probability(i, label + type);
    }
    shares[i][kTypes] = lattice_.probability(i, kO);
    for (int c = 0; c <= kTypes; ++c) opinions_[subject][c] += shares[i][c];
  }
}

// Where the article as a whole thinks otherwise of a word than this sentence, it is heard.
void NameFinder::agree(std::uint32_t index, const Sentence& sentence,
                       std::span<Scores> scores) const {
  const FieldReading& field = reading_.fields()[index];
  const Shares* shares = shares_.data() + (scores.data() - scores_.data());
  for (std::uint32_t i = 0; i < scores.size(); ++i) {
    const std::uint32_t subject = field.places[sentence.begin + i].subject;
    if (subject == Subject::kNone || reading_.subjects()[subject].count < 2) continue;
    const Shares& all = opinions_[subject];
    const auto count = static_cast<float>(reading_.subjects()[subject].count);
    for (int c = 0; c <= kTypes; ++c) {
      const float more = kHeard * std::log((all[c] / count + kFloor) / (shares[i][c] + kFloor));
      if (c == kTypes) {
        scores[i][kO] += more;
      } else {
        for (const int label : {kB, kS, kE, kI}) scores[i][label + c] += more;
      }
    }
  }
}

const NameFinder::SpellingSums& NameFinder::of_spelling(std::uint32_t spelling) {
  SpellingSums& sums = spelling_sums_[spelling];
  if (sums.done) return sums;
  sums.done = true;
  const WordInfo& info = spellings_[spelling];
  for (int offset = -kReach; offset <= kReach; ++offset) {
    Sums& at = sums.at[static_cast<std::size_t>(offset + kReach)];
    spelling_features(info, offset, [&](std::uint32_t key) { add(key, at); });
  }
  const Network& network = parts_.network;
  network_features(info, [&](std::uint32_t key) {
    const std::uint32_t at = network.features.find(key);
    if (at == KeyTable::kNone) return;
    for (int d = 0; d < kEmbedded; ++d) {
      sums.embedding[d] += static_cast<float>(network.rows[at][d]) * network.scale;
    }
  });
  for (int slot = 0; slot < kNearSlots; ++slot) {
    Hidden hidden{};
    multiply(network.matrix(slot), sums.embedding, 1, hidden);
    round_off(hidden, sums.hidden[static_cast<std::size_t>(slot)]);
  }
  return sums;
}

const NameFinder::SubjectSums& NameFinder::of_subject(std::uint32_t number) {
  SubjectSums& sums = subject_sums_[number];
  if (sums.done) return sums;
  sums.done = true;
  const Subject& subject = reading_.subjects()[number];
  subject_features(reading_, subject, [&](std::uint32_t key) { add(key, sums.sums); });
  Hidden hidden{};
  subject_slots(reading_, subject, [&](int slot, std::uint32_t spelling, float share) {
    multiply(parts_.network.matrix(slot), of_spelling(spelling).embedding, share, hidden);
  });
  round_off(hidden, sums.hidden);
  return sums;
}

void NameFinder::add_network(const HiddenSums& hidden, Scores& scores) const {
  const Network& network = parts_.network;
  for (int h = 0; h < kHidden; ++h) {
    const float x = static_cast<float>(hidden[h]) * kHiddenUnit + network.bias[h];
    if (x <= 0) continue;
    const float* row = network.output.data() + h * kColumns;
    for (int c = 0; c < kColumns; ++c) scores[c] += x * row[c];
  }
}

void NameFinder::score(std::uint32_t index, const Sentence& sentence, std::span<Scores> out) {
  const FieldReading& field = reading_.fields()[index];
  const std::uint32_t count = sentence.end - sentence.begin;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t word = sentence.begin + i;
    Scores& scores = out[i];
    if (field.words[word].kind == WordKind::kForeign) {
      scores.fill(-1e4F);
      scores[kO] = 0;
      continue;
    }
    Sums sums{};
    HiddenSums hidden{};
    for (int offset = -kNetworkReach; offset <= kNetworkReach; ++offset) {
      const std::int64_t j = static_cast<std::int64_t>(i) + offset;
      if (j < 0 || j >= count) continue;
      const SpellingSums& near =
          of_spelling(field.places[sentence.begin + static_cast<std::uint32_t>(j)].spelling);
      add_up(hidden, near.hidden[static_cast<std::size_t>(kNetworkReach + offset)]);
      if (offset >= -kReach && offset <= kReach) {
        add_up(sums, near.at[static_cast<std::size_t>(kReach + offset)]);
      }
    }
    if (const std::uint32_t subject = field.places[word].subject; subject != Subject::kNone) {
      const SubjectSums& said = of_subject(subject);
      add_up(sums, said.sums);
      add_up(hidden, said.hidden);
    }
    place_features(reading_, field, sentence, word, [&](std::uint32_t key) { add(key, sums); });
    for (std::size_t c = 0; c < kColumns; ++c)
      scores[c] = static_cast<float>(sums[c]) * parts_.scale;
    scores[kO] = 0;
    add_network(hidden, scores);
  }
}

void NameFinder::decide(std::uint32_t index, const Sentence& sentence,
                        std::span<const Scores> scores) {
  const FieldReading& field = reading_.fields()[index];
  spans_of(lattice_.best(scores), spans_);
  if (spans_.empty()) return;
  lattice_.sum(scores);
  for (const Span& span : spans_) {
    const std::uint32_t first = sentence.begin + span.begin;
    names_.push_back({index, field.words[first].begin,
                      field.words[sentence.begin + span.end - 1].end, first, span.end - span.begin,
                      span.type, lattice_.probability(span)});
  }
}

}  // namespace copydesk::tag_entities
