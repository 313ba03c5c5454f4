// Text that may be shown to people.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::directory {

// `bytes` as UTF-8 from which they can be told again: every byte that is no part of it is written \xHH, as in a shell's $'…', and
// where there is such a byte a backslash \\. Valid UTF-8 stays as it is.
[[nodiscard]] std::string escaped_utf8(std::string_view bytes);

}  // namespace copydesk::directory
