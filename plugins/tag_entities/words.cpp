#include "words.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kHashedBytesMax =
    64;  // of a word: what comes after only counts by its length

// After these a dot ends no sentence and belongs to the word. Sorted.
constexpr std::string_view kAbbreviations[] = {
    "Adm", "Apr",    "Aug",  "Bros", "Capt", "Co",  "Col", "Corp", "Cpl", "Dec",  "Det",  "Dr",
    "Feb", "Fr",     "Ft",   "Gen",  "Gov",  "Hon", "Inc", "Jan",  "Jr",  "Lt",   "Ltd",  "Maj",
    "Mar", "Messrs", "Mr",   "Mrs",  "Ms",   "Mt",  "No",  "Nov",  "Oct", "Pres", "Prof", "Rep",
    "Rev", "Sen",    "Sens", "Sep",  "Sept", "Sgt", "Sr",  "St",   "Ste", "Supt", "vs"};

constexpr std::string_view kClitics[] = {"S", "T", "d", "ll", "m", "re", "s", "t", "ve"};

constexpr char32_t kLatinEnd = 0x250;

bool is_abbreviation(std::string_view word) {
  return std::find(std::begin(kAbbreviations), std::end(kAbbreviations), word) !=
         std::end(kAbbreviations);
}

// "ST" as "St".
bool is_abbreviation_in_capitals(std::string_view word) {
  const auto same = [](char capital, char letter) {
    return capital == (letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
  };
  return std::any_of(std::begin(kAbbreviations), std::end(kAbbreviations),
                     [&](std::string_view a) { return std::ranges::equal(word, a, same); });
}

bool is_clitic(std::string_view word) {
  return word.size() <= 2 &&
         std::find(std::begin(kClitics), std::end(kClitics), word) != std::end(kClitics);
}

bool is_latin(char32_t c) {
  return c < kLatinEnd || (c >= 0x1E00 && c < 0x1F00) || (c >= 0x2C60 && c < 0x2C80) ||
         (c >= 0xA720 && c < 0xA800);
}

std::uint64_t hash_bytes(std::string_view bytes) {
  std::uint64_t hash = bytes.size() * 0x9E3779B97F4A7C15ULL;
  bytes = bytes.substr(0, kHashedBytesMax);
  while (!bytes.empty()) {
    std::uint64_t piece = 0;
    const std::size_t size = std::min<std::size_t>(bytes.size(), sizeof(piece));
    if (size == sizeof(piece)) {
      std::memcpy(&piece, bytes.data(), sizeof(piece));
    } else {
      std::memcpy(&piece, bytes.data(), size);
    }
    hash = (hash ^ piece) * 0xD6E8FEB86659FD93ULL;
    hash ^= hash >> 32;
    bytes.remove_prefix(size);
  }
  return hash;
}

bool is_apostrophe(std::string_view gap) { return gap == "'" || gap == "’"; }

bool digit_at(std::string_view text, std::size_t i) {
  return i < text.size() && text[i] >= '0' && text[i] <= '9';
}

class Splitter {
 public:
  Splitter(std::string_view text, std::span<const Token> tokens, std::vector<Word>& words,
           std::vector<std::uint32_t>& sentences)
      : text_(text), tokens_(tokens), words_(words), sentences_(sentences) {}

  void run() {
    words_.clear();
    sentences_.clear();
    sentences_.push_back(0);
    std::size_t at = 0;
    for (std::size_t i = 0; i < tokens_.size();) {
      marks(at, tokens_[i].begin);
      at = token(i);
    }
    marks(at, std::min(text_.size(), kTokenizedBytesMax));
    if (sentences_.back() != words_.size()) {
      sentences_.push_back(static_cast<std::uint32_t>(words_.size()));
    }
  }

 private:
  // Puts together what begins with token `i`, which then is the next one not used. Returns where
  // the word ends.
  std::size_t token(std::size_t& i) {
    const Token& first = tokens_[i];
    Word word;
    word.begin = first.begin;
    word.end = first.end;
    word.folded = first.hash;
    word.first_upper = first.first_upper;
    word.any_upper = first.any_upper;
    word.any_lower = first.any_lower;
    const Decoded letter = decode(text_, first.begin);
    if (digit_at(text_, first.begin)) {
      word.kind = WordKind::kNumber;
    } else {
      word.kind = is_latin(letter.code_point) ? WordKind::kWord : WordKind::kForeign;
    }
    // What hangs on the word before: an apostrophe is a mark by now, or "@" and "#".
    if (!words_.empty() && (words_.back().end == word.begin || spaced_clitic(first))) {
      take_mark(word, first);
    }
    ++i;
    if (word.kind != WordKind::kForeign) {
      while (i < tokens_.size() && joins(word, tokens_[i - 1], tokens_[i]))
        join(word, tokens_[i++]);
      take_dot(word, i < tokens_.size() ? &tokens_[i] : nullptr);
    }
    push(word);
    return word.end;
  }

  // "China’ s", as corpora of split words have it.
  bool spaced_clitic(const Token& first) const {
    const Word& mark = words_.back();
    if (mark.end + 1 != first.begin || text_[mark.end] != ' ' || !mark.glued) return false;
    const bool alone = first.end >= text_.size() || text_[first.end] == ' ';
    return alone && is_apostrophe(mark.in(text_)) && is_clitic(first.in(text_));
  }

  void take_mark(Word& word, const Token& first) {
    const Word& mark = words_.back();
    if (mark.kind != WordKind::kMark) return;
    const std::string_view sign = mark.in(text_);
    const bool alone = !mark.glued;
    const bool hangs = is_apostrophe(sign) && !alone && is_clitic(first.in(text_));
    if (!hangs && !(alone && (sign == "@" || sign == "#"))) return;
    word.begin = mark.begin;
    word.folded = Token(first).hash * 31 + (hangs ? 1 : 2);
    words_.pop_back();
  }

  bool joins(const Word& word, const Token& last, const Token& next) const {
    if (next.begin == last.end || next.ideographic) return false;
    const std::string_view gap = text_.substr(last.end, next.begin - last.end);
    if (gap.size() > 3) return link(word) && no_space(gap);
    if (gap == " ") return false;
    if (gap == ".") {
      if (digit_at(text_, last.begin) && digit_at(text_, next.begin)) return true;
      if (last.end - last.begin == 1 && next.end - next.begin == 1) return true;    // U.S.
      return next.all_lower() && !digit_at(text_, next.begin) && last.all_lower();  // gov.uk
    }
    if (gap == "," || gap == ":") {
      return digit_at(text_, last.begin) && digit_at(text_, next.begin);
    }
    if (is_apostrophe(gap)) return !is_clitic(next.in(text_)) && word.kind == WordKind::kWord;
    if (gap == "&") return last.all_upper() && next.all_upper();
    if (gap == "_" || gap == "@") return true;
    return link(word) && no_space(gap);
  }

  bool link(const Word& word) const {
    const std::string_view so_far = word.in(text_);
    return so_far.starts_with("http") || so_far.starts_with("www");
  }

  static bool no_space(std::string_view gap) {
    return std::none_of(gap.begin(), gap.end(), [](char c) { return c >= 0 && c <= ' '; });
  }

  static void join(Word& word, const Token& next) {
    word.end = next.end;
    word.folded = (word.folded ^ next.hash) * 0xD6E8FEB86659FD93ULL;
    word.any_upper |= next.any_upper;
    word.any_lower |= next.any_lower;
  }

  // "Mr.", "J.", "U.S."; "ST. LOUIS", but not "told the FT. The".
  void take_dot(Word& word, const Token* next) const {
    if (word.end >= text_.size() || text_[word.end] != '.') return;
    const std::string_view so_far = word.in(text_);
    const bool initial =
        word.first_upper && (so_far.size() == 1 || so_far[so_far.size() - 2] == '.');
    if (!initial && !is_abbreviation(so_far) &&
        !(next != nullptr && is_word_of_capitals(*next) && is_abbreviation_in_capitals(so_far))) {
      return;
    }
    if (so_far == "No" && !digit_at(text_, word.end + 2)) return;
    ++word.end;
  }

  static bool is_word_of_capitals(const Token& token) {
    return token.all_upper() && token.end - token.begin > 1;
  }

  void marks(std::size_t begin, std::size_t end) {
    while (begin < end) {
      if (text_[begin] == ' ') {
        ++begin;
        continue;
      }
      const Decoded d = decode(text_, begin);
      if (d.code_point == kBrokenByte || ends_line(d.code_point)) {  // no name goes over it
        end_sentence();
        begin += d.bytes;
        continue;
      }
      const CharClass c = char_class(d.code_point);
      if (c == CharClass::kSpace || c == CharClass::kIgnorable || d.code_point < ' ') {
        begin += d.bytes;
        continue;
      }
      Word word;
      word.begin = static_cast<std::uint32_t>(begin);
      const std::string_view sign = text_.substr(begin, d.bytes);
      begin += d.bytes;
      while (begin < end && text_.substr(begin, d.bytes) == sign) begin += d.bytes;
      word.end = static_cast<std::uint32_t>(begin);
      word.folded = hash_bytes(sign);
      push(word);
    }
  }

  void push(Word word) {
    word.glued = !words_.empty() && words_.back().end == word.begin;
    word.exact = hash_bytes(word.in(text_));
    const std::size_t length = words_.size() - sentences_.back();
    if (length >= kSentenceWordsMax || (length > 0 && begins_sentence(word))) end_sentence();
    words_.push_back(word);
  }

  // A capital, a digit or an opening mark after a full stop and a space.
  bool begins_sentence(const Word& word) const {
    if (word.glued) return false;
    if (!word.first_upper && word.kind == WordKind::kWord) return false;
    std::size_t before = words_.size() - 1;
    const auto sign = [&](std::size_t i) { return words_[i].in(text_); };
    // Closing marks belong to the sentence that ends.
    while (before > sentences_.back() && words_[before].kind == WordKind::kMark &&
           words_[before].glued && closes(sign(before))) {
      --before;
    }
    if (words_[before].kind != WordKind::kMark) return false;
    const std::string_view end = sign(before);
    if (end != "." && end != "!" && end != "?") return false;
    return word.kind != WordKind::kMark || opens(word.in(text_));
  }

  static bool closes(std::string_view mark) {
    return mark == "\"" || mark == "”" || mark == "’" || mark == "'" || mark == ")" || mark == "]";
  }
  static bool opens(std::string_view mark) {
    return mark == "\"" || mark == "“" || mark == "‘" || mark == "'" || mark == "(" || mark == "[";
  }

  void end_sentence() {
    if (sentences_.back() != words_.size()) {
      sentences_.push_back(static_cast<std::uint32_t>(words_.size()));
    }
  }

  std::string_view text_;
  std::span<const Token> tokens_;
  std::vector<Word>& words_;
  std::vector<std::uint32_t>& sentences_;
};

}  // namespace

void split_words(std::string_view text, std::span<const Token> tokens, std::vector<Word>& words,
                 std::vector<std::uint32_t>& sentences) {
  Splitter(text, tokens, words, sentences).run();
}

}  // namespace copydesk::tag_entities
