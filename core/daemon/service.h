#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "config/diagnostics.h"
#include "control/dead_letters.h"
#include "host/plugins.h"
#include "pipeline/line.h"
#include "state/folder.h"
#include "state/store.h"

namespace copydesk::daemon {

// data_dir, locked, with its store open.
struct Home {
  state::DataFolder folder;
  std::unique_ptr<state::Store> store;
};
[[nodiscard]] Result<Home> open_home(const std::string& data_dir);
// The same for who only asks: a folder in which no daemon has run is an error and stays as it is.
[[nodiscard]] Result<Home> open_used_home(const std::string& data_dir);
// Below it each component has its own folder: PIPELINE/NAME.
[[nodiscard]] std::string components_folder(const Home& home);

struct ServiceOptions {
  bool once = false;
  bool with_sources = true;
  control::DeadNumbers replays = {};  // asked for before the lines start
  std::map<std::string, std::vector<pipeline::Adoption>> adoptions = {};  // by pipeline, the same
  // Called a few times a second with the state of the lines, on the control thread; empty: never.
  std::function<void(const std::vector<pipeline::LineStatus>&)> progress = {};
};

// How it went.
struct ServiceEnd {
  std::vector<pipeline::LineStatus> lines;
  bool failed = false;     // a line failed; it is in the log why
  bool cut_short = false;  // the drain limit was hit: what was not finished comes again
  bool stopped = false;    // by a signal
  Nanos elapsed = 0;
};

// Runs the lines of a configuration until they end or a signal ends them: the first SIGINT or SIGTERM drains within
// engine.drain, a second one ends the process at once with exit code 130. Nothing is lost either way. Meanwhile it answers
// on the control socket, watches the disk, and logs lines that wait or fail. Errors: what kept it from starting; what
// components refuse is in the diagnostics, and the error is then empty. Once a process.
[[nodiscard]] Result<ServiceEnd> serve(Home& home, const config::Config& config,
                                       const host::Plugins& plugins, const ServiceOptions& options,
                                       config::Diagnostics& diagnostics);

}  // namespace copydesk::daemon
