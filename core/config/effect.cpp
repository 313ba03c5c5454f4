#include "config/effect.h"

#include <algorithm>

#include "config/option_value.h"

namespace copydesk::config {
namespace {

std::vector<std::string> split(std::string_view words) {
  std::vector<std::string> out;
  for (std::size_t bar; (bar = words.find('|')) != std::string_view::npos;
       words.remove_prefix(bar + 1))
    out.emplace_back(words.substr(0, bar));
  out.emplace_back(words);
  return out;
}

bool holds(const Condition& condition, const OptionSpec& other, const Bound& bound) {
  const auto value = bound.values.find(other.key);
  if (condition.words.empty()) return value != bound.values.end();
  if (value == bound.values.end()) return condition.unless;
  const bool is_one = std::ranges::any_of(condition.words, [&](const std::string& word) {
    const auto named = parse_value(other, word);
    return named.ok() && *named == value->second;
  });
  return is_one != condition.unless;
}

// What was written for it was not understood, so nothing follows from its value.
bool is_unclear(const OptionSpec& other, const Bound& bound) {
  return bound.meant.contains(other.key) ||
         (bound.spots.contains(other.key) && !bound.values.contains(other.key));
}

}  // namespace

Condition condition_of(const OptionSpec& option) {
  Condition out;
  const std::size_t sign = option.only_with.find('=');
  out.key = option.only_with.substr(0, sign);
  if (sign == std::string::npos) return out;
  out.unless = out.key.ends_with('!');
  if (out.unless) out.key.pop_back();
  out.words = split(std::string_view(option.only_with).substr(sign + 1));
  return out;
}

Status check_condition(const OptionSpec& option, const std::vector<OptionSpec>& others) {
  if (option.only_with.empty()) return {};
  const Condition condition = condition_of(option);
  const auto other = std::ranges::find(others, condition.key, &OptionSpec::key);
  if (other == others.end() || other->key == option.key)
    return config_error("only_with: there is no other option '" + condition.key + "'");
  if (!condition.words.empty() && other->shape != Shape::single)
    return config_error("only_with: '" + other->key + "' has no single value");
  for (const std::string& word : condition.words)
    if (const auto value = parse_value(*other, word); !value.ok())
      return config_error("only_with: '" + other->key + "': " + value.error().message);
  return {};
}

std::string without_effect(const OptionSpec& option) {
  if (option.only_with.empty()) return {};
  const Condition condition = condition_of(option);
  std::string out = condition.unless ? "with " : "without ";
  if (condition.words.empty()) return out + "'" + condition.key + "'";
  for (const std::string& word : condition.words) {
    if (&word != &condition.words.front()) out += " or ";
    out += "'" + condition.key + ": " + word + "'";
  }
  return out;
}

void warn_without_effect(const Binder::Target& target, const Bound& bound, Places& places) {
  for (const OptionSpec* option : target.options) {
    const auto spot = bound.spots.find(option->key);
    if (option->only_with.empty() || spot == bound.spots.end()) continue;
    const Condition condition = condition_of(*option);
    const auto other = std::ranges::find(target.options, condition.key,
                                         [](const OptionSpec* spec) { return spec->key; });
    if (other == target.options.end() || is_unclear(**other, bound) ||
        holds(condition, **other, bound))
      continue;
    places.warning(spot->second, "'" + option->key + "' in " + target.where + " changes nothing " +
                                     without_effect(*option));
  }
}

}  // namespace copydesk::config
