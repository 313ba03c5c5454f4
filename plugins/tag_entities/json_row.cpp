#include "json_row.h"

#include <algorithm>
#include <cstdint>

namespace copydesk::tag_entities {
namespace {

class Reader {
 public:
  Reader(std::string_view row, std::string& problem) : row_(row), problem_(problem) {}

  bool object(const JsonMember& each) {
    if (!take('{')) return fail("expected '{'");
    std::string key;
    std::vector<std::string> values;
    if (!take('}')) {
      do {
        skip_space();
        if (!text(key)) return false;
        if (!take(':')) return fail("expected ':' after the key");
        bool is_list = false;
        if (!value(values, is_list)) return false;
        if (!each(key, values, is_list)) return true;
      } while (take(','));
      if (!take('}')) return fail("expected ',' or '}'");
    }
    skip_space();
    return at_ == row_.size() || fail("something stands behind the object");
  }

 private:
  bool fail(std::string_view what) {
    problem_ = "not the JSON of a row: ";
    problem_.append(what).append(" at byte ").append(std::to_string(at_ + 1));
    return false;
  }
  void skip_space() {
    while (at_ < row_.size() && (row_[at_] == ' ' || row_[at_] == '\t' || row_[at_] == '\r')) ++at_;
  }
  bool take(char wanted) {
    skip_space();
    if (at_ >= row_.size() || row_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!row_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool value(std::vector<std::string>& values, bool& is_list) {
    values.clear();
    skip_space();
    if (take_word("null")) return true;
    is_list = take('[');
    if (is_list) return list(values);
    values.emplace_back();
    if (at_ < row_.size() && row_[at_] == '"') return text(values.back());
    const std::size_t end = std::min(row_.find_first_not_of("+-.0123456789eE", at_), row_.size());
    if (end == at_) return fail("expected a text, a number or a list of texts");
    values.back() = row_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

  bool list(std::vector<std::string>& values) {
    if (take(']')) return true;
    do {
      skip_space();
      if (values.size() >= kJsonItemsMax) return fail("the list is too long");
      values.emplace_back();
      if (!text(values.back())) return false;
    } while (take(','));
    return take(']') || fail("expected ',' or ']'");
  }

  bool text(std::string& out) {
    out.clear();
    if (at_ >= row_.size() || row_[at_] != '"') return fail("expected a text in quotes");
    ++at_;
    while (at_ < row_.size() && row_[at_] != '"') {
      const std::size_t end = std::min(row_.find_first_of("\"\\", at_), row_.size());
      out.append(row_.substr(at_, end - at_));
      at_ = end;
      if (at_ < row_.size() && row_[at_] == '\\' && !escape(out)) return false;
    }
    if (at_ >= row_.size()) return fail("a text has no end");
    ++at_;
    return true;
  }

  bool escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    ++at_;
    if (at_ >= row_.size()) return fail("a text has no end");
    const char letter = row_[at_++];
    if (letter == 'u') return code_point(out);
    const std::size_t which = kLetters.find(letter);
    if (which == std::string_view::npos) return fail("an unknown escape");
    out += kMeanings[which];
    return true;
  }

  bool code_point(std::string& out) {
    std::uint32_t point = 0;
    if (!hexadecimal(point)) return false;
    if (point >= 0xD800 && point < 0xDC00) {
      std::uint32_t second = 0;
      if (!take_word("\\u") || !hexadecimal(second) || second < 0xDC00 || second > 0xDFFF) {
        return fail("half a surrogate pair");
      }
      point = 0x10000 + ((point - 0xD800) << 10) + (second - 0xDC00);
    } else if (point >= 0xDC00 && point < 0xE000) {
      return fail("half a surrogate pair");
    }
    append_utf8(point, out);
    return true;
  }

  bool hexadecimal(std::uint32_t& point) {
    for (int i = 0; i < 4; ++i, ++at_) {
      constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
      const std::size_t digit =
          at_ < row_.size() ? kDigits.find(row_[at_]) : std::string_view::npos;
      if (digit == std::string_view::npos) return fail("expected four hexadecimal digits");
      point = point << 4 | static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
    }
    return true;
  }

  static void append_utf8(std::uint32_t point, std::string& out) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xC0 | point >> 6);
      tail(0);
    } else if (point < 0x10000) {
      out += static_cast<char>(0xE0 | point >> 12);
      tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0 | point >> 18);
      tail(12), tail(6), tail(0);
    }
  }

  std::string_view row_;
  std::string& problem_;
  std::size_t at_ = 0;
};

}  // namespace

bool read_json_row(std::string_view row, const JsonMember& each, std::string& problem) {
  return Reader(row, problem).object(each);
}

}  // namespace copydesk::tag_entities
