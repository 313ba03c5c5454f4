// Text that may be shown to people.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::directory {

// `bytes` with every byte that is no part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

}  // namespace copydesk::directory
