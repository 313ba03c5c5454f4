#include "entities.h"

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

}  // namespace

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '&') {
      const std::size_t end = text.substr(0, i + kReferenceBytesMax + 2).find(';', i);
      const char32_t c = end == text.npos ? 0 : reference(text.substr(i + 1, end - i - 1));
      if (c != 0) {
        append_utf8(out, c);
        i = end + 1;
        continue;
      }
    } else if (text[i] == '<' && i + 1 < text.size() &&
               (text[i + 1] == '/' ||
                (ascii_lower(text[i + 1]) >= 'a' && ascii_lower(text[i + 1]) <= 'z'))) {
      const std::size_t end = text.find('>', i);
      if (end != text.npos) {
        out += ' ';
        i = end + 1;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

}  // namespace copydesk::clean
