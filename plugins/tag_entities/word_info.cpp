#include "word_info.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kLettersMax = 48;  // of a word; more of it adds nothing
constexpr std::size_t kFirstSlots = 4096;

// Sorted.
constexpr std::string_view kConnectors[] = {
    "&",   "-",  "al", "bin", "da",  "de",  "del", "della", "den", "der", "des", "di", "do",
    "dos", "du", "e",  "el",  "for", "ibn", "la",  "le",    "of",  "van", "von", "y",  "–"};

// Sorted.
constexpr std::string_view kFunctionWords[] = {
    "a",       "about",   "according", "after",     "again",   "all",       "also",    "although",
    "among",   "an",      "and",       "another",   "any",     "are",       "as",      "at",
    "because", "before",  "both",      "but",       "by",      "can",       "could",   "did",
    "do",      "during",  "each",      "even",      "every",   "few",       "for",     "from",
    "had",     "has",     "have",      "he",        "her",     "here",      "his",     "how",
    "however", "i",       "if",        "in",        "instead", "is",        "it",      "its",
    "just",    "last",    "later",     "like",      "many",    "meanwhile", "more",    "most",
    "my",      "no",      "not",       "now",       "of",      "on",        "once",    "one",
    "only",    "or",      "other",     "our",       "out",     "over",      "she",     "since",
    "so",      "some",    "still",     "such",      "that",    "the",       "their",   "then",
    "there",   "these",   "they",      "this",      "those",   "though",    "through", "to",
    "today",   "under",   "until",     "up",        "was",     "we",        "were",    "what",
    "when",    "where",   "which",     "while",     "who",     "why",       "will",    "with",
    "within",  "without", "yes",       "yesterday", "yet",     "you",       "your"};

static_assert(std::is_sorted(std::begin(kConnectors), std::end(kConnectors)));
static_assert(std::is_sorted(std::begin(kFunctionWords), std::end(kFunctionWords)));

template <std::size_t N>
bool one_of(std::string_view word, const std::string_view (&list)[N]) {
  return std::binary_search(std::begin(list), std::end(list), word);
}

Shape mark_shape(std::string_view mark) {
  constexpr std::pair<std::string_view, Shape> kMarks[] = {
      {"-", Shape::kHyphen},     {"–", Shape::kHyphen}, {"—", Shape::kHyphen},
      {"\"", Shape::kQuote},     {"“", Shape::kQuote},  {"”", Shape::kQuote},
      {"``", Shape::kQuote},     {"''", Shape::kQuote}, {"(", Shape::kOpen},
      {"[", Shape::kOpen},       {")", Shape::kClose},  {"]", Shape::kClose},
      {",", Shape::kComma},      {".", Shape::kStop},   {"!", Shape::kStop},
      {"?", Shape::kStop},       {"...", Shape::kStop}, {"…", Shape::kStop},
      {":", Shape::kColon},      {";", Shape::kColon},  {"&", Shape::kAnd},
      {"'", Shape::kApostrophe}, {"‘", Shape::kQuote},  {"’", Shape::kApostrophe},
      {"/", Shape::kSlash}};
  for (const auto& [sign, shape] : kMarks) {
    if (sign == mark) return shape;
  }
  return Shape::kOther;
}

Shape word_shape(std::string_view surface, const Word& word, std::size_t letters, bool digits) {
  if (word.kind == WordKind::kForeign) return Shape::kForeign;
  if (surface.front() == '@' || surface.front() == '#' || surface.find("//") != surface.npos ||
      surface.starts_with("www.")) {
    return Shape::kHandle;
  }
  const unsigned char first = static_cast<unsigned char>(surface.front());
  if (surface.size() <= 5 && (first == '\'' || surface.starts_with("’"))) return Shape::kClitic;
  if (surface.ends_with('.') && word.first_upper) {
    if (letters == 1) return Shape::kInitial;
    if (surface.find('.') + 1 < surface.size()) return Shape::kDotted;
  }
  if (digits)
    return word.kind == WordKind::kNumber && !word.any_upper && !word.any_lower
               ? Shape::kNumber
               : Shape::kMixedDigits;
  if (!word.any_upper) return Shape::kLower;
  if (letters == 1) return Shape::kLetter;
  if (!word.any_lower) return Shape::kCapitals;
  return word.first_upper ? Shape::kCapital : Shape::kMixed;
}

struct Letters {
  char32_t low[kLettersMax];
  std::size_t count = 0;    // letters, digits, and marks inside
  std::size_t letters = 0;  // with case
  bool digits = false;
  bool inner_upper = false;
  std::uint32_t long_shape = 0;
};

Letters read_letters(std::string_view surface) {
  Letters out;
  char last = 0;
  int same = 0;
  bool lower_before = false;
  for (std::size_t i = 0; i < surface.size() && out.count < kLettersMax;) {
    const Decoded d = decode(surface, i);
    i += d.bytes;
    if (d.code_point == kBrokenByte || d.code_point == ' ') continue;
    const CharClass c = char_class(d.code_point);
    char sign = '.';
    if (c == CharClass::kUpper) sign = 'X';
    if (c == CharClass::kLower || c == CharClass::kLetter || c == CharClass::kMark) sign = 'x';
    if (c == CharClass::kDigit) sign = 'd';
    if (sign == '.' && d.code_point < 0x80) sign = static_cast<char>(d.code_point);
    out.letters += sign == 'X' || sign == 'x';
    out.digits |= sign == 'd';
    out.inner_upper |= sign == 'X' && lower_before;
    lower_before |= sign == 'x';
    out.low[out.count++] = sign == 'd' ? U'0' : lower(d.code_point);
    same = sign == last ? same + 1 : 0;
    last = sign;
    if (same < 2) out.long_shape = out.long_shape * 31 + static_cast<unsigned char>(sign);
  }
  return out;
}

