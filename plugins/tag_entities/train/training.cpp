#include "training.h"

namespace copydesk::tag_entities {
namespace {

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

// A name that the stretch's end cuts is none: its labels become kO.
void drop_cut_names(std::span<std::uint8_t> labels) {
  std::size_t begin = 0;  // of the name under way
  bool inside = false;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const int label = labels[i];
    if (!inside && begins(label)) {
      inside = label < kS;
      begin = i;
      continue;
    }
    if (inside && may_follow(labels[i - 1], label)) {
      inside = !ends_outside(label);
      continue;
    }
    labels[i] = kO;  // the rest of a name that began outside
  }
  if (inside) std::fill(labels.begin() + static_cast<std::ptrdiff_t>(begin), labels.end(), kO);
}

}  // namespace

void TrainingReader::add(const Document& d) {
  const std::string_view texts[] = {d.text};
  tokenize(d.text, tokens_);
  const std::vector<Token>* const all[] = {&tokens_};
  reading_.read(texts, all, spellings_);
  const FieldReading& field = reading_.fields()[0];
  const auto first = static_cast<std::uint32_t>(training_.labels.size());
  const std::vector<std::uint8_t> labels = labels_of(field, d);
  training_.labels.insert(training_.labels.end(), labels.begin(), labels.end());
  std::uint32_t word = 0;
  const auto skip_to = [&](std::uint32_t end) {
    for (; word < end; ++word) {
      training_.spellings.push_back(field.places[word].spelling);
      training_.feature_starts.push_back(training_.feature_starts.back());
      training_.use_starts.push_back(training_.use_starts.back());
    }
  };
  for (const Stretch& s : field.stretches) {
    skip_to(s.begin);
    const Sentence& sentence = field.sentences[s.sentence];
    for (; word < s.end; ++word) add_word(field, sentence, word);
    training_.samples.push_back({first + s.begin, first + s.end, first + sentence.begin,
                                 first + sentence.end, d.weight, d.all_types});
    drop_cut_names({training_.labels.data() + first + s.begin, s.end - s.begin});
  }
  skip_to(static_cast<std::uint32_t>(field.words.size()));
}

void TrainingReader::add_word(const FieldReading& field, const Sentence& sentence,
                              std::uint32_t word) {
  const Place& place = field.places[word];
  training_.spellings.push_back(place.spelling);
  for (int offset = -kReach; offset <= kReach; ++offset) {
    const std::int64_t near = static_cast<std::int64_t>(word) + offset;
    if (near < sentence.begin || near >= sentence.end) continue;
    spelling_features(reading_.info(field, static_cast<std::size_t>(near)),
                      [&](std::uint32_t key, int reach) {
                        if (std::abs(offset) <= reach) add_feature({key, offset});
                      });
  }
  const auto add = [this](std::uint32_t key) { add_feature({key, FeaturePlace::kNoOffset}); };
  if (place.subject != Subject::kNone) {
    const Subject& subject = reading_.subjects()[place.subject];
    subject_features(reading_, subject, add);
    subject_slots(reading_, subject, [&](int slot, std::uint32_t spelling, float share) {
      training_.uses.push_back({slot, spelling, share});
    });
  }
  place_features(reading_, field, sentence, word, add);
  training_.feature_starts.push_back(static_cast<std::uint32_t>(training_.features.size()));
  training_.use_starts.push_back(static_cast<std::uint32_t>(training_.uses.size()));
}

void TrainingReader::add_feature(FeaturePlace place) {
  const int from_least = place.offset + 128;
  const auto offset = static_cast<std::uint64_t>(from_least);
  const auto [at, made] = numbers_.emplace(offset << 32 | place.key,
                                           static_cast<std::uint32_t>(training_.places.size()));
  if (made) {
    training_.places.push_back(place);
    uses_.push_back(0);
  }
  ++uses_[at->second];
  training_.features.push_back(at->second);
}

Training TrainingReader::take(std::uint32_t uses_min) {
  constexpr std::uint32_t kLeftOut = 0xFFFFFFFF;
  std::vector<std::uint32_t> numbers(uses_.size(), kLeftOut);
  std::vector<FeaturePlace> places;
  for (std::size_t i = 0; i < uses_.size(); ++i) {
    if (uses_[i] < uses_min) continue;
    numbers[i] = static_cast<std::uint32_t>(places.size());
    places.push_back(training_.places[i]);
  }
  training_.places = std::move(places);
  std::size_t in = 0, out = 0;
  for (std::size_t word = 1; word < training_.feature_starts.size(); ++word) {
    for (; in < training_.feature_starts[word]; ++in) {
      const std::uint32_t number = numbers[training_.features[in]];
      if (number != kLeftOut) training_.features[out++] = number;
    }
    training_.feature_starts[word] = static_cast<std::uint32_t>(out);
  }
  training_.features.resize(out);
  return std::move(training_);
}

}  // namespace copydesk::tag_entities
