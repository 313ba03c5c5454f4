#pragma once

#include <string>
#include <vector>

#include "control/trial.h"
#include "daemon/terminal.h"

namespace copydesk::daemon {

// What the stages did to one article, for a terminal.
[[nodiscard]] std::string trial_text(const control::TrialArticle& article, const Paint& paint);

// What the stages told of their reasons, as a JSON list.
[[nodiscard]] std::string reasons_json(const control::TrialArticle& article);

}  // namespace copydesk::daemon
