// HTML character references in texts that were escaped once more than the parser undoes: JSON-LD,
// meta content.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::clean {

// Numeric references and the named ones that occur in headlines; others stay as they are. Tags are
// removed.
std::string unescape(std::string_view text);

}  // namespace copydesk::clean
