#include <algorithm>

#include "config/loader.h"
#include "config/option_value.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

const OptionSpec& sink_option() {
  static const OptionSpec kOption = [] {
    OptionSpec spec;
    spec.key = "sink";
    spec.required = true;
    spec.summary = "Name of the sink.";
    return spec;
  }();
  return kOption;
}

std::vector<std::string> names_of(const auto& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const auto& [name, declared] : names) out.push_back(name);
  return out;
}

bool is_unset(const Node& pipeline, std::string_view key) {
  const Node::Member* member = pipeline.find(key);
  if (member == nullptr || member->value->kind == Node::Kind::null) return true;
  return member->value->kind == Node::Kind::sequence && member->value->items.empty();
}

}  // namespace

void Loader::read_pipelines(const Node& root) {
  const Node::Member* member = root.find("pipelines");
  if (member != nullptr && member->value->broken) return;
  const bool is_empty =
      member == nullptr || member->value->kind == Node::Kind::null ||
      (member->value->kind == Node::Kind::mapping && member->value->members.empty());
  if (is_empty)
    return places_.warning(member == nullptr ? Spot{} : member->spot,
                           "there are no pipelines: nothing would run");
  if (member->value->kind != Node::Kind::mapping)
    return places_.error(member->value->spot,
                         "'pipelines' holds names, each with its keys (such as pipelines: { news: "
                         "{ from: […], stages: […], to: […] } })");
  for (const Node::Member& pipeline : member->value->members) read_pipeline(pipeline);
}

void Loader::read_pipeline(const Node::Member& member) {
  const std::string where = "pipeline '" + member.key + "'";
  if (!check_name(member.key, member.spot, "pipeline") || member.value->broken) return;
  if (member.value->kind != Node::Kind::mapping)
    return places_.error(member.spot, where + " wants the keys 'from', 'stages' and 'to'");
  const Binder::Target target{{}, {"from", "stages", "to", "dead_letters"}, where, member.spot};
  (void)binder_.bind(*member.value, target);  // tells unknown keys

  PipelineConfig out;
  out.name = member.key;
  out.at = places_.at(member.spot);
  read_from(*member.value, out);
  read_stages(*member.value, out);
  read_to(*member.value, out);
  read_dead_letters(*member.value, out);
  if (is_unset(*member.value, "from"))
    places_.warning(member.spot, where + " has no 'from': no article enters it");
  if (is_unset(*member.value, "to"))
    places_.warning(member.spot, where + " has no 'to': every article ends as dropped (no_sink)");
  check_flow(out);
  check_loops(out);
  config_.pipelines.push_back(std::move(out));
}

// The items of a list key. A single value is a list of one.
std::vector<std::shared_ptr<const Node>> Loader::list_of(const Node& pipeline,
                                                         const std::string& key,
                                                         const std::string& where) {
  const Node::Member* member = pipeline.find(key);
  if (member == nullptr || member->value->kind == Node::Kind::null || member->value->broken)
    return {};
  if (member->value->kind == Node::Kind::sequence) return member->value->items;
  if (member->value->kind == Node::Kind::scalar) return {member->value};
  places_.error(member->spot,
                "'" + key + "' in " + where + " is a list (each line begins with '- ')");
  return {};
}

void Loader::read_from(const Node& pipeline, PipelineConfig& out) {
  for (const auto& item : list_of(pipeline, "from", "pipeline '" + out.name + "'")) {
    if (item->broken) continue;
    if (item->kind != Node::Kind::scalar)
      places_.error(item->spot, "'from' in pipeline '" + out.name + "' lists the names of sources");
    else if (use(sources_, Kind::source, item->text, item->spot, out.name))
      out.from.push_back(item->text);
  }
}

