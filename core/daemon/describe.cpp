// `check`, `plugins` and `explain`: what there is, before anything runs.

#include <algorithm>

#include "config/explain.h"
#include "config/suggest.h"
#include "control/plans.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/terminal.h"
#include "io/clock.h"
#include "io/temporary_folder.h"

namespace copydesk::daemon {
namespace {

constexpr config::Kind kKinds[] = {config::Kind::source, config::Kind::stage, config::Kind::sink};

std::string summary_of(const config::Config& config) {
  std::size_t stages = 0;
  for (const auto& p : config.pipelines) stages += p.stages.size();
  return counted(config.sources.size(), "source") + ", " +
         counted(config.pipelines.size(), "pipeline") + " with " + counted(stages, "stage") + ", " +
         counted(config.sinks.size(), "sink");
}

void show_problems(const host::Plugins& plugins) {
  for (const host::PluginProblem& p : plugins.problems())
    print_err("warning: '" + p.path + "' was not loaded: " + p.message + "\n");
  for (const std::string& path : plugins.writable_by_all())
    print_err(
        "warning: '" + path +
        "' can be written by everybody: whoever does runs programs as the user of copydesk\n");
}

std::string components_of(const host::PluginInfo& plugin) {
  std::string out;
  for (const config::ComponentSpec* c : plugin.components)
    out += (out.empty() ? "" : ", ") + std::string(kind_name(c->kind)) + " " + c->name;
  return out;
}

bool is_called(const host::PluginInfo& plugin, const std::string& name) {
  return plugin.id == name || plugin.id.ends_with("." + name) ||
         std::ranges::any_of(plugin.components,
                             [&](const config::ComponentSpec* c) { return c->name == name; });
}

void show_plugin(const host::PluginInfo& plugin) {
  print(plugin.id + " " + plugin.version + "\n  " + plugin.path + "\n");
  for (const config::ComponentSpec* c : plugin.components)
    print("\n" + std::string(kind_name(c->kind)) + " " + c->name + ": " + c->summary + "\n  " +
          counted(c->options.size(), "option") + "; `copydesk explain " + c->name +
          "` tells more\n");
}

void list_components(const config::Catalog& catalog) {
  std::vector<std::vector<std::string>> rows = {{"KIND", "NAME", "SUMMARY"}};
  for (config::Kind kind : kKinds)
    for (const std::string& name : catalog.names(kind))
      rows.push_back({std::string(kind_name(kind)), name, catalog.find(kind, name)->summary});
  print(table(rows));
}

int no_option(const std::string& name, const std::string& option, const std::string& suggestion) {
  return Context::fail("'" + name + "' has no option '" + option + "'" +
                           (suggestion.empty() ? "" : " (did you mean '" + suggestion + "'?)"),
                       kWrongUse);
}

int explain_engine(const std::optional<std::string>& option) {
  std::string suggestion;
  const auto text = config::explain_engine(option, &suggestion);
  if (!text) return no_option("engine", *option, suggestion);
  print(*text);
  return kDone;
}

}  // namespace

// Components are created too, in a folder that goes away again, so that what they refuse themselves is shown as well, and what
// they would not find at a start.
int check(Context& context) {
  config::Loaded* loaded = context.load();
  if (loaded == nullptr) return kWrongUse;
  if (loaded->config) {
    const io::TemporaryFolder scratch("copydesk-");
    const io::SystemClock clock;
    control::PlanOptions options;
    options.folder = scratch.path();
    options.clock = [&clock] { return clock.now(); };
    auto plans =
        control::build_plans(*loaded->config, context.plugins(), options, loaded->diagnostics);
    if (plans) control::look_ahead(*loaded->config, *plans, loaded->diagnostics);
  }
  context.show(loaded->diagnostics);
  if (loaded->diagnostics.has_errors()) return kWrongUse;
  print(loaded->config->file + " is right: " + summary_of(*loaded->config) + "\n");
  return kDone;
}

int plugins(Context& context) {
  const host::Plugins& plugins = context.plugins();
  if (!context.has_plugins()) return kWrongUse;
  if (context.arguments().operands.empty()) {
    std::vector<std::vector<std::string>> rows = {{"PLUGIN", "VERSION", "COMPONENTS", "PATH"}};
    for (const host::PluginInfo& p : plugins.plugins())
      rows.push_back({p.id, p.version, components_of(p), p.path});
    print(table(rows));
    show_problems(plugins);
    return kDone;
  }
  const std::string& name = context.arguments().operands[0];
  std::vector<std::string> known;
  bool found = false;
  for (const host::PluginInfo& p : plugins.plugins()) {
    known.push_back(p.id);
    if (!is_called(p, name)) continue;
    print(found ? "\n" : "");
    show_plugin(p);
    found = true;
  }
  if (found) return kDone;
  show_problems(plugins);
  return Context::fail("there is no plugin '" + name + "'" + config::hint(name, known, "plugins"),
                       kWrongUse);
}

int explain(Context& context) {
  const config::Catalog& catalog = context.plugins().catalog();
  const std::string what =
      context.arguments().operands.empty() ? "" : context.arguments().operands[0];
  const std::size_t dot = what.find('.');
  const std::string name = what.substr(0, dot);
  std::optional<std::string> option;
  if (dot != std::string::npos) option = what.substr(dot + 1);
  if (name == "engine") return explain_engine(option);
  if (!context.has_plugins()) return kWrongUse;
  if (what.empty()) {
    list_components(catalog);
    return kDone;
  }
  std::string text, suggestion;
  std::vector<std::string> known = {"engine"};
  bool found = false;
  for (config::Kind kind : kKinds) {
    for (std::string& n : catalog.names(kind))
      if (std::ranges::find(known, n) == known.end())
        known.push_back(std::move(n));  // a source and a sink may have one name
    const config::ComponentSpec* spec = catalog.find(kind, name);
    if (spec == nullptr) continue;
    found = true;
    if (const auto one = config::explain(*spec, option, &suggestion))
      text += (text.empty() ? "" : "\n") + *one;
  }
  if (!found) {
    show_problems(context.plugins());
    return Context::fail(
        "there is no component '" + name + "'" + config::hint(name, known, "components"),
        kWrongUse);
  }
  if (text.empty()) return no_option(name, *option, suggestion);
  print(text);
  return kDone;
}

}  // namespace copydesk::daemon
