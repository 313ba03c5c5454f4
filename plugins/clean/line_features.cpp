#include "line_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "eight_bytes.h"
#include "function_words.h"
#include "words.h"

namespace copydesk::clean {

namespace {

constexpr std::size_t kContentLettersMin = 4;
constexpr std::size_t kContentWordsMin = 1024;  // room for so many from the start
constexpr std::size_t kVocabulary = 4096;       // counters of hashed words; a power of two

// Cheap and exact enough for a tree: linear between powers of two.
float log1(std::uint32_t x) {
  const std::uint32_t v = x + 1;
  const int e = std::bit_width(v) - 1;
  return static_cast<float>(e) + static_cast<float>(v) / static_cast<float>(1u << e) - 1.0f;
}
float ratio(double a, double b) { return b > 0 ? static_cast<float>(a / b) : 0.0f; }

enum FirstByte { kFirstLower, kFirstUpper, kFirstDigit, kFirstQuote, kFirstBullet, kFirstOther };

int first_kind(std::string_view text) {
  if (text.empty()) return kFirstOther;
  const char32_t c = decode(text, 0).value;
  if (c >= '0' && c <= '9') return kFirstDigit;
  if (is_lower(c)) return kFirstLower;
  if (is_upper(c)) return kFirstUpper;
  if (c == '"' || c == '\'' || c == 0x201C || c == 0x2018 || c == 0xAB || c == 0x201E)
    return kFirstQuote;
  if (c == 0x2022 || c == '-' || c == '*' || c == 0x2013 || c == 0x2014 || c == 0xB7)
    return kFirstBullet;
  return kFirstOther;
}
int last_kind(std::string_view text) {
  if (text.empty()) return 0;
  switch (decode_last(text, text.size()).value) {
    case '.':
    case 0x3002:
    case 0x964: return 1;
    case '?':
    case '!':
    case 0xFF01:
    case 0xFF1F:
    case 0x61F: return 2;
    case ':':
    case 0xFF1A: return 3;
    case ',':
    case ';':
    case 0xFF0C:
    case 0x3001:
    case 0x60C: return 4;
    case ')':
    case ']':
    case 0xFF09: return 5;
    case '"':
    case 0x300D:
    case 0x201D:
    case '\'':
    case 0x2019: return 6;
    case 0x2026: return 7;
    default: return 0;
  }
}

int chrome_kind(std::string_view reason) {
  if (reason.empty()) return 0;
  switch (reason[0]) {
    case 'r': return reason.size() > 9 ? 1 : 2;  // related_link, repeated_…; read_more
    case 'f': return 3;
    case 'n': return reason[1] == 'e' ? 4 : 5;
    case 'a': return reason[1] == 'd' ? 6 : 7;
    case 'l': return 8;
    case 't': return reason == "title" ? 14 : reason == "ticker" ? 15 : 9;
    case 'c': return reason[1] == 'a' ? 10 : reason[3] == 'n' ? 11 : 12;
    default: return 13;
  }
}

}  // namespace

LineFeatures::LineFeatures(const std::vector<Line>& lines, std::string_view title,
                           std::size_t stride, ReadAs read_as)
    : stride_(stride),
      rows_(std::make_unique<float[]>(lines.size() * stride)),
      stats_(lines.size()) {
  content_.resize(kContentWordsMin);
  for (std::size_t i = 0; i < lines.size(); ++i) look_at(lines[i], stats_[i]);
  english_ = english_share();
  if (read_as == ReadAs::kEnglish && !understood()) read_as_english(lines);
  own_columns(lines);
  vocabulary(lines, title);
  place_columns(lines);
  mass_columns();
  neighbour_columns();
}

namespace {

// A word while it is read.
struct Word {
  WordHash hash;
  std::uint32_t length = 0;
  bool digits = false, all_capitals = true;
  bool upper = false, after_stop = false, lower_before = false;

