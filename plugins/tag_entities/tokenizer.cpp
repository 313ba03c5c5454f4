#include "tokenizer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::uint64_t kHashFactor = 0x9E3779B97F4A7C15ULL;
constexpr std::uint64_t kLowerCaseBits = 0x2020202020202020ULL;
constexpr std::size_t kWordBytes = sizeof(std::uint64_t);

// Eight bytes at a time. Names come from the operator's files, so no article can choose what it
// collides with; the matcher compares letters anyway.
std::uint64_t add(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * kHashFactor;
  return hash ^ hash >> 29;
}

std::uint64_t finish(std::uint64_t hash, std::size_t bytes) {
  hash = (hash ^ bytes) * kHashFactor;
  return hash ^ hash >> 32;
}

// The next eight bytes of the text, zero beyond its end.
std::uint64_t load(std::string_view text, std::size_t position) {
  std::uint64_t word = 0;
  const std::size_t left = text.size() - position;
  if (left >= kWordBytes) {
    std::memcpy(&word, text.data() + position, kWordBytes);  // of a constant size: one instruction
  } else {
    std::memcpy(&word, text.data() + position, left);
  }
  return word;
}

constexpr std::uint64_t each_byte(std::uint64_t byte) { return byte * 0x0101010101010101ULL; }
constexpr std::uint64_t kHighBits = each_byte(0x80);

// The high bit of each byte that lies in [first, last]; the bytes' own high bits must be clear.
constexpr std::uint64_t in_range(std::uint64_t bytes, char first, char last) {
  const std::uint64_t from = bytes + each_byte(0x80U - static_cast<unsigned char>(first));
  const std::uint64_t after = bytes + each_byte(0x7FU - static_cast<unsigned char>(last));
  return from & ~after & kHighBits;
}

// A run of ASCII letters and digits, read and hashed eight bytes at a time: a loop over single
// bytes spends most of its time on the one branch a word that no processor can foresee.
static_assert(std::endian::native == std::endian::little,
              "words are read from the text as they lie");

struct AsciiRun {
  std::size_t bytes = 0;
  std::uint64_t uppers = 0;  // a bit or more when there is any
  std::uint64_t lowers = 0;
  std::uint64_t hash = 0;
};

AsciiRun read_ascii(std::string_view text, std::size_t position) {
  AsciiRun run;
  std::size_t length = kWordBytes;
  while (length == kWordBytes && position + run.bytes < text.size()) {
    const std::uint64_t raw = load(text, position + run.bytes);
    const std::uint64_t bytes = raw & ~kHighBits;
    const std::uint64_t plain = ~raw & kHighBits;
    const std::uint64_t upper = in_range(bytes, 'A', 'Z') & plain;
    const std::uint64_t digit = in_range(bytes, '0', '9') & plain;
    const std::uint64_t lower = in_range(bytes, 'a', 'z') & plain;
    const std::uint64_t stop = (upper | digit | lower) ^ kHighBits;
    length = stop == 0 ? kWordBytes : static_cast<std::size_t>(std::countr_zero(stop)) / 8;
    if (length == 0) break;
    const std::uint64_t mine = ~0ULL >> (kWordBytes - length) * 8;
    run.uppers |= upper & mine;
    run.lowers |= lower & mine;
    // Setting bit 5 makes letters lower case and leaves digits as they are.
    run.hash = add(run.hash, (raw | kLowerCaseBits) & mine);
    run.bytes += length;
  }
  run.hash = finish(run.hash, run.bytes);
  return run;
}

// A character at `position` continues the word before it.
bool continues_word(std::string_view text, std::size_t position) {
  if (position >= text.size()) return false;
  const Decoded d = decode(text, position);
  if (d.code_point == kBrokenByte) return false;
  const CharClass c = char_class(d.code_point);
  return c != CharClass::kIdeograph &&
         (is_word(c) || c == CharClass::kMark || c == CharClass::kIgnorable);
}

// Steps over the text as folded code points, without invisible characters: what two spellings are
// compared by.
class Folded {
 public:
  Folded(std::string_view text, bool keep_case) : text_(text), keep_case_(keep_case) {}

  static constexpr char32_t kEnd = 0xFFFFFFFF;

  // kEnd at the end. Broken bytes come as values above every code point, so they only equal
  // themselves.
  char32_t next() {
    if (part_ < parts_.count) return parts_.code_points[part_++];
    while (position_ < text_.size()) {
      const Decoded d = decode(text_, position_);
      if (d.code_point == kBrokenByte) {
        return 0x80000000U | static_cast<unsigned char>(text_[position_++]);
      }
      position_ += d.bytes;
      if (char_class(d.code_point) == CharClass::kIgnorable) continue;
      parts_ = decompose(d.code_point);
      part_ = 1;
      return keep_case_ ? parts_.code_points[0] : lower(parts_.code_points[0]);
    }
    return kEnd;
  }

 private:
  std::string_view text_;
  bool keep_case_;
  std::size_t position_ = 0;
  Parts parts_{};
  int part_ = 0;
};

