#include "reading.h"

#include <algorithm>

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kFirstSubjectSlots = 1024;
constexpr std::size_t kInitialsMax = 8;

bool votes(const WordInfo& info) { return info.shape == Shape::kLower || info.capital; }

}  // namespace

void Reading::read(std::span<const std::string_view> texts,
                   std::span<const std::vector<Token>* const> tokens, Spellings& spellings) {
  spellings_ = &spellings;
  field_count_ = texts.size();
  if (fields_.size() < field_count_) fields_.resize(field_count_);
  runs_.clear();
  subjects_.clear();
  subject_slots_.assign(kFirstSubjectSlots, Subject::kNone);
  initials_.clear();
  for (std::uint32_t i = 0; i < field_count_; ++i) {
    fields_[i].text = texts[i];
    split_words(texts[i], *tokens[i], fields_[i].words, ends_);
    read_field(fields_[i], i);
  }
  for (std::uint32_t i = 0; i < field_count_; ++i) {
    for (const Sentence& s : fields_[i].sentences) note_subjects(fields_[i], s);
  }
  note_acronyms();
}

void Reading::read_field(FieldReading& field, std::uint32_t index) {
  field.places.assign(field.words.size(), {});
  for (std::size_t i = 0; i < field.words.size(); ++i) {
    field.places[i].spelling = spellings_->number(field.text, field.words[i]);
  }
  field.sentences.clear();
  for (std::size_t i = 0; i + 1 < ends_.size(); ++i) {
    Sentence s{ends_[i], ends_[i + 1]};
    look_at(field, s);
    find_runs(field, index, s);
    find_listed(field, s);
    field.sentences.push_back(s);
  }
  find_stretches(field);
}

void Reading::find_stretches(FieldReading& field) {
  constexpr std::uint16_t kMostlyCapital = 3;
  field.stretches.clear();
  for (std::uint32_t number = 0; number < field.sentences.size(); ++number) {
    const Sentence& s = field.sentences[number];
    Stretch open{0, 0, number};
    for (std::uint32_t i = s.begin; i < s.end; ++i) {
      const WordInfo& word = info(field, i);
      if (!(word.capital && !word.function) && word.known.case_prior < kMostlyCapital) continue;
      const std::uint32_t begin = std::max(s.begin + kStretchReach, i) - kStretchReach;
      const std::uint32_t end = std::min(s.end, i + kStretchReach + 1);
      if (open.end >= begin && open.end != 0) {
        open.end = end;
        continue;
      }
      if (open.end != 0) field.stretches.push_back(open);
      open = {begin, end, number};
    }
    if (open.end != 0) field.stretches.push_back(open);
  }
}

void Reading::look_at(FieldReading& field, Sentence& sentence) {
  std::size_t words = 0, capitals = 0, all = 0;
  bool quoted = false, bracketed = false;
  for (std::uint32_t i = sentence.begin; i < sentence.end; ++i) {
    const WordInfo& word = info(field, i);
    Place& place = field.places[i];
    if (word.shape == Shape::kQuote) quoted = !quoted;
    if (word.shape == Shape::kClose) bracketed = false;
    place.quoted = quoted;
    place.bracketed = bracketed;
    if (word.shape == Shape::kOpen) bracketed = true;
    if (!votes(word) || word.connector) continue;
    if (word.shape == Shape::kLower && word.function) continue;
    ++words;
    capitals += word.capital;
    all += word.shape == Shape::kCapitals;
  }
  if (words < 3) return;
  if (all * 10 >= words * 8)
    sentence.look = LineLook::kCapitals;
  else if (capitals * 10 >= words * 8)
    sentence.look = LineLook::kTitle;
}

void Reading::find_runs(FieldReading& field, std::uint32_t index, const Sentence& sentence) {
  const auto begins = [&](std::uint32_t i) {
    const WordInfo& word = info(field, i);
    if (!word.capital) return false;
    return !word.function || word.shape == Shape::kCapitals || word.shape == Shape::kMixed ||
           (i > sentence.begin && sentence.look == LineLook::kRunning &&
            field.places[i - 1].run != Subject::kNone);
  };
  for (std::uint32_t i = sentence.begin; i < sentence.end;) {
    if (!begins(i)) {
      ++i;
      continue;
    }
    std::uint32_t last = i;
    for (std::uint32_t j = i + 1; j < sentence.end && j - i < kRunWordsMax; ++j) {
      const WordInfo& word = info(field, j);
      if (word.capital || (word.shape == Shape::kNumber && last + 1 == j && j + 1 < sentence.end &&
                           info(field, j + 1).capital)) {
        last = j;
        continue;
      }
      const bool the = word.function && j > i && info(field, j - 1).connector;
      if (!word.connector && !the) break;
      if (word.shape == Shape::kHyphen && !field.words[j].glued) break;
      if (j - last > 2) break;
    }
    const auto number = static_cast<std::uint32_t>(runs_.size());
    runs_.push_back({index, i, last + 1});
    for (std::uint32_t j = i; j <= last; ++j) field.places[j].run = number;
    add_initials(number);
    i = last + 1;
  }
}

