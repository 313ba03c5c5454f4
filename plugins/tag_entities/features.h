#pragma once
// The features of a word as 32-bit keys, in three groups by what they depend on: the spelling of a
// word near by (so a tagger adds them up once for each spelling), the article, and the place. The
// trainer and the tagger call the same code; whoever changes it raises kFeatureVersion and trains
// again.

#include <algorithm>

#include "reading.h"

namespace copydesk::tag_entities {

inline constexpr std::uint32_t kFeatureVersion = 3;
inline constexpr int kReach = 2;  // words to either side whose spelling counts
inline constexpr int kOffsets = 2 * kReach + 1;

inline std::uint32_t feature(std::uint32_t form, std::uint64_t a, std::uint64_t b = 0) {
  return top(mix(form * 0x9E3779B97F4A7C15ULL + a, b));
}

// What a spelling is known by. Calls emit(key, reach): the linear model has weights of it for words
// up to `reach` places away; the network (network.h) has a vector of each.
template <class Emit>
void spelling_features(const WordInfo& w, Emit emit) {
  const auto shape = static_cast<std::uint32_t>(w.shape);
  emit(feature(1, w.low), kReach);
  emit(feature(2, shape, w.known.case_prior), kReach);
  for (std::uint32_t i = 0; i < kClusterings; ++i) {
    if (w.known.cluster[i] != 0) emit(feature(3 + i, w.known.cluster[i]), kReach);
  }
  for (int kind = 0; kind < kNameKinds; ++kind) {
    if ((w.names >> kind & 1) == 0) continue;
    emit(feature(8, static_cast<std::uint64_t>(kind), w.capital), kReach);
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    if (w.suffix[i] != 0) emit(feature(10 + i, w.suffix[i], w.capital), i == 1 ? 1 : 0);
    if (w.prefix[i] != 0) emit(feature(14 + i, w.prefix[i], w.capital), 0);
  }
  emit(feature(18, w.surface), 0);
  emit(feature(19, shape), 0);
  emit(feature(20, w.long_shape), 0);
  emit(feature(21, w.names, w.capital), 0);
}

// What the article says of a word, wherever in it.
template <class Emit>
void subject_features(const Reading& reading, const Subject& s, Emit emit) {
  const Spellings& spellings = reading.spellings();
  const auto run_features = [&](std::uint32_t form, std::uint32_t number, std::uint32_t place) {
    const Run& run = reading.runs()[number];
    const FieldReading& field = reading.fields()[run.field];
    const std::uint32_t length = run.end - run.begin;
    const std::uint32_t part = place == 0 ? 0 : place + 1 == length ? 2 : 1;
    emit(feature(form, std::min(length, 5U), part));
    if (length < 2) return;
    const WordInfo& first = reading.info(field, run.begin);
    const WordInfo& last = reading.info(field, run.end - 1);
    emit(feature(form + 1, last.low, part));
    emit(feature(form + 2, first.low, part));
    emit(feature(form + 3, last.known.cluster[1], part));
    emit(feature(form + 4, first.known.cluster[1], part));
    emit(feature(form + 5, last.names, part));
    emit(feature(form + 6, first.names, part));
    const Place& begin = field.places[run.begin];
    if (begin.first_of != 0) emit(feature(form + 7, begin.first_of, part));
  };
  emit(feature(0x700, s.small, std::min(s.count, 4U)));
  if (s.run != Subject::kNone) run_features(0x710, s.run, s.place);
  if (s.written_out != Subject::kNone) run_features(0x720, s.written_out, 0);
  for (std::size_t i = 0; i < s.before_count; ++i) {
    const WordInfo& w = spellings[s.before[i]];
    emit(feature(0x730, w.low));
    emit(feature(0x731, w.known.cluster[1], static_cast<std::uint64_t>(w.shape)));
    emit(feature(0x732, w.known.cluster[2]));
  }
  for (std::size_t i = 0; i < s.after_count; ++i) {
    const WordInfo& w = spellings[s.after[i]];
    emit(feature(0x733, w.low));
    emit(feature(0x734, w.known.cluster[1], static_cast<std::uint64_t>(w.shape)));
    emit(feature(0x735, w.known.cluster[2]));
  }
}

// What depends on more than one word. `i` is a word of `sentence`.
template <class Emit>
void place_features(const Reading& reading, const FieldReading& field, const Sentence& sentence,
                    std::uint32_t i, Emit emit) {
  static const WordInfo kOutside{};
  const auto at = [&](int offset) -> const WordInfo& {
    const std::int64_t j = static_cast<std::int64_t>(i) + offset;
    return j < sentence.begin || j >= sentence.end
               ? kOutside
               : reading.info(field, static_cast<std::size_t>(j));
  };
  const WordInfo& w = at(0);
  const WordInfo& before = at(-1);
  const WordInfo& after = at(1);
  const Place& place = field.places[i];
  const auto code = [](const WordInfo& x) {
    return static_cast<std::uint64_t>(x.shape) << 1 | x.function;
  };
  const bool first = i == sentence.begin;
  const auto look = static_cast<std::uint64_t>(sentence.look);
  emit(feature(0x801, code(before) << 8 | code(w), first));
  emit(feature(0x802, code(w) << 8 | code(after)));
  emit(feature(0x803, code(before) << 16 | code(w) << 8 | code(after), look));
  emit(feature(0x804, code(w) << 8 | look,
               static_cast<std::uint64_t>(w.known.case_prior) << 1 | first));
  emit(feature(0x805, std::uint64_t{before.known.cluster[1]} << 16 | w.known.cluster[1]));
  emit(feature(0x806, std::uint64_t{w.known.cluster[1]} << 16 | after.known.cluster[1]));
  emit(feature(0x807, std::uint64_t{before.known.cluster[1]} << 16 | after.known.cluster[1],
               code(w)));
  emit(feature(0x808, std::uint64_t{before.low} << 32 | w.low));
  emit(feature(0x809, std::uint64_t{w.low} << 32 | after.low));
  emit(feature(0x80A, std::uint64_t{at(-2).known.cluster[1]} << 16 | before.known.cluster[1],
               code(w)));
  emit(feature(0x80B, std::uint64_t{after.known.cluster[1]} << 16 | at(2).known.cluster[1],
               code(w)));
  if (place.quoted || place.bracketed) {
    emit(feature(0x80C, code(w), place.quoted | place.bracketed << 1));
  }
  for (int kind = 0; kind < kNameKinds; ++kind) {
    if ((place.first_of >> kind & 1) != 0) emit(feature(0x810, static_cast<std::uint64_t>(kind)));
    if ((place.inside >> kind & 1) != 0) emit(feature(0x811, static_cast<std::uint64_t>(kind)));
    if ((place.last_of >> kind & 1) != 0) emit(feature(0x812, static_cast<std::uint64_t>(kind)));
  }
  if (place.run == Subject::kNone) return;
  const Run& run = reading.runs()[place.run];
  const std::uint32_t length = run.end - run.begin;
  const std::uint32_t part = i == run.begin ? (length == 1 ? 3 : 0) : i + 1 == run.end ? 2 : 1;
  const auto in_run = [&](std::uint32_t j) -> const WordInfo& {
    return j < sentence.begin || j >= sentence.end ? kOutside : reading.info(field, j);
  };
  emit(feature(0x820, std::min(length, 6U), std::min(i - run.begin, 6U)));
  const WordInfo& ahead = in_run(run.begin - 1);
  const WordInfo& behind = in_run(run.end);
  emit(feature(0x821, ahead.known.cluster[1], part));
  emit(feature(0x822, behind.known.cluster[1], part));
  emit(feature(0x823, ahead.low, part));
  emit(feature(0x824, behind.low, part));
  if (length < 2) return;
  const WordInfo& head = in_run(run.begin);
  const WordInfo& tail = in_run(run.end - 1);
  emit(feature(0x825, tail.low, part));
  emit(feature(0x826, head.low, part));
  emit(feature(0x827, tail.known.cluster[1], part));
  emit(feature(0x828, head.known.cluster[1], part));
  emit(feature(0x829, std::uint64_t{head.names} << 16 | tail.names, part));
  emit(feature(0x82A, tail.suffix[1], part));
}

}  // namespace copydesk::tag_entities
