#include "html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "ascii.h"

namespace copydesk::deduplicate {
namespace {

using namespace std::string_view_literals;

// Tags that stand inside a line of text; every other one ends the line.
constexpr std::array kInline = {
    "a"sv,    "abbr"sv,   "b"sv,   "bdi"sv, "bdo"sv,  "cite"sv, "code"sv, "data"sv, "dfn"sv,
    "em"sv,   "font"sv,   "i"sv,   "kbd"sv, "mark"sv, "q"sv,    "s"sv,    "samp"sv, "small"sv,
    "span"sv, "strong"sv, "sub"sv, "sup"sv, "time"sv, "u"sv,    "var"sv,  "wbr"sv};
// Elements whose content is no text of the page.
constexpr std::array kSilent = {"head"sv,  "iframe"sv, "noscript"sv, "script"sv,
                                "style"sv, "svg"sv,    "template"sv, "textarea"sv};

bool is_name(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// Where "</name" begins at or after `at`, in any case; npos when nowhere.
std::size_t find_end_tag(std::string_view html, std::string_view name, std::size_t at) {
  for (; (at = html.find("</", at)) != html.npos; at += 2) {
    const std::string_view found = html.substr(at + 2, name.size());
    const std::string_view behind = html.substr(at + 2 + found.size());
    if (std::equal(found.begin(), found.end(), name.begin(), name.end(),
                   [](char a, char b) { return lower(a) == b; }) &&
        (behind.empty() || !is_name(behind.front())))
      return at;
  }
  return html.npos;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

class Extractor {
 public:
  explicit Extractor(std::string_view html) : html_(html) { out_.reserve(html.size() / 2); }

  std::string run() {
    while (at_ < html_.size()) {
      const std::size_t next = std::min(html_.find_first_of("<&", at_), html_.size());
      out_ += html_.substr(at_, next - at_);
      at_ = next;
      if (at_ == html_.size()) break;
      if (html_[at_] == '<')
        tag();
      else
        reference();
    }
    return std::move(out_);
  }

 private:
  void tag() {
    const std::string_view rest = html_.substr(at_);
    if (rest.starts_with("<!--")) return skip_past("-->");
    const bool closes = rest.starts_with("</");
    std::size_t i = closes ? 2 : 1;
    if (i >= rest.size() || (!is_letter(rest[i]) && rest[i] != '!' && rest[i] != '?')) {
      out_.push_back('<');  // "a < b"
      ++at_;
      return;
    }
    std::string name;
    for (; i < rest.size() && is_name(rest[i]) && name.size() < 16; ++i)
      name.push_back(lower(rest[i]));
    skip_tag(i);
    if (std::find(kInline.begin(), kInline.end(), name) == kInline.end()) out_.push_back('\n');
    if (!closes) skip_silent(name);
  }

  // One that is never closed is read as text, and so are all of its name behind it: each is looked for once.
  void skip_silent(std::string_view name) {
    const auto silent = std::find(kSilent.begin(), kSilent.end(), name);
    if (silent == kSilent.end()) return;
    bool& is_unclosed = is_unclosed_[static_cast<std::size_t>(silent - kSilent.begin())];
    if (is_unclosed) return;
    const std::size_t end = find_end_tag(html_, name, at_);
    is_unclosed = end == html_.npos;
    if (!is_unclosed) at_ = end;
  }

  // To behind the tag's end; a ">" inside quotes is none.
  void skip_tag(std::size_t i) {
    char quote = 0;
    for (i += at_; i < html_.size(); ++i) {
      const char c = html_[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if ((c == '"' || c == '\'') && html_[i - 1] == '=') {
        quote = c;
      } else if (c == '>') {
        at_ = i + 1;
        return;
      }
    }
    at_ = html_.size();
  }

  void skip_past(std::string_view end) {
    const std::size_t found = html_.find(end, at_);
    at_ = found == html_.npos ? html_.size() : found + end.size();
  }

  void reference() {
    constexpr std::size_t kLongest = 12;
    const std::size_t end = html_.substr(at_, kLongest).find(';');
    if (end == html_.npos) {
      out_.push_back('&');
      ++at_;
      return;
    }
    std::string_view name = html_.substr(at_ + 1, end - 1);
    at_ += end + 1;
    if (name.starts_with('#')) return number(name.substr(1));
    if (name == "amp")
      out_.push_back('&');
    else if (name == "apos" || name == "rsquo" || name == "lsquo")
      out_.push_back('\'');
    else if (name == "shy" || name == "zwnj" || name == "zwj")
      return;
    else if (name.size() > 4 &&
             (name.ends_with("acute") || name.ends_with("grave") || name.ends_with("circ") ||
              name.ends_with("uml") || name.ends_with("cedil") || name.ends_with("tilde")))
      out_.push_back(name[0]);  // accents do not count
    else
      out_.push_back(' ');
  }

  void number(std::string_view digits) {
    const bool is_hex = !digits.empty() && lower(digits[0]) == 'x';
    if (is_hex) digits.remove_prefix(1);
    std::uint32_t c = 0;
    const auto [end, bad] =
        std::from_chars(digits.data(), digits.data() + digits.size(), c, is_hex ? 16 : 10);
    const bool is_character = bad == std::errc() && end == digits.data() + digits.size() &&
                              c != 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    if (is_character)
      append_utf8(out_, c);
    else
      out_.push_back(' ');
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::string out_;
  std::array<bool, kSilent.size()> is_unclosed_{};
};

}  // namespace

std::string text_of_html(std::string_view html) { return Extractor(html).run(); }

}  // namespace copydesk::deduplicate
