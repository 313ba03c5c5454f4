#pragma once

#include <string_view>

namespace copydesk {

inline constexpr int kMaxJsonDepth = 512;  // objects and lists in one another

// Whether the text is one JSON value (RFC 8259) and nothing else, apart from blanks around it. That it is UTF-8 is looked at
// elsewhere.
[[nodiscard]] bool is_json(std::string_view text);

}  // namespace copydesk
