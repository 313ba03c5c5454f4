#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "daemon/arguments.h"
#include "host/plugins.h"

namespace copydesk::daemon {

[[nodiscard]] std::string version();

// The folder with our own plugins, beside the program: ../lib/copydesk/plugins.
[[nodiscard]] std::string own_plugin_folder();

// What a command works with: its arguments, the plugins, the configuration. Sets up the log.
class Context {
 public:
  explicit Context(Arguments arguments);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const Arguments& arguments() const { return arguments_; }
  [[nodiscard]] bool quiet() const { return arguments_.has("quiet"); }
  [[nodiscard]] bool color(int fd) const;

  // Loaded on the first call. Our own folder, then those of COPYDESK_PLUGIN_PATH, then those of --plugins.
  const host::Plugins& plugins();
  // Whether one was loaded; else it is on stderr why not.
  bool has_plugins();

  // Where no configuration is named and none is found, this text is taken for one, and a line on stderr says so. Before load().
  void assume(std::string_view text, std::string_view what);
  // The configuration with its diagnostics, which the caller shows; nothing and a message on stderr when there is no file
  // to read, or no plugin that could give it a meaning. Loaded on the first call.
  config::Loaded* load();
  // The configuration if it is right; else everything wrong with it is on stderr. Warnings are shown too.
  const config::Config* config();
  // Shows the diagnostics, and if there are errors before them the plugins that could not be loaded: one may be what is missing.
  void show(const config::Diagnostics& diagnostics);

  // Of --data-dir, else of the configuration; nothing when that is wrong (it is on stderr then).
  std::optional<std::string> data_dir();

  // Prints "copydesk: …" on stderr and gives back the exit code for the error's class.
  static int fail(const Error& error);
  static int fail(std::string_view message, int code);

 private:
  std::optional<std::string> config_path() const;
  std::string plugin_notes();
  config::Loaded load_assumed();

  Arguments arguments_;
  std::unique_ptr<host::Plugins> plugins_;
  std::optional<config::Loaded> loaded_;
  std::string assumed_, assumed_what_;
};

}  // namespace copydesk::daemon
