#include "decode/json_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kLongInteger = 18;  // digits; the most that surely fit 64 bits
constexpr std::size_t kLongExponent = 2;  // digits; the most that surely fit a double

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The 16 bits of a \uXXXX at `at`; -1 when there is none.
int unicode_escape(std::string_view s, std::size_t at) {
  if (at + 6 > s.size() || s[at] != '\\' || s[at + 1] != 'u') return -1;
  int value = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    if (!is_hex(s[i])) return -1;
    value = value * 16 + (is_digit(s[i]) ? s[i] - '0' : (s[i] | 32) - 'a' + 10);
  }
  return value;
}

class Mender {
 public:
  Mender(std::string_view text, std::size_t& replaced) : text_(text), replaced_(replaced) {
    out_.reserve(text.size() + 16);
  }

  std::optional<std::string> mend() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"')
        string();
      else if (is_digit(c) || c == '-')
        number();
      else if (!word("NaN") && !word("Infinity"))
        copy(1);
    }
    if (!changed_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void copy(std::size_t n) {
    n = std::min(n, text_.size() - at_);
    out_.append(text_.substr(at_, n));
    at_ += n;
  }
  void instead(std::size_t n, std::string_view other) {
    at_ += n;
    out_.append(other);
    changed_ = true;
  }
  bool word(std::string_view name) {
    if (!text_.substr(at_).starts_with(name)) return false;
    instead(name.size(), "null");
    return true;
  }

  void string() {
    copy(1);
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        copy(std::max<std::size_t>(1,
                                   std::min(text_.find_first_of("\"\\", at_), text_.size()) - at_));
        continue;
      }
      const int unit = unicode_escape(text_, at_);
      if (unit < 0xD800 || unit > 0xDFFF) {
        copy(2);
        continue;
      }
      const int next = unicode_escape(text_, at_ + 6);
      if (unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF) {
        copy(12);
        continue;
      }
      instead(6, "\\ufffd");
      ++replaced_;
    }
    copy(1);
  }

  void number() {
    if (text_.substr(at_).starts_with("-Infinity")) return instead(9, "null");
    std::size_t end = at_ + 1;
    while (end < text_.size() &&
           (is_digit(text_[end]) ||
            std::string_view(".eE+-").find(text_[end]) != std::string_view::npos))
      ++end;
    const std::string_view digits = text_.substr(at_, end - at_);
    const std::size_t exponent = digits.find_first_of("eE");
    const bool integer = digits.find_first_of(".eE") == std::string_view::npos;
    const auto long_exponent = [&] {
      return static_cast<std::size_t>(std::ranges::count_if(digits.substr(exponent), is_digit)) >
             kLongExponent;
    };
    if (!(integer && digits.size() > kLongInteger) &&
        !(exponent != std::string_view::npos && long_exponent()))
      return copy(digits.size());
    instead(digits.size(), '"' + std::string(digits) + '"');
  }

  std::string_view text_;
  std::size_t& replaced_;
  std::size_t at_ = 0;
  std::string out_;
  bool changed_ = false;
};

// A strict reader (RFC 8259) that keeps nothing but the place. Recursion is bounded by max_depth.
class Checker {
 public:
  Checker(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::string check() {
    if (!run() && why_.empty()) why_ = "something else is expected";
    if (why_.empty()) return {};
    const std::string_view before = text_.substr(0, at_);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " +
           std::to_string(code_points(before.substr(start)) + 1) + ": " + why_;
  }

 private:
  bool fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return false;
  }
  void space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }

  bool run() {
    if (!value(0)) return false;
    space();
    if (ended()) return true;
    return fail(text_[at_] == '{'
                    ? "another object follows the first; in a .jsonl file each line is one"
                    : "there is more behind the end");
  }

  bool value(std::size_t depth) {
    space();
    if (ended()) return fail("the text ends early");
    const char c = text_[at_];
    if (c == '{' || c == '[')
      return depth < max_depth_
                 ? list(depth, c == '{')
                 : fail("nested deeper than " + std::to_string(max_depth_) + " levels");
    if (c == '"') return string("");
    if (c == '-' || is_digit(c)) return number();
    for (std::string_view word :
         {std::string_view("true"), std::string_view("false"), std::string_view("null")})
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return true;
      }
    return fail("a value is expected");
  }

  // An object or an array.
  bool list(std::size_t depth, bool object) {
    const char end = object ? '}' : ']';
    ++at_;
    space();
    if (take(end)) return true;
    for (;;) {
      space();
      if (object && !name()) return false;
      if (!value(depth + 1)) return false;
      space();
      if (take(end)) return true;
      if (!take(','))
        return fail(ended() ? "the text ends early"
                            : std::string("a comma or '") + end + "' is expected");
    }
  }

  bool name() {
    if (!string("a name in quotes is expected")) return false;
    space();
    return take(':') || fail("a colon is expected");
  }

  bool string(const char* otherwise) {
    if (!take('"')) return fail(ended() ? "the text ends early" : otherwise);
    while (!ended()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return fail("a control character in a string; it must be escaped");
      if (c != '\\') {
        ++at_;
        continue;
      }
      if (at_ + 1 < text_.size() && text_[at_ + 1] == 'u') {
        if (unicode_escape(text_, at_) < 0) return fail("an incomplete \\u escape");
        at_ += 6;
      } else if (at_ + 1 < text_.size() &&
                 std::string_view("\"\\/bfnrt").find(text_[at_ + 1]) != std::string_view::npos) {
        at_ += 2;
      } else {
        return fail("an unknown escape");
      }
    }
    return fail("the text ends in a string");
  }

  bool digits() {
    const std::size_t start = at_;
    while (!ended() && is_digit(text_[at_])) ++at_;
    return at_ > start || fail("a digit is expected");
  }

  bool number() {
    (void)take('-');
    if (!take('0') && !digits()) return false;
    if (!ended() && is_digit(text_[at_])) return fail("a number begins with 0");
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) (void)take('-');
      return digits();
    }
    return true;
  }

  std::string_view text_;
  const std::size_t max_depth_;
  std::size_t at_ = 0;
  std::string why_;
};

}  // namespace

std::optional<std::string> mend_json(std::string_view text, std::size_t& replaced) {
  return Mender(text, replaced).mend();
}
std::string what_is_wrong(std::string_view text, std::size_t max_depth) {
  return Checker(text, max_depth).check();
}

}  // namespace copydesk::decode
