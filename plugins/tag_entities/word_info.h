#pragma once
// What the model sees of a word wherever it stands. Computed once for each spelling and kept.

#include <cstdint>
#include <string_view>
#include <vector>

#include "lexicon.h"
#include "words.h"

namespace copydesk::tag_entities {

enum class Shape : std::uint8_t {
  kOther,
  kLower,
  kCapital,   // Xxx
  kCapitals,  // XXX
  kLetter,    // X
  kMixed,     // XxXx, xXx
  kDotted,    // X.X.
  kInitial,   // X.
  kNumber,
  kMixedDigits,
  kClitic,  // 's
  kForeign,
  kHandle,  // @xxx, a link
  kHyphen,
  kQuote,
  kOpen,
  kClose,
  kComma,
  kStop,
  kColon,
  kAnd,
  kApostrophe,
  kSlash,
};

struct WordInfo {
  std::uint64_t folded = 0;
  std::uint32_t surface = 0;  // the letters as they are
  std::uint32_t low = 0;      // in lower case, digits alike
  std::uint32_t long_shape = 0;
  std::uint32_t prefix[3] = {};  // of two to four letters, lower case; 0 when there are no more
  std::uint32_t suffix[3] = {};
  WordClass known;
  NameBits names = 0;
  Shape shape = Shape::kOther;
  bool capital = false;    // may begin a name by its look
  bool connector = false;  // "of", "de", "&": may stand inside one
  bool function = false;   // "The", "But": capitalised only because a sentence begins
};

WordInfo describe(std::string_view text, const Word& word, const Lexicon& lexicon);

// WordInfo::low of a word, without a lexicon.
std::uint32_t low_letters(std::string_view text, const Word& word);

// The spellings seen so far, numbered. Not for threads.
class Spellings {
 public:
  explicit Spellings(const Lexicon& lexicon) : lexicon_(&lexicon) { clear(); }

  std::uint32_t number(std::string_view text, const Word& word);
  const WordInfo& operator[](std::uint32_t i) const { return infos_[i]; }
  std::size_t size() const { return infos_.size(); }
  const Lexicon& lexicon() const { return *lexicon_; }
  void clear();
  // Forgets all but the `count` that were asked for most often, recent uses counting more. Returns
  // the old number of each that is left, in the order of the new ones.
  std::vector<std::uint32_t> keep_most_used(std::size_t count);

 private:
  struct Slot {
    std::uint64_t exact = 0;
    std::uint32_t index = 0;  // + 1; 0: empty
  };
  void make_slots(std::size_t count);

  const Lexicon* lexicon_;
  std::vector<WordInfo> infos_;
  std::vector<std::uint64_t> exact_;  // of each spelling: the hash of its bytes
  std::vector<std::uint32_t> uses_;
  std::vector<Slot> slots_;
};

}  // namespace copydesk::tag_entities
