#include "words.h"

#include <array>

#include "fold.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::size_t kSpacelessSpan = 6, kWideSpan = 3;
constexpr std::uint64_t kSeed = 0x9E3779B97F4A7C15, kMultiplier = 0x9FB21C651E98DF25;

// The finaliser of MurmurHash3 (Appleby), which spreads every input bit over all output bits.
std::uint64_t mix(std::uint64_t h) {
  h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCD;
  h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53;
  return h ^ (h >> 33);
}

struct AsciiTable {
  std::array<unsigned char, 256> letters{};  // 0: not a letter
  constexpr AsciiTable() {
    for (unsigned char c = '0'; c <= '9'; ++c) letters[c] = c;
    for (unsigned char c = 'a'; c <= 'z'; ++c) letters[c] = letters[c - 'a' + 'A'] = c;
  }
};
constexpr AsciiTable kAscii;

struct Decoded {
  char32_t code_point = 0xFFFD;
  std::size_t size = 1;
};

// Strict UTF-8 (no overlong forms, surrogates or values past U+10FFFF), RFC 3629. A bad byte is
// U+FFFD.
Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto trail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const std::size_t left = text.size() - at;
  const unsigned char lead = byte(0);
  if (lead >= 0xC2 && lead < 0xE0 && left >= 2 && trail(1)) {
    return {(lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if ((lead & 0xF0) == 0xE0 && left >= 3 && trail(1) && trail(2)) {
    const char32_t c = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3};
  }
  if ((lead & 0xF8) == 0xF0 && left >= 4 && trail(1) && trail(2) && trail(3)) {
    const char32_t c =
        (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4};
  }
  return {};
}

// Of the scripts with capitals that news is written in.
bool is_capital(char32_t c) {
  if (c < 0xC0) return c >= 'A' && c <= 'Z';
  if (c < 0x100) return c <= 0xDE && c != 0xD7;
  if (c < 0x180) return c % 2 == 0;
  return (c >= 0x386 && c <= 0x3AB) || (c >= 0x400 && c <= 0x42F);
}

bool is_digit(char32_t c) { return c - '0' <= 9; }

template <bool with_names>
class WordFinder {
 public:
  explicit WordFinder(Words& words) : words_(words), line_{size(), size(), 0} {}

  void run(std::string_view text) {
    for (std::size_t at = 0; at < text.size() && !full();) at += step(text, at);
    end_line();
  }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(words_.hashes.size()); }
  bool full() const { return words_.hashes.size() >= Words::kCountMax; }

  // Returns how many bytes were taken.
  std::size_t step(std::string_view text, std::size_t at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80) return step_wide(text, at);
    if (kAscii.letters[c] != 0) return take_letters(text, at);
    if (c >= '\n' && c <= '\r') {
      end_line();
    } else if (!joins_digits(text, at)) {
      end_word();
    }
    return 1;
  }

  // A run of ASCII letters and digits: most of most texts, so the state stays in registers.
  std::size_t take_letters(std::string_view text, std::size_t begin) {
    begin_word(static_cast<unsigned char>(text[begin]));
    std::uint64_t hash = hash_;
    bool has_digit = has_digit_;
    unsigned char letter = 0;
    std::size_t at = begin;
    for (; at < text.size(); ++at) {
      const unsigned char next = kAscii.letters[static_cast<unsigned char>(text[at])];
      if (next == 0) break;
      letter = next;
      hash = (hash ^ letter) * kMultiplier;
      has_digit |= letter <= '9';
    }
    hash_ = hash;
    has_digit_ = has_digit;
    last_letter_ = letter;
    return at - begin;
  }

  // "12,575" and "12.575" are one number: its halves alone would make all large numbers look alike.
  bool joins_digits(std::string_view text, std::size_t at) const {
    return (text[at] == ',' || text[at] == '.') && is_digit(last_letter_) && at + 1 < text.size() &&
           is_digit(static_cast<unsigned char>(text[at + 1]));
  }

  std::size_t step_wide(std::string_view text, std::size_t at) {
    const Decoded decoded = decode(text, at);
    const Folded folded = fold(decoded.code_point);
    switch (folded.kind) {
      case CharKind::kSeparator: end_word(); break;
      case CharKind::kLineBreak: end_line(); break;
      case CharKind::kInvisible: break;
      case CharKind::kLetter:
        begin_word(decoded.code_point);
        add_letter(folded.letter);
        break;
      case CharKind::kExpansion:
        begin_word(decoded.code_point);
        for (const char c : expansion_of(folded.letter)) add_letter(static_cast<unsigned char>(c));
        break;
      case CharKind::kSyllable: add_syllable(jamo_of(folded.letter)); break;
      case CharKind::kWide: add_spaceless(folded.letter, kWideSpan, kWideWeight); break;
      case CharKind::kSpaceless:
        add_spaceless(folded.letter, kSpacelessSpan, kSpacelessWeight);
        break;
    }
    return decoded.size;
  }

  // With the next character of a text; nothing happens inside a word.
  void begin_word(char32_t c) {
    if constexpr (with_names) {
      if (last_letter_ == 0) has_capital_ = is_capital(c);
    }
  }

  void add_letter(char32_t c) {
    hash_ = (hash_ ^ c) * kMultiplier;
    has_digit_ |= is_digit(c);
    last_letter_ = c;
  }

  void add_syllable(Jamo jamo) {
    add_letter(jamo.lead);
    add_letter(jamo.vowel);
    if (jamo.tail != 0) add_letter(jamo.tail);
  }

  void add_spaceless(char32_t c, std::size_t span, std::uint32_t weight) {
    end_word();
    for (std::size_t i = kSpacelessSpan - 1; i > 0; --i) run_[i] = run_[i - 1];
    run_[0] = c;
    std::uint64_t hash = kSeed;
    for (std::size_t i = 0; i < span; ++i) hash = (hash ^ run_[i]) * kMultiplier;
    emit(mix(hash) & ~kNumberBit, weight);
  }

  void end_word() {
    if (last_letter_ == 0) return;
    const std::uint64_t hash = mix(hash_);
    if constexpr (with_names) {
      const std::uint32_t is_name = has_capital_ && !has_digit_ ? 1 : 0;
      names_.names.add(hash, is_name);
      names_.capitals += is_name;
    }
    emit((hash & ~kNumberBit) | (has_digit_ ? kNumberBit : 0), kWordWeight);
    hash_ = kSeed;
    has_digit_ = false;
    last_letter_ = 0;
    run_ = {};
  }

  void end_line() {
    end_word();
    line_.last = size();
    if (line_.last > line_.first) {
      words_.lines.push_back(line_);
      if constexpr (with_names) words_.names.push_back(names_);
    }
    if constexpr (with_names) names_ = {};
    line_ = {size(), size(), 0};
  }

  void emit(std::uint64_t hash, std::uint32_t weight) {
    words_.hashes.push_back(hash);
    line_.weight += weight;
  }

  Words& words_;
  Line line_;
  LineNames names_;
  std::uint64_t hash_ = kSeed;
  char32_t last_letter_ = 0;  // 0 outside a word
  bool has_digit_ = false, has_capital_ = false;
  std::array<char32_t, kSpacelessSpan>
      run_{};  // the newest characters without spaces, newest first
};

}  // namespace

void find_words(std::string_view text, Words& words, bool with_names) {
  if (with_names) {
    WordFinder<true>(words).run(text);
  } else {
    WordFinder<false>(words).run(text);
  }
}

}  // namespace copydesk::deduplicate
