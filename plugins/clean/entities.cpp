#include "entities.h"

#include <algorithm>
#include <charconv>

#include "chars.h"

namespace copydesk::clean {
namespace {

struct Named {
  std::string_view name;
  char32_t value;
};
constexpr Named kNamed[] = {
    {"amp", '&'},      {"quot", '"'},     {"apos", '\''},     {"lt", '<'},       {"gt", '>'},
    {"nbsp", ' '},     {"rsquo", 0x2019}, {"lsquo", 0x2018},  {"rdquo", 0x201D}, {"ldquo", 0x201C},
    {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026}, {"eacute", 0xE9},  {"auml", 0xE4},
    {"ouml", 0xF6},    {"uuml", 0xFC},    {"szlig", 0xDF},    {"euro", 0x20AC},  {"pound", 0xA3},
    {"laquo", 0xAB},   {"raquo", 0xBB}};
constexpr std::size_t kReferenceBytesMax = 10;

// The character of a reference without & and ;, or 0.
char32_t reference(std::string_view name) {
  if (name.starts_with('#')) {
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    unsigned value = 0;
    const auto [end, error] =
        std::from_chars(name.data(), name.data() + name.size(), value, hex ? 16 : 10);
    return error == std::errc() && end == name.data() + name.size() && value <= 0x10FFFF ? value
                                                                                         : 0;
  }
  for (const Named& named : kNamed)
    if (named.name == name) return named.value;
  return 0;
}

// Adds the character of the reference that begins at `i` and returns the bytes it takes; 0 for none.
std::size_t append_reference(std::string& out, std::string_view text, std::size_t i) {
  const std::size_t end = text.substr(0, i + kReferenceBytesMax + 2).find(';', i);
  const char32_t c = end == text.npos ? 0 : reference(text.substr(i + 1, end - i - 1));
  if (c == 0) return 0;
  append_utf8(out, c);
  return end + 1 - i;
}

// The bytes of the tag that begins at `i`; 0 for none.
std::size_t tag_bytes(std::string_view text, std::size_t i) {
  if (text[i] != '<' || i + 1 >= text.size()) return 0;
  const char next = ascii_lower(text[i + 1]);
  if (next != '/' && (next < 'a' || next > 'z')) return 0;
  const std::size_t end = text.find('>', i);
  return end == text.npos ? 0 : end + 1 - i;
}

bool is_inline_tag(std::string_view tag) {
  constexpr std::string_view kInline[] = {"a",     "abbr", "b",      "cite", "code", "em",
                                          "font",  "i",    "img",    "mark", "q",    "s",
                                          "small", "span", "strong", "sub",  "sup",  "u"};
  std::string name;
  for (const char c : tag.substr(tag.starts_with("</") ? 2 : 1)) {
    const char lower = ascii_lower(c);
    if (lower < 'a' || lower > 'z' || name.size() > 6) break;
    name += lower;
  }
  return std::find(std::begin(kInline), std::end(kInline), name) != std::end(kInline);
}

}  // namespace

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t tag = tag_bytes(text, i)) {
      out += ' ';
      i += tag;
    } else if (const std::size_t bytes = text[i] == '&' ? append_reference(out, text, i) : 0) {
      i += bytes;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string unescape_references(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t bytes = text[i] == '&' ? append_reference(out, text, i) : 0;
    if (bytes == 0) out += text[i];
    i += std::max<std::size_t>(bytes, 1);
  }
  return out;
}

std::string unescape_lines(std::string_view text) {
  std::string unescaped;
  if (text.find("&lt;p") != text.npos || text.find("&lt;/p") != text.npos ||
      text.find("&lt;br") != text.npos) {
    unescaped = unescape_references(text);
    text = unescaped;
  }
  std::string out;
  out.reserve(text.size());
  bool marked = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t bytes = tag_bytes(text, i);
    if (bytes > 0 && !is_inline_tag(text.substr(i, bytes))) {
      if (!marked) std::replace(out.begin(), out.end(), '\n', ' ');
      marked = true;
      out += '\n';
    } else if (bytes == 0) {
      out += marked && text[i] == '\n' ? ' ' : text[i];
    }
    i += std::max<std::size_t>(bytes, 1);
  }
  return unescape_references(out);
}

}  // namespace copydesk::clean
