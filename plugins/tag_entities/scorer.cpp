#include "scorer.h"

#include <algorithm>

namespace copydesk::tag_entities {
namespace {

// Hidden sums are kept as whole numbers of this size; they stay far below what 16 bits hold.
constexpr float kHiddenUnit = 1.0F / 512;

template <std::size_t N>
void add_up(std::array<std::int16_t, N>& sums, const std::array<std::int16_t, N>& more) {
  for (std::size_t i = 0; i < N; ++i) sums[i] = static_cast<std::int16_t>(sums[i] + more[i]);
}

// Of bytes: less than 128 of them in a row cannot leave 16 bits' range.
template <std::size_t N>
void add_up(std::array<std::int16_t, N>& sums, const std::array<std::int8_t, N>& more) {
  for (std::size_t i = 0; i < N; ++i) sums[i] = static_cast<std::int16_t>(sums[i] + more[i]);
}

void round_off(const Hidden& hidden, std::array<std::int16_t, kHidden>& out) {
  constexpr float kMost = 2500;  // a dozen of them fit
  for (int h = 0; h < kHidden; ++h) {
    const float x = std::min(kMost, std::max(-kMost, hidden[h] * (1 / kHiddenUnit)));
    out[h] = static_cast<std::int16_t>(x);
  }
}

}  // namespace

const Reading& Scorer::read(std::span<const std::string_view> texts,
                            std::span<const std::vector<Token>* const> tokens) {
  if (spellings_.size() > kSpellingsMax) forget_rare_spellings();
  reading_.read(texts, tokens, spellings_);
  sums_at_.resize(spellings_.size(), kNone);
  subject_sums_.assign(reading_.subjects().size(), SubjectSums{});
  return reading_;
}

void Scorer::forget_rare_spellings() {
  const std::vector<std::uint32_t> kept = spellings_.keep_most_used(kSpellingsKept);
  std::vector<SpellingSums> sums;
  std::vector<HiddenSums> hidden;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::uint32_t at = sums_at_[kept[i]];
    sums_at_[i] = at == kNone ? kNone : static_cast<std::uint32_t>(sums.size());
    if (at == kNone) continue;
    sums.push_back(spelling_sums_[at]);
    for (std::uint32_t& slot : sums.back().hidden) {
      if (slot == kNone) continue;
      hidden.push_back(hidden_[slot]);
      slot = static_cast<std::uint32_t>(hidden.size() - 1);
    }
  }
  sums_at_.resize(kept.size());
  spelling_sums_ = std::move(sums);
  hidden_ = std::move(hidden);
}

void Scorer::forget_sums() {
  spelling_sums_.clear();
  hidden_.clear();
  std::fill(sums_at_.begin(), sums_at_.end(), kNone);
}

void Scorer::add_features(std::span<std::uint32_t> keys, Sums& sums) const {
  keys = keys.first(parts_.features.find_all(keys));
  for (const std::uint32_t at : keys) __builtin_prefetch(&parts_.rows[at]);
  for (const std::uint32_t at : keys) add_up(sums, parts_.rows[at]);
}

Scorer::SpellingSums& Scorer::of_spelling(std::uint32_t spelling) {
  std::uint32_t& at = sums_at_[spelling];
  if (at == kNone) {
    at = static_cast<std::uint32_t>(spelling_sums_.size());
    sum_up(spellings_[spelling], spelling_sums_.emplace_back());
  }
  return spelling_sums_[at];
}

void Scorer::sum_up(const WordInfo& info, SpellingSums& sums) {
  sums.hidden.fill(kNone);
  keys_.clear();
  spelling_features(info, [this](std::uint32_t key, int) { keys_.push_back(key); });
  const std::span<std::uint32_t> keys(keys_.data(), parts_.spellings.find_all(keys_));
  for (const std::uint32_t at : keys) {
    const char* row = reinterpret_cast<const char*>(&parts_.spelling_rows[at]);
    __builtin_prefetch(row);
    __builtin_prefetch(row + 64);
  }
  std::array<std::int16_t, kEmbedded> vector{};
  for (const std::uint32_t at : keys) {
    const SpellingRow& row = parts_.spelling_rows[at];
    for (std::size_t i = 0; i < kOffsets; ++i) add_up(sums.at[i], row.at[i]);
    add_up(vector, row.vector);
  }
  const Network& network = parts_.network;
  for (int d = 0; d < kEmbedded; ++d) {
    sums.embedding[d] = static_cast<float>(vector[d]) * network.scale;
  }
  if (const std::uint32_t at = network.words.find(info.low); at != KeyTable::kNone) {
    const EmbeddingRow& row = network.word_rows[at];
    for (int d = 0; d < kEmbedded; ++d) {
      sums.embedding[d] += static_cast<float>(row[d]) * network.word_scale;
    }
  }
}

