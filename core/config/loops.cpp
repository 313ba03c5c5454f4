#include <algorithm>
#include <filesystem>

#include "config/glob.h"
#include "config/loader.h"

// What a sink writes into must be neither read by its own source, since each article would come in again as fast as the disk lets
// it, nor written by another sink.
// Known of sources that say what they read with `path` and with the patterns `include` and `exclude`, and of sinks with a `path`.
namespace copydesk::config {
namespace {

std::string path_of(const ComponentConfig& component) {
  if (component.spec == nullptr) return {};
  const auto is_path = [](const OptionSpec& o) {
    return o.key == "path" && o.type == OptionType::path;
  };
  const Value* value = component.option("path");
  if (value == nullptr || value->string() == nullptr ||
      std::ranges::none_of(component.spec->options, is_path))
    return {};
  return std::filesystem::path(*value->string()).lexically_normal().native();
}

bool matches(const ComponentConfig& source, std::string_view option, const std::string& path) {
  const Value* patterns = source.option(option);
  if (patterns == nullptr || patterns->list() == nullptr) return false;
  return std::ranges::any_of(*patterns->list(), [&](const Value& pattern) {
    return pattern.string() != nullptr && check_glob(*pattern.string()).ok() &&
           glob_match(*pattern.string(), path);
  });
}

// The path is in the source's folder and the source would take it.
bool reads(const ComponentConfig& source, const std::string& path) {
  std::string folder = path_of(source);
  if (folder.empty() || path.empty()) return false;
  if (folder.back() != '/') folder += '/';
  if (!path.starts_with(folder)) return false;
  const std::string below = path.substr(folder.size());
  return matches(source, "include", below) && !matches(source, "exclude", below);
}

Location place_of_path(const ComponentConfig& component) {
  const auto place = component.option_locations.find("path");
  return place == component.option_locations.end() ? component.at : place->second;
}

}  // namespace

void Loader::check_loops(const PipelineConfig& pipeline) {
  std::vector<std::string> sinks;
  for (const Route& route : pipeline.to) sinks.push_back(route.sink);
  if (!pipeline.dead_letters.empty()) sinks.push_back(pipeline.dead_letters);
  for (const std::string& name : pipeline.from)
    for (const std::string& to : sinks) {
      const ComponentConfig* source = config_.source(name);
      const ComponentConfig* sink = config_.sink(to);
      if (source == nullptr || sink == nullptr || !reads(*source, path_of(*sink))) continue;
      const Location at = place_of_path(*sink);
      const std::string what =
          "sink '" + to + "' writes into the folder that source '" + name + "' reads";
      places_.error({at.line, at.column, 1},
                    what +
                        ": what it writes would come in again, without end (write elsewhere, or "
                        "name it in the source's 'exclude')");
    }
}

// Of the sinks that a pipeline uses: the others are never opened.
void Loader::check_shared_files() {
  std::map<std::string, const ComponentConfig*> writers;
  for (const ComponentConfig& sink : config_.sinks) {
    const std::string path = path_of(sink);
    if (path.empty() || sinks_.names[sink.name].used_by.empty()) continue;
    const auto [first, is_new] = writers.emplace(path, &sink);
    if (is_new) continue;
    const Location at = place_of_path(sink);
    places_.error({at.line, at.column, 1},
                  "sink '" + sink.name + "' writes into the file of sink '" + first->second->name +
                      "' (line " + std::to_string(place_of_path(*first->second).line) +
                      "): every sink needs a file of its own");
  }
}

}  // namespace copydesk::config
