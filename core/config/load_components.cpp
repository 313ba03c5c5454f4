#include <algorithm>

#include "base/ascii.h"
#include "config/effect.h"
#include "config/loader.h"
#include "config/option_value.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

constexpr std::size_t kMaxName = 64;  // bytes

std::string section_name(Kind kind) { return std::string(kind_name(kind)) + "s"; }

bool is_field_name(std::string_view name) {
  const auto fits = [](char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  };
  return !name.empty() && !name.starts_with('.') && !name.ends_with('.') &&
         name.find("..") == std::string_view::npos && std::ranges::all_of(name, fits);
}

// A component of that name but of another kind: what the writer may have mixed up.
std::string of_another_kind(const Catalog& catalog, Kind kind, const std::string& type) {
  for (Kind other : {Kind::source, Kind::stage, Kind::sink})
    if (other != kind && catalog.find(other, type) != nullptr)
      return "'" + type + "' is a " + std::string(kind_name(other)) + ", not a " +
             std::string(kind_name(kind));
  return {};
}

}  // namespace

void Loader::read_components(const Node& root, Kind kind, Section& section,
                             std::vector<ComponentConfig>& out) {
  const Node::Member* member = root.find(section_name(kind));
  if (member == nullptr || member->value->kind == Node::Kind::null) return;
  if (member->value->kind != Node::Kind::mapping) {
    section.readable = false;
    if (!member->value->broken)
      places_.error(member->value->spot, "'" + member->key +
                                             "' holds names, each with its keys (such as " +
                                             member->key + ": { mine: { type: … } })");
    return;
  }
  for (const Node::Member& component : member->value->members) {
    const std::string where = std::string(kind_name(kind)) + " '" + component.key + "'";
    section.names[component.key] = {component.spot};
    if (!check_name(component.key, component.spot, kind_name(kind)) || component.value->broken)
      continue;
    if (component.value->kind == Node::Kind::mapping)
      out.push_back(read_component(kind, component.key, *component.value, component.spot));
    else
      places_.error(component.spot, where + " wants keys of its own, 'type' first (known " +
                                        section_name(kind) + ": " + join(catalog_.names(kind)) +
                                        ")");
  }
}

bool Loader::check_name(const std::string& name, const Spot& spot, std::string_view what) {
  const auto fits = [](char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, fits)) return true;
  places_.error(spot, shown(name) + " cannot be the name of a " + std::string(what) +
                          ": letters, digits, _ and -, at most 64");
  return false;
}

const ComponentSpec* Loader::read_type(Kind kind, const Node& node, const Spot& spot,
                                       const std::string& where, std::string& type) {
  const Node::Member* member = node.find("type");
  if (member == nullptr) {
    const std::string known =
        " (known " + section_name(kind) + ": " + join(catalog_.names(kind)) + ")";
    // `- clean: {…}`: a name where a key belongs.
    if (!node.members.empty() && catalog_.find(kind, node.members.front().key) != nullptr)
      places_.error(node.members.front().spot,
                    "missing key 'type' in " + where + " (write it as 'type: " +
                        node.members.front().key + "', with its options beside it)");
    else
      places_.error(spot, "missing key 'type' in " + where + known);
    return nullptr;
  }
  const Node& value = *member->value;
  if (value.broken) return nullptr;
  if (value.kind != Node::Kind::scalar) {
    places_.error(member->spot, "'type' in " + where + " wants one word (known " +
                                    section_name(kind) + ": " + join(catalog_.names(kind)) + ")");
    return nullptr;
  }
  type = value.text;
  const ComponentSpec* spec = catalog_.find(kind, type);
  if (spec != nullptr) return spec;
  const std::string other = of_another_kind(catalog_, kind, type);
  places_.error(value.spot, other.empty() ? "unknown " + std::string(kind_name(kind)) + " type " +
                                                shown(type) +
                                                hint(type, catalog_.names(kind), section_name(kind))
                                          : other);
  return nullptr;
}

