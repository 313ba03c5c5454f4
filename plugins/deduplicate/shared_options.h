// The options of a shared index.
#pragma once
#include <copydesk/sdk.hpp>
#include <optional>

#include "shared_index.h"

namespace copydesk::deduplicate {

// Nothing with `index.type: embedded`. The owner is left for the start to fill in. Throws Config.
std::optional<SharedSettings> shared_settings(const Options& options,
                                              std::chrono::milliseconds window);

}  // namespace copydesk::deduplicate
