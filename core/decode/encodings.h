#pragma once

#include <string>
#include <string_view>

namespace copydesk::decode {

// The encoding that a label means (WHATWG Encoding standard), under the name that iconv knows it by; empty when there is none.
// `label` in lower case without white space.
[[nodiscard]] std::string_view encoding_of_label(std::string_view label);

// What a page in this language is most likely written in when neither it nor its bytes say so (HTML standard); empty when that
// is windows-1252. `tag` as in lang="ru-RU".
[[nodiscard]] std::string_view encoding_of_language(std::string_view tag);

}  // namespace copydesk::decode