// A source feeds one pipeline and a sink belongs to one: both are opened, settled and committed by one line.
bool Loader::use(Section& section, Kind kind, const std::string& name, const Spot& spot,
                 const std::string& pipeline) {
  if (!section.readable) return false;
  const std::string what(kind_name(kind));
  const auto found = section.names.find(name);
  if (found == section.names.end()) {
    const bool other = (kind == Kind::source ? sinks_ : sources_).names.contains(name);
    const std::string confused =
        other ? " ('" + name + "' is a " + (kind == Kind::source ? "sink" : "source") + ")" : "";
    places_.error(spot, "unknown " + what + " " + shown(name) + " in pipeline '" + pipeline + "'" +
                            (other ? confused : hint(name, names_of(section.names), what + "s")));
    return false;
  }
  Declared& declared = found->second;
  if (declared.used_by.empty()) {
    declared.used_by = pipeline;
    declared.used_line = spot.line;
    return true;
  }
  const std::string before = " (line " + std::to_string(declared.used_line) + ")";
  if (declared.used_by == pipeline)
    places_.error(spot, what + " '" + name + "' is named twice in pipeline '" + pipeline + "'" +
                            before + (kind == Kind::sink ? ": join the conditions with 'or'" : ""));
  else if (kind == Kind::source)
    places_.error(spot, "source '" + name + "' feeds pipeline '" + declared.used_by + "' already" +
                            before + ": give pipeline '" + pipeline +
                            "' a source of its own, or add its stages and sinks to '" +
                            declared.used_by + "'");
  else
    places_.error(spot, "sink '" + name + "' belongs to pipeline '" + declared.used_by +
                            "' already" + before + ": give pipeline '" + pipeline +
                            "' a sink of its own");
  return false;
}

void Loader::read_stages(const Node& pipeline, PipelineConfig& out) {
  std::map<std::string, int> lines;
  for (const auto& item : list_of(pipeline, "stages", "pipeline '" + out.name + "'")) {
    if (auto stage = read_stage(*item, lines)) out.stages.push_back(*std::move(stage));
    const Node::Member* when = item->find("when");
    if (when != nullptr && !out.stages.empty() && out.stages.back().stage.when &&
        out.stages.back().at == places_.at(item->spot))
      check_fields(*out.stages.back().stage.when, *when->value, out);
  }
}

// A stage with its keys, or only its type.
std::optional<ComponentConfig> Loader::read_stage(const Node& node,
                                                  std::map<std::string, int>& lines) {
  if (node.broken) return std::nullopt;
  Node written_out;
  if (node.kind == Node::Kind::scalar) {
    written_out.kind = Node::Kind::mapping;
    written_out.spot = node.spot;
    written_out.members.push_back({"type", node.spot, std::make_shared<const Node>(node)});
  } else if (node.kind != Node::Kind::mapping) {
    places_.error(node.spot,
                  "a stage is its type, or keys with 'type' first (such as - type: clean)");
    return std::nullopt;
  }
  const Node& stage = node.kind == Node::Kind::mapping ? node : written_out;
  const Node::Member* named = stage.find("name");
  if (named == nullptr) named = stage.find("type");
  const bool usable =
      named != nullptr && named->value->kind == Node::Kind::scalar && !named->value->broken;
  const std::string name = usable ? named->value->text : "?";
  ComponentConfig out = read_component(Kind::stage, name, stage, stage.spot);
  if (!usable) {
    if (named != nullptr && named->key == "name" && !named->value->broken)
      places_.error(named->spot, "'name' of a stage is one word");
    return out;
  }
  if (!check_name(name, named->value->spot, "stage")) return out;
  const auto [first, is_new] = lines.emplace(name, stage.spot.line);
  if (!is_new)
    places_.error(named->value->spot,
                  "a second stage '" + name + "' in this pipeline (the first is in line " +
                      std::to_string(first->second) + "): give one of them a 'name' of its own");
  return out;
}

void Loader::read_to(const Node& pipeline, PipelineConfig& out) {
  for (const auto& item : list_of(pipeline, "to", "pipeline '" + out.name + "'"))
    read_route(item, out);
}

