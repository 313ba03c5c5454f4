#pragma once

#include <string_view>

namespace copydesk::decode {

// Whether a text is HTML: it begins with a tag, a comment or a doctype, or holds at least two well-known tags. A text that
// mentions a tag once is not.
[[nodiscard]] bool looks_like_html(std::string_view text);

// Whether a text of unknown format means to be JSON: an object, or an array of objects. "[Photo/Xinhua]" is text.
[[nodiscard]] bool looks_like_json(std::string_view text);

// Whether a text is a whole page for certain: it begins with <html or <!doctype html, behind comments and an XML declaration at most.
[[nodiscard]] bool begins_as_page(std::string_view text);

// Whether a text begins as a JSON object with a key does. Templates and prose in braces do not.
[[nodiscard]] bool begins_as_object(std::string_view text);

// Nothing but white space, no-break spaces, byte order marks and U+FFFD.
[[nodiscard]] bool is_blank(std::string_view text);

}  // namespace copydesk::decode
