#pragma once

#include <string>

#include "base/result.h"

namespace copydesk::daemon {

// Sends a request (control/console.h) to the daemon that runs on this data_dir. Error "not_found": none runs.
[[nodiscard]] Result<std::string> ask_daemon(const std::string& data_dir,
                                             const std::string& request);

// The same; where no daemon runs the answer comes from what is stored.
[[nodiscard]] Result<std::string> ask_daemon_or_store(const std::string& data_dir,
                                                      const std::string& request);

}  // namespace copydesk::daemon
