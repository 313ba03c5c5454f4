#include "daemon/context.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "daemon/commands.h"
#include "daemon/terminal.h"
#include "host/in_call.h"
#include "state/crash_page.h"
#include "telemetry/log.h"

namespace copydesk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfigName = "copydesk.yaml";
constexpr std::string_view kSystemConfig = "/etc/copydesk/copydesk.yaml";

void init_log(const Arguments& arguments) {
  const log::Level level = arguments.has("quiet")     ? log::Level::kError
                           : arguments.has("verbose") ? log::Level::kDebug
                                                      : log::Level::kInfo;
  const std::string name = arguments.value("log-format");
  const Result<log::Format> format = log::parse_format(name.empty() ? "auto" : name);
  log::init(level, format ? *format : log::Format::kAuto);
}

bool is_there(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<std::string> plugin_folders(const Arguments& arguments) {
  std::vector<std::string> out;
  if (const std::string own = own_plugin_folder(); is_there(own)) out.push_back(own);
  const char* more = std::getenv("COPYDESK_PLUGIN_PATH");
  std::string_view rest = more == nullptr ? "" : more;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    if (colon != 0) out.emplace_back(rest.substr(0, colon));
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  }
  for (const std::string& folder : arguments.values("plugins")) out.push_back(folder);
  return out;
}

std::string no_config() {
  return "there is no configuration: neither ./" + std::string(kConfigName) + " nor " +
         std::string(kSystemConfig) + " exists";
}

}  // namespace

std::string version() { return COPYDESK_VERSION; }

std::string own_plugin_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "lib/copydesk/plugins").string();
}

Context::Context(Arguments arguments) : arguments_(std::move(arguments)) { init_log(arguments_); }

bool Context::color(int fd) const {
  const std::string wish = arguments_.value("color");
  if (wish == "always" || wish == "never") return wish == "always";
  const char* no_color = std::getenv("NO_COLOR");  // no-color.org
  return isatty(fd) == 1 && (no_color == nullptr || *no_color == '\0');
}

const host::Plugins& Context::plugins() {
  if (plugins_) return *plugins_;
  state::install_crash_handlers(&host::tell_crash);  // a plugin may crash as soon as it is loaded
  plugins_ = std::make_unique<host::Plugins>(plugin_folders(arguments_));
  return *plugins_;
}

std::optional<std::string> Context::config_path() const {
  if (arguments_.has("config")) return arguments_.value("config");
  for (std::string_view path : {kConfigName, kSystemConfig})
    if (is_there(std::string(path))) return std::string(path);
  return std::nullopt;
}

void Context::assume(std::string_view text, std::string_view what) {
  assumed_ = text;
  assumed_what_ = what;
}

config::Loaded Context::load_assumed() {
  if (!quiet()) print_err("note: " + no_config() + "; " + assumed_what_ + "\n");
  return config::load_text(assumed_, "built-in", plugins().catalog(),
                           config::process_environment());
}

// A configuration would have nothing but unknown types then.
bool Context::has_plugins() {
  if (!plugins().plugins().empty()) return true;
  fail(
      "no plugin is there to work with; --plugins DIR or COPYDESK_PLUGIN_PATH names a folder with "
      "some",
      kWrongUse);
  print_err(plugin_notes());
  return false;
}

std::string Context::plugin_notes() {
  std::string out;
  if (const std::string own = own_plugin_folder(); !is_there(own))
    out += "note: there is no folder '" + own + "', where they are looked for first\n";
  for (const host::PluginProblem& p : plugins().problems())
    out += "note: plugin '" + p.path + "' was not loaded: " + p.message + "\n";
  return out;
}

config::Loaded* Context::load() {
  if (loaded_) return &*loaded_;
  const std::optional<std::string> path = config_path();
  if (!path && assumed_.empty()) {
    fail(no_config() + "; name one with -c FILE", kWrongUse);
    return nullptr;
  }
  if (!has_plugins()) return nullptr;
  loaded_ = path ? config::load_file(*path, plugins().catalog(), config::process_environment())
                 : load_assumed();
  return &*loaded_;
}

const config::Config* Context::config() {
  config::Loaded* loaded = load();
  if (loaded == nullptr) return nullptr;
  show(loaded->diagnostics);
  return loaded->config ? &*loaded->config : nullptr;
}

void Context::show(const config::Diagnostics& diagnostics) {
  if (!diagnostics.has_errors() && quiet()) return;
  if (diagnostics.has_errors()) print_err(plugin_notes());
  print_err(diagnostics.render(color(STDERR_FILENO)));
}

std::optional<std::string> Context::data_dir() {
  if (arguments_.has("data-dir")) return arguments_.value("data-dir");
  const config::Config* found = config();
  if (found == nullptr) return std::nullopt;
  return found->data_dir;
}

int Context::fail(const Error& error) {
  return fail(error.message, error.cls == ErrorClass::kConfig ? kWrongUse : kFailed);
}

int Context::fail(std::string_view message, int code) {
  print_err("copydesk: " + std::string(message) + "\n");
  return code;
}

}  // namespace copydesk::daemon
