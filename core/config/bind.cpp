#include "config/bind.h"

#include <algorithm>
#include <filesystem>

#include "base/ascii.h"
#include "base/bytes.h"
#include "config/digest.h"
#include "config/glob.h"
#include "config/option_value.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

namespace fs = std::filesystem;

std::string leaf(std::string_view key) { return std::string(key.substr(key.rfind('.') + 1)); }

// The keys that may stand in the mapping at `prefix` ("" or "rotate.").
std::vector<std::string> keys_at(const std::string& prefix, const Binder::Target& target) {
  std::vector<std::string> keys;
  for (const OptionSpec* spec : target.options) {
    if (!spec->key.starts_with(prefix)) continue;
    std::string key = spec->key.substr(prefix.size());
    key.resize(std::min(key.find('.'), key.size()));
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
  }
  if (prefix.empty()) keys.insert(keys.end(), target.other_keys.begin(), target.other_keys.end());
  std::ranges::sort(keys);
  return keys;
}

// "rotate.size" as it is written: "rotate: { size: … }".
std::string nested(std::string_view key) {
  std::string before, after;
  for (std::size_t dot; (dot = key.find('.')) != std::string_view::npos;
       key.remove_prefix(dot + 1)) {
    before += std::string(key.substr(0, dot)) + ": { ";
    after += " }";
  }
  return before + std::string(key) + ": …" + after;
}

std::string name_of(const std::string& key, const std::string& where) {
  return "'" + key + "' in " + where;
}

std::shared_ptr<Node> scalar_node(std::string_view text, const Spot& spot) {
  auto node = std::make_shared<Node>();
  node->spot = spot;
  node->kind = Node::Kind::scalar;
  node->text = text;
  node->text_offset = std::string::npos;
  return node;
}

const OptionSpec* option_at(const std::string& key, const Binder::Target& target) {
  const auto it =
      std::ranges::find(target.options, key, [](const OptionSpec* spec) { return spec->key; });
  return it == target.options.end() ? nullptr : *it;
}

// Every value below a key that was not understood, so that no secret shows in the line that is printed.
void hide_all(const Node& node, Places& places) {
  if (node.kind == Node::Kind::scalar) places.hide(node.spot);
  for (const auto& item : node.items) hide_all(*item, places);
  for (const auto& member : node.members) hide_all(*member.value, places);
}

void hide_likely_secrets(const Node& node, Places& places);

// The values below a key of which nobody knows what it means, where the key's name speaks of a secret.
void hide_likely_secrets(const Node::Member& member, Places& places) {
  const std::string key = ascii_lower_case(member.key);
  const auto in_key = [&](std::string_view word) { return key.find(word) != std::string::npos; };
  if (looks_secret(key) || in_key("key") || in_key("auth") || in_key("cookie"))
    return hide_all(*member.value, places);
  hide_likely_secrets(*member.value, places);
}

void hide_likely_secrets(const Node& node, Places& places) {
  if (node.kind == Node::Kind::scalar && looks_secret(node.text)) places.hide(node.spot);
  for (const auto& item : node.items) hide_likely_secrets(*item, places);
  for (const auto& member : node.members) hide_likely_secrets(member, places);
}

}  // namespace

