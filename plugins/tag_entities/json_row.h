#pragma once
// A flat JSON object on one line: as much of JSON as a gazetteer needs.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::tag_entities {

inline constexpr std::size_t kJsonItemsMax = 4096;  // of one list

// One member: a text or a number as one value, a list of texts as it is; null is none.
using JsonMember =
    std::function<bool(std::string_view key, const std::vector<std::string>& values, bool list)>;

// Calls `each` for every member in order, until it returns false. False when the object is not well
// formed, has other values than those above or text after it; `problem` then says what and where.
bool read_json_row(std::string_view row, const JsonMember& each, std::string& problem);

}  // namespace copydesk::tag_entities
