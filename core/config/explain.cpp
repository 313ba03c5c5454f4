#include "config/explain.h"

#include <algorithm>

#include "config/effect.h"
#include "config/option_value.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

std::string article_for(Kind kind) { return "a " + std::string(kind_name(kind)); }

std::string wants(const OptionSpec& o) {
  std::string one(type_phrase(o.type));
  if (o.type == OptionType::enumeration) one = allowed_phrase(o);
  if (o.shape == Shape::list) return "a list: " + one;
  if (o.shape == Shape::map) return "names with values: " + one;
  return one;
}

// "default 0.7; 0.3 to 0.95; words; required; part of the state"
std::string details(const OptionSpec& o) {
  std::vector<std::string> parts;
  if (o.required) parts.emplace_back("required");
  if (o.fallback) parts.push_back("default " + (o.fallback->empty() ? "\"\"" : *o.fallback));
  if (o.type != OptionType::enumeration && !allowed_phrase(o).empty())
    parts.push_back(allowed_phrase(o));
  if (!o.unit.empty()) parts.push_back("in " + o.unit);
  if (o.state) parts.emplace_back("another value needs another state");
  if (!o.only_with.empty()) parts.push_back("changes nothing " + without_effect(o));
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "; ") + part;
  return out;
}

void write_option(const OptionSpec& o, std::string& out, std::string_view prefix = "") {
  out += "  " + std::string(prefix) + o.key + "\n      " + wants(o);
  if (const std::string more = details(o); !more.empty()) out += "; " + more;
  out += "\n";
  if (!o.summary.empty()) out += "      " + o.summary + "\n";
}

const OptionSpec* find_option(const ComponentSpec& spec, std::string_view key,
                              std::vector<std::string>& keys) {
  const OptionSpec* found = nullptr;
  for (const auto* options : {&spec.options, &core_options(spec.kind)})
    for (const OptionSpec& o : *options) {
      keys.push_back(o.key);
      if (o.key == key) found = &o;
    }
  return found;
}

std::string option_text(const ComponentSpec& spec, const OptionSpec& o) {
  std::string out =
      o.key + " (option of " + std::string(kind_name(spec.kind)) + " " + spec.name + ")\n\n";
  if (!o.summary.empty()) out += o.summary + "\n\n";
  out += "  takes     " + wants(o) + "\n";
  if (const std::string phrase = allowed_phrase(o);
      !phrase.empty() && o.type != OptionType::enumeration)
    out += "  allowed   " + phrase + "\n";
  if (!o.unit.empty()) out += "  unit      " + o.unit + "\n";
  out += "  default   " +
         (o.required   ? "none: it is required"
          : o.fallback ? (o.fallback->empty() ? "\"\"" : *o.fallback)
                       : "none") +
         "\n";
  if (o.state) out += "  state     another value needs another state\n";
  if (!o.only_with.empty()) out += "  matters   not " + without_effect(o) + "\n";
  std::string key = o.key;
  std::string close;
  for (std::size_t dot; (dot = key.find('.')) != std::string::npos; close += " }")
    key.replace(dot, 1, ": { ");
  return out + "  example   " + key + ": " + written_example(o) + close + "\n";
}

// Options that are nested under a key, which is none itself: `rotate` of `rotate.size`.
std::string group_text(const ComponentSpec& spec, const std::string& key) {
  std::string out;
  for (const auto* options : {&spec.options, &core_options(spec.kind)})
    for (const OptionSpec& o : *options)
      if (o.key.starts_with(key + ".")) write_option(o, out);
  if (out.empty()) return out;
  return key + " (options of " + std::string(kind_name(spec.kind)) + " " + spec.name + ")\n" + out;
}

// Text in a table cell: a bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|')
      out += "\\|";
    else
      out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string code_list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + code(word);
  return out;
}

