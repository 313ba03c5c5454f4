#pragma once

#include <string>
#include <vector>

#include "control/trial.h"
#include "daemon/terminal.h"

namespace copydesk::daemon {

// What the stages did to one article, for a terminal.
[[nodiscard]] std::string trial_text(const control::TrialArticle& article, const Paint& paint);

}  // namespace copydesk::daemon
