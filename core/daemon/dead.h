#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "control/dead_letters.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/service.h"

// What the two ways of `dead replay` share.
namespace copydesk::daemon {

struct Replays {
  control::DeadNumbers numbers;
  std::map<std::string, std::vector<pipeline::Adoption>> adoptions;  // by pipeline
};

// The configured lines, without their sources, until the replays are done. The exit code.
int replay_here(Context& context, const config::Config& config, Home& home, Replays replays);

// Dead letters that a source holds: those of this data_dir are replayed by their numbers, where they have not ended; with
// --adopt those of others are taken over. `request` is that of a replay, with its filters. The running daemon does it; without one it is done here. The exit code.
int replay_from(Context& context, const std::string& data_dir, const std::string& request);

// What a request narrows to.
[[nodiscard]] control::DeadFilter filter_of(const nlohmann::ordered_json& request);

[[nodiscard]] bool same_folder(const std::string& one, const std::string& other);

}  // namespace copydesk::daemon