void write_table(const std::vector<OptionSpec>& options, std::string& out) {
  out += "| key | takes | default | |\n|---|---|---|---|\n";
  for (const OptionSpec& o : options) {
    std::string takes = wants(o);
    if (const std::string phrase = allowed_phrase(o);
        !phrase.empty() && o.type != OptionType::enumeration)
      takes += ", " + phrase;
    if (!o.unit.empty()) takes += " (" + o.unit + ")";
    const std::string fallback = o.required   ? "required"
                                 : o.fallback ? code(o.fallback->empty() ? "\"\"" : *o.fallback)
                                              : "";
    std::string more = o.state ? " Another value needs another state." : "";
    if (!o.only_with.empty()) more += " Changes nothing " + without_effect(o) + ".";
    out += "| " + code(o.key) + " | " + cell(takes) + " | " + fallback + " | " +
           cell(o.summary + more) + " |\n";
  }
}

std::string at_least_once(const ComponentSpec& spec) {
  const bool can_be_exact = std::ranges::any_of(
      spec.options, [](const OptionSpec& o) { return o.key == "exactly_once"; });
  return std::string("At least once") + (can_be_exact ? ", unless exactly_once is set" : "") +
         ": after a crash it may write an article again.\n";
}

}  // namespace

std::optional<std::string> explain_engine(const std::optional<std::string>& option,
                                          std::string* suggestion) {
  std::string out;
  std::vector<std::string> keys;
  for (const OptionSpec& o : engine_options()) {
    keys.push_back(o.key);
    if (!option || o.key == *option) write_option(o, out, "engine.");
  }
  if (!out.empty()) return out;
  if (suggestion != nullptr) *suggestion = nearest(option.value_or(""), keys);
  return std::nullopt;
}

std::optional<std::string> explain(const ComponentSpec& spec,
                                   const std::optional<std::string>& option,
                                   std::string* suggestion) {
  if (option) {
    std::vector<std::string> keys;
    if (const OptionSpec* o = find_option(spec, *option, keys)) return option_text(spec, *o);
    if (std::string group = group_text(spec, *option); !group.empty()) return group;
    if (suggestion != nullptr) *suggestion = nearest(*option, keys);
    return std::nullopt;
  }
  std::string out =
      spec.name + " (" + std::string(kind_name(spec.kind)) + ", plugin " + spec.plugin + ")\n";
  if (!spec.summary.empty()) out += spec.summary + "\n";
  if (!spec.accepts.empty()) out += "\nTakes " + join(spec.accepts) + ".\n";
  if (!spec.produces.empty()) out += "\nGives " + spec.produces + ".\n";
  if (!spec.writes.empty()) out += "\nWrites " + join(spec.writes) + ".\n";
  if (spec.at_least_once) out += "\n" + at_least_once(spec);
  if (!spec.options.empty()) out += "\nOptions\n";
  for (const OptionSpec& o : spec.options) write_option(o, out);
  out += "\nOptions of every " + std::string(kind_name(spec.kind)) + "\n";
  for (const OptionSpec& o : core_options(spec.kind)) write_option(o, out);
  return out;
}

std::string reference_markdown(const ComponentSpec& spec) {
  std::string out = "# " + spec.name + "\n" + (spec.summary.empty() ? "" : spec.summary + "\n");
  out += "\n`" + spec.name + "` is " + article_for(spec.kind) + " of the plugin `" + spec.plugin +
         "`.\n";
  if (!spec.accepts.empty()) out += "It takes " + code_list(spec.accepts) + ".\n";
  if (!spec.produces.empty()) out += "After it an article is " + code(spec.produces) + ".\n";
  if (!spec.reads.empty()) out += "It reads " + code_list(spec.reads) + ".\n";
  if (!spec.writes.empty()) out += "It writes " + code_list(spec.writes) + ".\n";
  if (!spec.codes.empty()) out += "Reasons and codes: " + code_list(spec.codes) + ".\n";
  if (spec.kind == Kind::sink)
    out += spec.at_least_once
               ? at_least_once(spec)
               : "Exactly once: what it wrote after the last commit is undone after a crash.\n";
  out += "\n## Options\n";
  if (spec.options.empty())
    out += "None of its own.\n";
  else
    write_table(spec.options, out);
  out += "\n## Options of every " + std::string(kind_name(spec.kind)) + "\n";
  write_table(core_options(spec.kind), out);
  return out;
}

}  // namespace copydesk::config
