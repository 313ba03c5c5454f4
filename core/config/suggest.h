#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::config {

// Insertions, deletions, replacements and swaps of neighbours that make one word of the other (optimal string
// alignment), without regard to case. Words longer than 64 bytes are as far apart as the longer one is long.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `word` was probably meant to be; empty when none is near.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

// " (did you mean 'x'?)", or " (known <plural>: a, b, c)", or " (there are no <plural>)".
[[nodiscard]] std::string hint(std::string_view word, const std::vector<std::string>& candidates,
                               std::string_view plural);

// "a, b, c", shortened to the first twenty.
[[nodiscard]] std::string join(const std::vector<std::string>& words);

// A text of the file as it is shown in a message: in single quotes, one line, at most 60 code points.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace copydesk::config
