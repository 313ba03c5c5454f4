#include "daemon/commands.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>

#include "daemon/context.h"

namespace copydesk::daemon {
namespace {

using Function = int (*)(Context&);

OptionHelp json_option(std::string summary) { return {"json", 0, "", std::move(summary)}; }
OptionHelp pipeline_option() { return {"pipeline", 'p', "NAME", "Of this pipeline only."}; }
OptionHelp data_dir_option() {
  return {"data-dir", 0, "DIR",
          "The daemon's data_dir; without it the configuration is read for it."};
}

std::vector<OptionHelp> dead_filters() {
  return {pipeline_option(),
          {"component", 0, "NAME", "Refused by this stage or sink."},
          {"code", 0, "CODE", "Refused with this code."},
          {"attempts", 0, "N", "Tried N times at most."},
          data_dir_option()};
}

std::vector<OptionHelp> with(std::vector<OptionHelp> options, std::vector<OptionHelp> more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> kFunctions = {{"run", run},
                                                             {"check", check},
                                                             {"try", try_articles},
                                                             {"plugins", plugins},
                                                             {"explain", explain},
                                                             {"state", state},
                                                             {"status", status},
                                                             {"metrics", metrics},
                                                             {"health", health},
                                                             {"completion", completion},
                                                             {"dead list", dead_list},
                                                             {"dead show", dead_show},
                                                             {"dead replay", dead_replay}};
  return kFunctions;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int wrong_use(const std::string& message) {
  std::fprintf(stderr, "copydesk: %s\n", message.c_str());
  return kWrongUse;
}

int help(const Arguments& arguments) {
  if (arguments.operands.empty()) {
    print(help_of_all(commands(), common_options()));
    return kDone;
  }
  std::string name;
  for (const std::string& word : arguments.operands) name += (name.empty() ? "" : " ") + word;
  bool found = false;
  for (const CommandHelp& c : commands()) {
    if (c.name != name && !c.name.starts_with(name + " ")) continue;
    print((found ? "\n" : "") + help_of(c, common_options()));
    found = true;
  }
  return found ? kDone : wrong_use("unknown command '" + name + "'");
}

// What is lost on the way out (a full disk, a reader that is gone) is no success.
int when_written(int code) {
  const bool lost = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !lost) return code;
  std::fprintf(stderr, "copydesk: not everything could be written to stdout: %s\n",
               lost ? "an error came on the way" : std::strerror(errno));
  return code == kDone ? kFailed : code;
}

int run_command(const std::vector<std::string>& arguments) {
  Result<Arguments> parsed = parse_arguments(arguments, commands(), common_options());
  if (!parsed) return wrong_use(parsed.error().message);
  if (parsed->version || (parsed->command != nullptr && parsed->command->name == "version")) {
    print("copydesk " + version() + "\n");
    return kDone;
  }
  if (parsed->help && parsed->command != nullptr) {
    print(help_of(*parsed->command, common_options()));
    return kDone;
  }
  if (parsed->help) {
    print(help_of_all(commands(), common_options()));
    return kDone;
  }
  if (parsed->command == nullptr) {
    const std::string text = help_of_all(commands(), common_options());
    std::fwrite(text.data(), 1, text.size(), stderr);
    return kWrongUse;
  }
  if (parsed->command->name == "help") return help(*parsed);
  const Function function = functions().at(parsed->command->name);
  Context context(std::move(*parsed));
  return function(context);
}

}  // namespace

const std::vector<OptionHelp>& common_options() {
  static const std::vector<OptionHelp> kOptions = {
      {"config", 'c', "FILE",
       "The configuration; else ./copydesk.yaml, then /etc/copydesk/copydesk.yaml."},
      {"plugins",
       0,
       "DIR",
       "One more folder with plugins; also COPYDESK_PLUGIN_PATH, separated by colons.",
       {},
       true},
      {"verbose", 'v', "", "Log debug lines too."},
      {"quiet", 'q', "", "Log errors only, show no progress and no summary."},
      {"log-format",
       0,
       "auto|text|json",
       "Form of the log; auto is text on a terminal, else JSON.",
       {"auto", "text", "json"}},
      {"color",
       0,
       "auto|always|never",
       "Colours; auto on a terminal.",
       {"auto", "always", "never"}},
  };
  return kOptions;
}

const std::vector<CommandHelp>& commands() {
  constexpr std::size_t kMany = 10000;  // operands of a command that takes several
  static const std::vector<CommandHelp> kCommands = {
      {"run",
       "",
       "Runs the pipelines until a signal ends them. SIGTERM and SIGINT finish what is in hand, a "
       "second one ends at once.",
       0,
       0,
       {{"once", 0, "", "End when the sources have given what they have now."}}},
      {"check",
       "",
       "Checks the configuration and shows everything that is wrong with it.",
       0,
       0,
       {}},
      {"try",
       "ARTICLE…",
       "Shows what each stage does to articles. ARTICLE is a file (.txt, .html, .json, .jsonl) or "
       "- for stdin; nothing is delivered or remembered. Without a configuration `clean` alone is "
       "tried.",
       1,
       kMany,
       {pipeline_option(),
        {"source", 0, "NAME", "Decode as this source of the pipeline would; else the first."},
        json_option("Print only the articles as they come out, a JSON line each."),
        {"why", 0, "", "With --json: also what each stage tells of its reasons, as `why`."}}},
      {"plugins",
       "[NAME]",
       "Lists the plugins, or shows one: by its id or by a component in it.",
       0,
       1,
       {}},
      {"explain",
       "[COMPONENT[.OPTION]]",
       "Explains a component, one of its options or those nested under a key: `file`, "
       "`file.rotate.size`, `file.rotate`; `engine` is the engine's own.",
       0,
       1,
       {}},
      {"state",
       "TOPIC [ARG…]",
       "Shows what stages remember. TOPIC is one of theirs: `sites [SITE]`, what clean has learned "
       "of sites; `dedup stats|forget ID|rebuild`, deduplicate's index.",
       0,
       16,
       {pipeline_option(), data_dir_option()}},
      {"status",
       "",
       "Shows what the running daemon does.",
       0,
       0,
       {json_option("Print the daemon's answer as JSON."), data_dir_option()}},
      {"metrics",
       "",
       "Prints what the running daemon counts, as Prometheus reads it.",
       0,
       0,
       {data_dir_option()}},
      {"health",
       "",
       "Ends with 0 when every line of the running daemon works. Else with 1 and the reason.",
       0,
       0,
       {data_dir_option()}},
      {"dead list", "", "Lists dead letters.", 0, 0,
       with(dead_filters(),
            {{"limit", 0, "N", "At most this many (100)."}, json_option("A JSON line each.")})},
      {"dead show",
       "N",
       "Prints a dead letter: the article as JSON, with what failed.",
       1,
       1,
       {pipeline_option(), data_dir_option()}},
      {"dead replay", "[N…]",
       "Sends dead letters again, to where they were refused. The running daemon does it; without "
       "one it is done here.",
       0, kMany,
       with(dead_filters(),
            {{"all", 0, "", "All dead letters."},
             {"from", 0, "SOURCE",
              "Those that this source of the configuration holds, as a sink for dead letters was "
              "told them."},
             {"adopt", 0, "", "With --from: those of other daemons too, each once."}})},
      {"completion",
       "bash|zsh",
       "Prints a script that completes commands and options: source <(copydesk completion bash).",
       1,
       1,
       {}},
      {"version", "", "Prints the version.", 0, 0, {}},
      {"help", "[COMMAND]", "Prints help.", 0, 2, {}},
  };
  return kCommands;
}

int run_program(const std::vector<std::string>& arguments) {
  return when_written(run_command(arguments));
}

}  // namespace copydesk::daemon
