// The text of a page, roughly: for telling whether two pages say the same, not for reading.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::deduplicate {

// [any] What is outside tags, comments, scripts and styles; block tags end lines, character references become their characters
// where that is cheap and spaces otherwise. Takes any bytes; the answer is at most as long. `clean` knows far more.
std::string text_of_html(std::string_view html);

}  // namespace copydesk::deduplicate
