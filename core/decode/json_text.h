#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk::decode {

// JSON as scrapers write it and the standard forbids it: NaN and Infinity become null, escapes of half a surrogate pair become
// U+FFFD, numbers that fit no machine number become strings. nullopt when there was nothing of the kind. `replaced` counts
// the halves.
[[nodiscard]] std::optional<std::string> mend_json(std::string_view text, std::size_t& replaced);

inline constexpr std::size_t kMaxJsonDepth = 64;  // objects and arrays in one another that are read

// Where and why a text is no JSON: "line 3, column 14: a comma or '}' is expected"; empty when nothing is wrong with it.
// Nesting deeper than `max_depth` is wrong too.
[[nodiscard]] std::string what_is_wrong(std::string_view text, std::size_t max_depth);

}  // namespace copydesk::decode
