#include "base/utf8.h"

#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace copydesk {
namespace {

struct Step {
  std::size_t size;
  bool valid;
};

// The character that starts at s[0], or the maximal ill-formed part there (Unicode 15, chapter 3.9, "U+FFFD Substitution
// of Maximal Subparts").
Step step(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char b0 = byte(0);
  if (b0 < 0x80) return {1, true};
  std::size_t need = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (b0 >= 0xC2 && b0 <= 0xDF)
    need = 1;
  else if (b0 >= 0xE0 && b0 <= 0xEF) {
    need = 2;
    if (b0 == 0xE0) low = 0xA0;
    if (b0 == 0xED) high = 0x9F;
  } else if (b0 >= 0xF0 && b0 <= 0xF4) {
    need = 3;
    if (b0 == 0xF0) low = 0x90;
    if (b0 == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (std::size_t i = 1; i <= need; ++i) {
    if (i >= s.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {need + 1, true};
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    std::uint64_t eight = 0;  // most text is ASCII: eight bytes at a time
    if (i + 8 <= text.size()) {
      std::memcpy(&eight, text.data() + i, 8);
      if ((eight & 0x8080808080808080ULL) == 0) {
        i += 8;
        continue;
      }
    }
    const Step s = step(text.substr(i));
    if (!s.valid) return i;
    i += s.size;
  }
  return i;
}

std::string to_utf8(std::string_view text, std::size_t& replaced) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t good = valid_utf8_prefix(text);
    out.append(text.substr(0, good));
    text.remove_prefix(good);
    if (text.empty()) break;
    out.append("\xEF\xBF\xBD");
    ++replaced;
    text.remove_prefix(step(text).size);
  }
  return out;
}

std::string escaped_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t good = valid_utf8_prefix(text);
    for (const char c : text.substr(0, good)) out.append(c == '\\' ? 2 : 1, c);
    text.remove_prefix(good);
    if (text.empty()) break;
    out.append("\\x").append(to_hex(text.substr(0, 1)));
    text.remove_prefix(1);
  }
  return out;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace copydesk
