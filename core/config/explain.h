#pragma once

#include <optional>
#include <string>

#include "config/catalog.h"

namespace copydesk::config {

// A component, one of its options (dotted key, the core's own too) or those nested under a key, for a terminal. Nothing for an
// unknown option;
// `suggestion` is then the nearest key, if one is near.
[[nodiscard]] std::optional<std::string> explain(const ComponentSpec& spec,
                                                 const std::optional<std::string>& option,
                                                 std::string* suggestion = nullptr);

// The engine's options, or one of them, with their keys as they are nested in a configuration. Nothing for an unknown one.
[[nodiscard]] std::optional<std::string> explain_engine(const std::optional<std::string>& option,
                                                        std::string* suggestion = nullptr);

// The reference page docs/plugins/<name>.md of a component.
[[nodiscard]] std::string reference_markdown(const ComponentSpec& spec);

}  // namespace copydesk::config
