#include "names.h"

#include <cmath>

namespace copydesk::tag_entities {
namespace {

// How much the rest of the article counts against the sentence, and what share is as good as none.
constexpr float kHeard = 0.6F;
constexpr float kFloor = 0.05F;

}  // namespace

const std::vector<Name>& NameFinder::find(std::span<const std::string_view> texts,
                                          std::span<const std::vector<Token>* const> tokens) {
  names_.clear();
  scorer_.read(texts, tokens);
  opinions_.assign(reading_.subjects().size(), Shares{});
  std::size_t words = 0;
  each_stretch([&](std::uint32_t, const Stretch& s, std::size_t) { words += s.end - s.begin; });
  scores_.resize(words);
  shares_.resize(words);
  each_stretch([this](std::uint32_t f, const Stretch& s, std::size_t at) {
    scorer_.score(f, s, std::span(scores_).subspan(at, s.end - s.begin));
    weigh(f, s, at);
  });
  each_stretch([this](std::uint32_t f, const Stretch& s, std::size_t at) {
    agree(f, s, at);
    decide(f, s, at);
  });
  return names_;
}

template <class Each>
void NameFinder::each_stretch(Each each) const {
  std::size_t at = 0;
  for (std::uint32_t f = 0; f < reading_.fields().size(); ++f) {
    for (const Stretch& s : reading_.fields()[f].stretches) {
      each(f, s, at);
      at += s.end - s.begin;
    }
  }
}

// The subject that the word is, if the article has it more than once.
std::uint32_t NameFinder::repeated(const FieldReading& field, std::uint32_t word) const {
  const std::uint32_t subject = field.places[word].subject;
  const bool more = subject != Subject::kNone && reading_.subjects()[subject].count > 1;
  return more ? subject : Subject::kNone;
}

// What the stretch alone says of its words goes to the subjects they are.
void NameFinder::weigh(std::uint32_t index, const Stretch& stretch, std::size_t at) {
  const FieldReading& field = reading_.fields()[index];
  bool summed = false;
  for (std::uint32_t word = stretch.begin; word < stretch.end; ++word) {
    const std::uint32_t subject = repeated(field, word);
    if (subject == Subject::kNone) continue;
    const std::uint32_t i = word - stretch.begin;
    if (!summed) lattice_.sum(std::span(scores_).subspan(at, stretch.end - stretch.begin));
    summed = true;
    Shares& shares = shares_[at + i];
    for (int type = 0; type < kTypes; ++type) {
      shares[type] = 0;
      for (const int label : {kB, kS, kE, kI}) {
        shares[type] += lattice_.probability(i, label + type);
      }
    }
    shares[kTypes] = lattice_.probability(i, kO);
    for (int c = 0; c <= kTypes; ++c) opinions_[subject][c] += shares[c];
  }
}

// Where the article as a whole thinks otherwise of a word than this stretch, it is heard.
void NameFinder::agree(std::uint32_t index, const Stretch& stretch, std::size_t at) {
  const FieldReading& field = reading_.fields()[index];
  for (std::uint32_t word = stretch.begin; word < stretch.end; ++word, ++at) {
    const std::uint32_t subject = repeated(field, word);
    if (subject == Subject::kNone) continue;
    const Shares& all = opinions_[subject];
    const auto count = static_cast<float>(reading_.subjects()[subject].count);
    for (int c = 0; c <= kTypes; ++c) {
      const float more = kHeard * std::log((all[c] / count + kFloor) / (shares_[at][c] + kFloor));
      if (c == kTypes) {
        scores_[at][kO] += more;
      } else {
        for (const int label : {kB, kS, kE, kI}) scores_[at][label + c] += more;
      }
    }
  }
}

void NameFinder::decide(std::uint32_t index, const Stretch& stretch, std::size_t at) {
  const FieldReading& field = reading_.fields()[index];
  const std::span<const Scores> scores(scores_.data() + at, stretch.end - stretch.begin);
  spans_of(lattice_.best(scores), spans_);
  if (spans_.empty()) return;
  lattice_.sum(scores);
  for (const Span& span : spans_) {
    const std::uint32_t first = stretch.begin + span.begin;
    names_.push_back({index, field.words[first].begin,
                      field.words[stretch.begin + span.end - 1].end, first, span.end - span.begin,
                      span.type, lattice_.probability(span)});
  }
}

}  // namespace copydesk::tag_entities
