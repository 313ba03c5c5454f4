#include "directory/utf8.h"

#include <cstddef>

namespace copydesk::directory {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// Size of the valid character at the front, 0 for none (Unicode 15, table 3-7).
std::size_t character_size(std::string_view s) {
  const auto at = [&](std::size_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u;
  };
  const auto between = [](unsigned c, unsigned low, unsigned high) {
    return low <= c && c <= high;
  };
  const unsigned a = at(0);
  if (a < 0x80) return 1;
  if (between(a, 0xC2, 0xDF)) return between(at(1), 0x80, 0xBF) ? 2 : 0;
  if (between(a, 0xE0, 0xEF)) {
    const unsigned low = a == 0xE0 ? 0xA0 : 0x80, high = a == 0xED ? 0x9F : 0xBF;
    return between(at(1), low, high) && between(at(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (!between(a, 0xF0, 0xF4)) return 0;
  const unsigned low = a == 0xF0 ? 0x90 : 0x80, high = a == 0xF4 ? 0x8F : 0xBF;
  return between(at(1), low, high) && between(at(2), 0x80, 0xBF) && between(at(3), 0x80, 0xBF) ? 4
                                                                                               : 0;
}

}  // namespace

std::string escaped_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  bool escaped = false;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t size = character_size(rest);
    if (size > 0 && rest.front() != '\\') {
      out.append(rest.substr(0, size));
    } else if (size > 0) {
      out.append("\\\\");
    } else {
      const auto byte = static_cast<unsigned char>(rest.front());
      out.append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
      escaped = true;
    }
    rest.remove_prefix(size > 0 ? size : 1);
  }
  return escaped ? out : std::string(bytes);
}

}  // namespace copydesk::directory
