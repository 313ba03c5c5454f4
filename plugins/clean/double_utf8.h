// Text that was encoded twice: UTF-8 that somebody read as ISO-8859-1 or windows-1252 and encoded
// again, so that readers see "donâ€™t" or "cafÃ©". Sites and scrapers store much of it. Internal.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk::clean {

// What is known of the text that another one, its title say, belongs to.
enum class Around : std::uint8_t { kUnknown, kTwice };

// The text as it was meant; nothing when it is not plainly such a text, which is: three of its
// characters or more can be nothing else, and most that are not ASCII were encoded twice. A text that
// shows such characters as an example stays. What stands around the text and was encoded twice is proof
// enough for it. `text` is UTF-8. Pure; time grows with the text.
std::optional<std::string> undo_double_utf8(std::string_view text,
                                            Around around = Around::kUnknown);

}  // namespace copydesk::clean
