#pragma once

#include <string>

#include "config/load.h"
#include "config/yaml.h"

namespace copydesk::config {

inline constexpr std::size_t kMaxSecretFile = 64 * 1024;    // bytes of a ${file:…}
inline constexpr std::size_t kMaxSubstituted = 256 * 1024;  // bytes of one value

// Puts in what ${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:PATH} and $$ stand for. A dollar before anything else
// stays, as regular expressions want it. PATH is relative to `folder`; a newline at the end of the file is cut. What
// cannot be put in is complained about, and the scalar marked broken.
void substitute(Node& scalar, const std::string& folder, const Environment& environment,
                Places& places);

}  // namespace copydesk::config