const Scorer::HiddenSums& Scorer::hidden_of(SpellingSums& sums, int slot) {
  std::uint32_t& at = sums.hidden[static_cast<std::size_t>(slot)];
  if (at == kNone) {
    at = static_cast<std::uint32_t>(hidden_.size());
    Hidden hidden{};
    multiply<8>(parts_.network.matrix(slot), sums.embedding, hidden);
    round_off(hidden, hidden_.emplace_back());
  }
  return hidden_[at];
}

const Scorer::SubjectSums& Scorer::of_subject(std::uint32_t number) {
  SubjectSums& sums = subject_sums_[number];
  if (sums.done) return sums;
  sums.done = true;
  const Subject& subject = reading_.subjects()[number];
  keys_.clear();
  subject_features(reading_, subject, [this](std::uint32_t key) { keys_.push_back(key); });
  add_features(keys_, sums.sums);
  Hidden hidden{};
  subject_slots(reading_, subject, [&](int slot, std::uint32_t spelling, float share) {
    const HiddenSums& said = hidden_of(of_spelling(spelling), slot);
    for (int h = 0; h < kHidden; ++h) hidden[h] += static_cast<float>(said[h]) * share;
  });
  for (int h = 0; h < kHidden; ++h) sums.hidden[h] = static_cast<std::int16_t>(hidden[h]);
  return sums;
}

void Scorer::add_network(const HiddenSums& hidden, Scores& scores) const {
  const Network& network = parts_.network;
  Hidden active;
  for (int h = 0; h < kHidden; ++h) {
    active[h] = std::max(0.0F, static_cast<float>(hidden[h]) * kHiddenUnit + network.bias[h]);
  }
  std::array<float, kColumns> sums{};
  multiply<4>(network.output.data(), active, sums);
  for (int c = 0; c < kColumns; ++c) scores[c] += sums[c];
}

void Scorer::score(std::uint32_t index, const Stretch& stretch, std::span<Scores> out) {
  if (spelling_sums_.size() > kScoredMax) forget_sums();
  const FieldReading& field = reading_.fields()[index];
  const Sentence& sentence = field.sentences[stretch.sentence];
  for (std::uint32_t word = stretch.begin; word < stretch.end; ++word) {
    Scores& scores = out[word - stretch.begin];
    if (field.words[word].kind == WordKind::kForeign) {
      scores.fill(-1e4F);
      scores[kO] = 0;
      continue;
    }
    Sums sums{};
    HiddenSums hidden{};
    for (int offset = -kNetworkReach; offset <= kNetworkReach; ++offset) {
      const std::int64_t j = static_cast<std::int64_t>(word) + offset;
      if (j < sentence.begin || j >= sentence.end) continue;
      SpellingSums& near = of_spelling(field.places[static_cast<std::size_t>(j)].spelling);
      add_up(hidden, hidden_of(near, kNetworkReach + offset));
      if (const int at = kReach + offset; at >= 0 && at <= 2 * kReach) {
        add_up(sums, near.at[static_cast<std::size_t>(at)]);
      }
    }
    if (const std::uint32_t subject = field.places[word].subject; subject != Subject::kNone) {
      const SubjectSums& said = of_subject(subject);
      add_up(sums, said.sums);
      add_up(hidden, said.hidden);
    }
    keys_.clear();
    place_features(reading_, field, sentence, word,
                   [this](std::uint32_t key) { keys_.push_back(key); });
    add_features(keys_, sums);
    for (std::size_t c = 0; c < kColumns; ++c) {
      scores[c] = static_cast<float>(sums[c]) * parts_.scale;
    }
    scores[kO] = 0;
    add_network(hidden, scores);
  }
}

}  // namespace copydesk::tag_entities
