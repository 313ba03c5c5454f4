// Made-up copy for the tests.
#pragma once
#include <cstdint>
#include <string>

namespace copydesk::deduplicate {

// A text of `sentences` sentences of eleven words, four to a paragraph. Different seeds share
// nothing.
inline std::string story(std::uint32_t seed, int sentences) {
  std::uint32_t state = seed * 2654435761u + 1;
  const auto word = [&state] {
    std::string text;
    for (int i = 0; i < 6; ++i) {
      state = state * 1664525u + 1013904223u;
      text.push_back(static_cast<char>('a' + (state >> 24) % 26));
    }
    return text;
  };
  std::string text;
  for (int sentence = 0; sentence < sentences; ++sentence) {
    if (sentence > 0) text += sentence % 4 == 0 ? "\n\n" : " ";
    for (int i = 0; i < 11; ++i) text += (i > 0 ? " " : "") + word();
    text += ".";
  }
  return text;
}

}  // namespace copydesk::deduplicate
