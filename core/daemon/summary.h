#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "daemon/terminal.h"
#include "pipeline/line.h"

namespace copydesk::daemon {

// How a run ended.
struct RunEnd {
  const std::vector<pipeline::LineStatus>& lines;
  Nanos elapsed = 0;
  bool stopped = false;  // by a signal, before the end
};

// What `run --once` tells at the end: what came in, where it went, what was dropped and refused, how long it took, and
// where the output lies.
[[nodiscard]] std::string summary(const config::Config& config, const RunEnd& end,
                                  const Paint& paint);

// "files that cannot be read: 2, such as in/a.txt"
[[nodiscard]] std::string untaken_text(std::uint64_t count, std::string_view what,
                                       std::string_view example);

// One line while it runs.
[[nodiscard]] std::string progress_line(const std::vector<pipeline::LineStatus>& lines);

}  // namespace copydesk::daemon