ComponentConfig Loader::read_component(Kind kind, std::string name, const Node& node,
                                       const Spot& spot) {
  ComponentConfig out;
  const std::string where = std::string(kind_name(kind)) + " '" + name + "'";
  out.kind = kind;
  out.name = std::move(name);
  out.at = places_.at(spot);
  out.spec = read_type(kind, node, spot, where, out.type);

  Binder::Target target{{}, {"type"}, where, spot, out.spec == nullptr};
  if (kind == Kind::stage) target.other_keys.emplace_back("name");
  if (out.spec != nullptr)
    for (const OptionSpec& option : out.spec->options) target.options.push_back(&option);
  for (const OptionSpec& option : core_options(kind)) target.options.push_back(&option);
  const Bound bound = binder_.bind(node, target);
  warn_without_effect(target, bound, places_);

  for (const auto& [key, place] : bound.spots) out.option_locations[key] = places_.at(place);
  settle_component(bound, out);
  if (out.spec == nullptr) return out;
  for (const OptionSpec& option : out.spec->options)
    if (const auto value = bound.values.find(option.key); value != bound.values.end())
      out.options.push_back({option.key, value->second});
  out.state_digest = state_digest(out.spec->options, bound, spot, places_);
  return out;
}

// The keys that the core reads itself.
void Loader::settle_component(const Bound& bound, ComponentConfig& out) {
  const std::string where = std::string(kind_name(out.kind)) + " '" + out.name + "'";
  if (out.kind == Kind::source) {
    const std::string format = string_of(bound, "format");
    out.source.format = format == "text"   ? Format::text
                        : format == "html" ? Format::html
                        : format == "json" ? Format::json
                                           : Format::automatic;
    out.source.encoding = string_of(bound, "encoding");
    out.source.max_article = integer_of(bound, "max_article");
    out.source.sha256 = boolean_of(bound, "sha256");
    check_map(bound, where);
    if (const auto map = bound.values.find("map"); map != bound.values.end())
      for (std::size_t i = 0; i + 1 < map->second.list()->size(); i += 2)
        out.source.map[*(*map->second.list())[i].string()] = *(*map->second.list())[i + 1].string();
    return;
  }
  Backoff backoff{integer_of(bound, "on_error.backoff.initial"),
                  integer_of(bound, "on_error.backoff.max")};
  check_backoff(bound, backoff, where);
  const auto attempts = static_cast<int>(integer_of(bound, "on_error.attempts"));
  if (out.kind == Kind::sink) {
    out.sink = {attempts, backoff, static_cast<int>(integer_of(bound, "on_error.breaker")),
                offset_unit(string_of(bound, "offsets"))};
    return;
  }
  out.stage = {std::nullopt, attempts, backoff};
  When::SyntaxError error;
  if (bound.values.contains("when")) out.stage.when = When::parse(string_of(bound, "when"), error);
}

void Loader::check_backoff(const Bound& bound, const Backoff& backoff, const std::string& where) {
  if (!bound.values.contains("on_error.backoff.max") ||
      !bound.values.contains("on_error.backoff.initial") || backoff.initial <= backoff.max)
    return;
  const bool max_given = bound.spots.contains("on_error.backoff.max");
  places_.error(
      bound.spots.at(max_given ? "on_error.backoff.max" : "on_error.backoff.initial"),
      "'on_error.backoff.initial' in " + where + " is longer than 'on_error.backoff.max'");
}

void Loader::check_map(const Bound& bound, const std::string& where) {
  const auto node = bound.nodes.find("map");
  if (node == bound.nodes.end()) return;
  for (const Node::Member& member : node->second->members)
    if (member.value->kind == Node::Kind::scalar && !member.value->broken &&
        !is_field_name(member.value->text))
      places_.error(member.value->spot, "'map' in " + where + ": " + shown(member.value->text) +
                                            " is not the name of a field (such as title)");
}

const Value* ComponentConfig::option(std::string_view key) const {
  const auto it = std::ranges::find(options, key, &Field::name);
  return it == options.end() ? nullptr : &it->value;
}

const ComponentConfig* Config::source(std::string_view name) const {
  const auto it = std::ranges::find(sources, name, &ComponentConfig::name);
  return it == sources.end() ? nullptr : &*it;
}

const ComponentConfig* Config::sink(std::string_view name) const {
  const auto it = std::ranges::find(sinks, name, &ComponentConfig::name);
  return it == sinks.end() ? nullptr : &*it;
}

}  // namespace copydesk::config