// The same hash as `hash_ascii` for any token: its folded characters as UTF-8.
std::uint64_t hash_folded(std::string_view token) {
  std::uint64_t hash = 0, word = 0;
  std::size_t size = 0;
  const auto put = [&](std::uint64_t byte) {
    word |= byte << size % kWordBytes * 8;
    if (++size % kWordBytes == 0) {
      hash = add(hash, word);
      word = 0;
    }
  };
  Folded folded(token, false);
  for (char32_t c = folded.next(); c != Folded::kEnd; c = folded.next()) {
    // Not UTF-8 to the letter: what counts is that ASCII is one byte and the rest unambiguous.
    if (c < 0x80) {
      put(c);
    } else {
      put(0x80 | (c & 0x3F));
      put(0x80 | (c >> 6 & 0x7F));
      put(0x80 | (c >> 13 & 0x7F));
    }
  }
  if (size % kWordBytes != 0) hash = add(hash, word);
  return finish(hash, size);
}

// Where a token that has, or may have, characters outside ASCII ends; fills in all but its hash.
std::size_t read_wide(std::string_view text, std::size_t position, Token& token) {
  std::size_t at = position;
  token.begin = token.end = static_cast<std::uint32_t>(position);
  while (at < text.size()) {
    const Decoded d = decode(text, at);
    if (d.code_point == kBrokenByte) break;
    const CharClass c = char_class(d.code_point);
    const bool ideograph = c == CharClass::kIdeograph;
    if (is_word(c)) {
      if (at != position && (ideograph || token.ideographic)) break;
      token.ideographic = ideograph;
      token.first_upper |= at == position && c == CharClass::kUpper;
      token.any_upper |= c == CharClass::kUpper;
      token.any_lower |= c == CharClass::kLower;
    } else if (at == position || (c != CharClass::kMark && c != CharClass::kIgnorable)) {
      break;
    }
    at += d.bytes;
    if (c != CharClass::kIgnorable) token.end = static_cast<std::uint32_t>(at);
  }
  return at;
}

bool same(std::string_view a, std::string_view b, bool keep_case) {
  Folded left(a, keep_case);
  Folded right(b, keep_case);
  for (;;) {
    const char32_t x = left.next();
    if (x != right.next()) return false;
    if (x == Folded::kEnd) return true;
  }
}

}  // namespace

void tokenize(std::string_view text, std::vector<Token>& tokens) {
  tokens.clear();
  text = text.substr(0, kTokenizedBytesMax);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    Token token;
    const AsciiRun run = read_ascii(text, i);
    if (run.bytes > 0 && !continues_word(text, i + run.bytes)) {
      token.begin = static_cast<std::uint32_t>(i);
      token.end = static_cast<std::uint32_t>(i + run.bytes);
      token.any_upper = run.uppers != 0;
      token.any_lower = run.lowers != 0;
      token.first_upper = text[i] >= 'A' && text[i] <= 'Z';
      token.hash = run.hash;
      tokens.push_back(token);
      i = token.end;
      continue;
    }
    if (static_cast<unsigned char>(text[i]) < 0x80 && run.bytes == 0) {
      ++i;
      continue;
    }
    const std::size_t end = read_wide(text, i, token);
    if (end == i) {
      i += decode(text, i).bytes;
      continue;
    }
    token.hash = hash_folded(token.in(text));
    tokens.push_back(token);
    i = end;
  }
}

std::size_t cased_letters(std::string_view token) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < token.size();) {
    const Decoded d = decode(token, i);
    const CharClass c = d.code_point == kBrokenByte ? CharClass::kOther : char_class(d.code_point);
    count += c == CharClass::kUpper || c == CharClass::kLower;
    i += d.bytes;
  }
  return count;
}

bool same_text(std::string_view a, std::string_view b) { return a == b || same(a, b, true); }

bool same_letters(std::string_view a, std::string_view b) { return same(a, b, false); }

bool plain_gap(std::string_view raw, Gap& gap) {
  gap.size = 0;
  constexpr char32_t kParagraphSeparator = 0x2029;
  if (raw.size() > kRawGapBytesMax) return false;
  int lines = 0;
  for (std::size_t i = 0; i < raw.size();) {
    const Decoded d = decode(raw, i);
    if (d.code_point == kBrokenByte) return false;
    CharClass c = char_class(d.code_point);
    std::string_view plain = raw.substr(i, d.bytes);
    i += d.bytes;
    if (c == CharClass::kIgnorable) continue;
    const bool is_half = d.code_point == '\r' && raw.substr(i).starts_with('\n');
    if (ends_line(d.code_point) && !is_half) {
      lines += d.code_point == kParagraphSeparator ? 2 : 1;
      if (lines > 1) return false;
      c = CharClass::kSpace;
    }
    if (c == CharClass::kSpace) {
      if (gap.size > 0 && gap.bytes[gap.size - 1] == ' ') continue;
      plain = " ";
    } else if (c == CharClass::kHyphen) {
      plain = "-";
    } else if (c == CharClass::kApostrophe) {
      plain = "'";
    }
    if (gap.size + plain.size() > kGapBytesMax) return false;
    std::copy(plain.begin(), plain.end(), gap.bytes + gap.size);
    gap.size = static_cast<std::uint8_t>(gap.size + plain.size());
  }
  return true;
}

bool is_gap_in_line(std::string_view raw, std::string_view plain) {
  Gap gap;
  return raw == plain || (plain_gap(raw, gap) && gap.view() == plain && !has_line_end(raw));
}

}  // namespace copydesk::tag_entities