  // Takes the letters and digits that `bytes` begins with; returns how many. `glued` counts the
  // capitals after a small letter.
  std::size_t take(std::uint64_t bytes, const Letters& letters, std::uint32_t& glued) {
    const std::size_t count = letters.leading();
    const std::uint64_t mask = ~std::uint64_t{0} >> 8 * (8 - count);
    const std::uint64_t capitals = letters.upper & mask, digit = letters.digit & mask;
    const std::uint64_t small = letters.word & mask & ~capitals & ~digit;
    hash.add((bytes | 0x20 * kEach) & mask);
    all_capitals &= capitals == (letters.word & mask);
    digits |= digit != 0;
    if (capitals != 0) {
      std::uint64_t after_small = capitals & (small << 8 | (lower_before ? 0x80 : 0));
      for (; after_small != 0; after_small &= after_small - 1) ++glued;
    }
    lower_before = (small << 8 * (8 - count)) >> 63 != 0;
    length += static_cast<std::uint32_t>(count);
    return count;
  }
};

}  // namespace

void LineFeatures::look_at(const Line& line, Stats& s) {
  const std::string_view text = line.text;
  s.content_begin = content_end_;
  std::size_t content = content_end_;
  Word word;
  bool stop = false;  // after the end of a sentence
  const auto end_word = [&] {
    ++s.words;
    s.letters += word.length;
    s.longest = std::max(s.longest, word.length);
    s.upper_words += word.upper;
    s.capital_words += word.all_capitals && word.length > 1;
    s.digit_words += word.digits;
    s.inner_sentences += word.after_stop && word.upper;
    const std::uint16_t classes = word.length <= 16 ? word_classes(word.hash.value()) : 0;
    s.classes[0] += (classes & kWordEnglish) != 0;
    for (std::uint32_t bits = classes & ~kWordEnglish; bits != 0; bits &= bits - 1)
      ++s.classes[static_cast<std::size_t>(std::countr_zero(bits))];
    // Written in any case: whether a word counts is hard to foresee for the processor.
    if (content == content_.size()) content_.resize(2 * content);
    content_[content] = word.hash.value();
    content +=
        (word.length >= kContentLettersMin) & ((classes & (kWordEnglish | kWordForeign)) == 0);
    word = {};
  };
  const auto begin_word = [&](bool upper) {
    word.upper = upper, word.after_stop = stop, stop = false;
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint64_t bytes = load_eight(text, i);
    const Letters letters(bytes);
    if (letters.word & 0x80) {
      if (word.length == 0) begin_word(letters.upper & 0x80);
      i += word.take(bytes, letters, s.glued);
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes);
    if (byte >= 128) {
      const CodePoint point = decode(text, i);
      const char32_t v = point.value;
      if (is_ideograph(v)) {
        if (word.length > 0) end_word();
        ++s.words, ++s.letters, ++s.ideographs;
        s.inner_sentences += stop, stop = false;
      } else if (v != 0x2019 && is_word(v)) {  // the apostrophe stands inside words
        if (word.length == 0) begin_word(is_upper(v));
        word.all_capitals &= is_upper(v);
        for (std::size_t k = i; k < i + point.length; ++k)
          word.hash.add(static_cast<unsigned char>(text[k]));
        ++word.length;
      } else if (v != 0x2019 && v != 0xAD) {  // nor does a soft hyphen part any
        if (word.length > 0) end_word();
        stop |= v == 0x3002 || v == 0xFF01 || v == 0xFF1F;
        s.quotes += v == 0x201C || v == 0x201D || v == 0xAB;
        s.bars += v == 0x2022 || v == 0xBB || v == 0x203A || v == 0x2192 || v == 0xB7 || v == 0xA9;
      }
      i += point.length;
      continue;
    }
    ++i;
    if (byte == '\'' && word.length > 0) continue;
    if (word.length > 0) end_word();
    if (byte == ' ') continue;
    if (byte == '.' || byte == '!' || byte == '?') {
      stop = true;
      continue;
    }
    s.commas += byte == ',';
    s.quotes += byte == '"';
    s.bars += byte == '|' || byte == '>';
    s.marks += byte == '@' || byte == '#' || byte == '/' || byte == '_';
    if (byte != '"' && byte != ')' && byte != '\'') stop = false;
  }
  if (word.length > 0) end_word();
  s.content_end = content_end_ = static_cast<std::uint32_t>(content);
  decide_body(line, s);
}

void LineFeatures::decide_body(const Line& line, Stats& s) {
  const std::uint32_t function_words = s.classes[0] + s.classes[1];
  const bool running = s.words >= 8 && (line.sentence || s.words >= 20) &&
                       (function_words * 5 >= s.words || function_words == 0);
  s.body = running ? static_cast<float>(s.words) : 0.0f;
}

// 0 when there is no running text.
float LineFeatures::english_share() const {
  double english = 0, running = 0;
  for (const Stats& s : stats_)
    if (s.body > 0) english += s.classes[0], running += s.words;
  return ratio(english, running);
}

void LineFeatures::read_as_english(const std::vector<Line>& lines) {
  const std::vector<float> shares = function_word_shares(lines);
  if (shares.empty()) return;
  foreign_ = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Stats& s = stats_[i];
    s.words -= s.ideographs * 3 / 8;  // eight of them say what five English words do
    s.classes[0] = static_cast<std::uint16_t>(std::lround(shares[i] * static_cast<float>(s.words)));
    s.classes[1] = 0;
    decide_body(lines[i], s);
  }
  english_ = english_share();
}

