#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/catalog.h"
#include "config/config.h"
#include "config/diagnostics.h"

namespace copydesk::config {

inline constexpr std::size_t kMaxFileSize = 1 << 20;  // bytes of a configuration file

// Where ${NAME} comes from.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] Environment process_environment();

struct Loaded {
  std::optional<Config> config;  // there unless there are errors
  Diagnostics diagnostics;       // every error and warning of the file, not only the first
};

// Reads and checks a configuration. Starts no component, but reads the files that options with state and ${file:PATH}
// name. The catalog must outlive the result. Diagnostics name the file as it is given here.
[[nodiscard]] Loaded load_file(const std::string& path, const Catalog& catalog,
                               const Environment& environment);
// The same for a text; paths in it are relative to the folder of `file`, which need not exist.
[[nodiscard]] Loaded load_text(std::string_view text, const std::string& file,
                               const Catalog& catalog, const Environment& environment);

}  // namespace copydesk::config
