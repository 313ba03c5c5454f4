#pragma once

#include <string>
#include <vector>

#include "pipeline/line.h"

namespace copydesk::control {

// Why the daemon is not well, a sentence a line; empty when every line is running, idle or draining.
[[nodiscard]] std::vector<std::string> ailments(const std::vector<pipeline::LineStatus>& lines);

// Whether a source could not take something that it was meant to.
[[nodiscard]] bool left_something(const std::vector<pipeline::LineStatus>& lines);

// What happened to articles in all lines together.
[[nodiscard]] pipeline::Counters total(const std::vector<pipeline::LineStatus>& lines);

}  // namespace copydesk::control