bool looks_secret(std::string_view key) {
  const std::string lower = ascii_lower_case(key);
  constexpr std::string_view kWords[] = {"passw",      "pasw",   "passphrase", "secret", "token",
                                         "credential", "apikey", "api_key",    "private"};
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string Binder::absolute(std::string_view path) const {
  std::string out = (fs::path(folder_) / path).lexically_normal().native();
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

Bound Binder::bind(const Node& mapping, const Target& target) {
  Bound out;
  read_mapping(mapping, "", target, out);
  add_fallbacks(target, out);
  return out;
}

void Binder::read_mapping(const Node& mapping, const std::string& prefix, const Target& target,
                          Bound& out) {
  for (const Node::Member& member : mapping.members) read_member(member, prefix, target, out);
}

void Binder::read_member(const Node::Member& member, const std::string& prefix,
                         const Target& target, Bound& out) {
  const std::string key = prefix + member.key;
  const bool dotted = member.key.find('.') != std::string::npos;
  if (const OptionSpec* spec = option_at(key, target); spec != nullptr && !dotted) {
    out.spots[key] = member.value->kind == Node::Kind::null ? member.spot : member.value->spot;
    out.nodes[key] = member.value;
    read_option(*spec, member.value, name_of(key, target.where), member.spot, out);
    return;
  }
  const auto keys = keys_at(prefix, target);
  const bool is_group = !dotted && std::ranges::count(keys, member.key) > 0;
  if (prefix.empty() && std::ranges::count(target.other_keys, member.key) > 0) return;
  if (!is_group) return unknown_key(member, prefix, target, out);
  if (member.value->kind == Node::Kind::mapping)
    return read_mapping(*member.value, key + ".", target, out);
  if (member.value->broken) return;
  const auto inside = keys_at(key + ".", target);
  const Spot& spot = member.value->kind == Node::Kind::null ? member.spot : member.value->spot;
  places_.error(spot, name_of(key, target.where) + " holds keys of its own: " + join(inside) +
                          " (such as " + nested(key + "." + inside.front()) + ")");
}

void Binder::unknown_key(const Node::Member& member, const std::string& prefix,
                         const Target& target, Bound& out) {
  if (target.any_key) return hide_likely_secrets(member, places_);
  const std::string key = prefix + member.key;
  const auto keys = keys_at(prefix, target);
  const std::string near = nearest(member.key, keys);
  const OptionSpec* meant = option_at(prefix + near, target);
  if (looks_secret(member.key) || (meant != nullptr && meant->type == OptionType::secret))
    hide_all(*member.value, places_);
  out.meant.insert(near.empty() ? key : prefix + near);
  std::string elsewhere;
  for (const OptionSpec* spec : target.options)
    if (leaf(spec->key) == member.key) elsewhere = spec->key;
  const std::string group =
      prefix.empty() ? "" : "'" + prefix.substr(0, prefix.size() - 1) + "' of ";
  std::string help = hint(member.key, keys, "keys");
  if (option_at(key, target) != nullptr)
    help = " (write it as '" + nested(member.key) + "')";
  else if (near.empty() && !elsewhere.empty())
    help = " (did you mean '" + nested(elsewhere) + "'?)";
  places_.error(member.spot,
                "unknown key " + shown(member.key) + " in " + group + target.where + help);
}

void Binder::read_option(const OptionSpec& spec, const std::shared_ptr<const Node>& node,
                         const std::string& name, const Spot& key, Bound& out) {
  if (spec.type == OptionType::secret || looks_secret(spec.key)) hide_all(*node, places_);
  if (node->broken) return;
  if (node->kind == Node::Kind::null)
    return places_.error(key, name + " has no value (such as " + leaf(spec.key) + ": " +
                                  written_example(spec) + ")");
  Value::List items;
  if (!read_items(spec, *node, name, key, items)) return;
  if (spec.type == OptionType::path && node->kind == Node::Kind::scalar)
    out.written[spec.key] = node->text;
  const bool single = spec.shape == Shape::single && spec.type != OptionType::files;
  out.values[spec.key] = single ? std::move(items.front()) : Value(std::move(items));
}

bool Binder::read_items(const OptionSpec& spec, const Node& node, const std::string& name,
                        const Spot& key, Value::List& out) {
  const bool scalar = node.kind == Node::Kind::scalar;
  if (spec.shape == Shape::map) {
    if (node.kind != Node::Kind::mapping) {
      places_.error(node.spot, name + " wants names with values (such as " + leaf(spec.key) + ": " +
                                   written_example(spec) + ")");
      return false;
    }
    bool ok = true;
    for (const Node::Member& member : node.members) {
      out.emplace_back(member.key);
      ok = read_item(spec, *member.value, "'" + member.key + "' of " + name, out) && ok;
    }
    return ok;
  }
  if (scalar) return read_item(spec, node, name, out);
  const bool list = node.kind == Node::Kind::sequence && spec.shape == Shape::list;
  if (!list) {
    const std::string_view seen = node.kind == Node::Kind::sequence ? "a list" : "keys of its own";
    places_.error(node.kind == Node::Kind::sequence ? node.spot : key,
                  name + " wants " +
                      (spec.shape == Shape::list ? "a list" : std::string(type_phrase(spec.type))) +
                      ", not " + std::string(seen) + " (such as " + leaf(spec.key) + ": " +
                      written_example(spec) + ")");
    return false;
  }
  bool ok = true;
  for (const auto& item : node.items) ok = read_item(spec, *item, name, out) && ok;
  return ok;
}

bool Binder::read_item(const OptionSpec& spec, const Node& node, const std::string& name,
                       Value::List& out) {
  if (node.broken) return false;
  if (node.kind != Node::Kind::scalar) {
    places_.error(node.spot, name + " wants " + std::string(type_phrase(spec.type)) +
                                 " here (such as " + example(spec) + ")");
    return false;
  }
  if (spec.type == OptionType::expression) {
    When::SyntaxError error;
    if (!When::parse(node.text, error)) {
      places_.error_inside(node, error.begin, error.size, name + ": " + error.message);
      return false;
    }
  }
  auto value = parse_value(spec, node.text);
  if (!value.ok()) {
    const std::string& why = value.error().message;
    places_.error(node.spot, name + ": " +
                                 (node.from_file ? "the contents of the file are not " +
                                                       std::string(type_phrase(spec.type))
                                                 : why));
    return false;
  }
  if (spec.type == OptionType::files) return add_files(absolute(node.text), node, name, out);
  if (spec.type == OptionType::path) {
    const std::string_view path = path_of(spec, node.text);
    const std::string word = node.text.substr(0, node.text.size() - path.size());
    out.emplace_back(path.empty() ? node.text : word + absolute(path));
  } else {
    out.push_back(std::move(value).value());
  }
  return true;
}

bool Binder::add_files(const std::string& pattern, const Node& node, const std::string& name,
                       Value::List& out) {
  auto files = expand_files(pattern);
  if (!files.ok() || files->empty()) {
    places_.error(node.spot, name + ": " +
                                 (files.ok() ? "no file matches " + shown(node.text) +
                                                   " (looked for " + pattern + ")"
                                             : files.error().message));
    return false;
  }
  std::set<std::string> before;
  for (const Value& value : out) before.insert(*value.string());
  for (std::string& file : *files)
    if (before.insert(file).second) out.emplace_back(std::move(file));
  return true;
}

void Binder::add_fallbacks(const Target& target, Bound& out) {
  for (const OptionSpec* spec : target.options) {
    if (out.spots.contains(spec->key)) continue;
    if (spec->fallback) {
      const auto node = fallback_node(*spec, target.spot);  // the catalog took no bad one
      read_option(*spec, node, name_of(spec->key, target.where), target.spot, out);
    } else if (spec->required && !out.meant.contains(spec->key)) {
      std::string why = spec->summary.empty() ? "" : ": " + spec->summary;
      if (why.ends_with('.')) why.pop_back();
      places_.error(target.spot, "missing key '" + spec->key + "' in " + target.where +
                                     " (such as " + leaf(spec->key) + ": " +
                                     written_example(*spec) + ")" + why);
    }
  }
}

std::shared_ptr<const Node> fallback_node(const OptionSpec& spec, const Spot& spot) {
  const std::string text = spec.fallback.value_or("");
  const bool map = spec.shape == Shape::map;
  const bool written_out =
      map || (spec.shape == Shape::list && (text.starts_with('[') || text.empty()));
  if (!written_out) return scalar_node(text, spot);
  Diagnostics unheard;
  Places places("", unheard);
  Scalars scalars;
  const auto parsed = parse_yaml(text.empty() ? (map ? "{}" : "[]") : text, places, &scalars);
  if (parsed == nullptr || parsed->kind != (map ? Node::Kind::mapping : Node::Kind::sequence))
    return nullptr;
  for (const auto& scalar : scalars) {
    scalar->spot = spot;
    scalar->text_offset = std::string::npos;
  }
  auto node = std::make_shared<Node>(*parsed);
  node->spot = spot;
  return node;
}

std::string state_digest(const std::vector<OptionSpec>& options, const Bound& bound,
                         const Spot& spot, Places& places) {
  std::string bytes;
  const auto add_file = [&](const std::string& path) {
    const auto digest = file_digest(path);
    if (!digest.ok()) return places.error(spot, digest.error().message);
    append_string(bytes, digest.value());
  };
  for (const auto& entry : bound.values) {
    const std::string& key = entry.first;
    const auto option = std::ranges::find(options, key, &OptionSpec::key);
    if (option == options.end() || !option->state) continue;
    append_string(bytes, key);
    const auto add = [&](const auto& self, const Value& v) -> void {
      if (const auto* list = v.list()) {
        append_varint(bytes, list->size());
        for (const Value& item : *list) self(self, item);
      } else if (const auto* s = v.string()) {
        std::error_code error;
        const bool file = option->type == OptionType::files ||
                          (option->type == OptionType::path && fs::is_regular_file(*s, error));
        const auto written = bound.written.find(key);
        if (file)
          add_file(*s);
        else
          append_string(bytes, written == bound.written.end() ? *s : written->second);
      } else if (const auto* i = v.integer()) {
        append_string(bytes, std::to_string(*i));
      } else if (const auto* b = v.boolean()) {
        append_string(bytes, *b ? "true" : "false");
      } else if (const auto* d = v.real()) {
        append_string(bytes, std::to_string(*d));
      }
    };
    add(add, entry.second);
  }
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace copydesk::config
