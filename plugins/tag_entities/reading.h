#pragma once
// An article as the model reads it: its words, the runs of capitalised words among them, listed
// names of several words, and what the whole article says about each word that may be a name.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "word_info.h"

namespace copydesk::tag_entities {

inline constexpr std::size_t kRunWordsMax = 12;
inline constexpr std::size_t kNeighboursMax = 4;     // kept of a word's places in the article
inline constexpr std::size_t kAcronymRunsMax = 512;  // runs that an acronym may stand for

// Capitalised words that follow one another, with the small words that names have inside.
struct Run {
  std::uint32_t field = 0;
  std::uint32_t begin = 0;  // words, [begin, end)
  std::uint32_t end = 0;
};

// What the article says of a word, wherever it stands in it.
struct Subject {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::uint64_t folded = 0;
  std::uint32_t run = kNone;          // the longest it is part of
  std::uint32_t place = 0;            // in that run
  std::uint32_t written_out = kNone;  // the run whose initials it is
  std::uint32_t count = 0;
  bool small = false;  // also written in lower case
  std::uint8_t before_count = 0, after_count = 0;
  std::array<std::uint32_t, kNeighboursMax> before{};  // spellings
  std::array<std::uint32_t, kNeighboursMax> after{};
};

struct Place {
  std::uint32_t spelling = 0;
  std::uint32_t run = Subject::kNone;
  std::uint32_t subject = Subject::kNone;
  NameBits first_of = 0;  // of a listed name of several words
  NameBits inside = 0;
  NameBits last_of = 0;
  bool quoted = false;
  bool bracketed = false;
};

enum class LineLook : std::uint8_t { kRunning, kTitle, kCapitals };

struct Sentence {
  std::uint32_t begin = 0, end = 0;  // words
  LineLook look = LineLook::kRunning;
};

// Words of a sentence that may be in a name: those by whose look one may begin, and kStretchReach
// words to either side. All other words are in none, so the model is asked for stretches only.
struct Stretch {
  std::uint32_t begin = 0, end = 0;  // words
  std::uint32_t sentence = 0;
};
inline constexpr std::uint32_t kStretchReach = 2;

struct FieldReading {
  std::string_view text;
  std::vector<Word> words;
  std::vector<Place> places;
  std::vector<Sentence> sentences;
  std::vector<Stretch> stretches;
};

class Reading {
 public:
  // The texts and spellings must live as long as what is read is used; `tokens` are the texts'.
  void read(std::span<const std::string_view> texts,
            std::span<const std::vector<Token>* const> tokens, Spellings& spellings);

  std::span<const FieldReading> fields() const { return {fields_.data(), field_count_}; }
  const std::vector<Run>& runs() const { return runs_; }
  const std::vector<Subject>& subjects() const { return subjects_; }
  const Spellings& spellings() const { return *spellings_; }
  const WordInfo& info(const FieldReading& f, std::size_t word) const {
    return (*spellings_)[f.places[word].spelling];
  }

 private:
  void read_field(FieldReading& field, std::uint32_t index);
  void look_at(FieldReading& field, Sentence& sentence);
  void find_runs(FieldReading& field, std::uint32_t index, const Sentence& sentence);
  void find_listed(FieldReading& field, const Sentence& sentence);
  void find_stretches(FieldReading& field);
  void note_subjects(FieldReading& field, const Sentence& sentence);
  void note_acronyms();
  std::uint32_t subject_of(std::uint64_t folded, bool make);

  struct Initials {
    std::uint64_t letters = 0;
    std::uint32_t run = 0;
  };
  void add_initials(std::uint32_t run);

  Spellings* spellings_ = nullptr;
  std::vector<FieldReading> fields_;
  std::size_t field_count_ = 0;
  std::vector<Run> runs_;
  std::vector<Subject> subjects_;
  std::vector<std::uint32_t> subject_slots_;
  std::vector<std::uint32_t> ends_;
  std::vector<Initials> initials_;
};

}  // namespace copydesk::tag_entities
