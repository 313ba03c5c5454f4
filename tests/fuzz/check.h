// What must hold of everything that cleaning gives back.
#pragma once
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace copydesk::fuzz {

inline void check(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << std::endl;
  std::abort();
}

inline bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) {
      return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u;
    };
    const unsigned lead = byte(i);
    const std::size_t size = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0) return false;
    for (std::size_t k = 1; k < size; ++k)
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    const unsigned second = byte(i + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
      return false;
    i += size;
  }
  return true;
}

// Paragraphs with one blank line between, nothing around them.
inline bool is_body(std::string_view body) {
  if (body.empty()) return true;
  return body.front() != '\n' && body.back() != '\n' && body.find("\n\n\n") == body.npos &&
         body.find('\r') == body.npos;
}

}  // namespace copydesk::fuzz
