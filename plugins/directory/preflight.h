// Looks at folders before anything is done with them; changes nothing.
#pragma once
#include <string>

namespace copydesk::directory {

// Why the folder cannot be listed, with its path; empty: it can.
[[nodiscard]] std::string cannot_read(const std::string& folder);
// Why nothing can be made, renamed or removed in the folder, or why it, being missing, cannot be made; empty: all that can be.
[[nodiscard]] std::string cannot_write_below(const std::string& folder);

}  // namespace copydesk::directory
