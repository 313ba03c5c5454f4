#include "config/catalog.h"

#include <algorithm>
#include <array>

#include "config/bind.h"
#include "config/effect.h"
#include "config/option_value.h"

namespace copydesk::config {
namespace {

bool is_word(std::string_view s) {
  return !s.empty() && s.front() >= 'a' && s.front() <= 'z' && std::ranges::all_of(s, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_dotted_key(std::string_view key) {
  while (true) {
    const std::size_t dot = key.find('.');
    if (!is_word(key.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    key.remove_prefix(dot + 1);
  }
}

// Keys that the core has or may come to have. All of a group are taken with it.
bool is_reserved(Kind kind, std::string_view key) {
  const std::string_view top = key.substr(0, key.find('.'));
  if (top == "type" || top == "name") return true;
  if (kind == Kind::stage && top == "timeout") return true;
  return std::ranges::any_of(core_options(kind), [&](const OptionSpec& o) {
    return std::string_view(o.key).substr(0, o.key.find('.')) == top;
  });
}

Status check_range(const OptionSpec& o) {
  const std::size_t dots = o.allowed.find("..");
  if (o.type == OptionType::path) return {};
  const bool ranged = o.type == OptionType::integer || o.type == OptionType::real ||
                      o.type == OptionType::duration || o.type == OptionType::bytes;
  if (!o.allowed.empty() && ranged && dots == std::string::npos)
    return config_error("allowed is not a range \"low..high\"");
  if (!ranged) return {};
  OptionSpec free = o;
  free.allowed.clear();
  for (const std::string& end :
       {o.allowed.substr(0, dots), dots == std::string::npos ? "" : o.allowed.substr(dots + 2)})
    if (!end.empty() && !parse_value(free, end).ok())
      return config_error("allowed: '" + end + "' is not " + std::string(type_phrase(o.type)));
  return {};
}

Status check_fallback(const OptionSpec& o) {
  if (!o.fallback) return {};
  if (o.required) return config_error("is required and has a default");
  const auto node = fallback_node(o, Spot{});
  if (node == nullptr) return config_error("the default does not have the option's shape");
  std::vector<std::shared_ptr<const Node>> scalars = node->items;
  for (const auto& member : node->members) scalars.push_back(member.value);
  if (node->kind == Node::Kind::scalar) scalars.push_back(node);
  for (const auto& scalar : scalars) {
    if (scalar->kind != Node::Kind::scalar) return config_error("the default nests too deeply");
    const auto value = parse_value(o, scalar->text);
    if (!value.ok()) return config_error("the default: " + value.error().message);
  }
  return {};
}

Status check_option(const ComponentSpec& spec, const OptionSpec& o) {
  if (!is_dotted_key(o.key))
    return config_error("the key is not lower-case words with dots between");
  if (is_reserved(spec.kind, o.key)) return config_error("the key belongs to the core");
  for (const OptionSpec& other : spec.options) {
    if (&other != &o && other.key == o.key) return config_error("the key is declared twice");
    if (other.key.starts_with(o.key + "."))
      return config_error("the key holds '" + other.key + "' and cannot have a value");
  }
  if (o.type == OptionType::enumeration && o.allowed.empty())
    return config_error("an enumeration without words");
  if (o.type == OptionType::files && o.shape == Shape::map)
    return config_error("files cannot be a map");
  if (Status status = check_range(o); !status.ok()) return status;
  if (Status status = check_condition(o, spec.options); !status.ok()) return status;
  return check_fallback(o);
}

}  // namespace

Status Catalog::add(ComponentSpec spec) {
  const std::string place =
      std::string(kind_name(spec.kind)) + " '" + spec.name + "' of plugin '" + spec.plugin + "'";
  if (!is_word(spec.name))
    return config_error("name is not lower-case letters, digits and _").within(place);
  if (const ComponentSpec* other = find(spec.kind, spec.name))
    return config_error("plugin '" + other->plugin + "' has one of that name already")
        .within(place);
  for (const OptionSpec& o : spec.options)
    if (Status status = check_option(spec, o); !status.ok())
      return std::move(status).error().within("option '" + o.key + "'").within(place);
  auto& slot = specs_[spec.kind][spec.name];
  slot = std::make_unique<const ComponentSpec>(std::move(spec));
  return {};
}

const ComponentSpec* Catalog::find(Kind kind, std::string_view name) const {
  const auto specs = specs_.find(kind);
  if (specs == specs_.end()) return nullptr;
  const auto it = specs->second.find(name);
  return it == specs->second.end() ? nullptr : it->second.get();
}

std::vector<std::string> Catalog::names(Kind kind) const {
  std::vector<std::string> out;
  if (const auto specs = specs_.find(kind); specs != specs_.end())
    for (const auto& [name, spec] : specs->second) out.push_back(name);
  return out;
}

std::string_view kind_name(Kind kind) {
  return kind == Kind::source ? "source" : kind == Kind::stage ? "stage" : "sink";
}

std::string_view type_name(OptionType type) {
  constexpr std::array<std::string_view, 14> kNames{
      "string", "integer", "real", "boolean", "duration",    "bytes",      "path",
      "files",  "glob",    "url",  "secret",  "enumeration", "expression", "template"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace copydesk::config
