// Letters of ASCII, whatever the locale says.
#pragma once

namespace copydesk::deduplicate {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

}  // namespace copydesk::deduplicate
