#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "article/value.h"
#include "base/result.h"
#include "config/catalog.h"

namespace copydesk::config {

// One value of an option as it is written, typed and held against what is allowed. Paths and file patterns stay as they
// are written. The message of an error says what is wrong with the value and gives an example, without naming the key;
// secrets are not shown.
[[nodiscard]] Result<Value> parse_value(const OptionSpec& spec, std::string_view text);

// "tag|drop" as two words; empty for anything else than an enumeration or a path that allows words.
[[nodiscard]] std::vector<std::string> allowed_words(const OptionSpec& spec);
// The path in a value of a path option: all of it, what stands behind "move:", or nothing for "keep".
[[nodiscard]] std::string_view path_of(const OptionSpec& spec, std::string_view text);
// What is allowed as one says it: "0.3 to 0.95", "at least 1s", "tag, drop"; empty for anything.
[[nodiscard]] std::string allowed_phrase(const OptionSpec& spec);
// A value that the option would take, as it is written.
[[nodiscard]] std::string example(const OptionSpec& spec);
// The same in the option's shape: "[text]" for a list.
[[nodiscard]] std::string written_example(const OptionSpec& spec);
// "a duration", "a whole number", …
[[nodiscard]] std::string_view type_phrase(OptionType type);

}  // namespace copydesk::config