std::uint32_t hash_letters(const char32_t* letters, std::size_t count) {
  std::uint64_t hash = count;
  for (std::size_t i = 0; i < count; ++i) hash = mix(hash, letters[i]);
  return top(hash) | 1;
}

}  // namespace

std::uint32_t low_letters(std::string_view text, const Word& word) {
  const std::string_view surface = word.in(text);
  if (word.kind == WordKind::kMark || surface.size() > kLettersMax) {
    return top(mix(word.exact, 1)) | 1;
  }
  const Letters letters = read_letters(surface);
  return hash_letters(letters.low, letters.count);
}

WordInfo describe(std::string_view text, const Word& word, const Lexicon& lexicon) {
  WordInfo info;
  const std::string_view surface = word.in(text);
  info.folded = word.folded;
  info.surface = top(mix(word.exact, 1)) | 1;
  if (word.kind == WordKind::kMark) {
    info.shape = mark_shape(surface);
    info.low = info.long_shape = info.surface;
    info.connector = one_of(surface, kConnectors);
    info.known = lexicon.word_class(word.folded);
    return info;
  }
  const Letters letters = read_letters(surface);
  info.shape = word_shape(surface, word, letters.letters, letters.digits);
  info.low = hash_letters(letters.low, letters.count);
  if (surface.size() > kLettersMax) info.low = info.surface;
  if (info.shape == Shape::kForeign) return info;
  if (info.shape == Shape::kCapital && letters.inner_upper) info.shape = Shape::kMixed;
  info.long_shape = letters.long_shape;
  for (std::size_t n = 2; n <= 4; ++n) {
    if (letters.count <= n || info.shape == Shape::kNumber) break;
    info.prefix[n - 2] = hash_letters(letters.low, n);
    info.suffix[n - 2] = hash_letters(letters.low + letters.count - n, n);
  }
  info.known = lexicon.word_class(word.folded);
  info.names = lexicon.names(Lexicon::extend(0, word.folded));
  info.capital = word.any_upper && info.shape != Shape::kClitic && info.shape != Shape::kHandle;
  info.connector = one_of(surface, kConnectors);
  if (surface.size() <= 10) {
    std::string low(surface);
    if (!low.empty() && low[0] >= 'A' && low[0] <= 'Z') low[0] = static_cast<char>(low[0] + 32);
    info.function = one_of(std::string_view(low), kFunctionWords);
  }
  return info;
}

std::uint32_t Spellings::number(std::string_view text, const Word& word) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = word.exact & mask;
  while (slots_[i].index != 0 && slots_[i].exact != word.exact) i = (i + 1) & mask;
  if (slots_[i].index != 0) {
    ++uses_[slots_[i].index - 1];
    return slots_[i].index - 1;
  }
  infos_.push_back(describe(text, word, *lexicon_));
  exact_.push_back(word.exact);
  uses_.push_back(1);
  const auto index = static_cast<std::uint32_t>(infos_.size());
  slots_[i] = {word.exact, index};
  if (infos_.size() * 2 > slots_.size()) make_slots(slots_.size() * 4);
  return index - 1;
}

void Spellings::clear() { keep_most_used(0); }

std::vector<std::uint32_t> Spellings::keep_most_used(std::size_t count) {
  std::vector<std::uint32_t> kept(infos_.size());
  std::iota(kept.begin(), kept.end(), 0U);
  if (kept.size() > count) {
    const auto end = kept.begin() + static_cast<std::ptrdiff_t>(count);
    std::nth_element(kept.begin(), end, kept.end(), [this](std::uint32_t a, std::uint32_t b) {
      return uses_[a] != uses_[b] ? uses_[a] > uses_[b] : a > b;
    });
    kept.resize(count);
    std::sort(kept.begin(), kept.end());
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    infos_[i] = infos_[kept[i]];
    exact_[i] = exact_[kept[i]];
    uses_[i] = (uses_[kept[i]] + 1) / 2;
  }
  infos_.resize(kept.size());
  exact_.resize(kept.size());
  uses_.resize(kept.size());
  if (infos_.capacity() > kFirstSlots * 16) infos_.shrink_to_fit();
  std::size_t slots = kFirstSlots;
  while (slots < 2 * infos_.size()) slots *= 4;
  make_slots(slots);
  return kept;
}

void Spellings::make_slots(std::size_t count) {
  slots_.assign(count, {});
  const std::size_t mask = count - 1;
  for (std::size_t n = 0; n < exact_.size(); ++n) {
    std::size_t i = exact_[n] & mask;
    while (slots_[i].index != 0) i = (i + 1) & mask;
    slots_[i] = {exact_[n], static_cast<std::uint32_t>(n + 1)};
  }
}

}  // namespace copydesk::tag_entities
