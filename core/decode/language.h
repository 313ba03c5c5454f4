#pragma once

#include <string>
#include <string_view>

namespace copydesk::decode {

// The primary subtag of a BCP 47 tag, in lower case and as short as it is registered: "en" of "en-GB", "en_US.UTF-8" and
// "eng". Empty for what is no tag ("English") or names no language ("und").
[[nodiscard]] std::string primary_language(std::string_view tag);

}  // namespace copydesk::decode
