#pragma once

#include <vector>

#include "daemon/arguments.h"

namespace copydesk::daemon {

enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kWrongUse = 2,     // or a wrong configuration
  kDeadLetters = 3,  // `run --once` and `dead replay`: done, but articles were refused
  kLeft =
      4,  // `run --once`: done, but a source could not take something; there may be dead letters too
  kInterrupted = 130,  // by a second signal
};

[[nodiscard]] const std::vector<CommandHelp>& commands();
[[nodiscard]] const std::vector<OptionHelp>& common_options();

// The whole program but for the process: reads the command line, runs the command, gives back the exit code.
[[nodiscard]] int run_program(const std::vector<std::string>& arguments);

// The commands. What they print for a person or as data goes to stdout, all else to stderr.
class Context;
int run(Context&);
int check(Context&);
int try_articles(Context&);
int plugins(Context&);
int explain(Context&);
int dead_list(Context&);
int dead_show(Context&);
int dead_replay(Context&);
int state(Context&);
int completion(Context&);
int status(Context&);
int metrics(Context&);
int health(Context&);

}  // namespace copydesk::daemon
