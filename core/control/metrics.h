#pragma once

#include <string>
#include <vector>

#include "control/console.h"
#include "pipeline/line.h"

namespace copydesk::control {

// What the lines have counted since the start, what they hold now, and what their components count, in the text format that
// Prometheus reads. Times are seconds since 1970.
[[nodiscard]] std::string metrics_text(const Console::About& about,
                                       const std::vector<pipeline::LineStatus>& lines);

}  // namespace copydesk::control
