// `run`: the daemon.

#include <unistd.h>

#include "control/status.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/service.h"
#include "daemon/summary.h"
#include "telemetry/log.h"

namespace copydesk::daemon {
namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";

void log_problems(const host::Plugins& plugins) {
  for (const host::PluginProblem& p : plugins.problems())
    log::warn("Plugin was not loaded.", {"path", p.path}, {"why", p.message});
  for (const std::string& path : plugins.writable_by_all())
    log::warn(
        "Everybody can write where a plugin comes from: whoever does runs programs as this user.",
        {"path", path});
}

int exit_code(const ServiceEnd& end, bool once) {
  if (end.failed || end.cut_short) return kFailed;
  if (once && control::left_something(end.lines)) return kLeft;
  return once && control::total(end.lines).dead_letters > 0 ? kDeadLetters : kDone;
}

}  // namespace

int run(Context& context) {
  const config::Config* config = context.config();
  if (config == nullptr) return kWrongUse;
  log_problems(context.plugins());
  Result<Home> home = open_home(config->data_dir);
  if (!home) return Context::fail(home.error());

  ServiceOptions options;
  options.once = context.arguments().has("once");
  const bool shows_progress = options.once && !context.quiet() && isatty(STDERR_FILENO) == 1;
  if (shows_progress) {
    options.progress = [](const auto& lines) {
      print_err(std::string(kClearLine) + progress_line(lines));
    };
    log::clear_progress();
  }
  config::Diagnostics& diagnostics = context.load()->diagnostics;
  const Result<ServiceEnd> end = serve(*home, *config, context.plugins(), options, diagnostics);
  if (shows_progress) print_err(kClearLine);
  if (diagnostics.has_errors()) {
    context.show(diagnostics);
    return kWrongUse;
  }
  if (!end) return Context::fail(end.error());
  if (options.once && !context.quiet())
    print_err(summary(*config, {end->lines, end->elapsed, end->stopped},
                      Paint(context.color(STDERR_FILENO))));
  return exit_code(*end, options.once);
}

}  // namespace copydesk::daemon