void Loader::read_dead_letters(const Node& pipeline, PipelineConfig& out) {
  const Node::Member* member = pipeline.find("dead_letters");
  if (member == nullptr || member->value->kind == Node::Kind::null || member->value->broken) return;
  if (member->value->kind != Node::Kind::scalar)
    return places_.error(member->spot, "'dead_letters' in pipeline '" + out.name +
                                           "' is the name of a sink that is not in 'to'");
  if (use(sinks_, Kind::sink, member->value->text, member->value->spot, out.name))
    out.dead_letters = member->value->text;
}

void Loader::read_route(const std::shared_ptr<const Node>& node, PipelineConfig& out) {
  if (node->broken) return;
  Route route;
  route.at = places_.at(node->spot);
  Spot spot = node->spot;
  if (node->kind == Node::Kind::scalar) {
    route.sink = node->text;
  } else if (node->kind == Node::Kind::mapping) {
    const Bound bound = binder_.bind(
        *node, {{&sink_option()}, {"when"}, "'to' of pipeline '" + out.name + "'", node->spot});
    route.sink = string_of(bound, "sink");
    if (bound.spots.contains("sink")) spot = bound.spots.at("sink");
    if (const Node::Member* when = node->find("when")) read_route_when(*when->value, route, out);
    if (route.sink.empty()) return;
  } else {
    return places_.error(node->spot,
                         "'to' lists the names of sinks, or sinks with a 'when' (such as - { sink: "
                         "archive, when: language == \"en\" })");
  }
  if (use(sinks_, Kind::sink, route.sink, spot, out.name)) out.to.push_back(std::move(route));
}

void Loader::read_route_when(const Node& when, Route& route, PipelineConfig& out) {
  if (when.broken) return;
  if (when.kind != Node::Kind::scalar)
    return places_.error(
        when.kind == Node::Kind::null ? Spot{route.at.line, route.at.column, 1} : when.spot,
        "'when' of a sink is an expression (such as language == \"en\") or otherwise");
  if (when.text == "otherwise") {
    route.otherwise = true;
    const bool open = std::ranges::any_of(out.to, [](const Route& r) { return !r.when; });
    if (open)
      places_.warning(when.spot,
                      "'otherwise' never comes true: a sink above it takes every article");
    else if (out.to.empty())
      places_.warning(when.spot, "'otherwise' without a sink above it: it takes every article");
    return;
  }
  When::SyntaxError error;
  route.when = When::parse(when.text, error);
  if (!route.when)
    return places_.error_inside(when, error.begin, error.size,
                                "'when' of a sink: " + error.message);
  check_fields(*route.when, when, out);
}

// A word that a field never is, and a field that nobody knows but that is nearly one that is known: almost surely a slip, which
// would silently never hold.
void Loader::check_fields(const When& when, const Node& node, const PipelineConfig& pipeline) {
  std::vector<std::string> known = standard_fields();
  for (const ComponentConfig& stage : pipeline.stages)
    if (stage.spec != nullptr)
      known.insert(known.end(), stage.spec->writes.begin(), stage.spec->writes.end());
  for (const std::string& source : pipeline.from)
    if (const ComponentConfig* config = config_.source(source))
      for (const auto& [incoming, field] : config->source.map) known.push_back(field);
  for (const std::string& field : when.fields()) {
    if (is_standard_field(field) || std::ranges::find(known, field) != known.end()) continue;
    const std::string near = nearest(field, known);
    if (near.empty()) continue;
    places_.warning(node.spot, "no field '" + field +
                                   "' is known: the comparison never holds (did you mean '" + near +
                                   "'?)");
  }
  for (const auto& [field, text] : when.comparisons()) {
    const std::vector<std::string> values = values_of_field(field);
    if (values.empty() || std::ranges::find(values, text) != values.end()) continue;
    places_.warning(node.spot,
                    "'" + field + "' is never " + shown(text) + hint(text, values, "values"));
  }
}

}  // namespace copydesk::config
