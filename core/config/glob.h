#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace copydesk::config {

inline constexpr std::size_t kMaxFiles = 10'000;  // that one pattern may name
inline constexpr std::size_t kMaxFilesSeen =
    1'000'000;  // directory entries looked at for one pattern
inline constexpr std::size_t kMaxAlternatives =
    256;  // that the braces of one pattern may stand for

// True when the text has characters that are not themselves in a pattern: * ? [ {
[[nodiscard]] bool has_wildcards(std::string_view text);

// What is wrong with a pattern, or OK: unclosed [ or {, braces in braces, too many alternatives.
[[nodiscard]] Status check_glob(std::string_view pattern);

// `*` and `?` stay inside one path segment, `**` as a whole segment stands for any number of them, `[a-z]` and `[!a-z]`
// for one character, `{a,b}` for either. A leading dot is matched only by a dot. The pattern must be in order.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view path);

// The regular files (or links to one) that an absolute pattern names, sorted by name. A pattern without wildcards names
// the file itself, if it is there.
[[nodiscard]] Result<std::vector<std::string>> expand_files(const std::string& pattern);

}  // namespace copydesk::config
