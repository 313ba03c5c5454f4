#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace copydesk::daemon {

struct OptionHelp {
  std::string name;                       // "config": written --config
  char letter = 0;                        // 'c': also -c; 0: none
  std::string value;                      // what it takes, for the help: "FILE"; empty: nothing
  std::string summary;                    // one sentence
  std::vector<std::string> allowed = {};  // empty: anything
  bool repeatable = false;
};

struct CommandHelp {
  std::string name;      // "run", "dead list"
  std::string operands;  // "[NAME]", for the help
  std::string summary;
  std::size_t least = 0, most = 0;  // number of operands
  std::vector<OptionHelp> options;  // beside those that every command takes
};

// A command line taken apart.
struct Arguments {
  const CommandHelp* command = nullptr;  // null: none was given
  bool help = false, version = false;
  std::vector<std::string> operands;
  // by long name; of one without a value: ""
  std::map<std::string, std::vector<std::string>> options;

  [[nodiscard]] bool has(const std::string& option) const { return options.contains(option); }
  // The last one given; empty when it was not.
  [[nodiscard]] std::string value(const std::string& option) const;
  [[nodiscard]] std::vector<std::string> values(const std::string& option) const;
};

// Reads `arguments` (without the program's name). Options stand anywhere, as --name VALUE, --name=VALUE, -n VALUE; behind
// `--` everything is an operand, and `-` alone is one. Errors: class config, with the word that was probably meant.
[[nodiscard]] Result<Arguments> parse_arguments(const std::vector<std::string>& arguments,
                                                const std::vector<CommandHelp>& commands,
                                                const std::vector<OptionHelp>& common);

// "usage: …", its operands and options.
[[nodiscard]] std::string help_of(const CommandHelp& command,
                                  const std::vector<OptionHelp>& common);
[[nodiscard]] std::string help_of_all(const std::vector<CommandHelp>& commands,
                                      const std::vector<OptionHelp>& common);

}  // namespace copydesk::daemon
