#include <algorithm>
#include <map>

#include "config/loader.h"

// Which media types may arrive where. A stage that takes only text/plain and is handed HTML would reject every article
// of it at run time; here it is told before.
namespace copydesk::config {
namespace {

constexpr std::string_view kHtml = "text/html", kPlain = "text/plain";

// Media types that may be there, each with a source it may have come from.
using Arriving = std::map<std::string, std::string, std::less<>>;

Arriving from_sources(const PipelineConfig& pipeline, const Config& config) {
  Arriving types;
  for (const std::string& name : pipeline.from) {
    const ComponentConfig* source = config.source(name);
    if (source == nullptr) continue;
    const Format format = source->source.format;
    if (format != Format::text) types.emplace(kHtml, name);
    if (format != Format::html) types.emplace(kPlain, name);
  }
  return types;
}

bool accepts(const ComponentSpec& spec, std::string_view type) {
  return spec.accepts.empty() || std::ranges::count(spec.accepts, type) > 0;
}

std::optional<bool> reaches(const std::optional<When>& when, std::string_view type) {
  return when ? when->decide("media_type", type) : true;
}

// A stage that makes of `type` something that `spec` takes: "add 'clean' before it".
std::string remedy(const Catalog& catalog, const ComponentSpec& spec, std::string_view type,
                   const std::string& source) {
  for (const std::string& name : catalog.names(Kind::stage)) {
    const ComponentSpec& stage = *catalog.find(Kind::stage, name);
    if (&stage != &spec && !stage.produces.empty() && accepts(spec, stage.produces) &&
        accepts(stage, type))
      return " (add '" + name + "' before it)";
  }
  return type == kHtml ? " (if it gives none, say 'format: text' in source '" + source + "')" : "";
}

std::string words(const std::vector<std::string>& types) {
  std::string out;
  for (const std::string& type : types) out += (out.empty() ? "" : " and ") + type;
  return out;
}

}  // namespace

void Loader::check_flow(const PipelineConfig& pipeline) {
  Arriving types = from_sources(pipeline, config_);
  const auto check = [&](const ComponentSpec& spec, const std::string& name,
                         const std::optional<When>& when, const Location& at) {
    for (auto it = types.begin(); it != types.end();) {
      const auto& [type, source] = *it;
      if (accepts(spec, type) || reaches(when, type) == false) {
        ++it;
        continue;
      }
      places_.error({at.line, at.column, 1}, std::string(kind_name(spec.kind)) + " '" + name +
                                                 "' takes only " + words(spec.accepts) + ", but " +
                                                 type + " may arrive from source '" + source + "'" +
                                                 remedy(catalog_, spec, type, source));
      it = spec.kind == Kind::stage ? types.erase(it)
                                    : std::next(it);  // told once, not for every stage after it
    }
  };
  for (const ComponentConfig& stage : pipeline.stages) {
    if (stage.spec == nullptr) return;  // what it makes of them is not known
    check(*stage.spec, stage.name, stage.stage.when, stage.at);
    if (stage.spec->produces.empty()) continue;
    Arriving after;
    for (const auto& [type, source] : types) {
      const auto goes_in = reaches(stage.stage.when, type);
      if (goes_in != true) after.emplace(type, source);
      if (goes_in != false) after.emplace(stage.spec->produces, source);
    }
    types = std::move(after);
  }
  for (const Route& route : pipeline.to)
    if (const ComponentConfig* sink = config_.sink(route.sink);
        sink != nullptr && sink->spec != nullptr)
      check(*sink->spec, sink->name, route.when, route.at);
}

}  // namespace copydesk::config