namespace {

// How often each text has come, by its hash; texts of the same hash are taken for one.
class Copies {
 public:
  explicit Copies(std::size_t texts_max) : slots_(std::bit_ceil(texts_max * 2 + 1)) {}

  std::uint32_t& of(std::string_view text) {
    const auto wanted = static_cast<std::uint32_t>(TextHash()(text));
    std::size_t at = wanted & (slots_.size() - 1);
    while (slots_[at].count != 0 && slots_[at].hash != wanted) at = (at + 1) & (slots_.size() - 1);
    slots_[at].hash = wanted;
    return slots_[at].count;
  }

 private:
  struct Slot {
    std::uint32_t hash = 0, count = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace

// Columns 0 to 38; 39 is 0.
void LineFeatures::own_columns(const std::vector<Line>& lines) {
  Copies copies(lines.size());
  for (const Line& line : lines) ++copies.of(line.folded);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const Stats& s = stats_[i];
    float* x = row(i);
    const double words = std::max(1u, s.words);
    *x++ = log1(s.words);
    *x++ = ratio(s.letters, words);
    *x++ = log1(s.longest);
    *x++ = line.sentence;
    *x++ = static_cast<float>(std::min(s.inner_sentences, 20u));
    *x++ = ratio(s.classes[0], words);
    *x++ = ratio(s.classes[1], words);
    *x++ = ratio(s.upper_words, words);
    *x++ = ratio(s.capital_words, words);
    *x++ = ratio(s.digit_words, words);
    *x++ = ratio(s.commas, words);
    *x++ = static_cast<float>(std::min(s.quotes, 10u));
    *x++ = static_cast<float>(std::min(s.bars, 10u));
    *x++ = static_cast<float>(std::min(s.glued, 10u));
    *x++ = static_cast<float>(std::min(s.marks, 10u));
    *x++ = static_cast<float>(first_kind(line.text));
    *x++ = static_cast<float>(last_kind(line.text));
    for (std::size_t k = 2; k < 14; ++k)
      *x++ = static_cast<float>(std::min<unsigned>(s.classes[k], 20));
    double chrome = 0;
    for (std::size_t k = 2; k < 12; ++k) chrome += s.classes[k];
    *x++ = ratio(chrome, words);
    *x++ = static_cast<float>(chrome_kind(line.chrome));
    *x++ = line.stamp;
    *x++ = static_cast<float>(chrome_kind(line.reason));
    *x++ = s.words <= 5 && looks_like_name(line.text);
    *x++ = static_cast<float>(std::min(copies.of(line.folded), 8u));
    *x++ = line.blank_before;
    *x++ = s.body > 0;
    *x++ = ratio(line.keep.end - line.keep.begin, static_cast<double>(line.text.size()));
    *x++ = static_cast<float>(std::min(s.upper_words, 40u));
  }
}

// Columns 40 to 47: what a line's words have to do with the title and with the rest of the text.
void LineFeatures::vocabulary(const std::vector<Line>& lines, std::string_view title) {
  std::array<std::uint16_t, kVocabulary> core{}, all{};
  std::array<bool, kVocabulary> titled{};
  const auto slot = [](std::uint32_t hash) { return (hash ^ hash >> 15) & (kVocabulary - 1); };
  Line title_line;
  const std::string squeezed = squeeze(title);
  title_line.text = squeezed;
  Stats title_stats;
  look_at(title_line, title_stats);
  for (std::uint32_t k = title_stats.content_begin; k < title_stats.content_end; ++k)
    titled[slot(content_[k])] = true;
  const double title_words = title_stats.content_end - title_stats.content_begin;
  for (const Stats& s : stats_) {
    for (std::uint32_t k = s.content_begin; k < s.content_end; ++k) {
      if (all[slot(content_[k])] < 60000) ++all[slot(content_[k])];
      if (s.body >= 15 && core[slot(content_[k])] < 60000) ++core[slot(content_[k])];
    }
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Stats& s = stats_[i];
    const double count = s.content_end - s.content_begin;
    double in_core = 0, in_all = 0, in_title = 0;
    // A word's own occurrences in the line do not speak for it; one is taken off, so a line that
    // says a word twice is believed a little too much.
    for (std::uint32_t k = s.content_begin; k < s.content_end; ++k) {
      in_core += core[slot(content_[k])] > (s.body >= 15);
      in_all += all[slot(content_[k])] > 1;
      in_title += titled[slot(content_[k])];
    }
    float* x = row(i) + 40;
    *x++ = ratio(in_core, count);
    *x++ = ratio(in_all, count);
    *x++ = ratio(in_title, count);
    *x++ = static_cast<float>(in_title);
    *x++ = ratio(in_title, title_words);
    *x++ = log1(static_cast<std::uint32_t>(count));
    *x++ = static_cast<float>(in_core);
    *x++ = static_cast<float>(title_words > 0);
  }
}

// Columns 48 to 63: where the line stands.
void LineFeatures::place_columns(const std::vector<Line>& lines) {
  const std::size_t n = lines.size();
  double words = 0, body = 0;
  std::size_t first = n, last = n, longest = 0, title = n, bodies = 0;
  for (std::size_t i = 0; i < n; ++i) {
    words += stats_[i].words;
    body += stats_[i].body;
    if (lines[i].reason == "repeated_title" || lines[i].reason == "title") title = i;
    if (stats_[i].words > stats_[longest].words) longest = i;
    if (stats_[i].body == 0) continue;
    ++bodies;
    if (first == n) first = i;
    last = i;
  }
  double words_before = 0, body_before = 0;
  std::size_t since = 60, until = 60;
  std::vector<float> next(n);
  for (std::size_t i = n; i-- > 0;) {
    next[i] = static_cast<float>(until);
    until = stats_[i].body > 0 ? 0 : std::min<std::size_t>(until + 1, 60);
  }
  const auto gap = [](std::size_t a, std::size_t b) {
    return std::clamp(static_cast<float>(a) - static_cast<float>(b), -60.0f, 60.0f);
  };
  for (std::size_t i = 0; i < n; ++i) {
    float* x = row(i) + 48;
    const Stats& s = stats_[i];
    *x++ = ratio(static_cast<double>(i), static_cast<double>(n));
    *x++ = log1(static_cast<std::uint32_t>(n));
    *x++ = ratio(words_before, words);
    *x++ = ratio(body_before, body);
    *x++ = ratio(s.words, words);
    *x++ = ratio(s.body, body);
    *x++ = ratio(body, words);
    *x++ = log1(static_cast<std::uint32_t>(body));
    *x++ = static_cast<float>(since);
    *x++ = next[i];
    *x++ = gap(i, first);
    *x++ = gap(i, last);
    *x++ = gap(i, longest);
    *x++ = title == n ? -61.0f : gap(i, title);
    *x++ = log1(static_cast<std::uint32_t>(i));
    *x++ = log1(static_cast<std::uint32_t>(n - 1 - i));
    words_before += s.words;
    body_before += s.body;
    since = s.body > 0 ? 0 : std::min<std::size_t>(since + 1, 60);
  }
}

// Columns 64 to 75: running text and other lines before and behind, fading at three scales.
void LineFeatures::mass_columns() {
  constexpr float kFade[] = {0.5f, 0.8f, 0.94f};
  const std::size_t n = stats_.size();
  for (std::size_t scale = 0; scale < 3; ++scale) {
    float mass = 0, others = 0;
    const auto step = [&](std::size_t i, std::size_t column) {
      float* x = row(i) + column;
      x[0] = mass;
      x[1] = others;
      const Stats& s = stats_[i];
      mass = mass * kFade[scale] + std::min(s.body, 80.0f);
      others = others * kFade[scale] + (s.body > 0 ? 0.0f : 1.0f);
    };
    for (std::size_t i = 0; i < n; ++i) step(i, 64 + scale * 2);
    mass = others = 0;
    for (std::size_t i = n; i-- > 0;) step(i, 70 + scale * 2);
  }
}

// Columns 76 to 103: of the three lines before and behind.
void LineFeatures::neighbour_columns() {
  const std::size_t n = stats_.size();
  constexpr int kOffsets[] = {-1, 1, -2, 2, -3, 3};
  for (std::size_t i = 0; i < n; ++i) {
    float* x = row(i) + 76;
    for (const int offset : kOffsets) {
      const auto at = static_cast<std::ptrdiff_t>(i) + offset;
      const bool inside = at >= 0 && at < static_cast<std::ptrdiff_t>(n);
      const float* other = inside ? row(static_cast<std::size_t>(at)) : nullptr;
      *x++ = other ? other[0] : -1.0f;
      *x++ = other ? other[3] : -1.0f;
      *x++ = other ? other[5] : -1.0f;
      if (offset < -2 || offset > 2) continue;
      *x++ = other ? other[30] : -1.0f;  // kind of chrome
      *x++ = other ? other[7] : -1.0f;
      if (offset < -1 || offset > 1) continue;
      *x++ = other ? other[40] : -1.0f;
    }
  }
}

}  // namespace copydesk::clean
