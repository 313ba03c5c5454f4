#pragma once

#include <string>
#include <string_view>

namespace copydesk::decode {

// The charset that bytes which are no UTF-8 are most likely written in, by the frequencies of letters and of pairs of them in many
// languages (uchardet, the detector that Mozilla began: S. Li, K. Momoi, "A composite approach to language/encoding detection",
// 2001). A label of the Encoding standard; empty when too little is there to tell, or it looks like none of those. Looks at 64 KiB from the first
// byte beyond ASCII, which takes some milliseconds at most.
[[nodiscard]] std::string likely_charset(std::string_view bytes);

// Whether the bytes are ISO-2022-JP, which is all ASCII: they switch to Japanese by an escape sequence that means nothing else.
[[nodiscard]] bool is_iso_2022_jp(std::string_view bytes);

}  // namespace copydesk::decode