void Reading::find_listed(FieldReading& field, const Sentence& sentence) {
  const Lexicon& lexicon = spellings_->lexicon();
  for (std::uint32_t i = sentence.begin; i < sentence.end; ++i) {
    const WordInfo& first = info(field, i);
    if ((first.names & kLonger) == 0 || !first.capital) continue;
    std::uint64_t phrase = Lexicon::extend(0, first.folded);
    std::uint32_t end = 0;
    NameBits found = 0;
    for (std::uint32_t j = i + 1; j < sentence.end && j - i < kPhraseWordsMax; ++j) {
      phrase = Lexicon::extend(phrase, field.words[j].folded);
      const NameBits bits = lexicon.names(phrase);
      if (bits == 0) break;
      if ((bits & ~kLonger) != 0 && info(field, j).shape != Shape::kLower) {
        found = bits & static_cast<NameBits>(~kLonger);
        end = j + 1;
      }
      if ((bits & kLonger) == 0) break;
    }
    if (end == 0) continue;
    field.places[i].first_of |= found;
    for (std::uint32_t j = i + 1; j + 1 < end; ++j) field.places[j].inside |= found;
    field.places[end - 1].last_of |= found;
  }
}

std::uint32_t Reading::subject_of(std::uint64_t folded, bool make) {
  if (make && subjects_.size() * 2 >= subject_slots_.size()) {
    subject_slots_.assign(subject_slots_.size() * 4, Subject::kNone);
    const std::size_t mask = subject_slots_.size() - 1;
    for (std::uint32_t n = 0; n < subjects_.size(); ++n) {
      std::size_t i = subjects_[n].folded & mask;
      while (subject_slots_[i] != Subject::kNone) i = (i + 1) & mask;
      subject_slots_[i] = n;
    }
  }
  const std::size_t mask = subject_slots_.size() - 1;
  std::size_t i = folded & mask;
  while (subject_slots_[i] != Subject::kNone) {
    if (subjects_[subject_slots_[i]].folded == folded) return subject_slots_[i];
    i = (i + 1) & mask;
  }
  if (!make) return Subject::kNone;
  Subject s;
  s.folded = folded;
  subject_slots_[i] = static_cast<std::uint32_t>(subjects_.size());
  subjects_.push_back(s);
  return subject_slots_[i];
}

void Reading::note_subjects(FieldReading& field, const Sentence& sentence) {
  const auto keep = [](std::array<std::uint32_t, kNeighboursMax>& kept, std::uint8_t& count,
                       std::uint32_t spelling) {
    if (count >= kept.size() ||
        std::find(kept.begin(), kept.begin() + count, spelling) != kept.begin() + count) {
      return;
    }
    kept[count++] = spelling;
  };
  for (std::uint32_t i = sentence.begin; i < sentence.end; ++i) {
    const WordInfo& word = info(field, i);
    if (word.shape == Shape::kLower) continue;
    if (!word.capital || word.function) continue;
    const std::uint32_t number = subject_of(word.folded, true);
    Subject& s = subjects_[number];
    field.places[i].subject = number;
    ++s.count;
    if (i > sentence.begin) keep(s.before, s.before_count, field.places[i - 1].spelling);
    if (i + 1 < sentence.end) keep(s.after, s.after_count, field.places[i + 1].spelling);
    const std::uint32_t run = field.places[i].run;
    if (run == Subject::kNone || sentence.look != LineLook::kRunning) continue;
    const auto length = [&](std::uint32_t r) { return runs_[r].end - runs_[r].begin; };
    if (s.run == Subject::kNone || length(run) > length(s.run)) {
      s.run = run;
      s.place = i - runs_[run].begin;
    }
  }
}

void Reading::add_initials(std::uint32_t number) {
  if (initials_.size() >= kAcronymRunsMax) return;
  const Run& run = runs_[number];
  const FieldReading& field = fields_[run.field];
  std::uint64_t letters = 0;
  std::size_t count = 0;
  for (std::uint32_t i = run.begin; i < run.end; ++i) {
    if (!info(field, i).capital) continue;
    if (++count > kInitialsMax) return;
    letters = letters << 8 | static_cast<unsigned char>(field.text[field.words[i].begin]);
  }
  if (count >= 2) initials_.push_back({letters, number});
}

void Reading::note_acronyms() {
  // Which words are also written small is asked last, when all subjects are known.
  for (std::size_t f = 0; f < field_count_; ++f) {
    for (const Place& place : fields_[f].places) {
      const WordInfo& word = (*spellings_)[place.spelling];
      if (word.shape != Shape::kLower) continue;
      const std::uint32_t number = subject_of(word.folded, false);
      if (number != Subject::kNone) subjects_[number].small = true;
    }
  }
  std::sort(initials_.begin(), initials_.end(), [](const Initials& a, const Initials& b) {
    return a.letters != b.letters ? a.letters < b.letters : a.run < b.run;
  });
  for (std::size_t f = 0; f < field_count_; ++f) {
    const FieldReading& field = fields_[f];
    for (std::size_t i = 0; i < field.places.size(); ++i) {
      const Place& place = field.places[i];
      if (place.subject == Subject::kNone) continue;
      Subject& s = subjects_[place.subject];
      const std::string_view word = field.words[i].in(field.text);
      if (s.written_out != Subject::kNone || word.size() < 2 || word.size() > kInitialsMax ||
          info(field, i).shape != Shape::kCapitals) {
        continue;
      }
      std::uint64_t letters = 0;
      for (const char c : word) letters = letters << 8 | static_cast<unsigned char>(c);
      const auto found =
          std::lower_bound(initials_.begin(), initials_.end(), letters,
                           [](const Initials& a, std::uint64_t l) { return a.letters < l; });
      if (found != initials_.end() && found->letters == letters) s.written_out = found->run;
    }
  }
}

}  // namespace copydesk::tag_entities
