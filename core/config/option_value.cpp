#include "config/option_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/ascii.h"
#include "base/units.h"
#include "config/glob.h"
#include "config/suggest.h"
#include "config/when.h"

namespace copydesk::config {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Any of the types that have a range, as the number that the range is about.
std::optional<Value> measure(OptionType type, std::string_view text) {
  if (type == OptionType::real) {
    const auto number = parse_number<double>(text);
    if (!number || !std::isfinite(*number)) return std::nullopt;
    return Value(*number);
  }
  const auto number = type == OptionType::integer    ? parse_number<std::int64_t>(text)
                      : type == OptionType::duration ? parse_duration(text)
                                                     : parse_size(text);
  if (!number) return std::nullopt;
  return Value(*number);
}

double as_real(const Value& value) {
  return value.real() ? *value.real() : static_cast<double>(*value.integer());
}

struct Ends {
  std::string_view low, high;
};

std::optional<Ends> ends_of(const OptionSpec& spec) {
  const std::string_view allowed = spec.allowed;
  const std::size_t dots = allowed.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  return Ends{allowed.substr(0, dots), allowed.substr(dots + 2)};
}

bool beyond(const OptionSpec& spec, const Value& value) {
  const auto ends = ends_of(spec);
  if (!ends) return false;
  const auto low = measure(spec.type, ends->low), high = measure(spec.type, ends->high);
  if (value.integer() && (!low || low->integer()) && (!high || high->integer()))
    return (low && *value.integer() < *low->integer()) ||
           (high && *value.integer() > *high->integer());
  return (low && as_real(value) < as_real(*low)) || (high && as_real(value) > as_real(*high));
}

std::string without_unit_hint(OptionType type, std::string_view text) {
  const bool bare = type == OptionType::duration && parse_number<double>(text);
  return bare ? " (it needs a unit: " + std::string(text) + "s, or ns us ms m h d w)" : "";
}

Result<Value> parse_measure(const OptionSpec& spec, std::string_view text) {
  const auto value = measure(spec.type, text);
  if (!value) {
    const std::string unit = without_unit_hint(spec.type, text);
    return config_error(shown(text) + " is not " + std::string(type_phrase(spec.type)) +
                        (unit.empty() ? " (such as " + example(spec) + ")" : unit));
  }
  if (beyond(spec, *value))
    return config_error(shown(text) + " is out of range: " + allowed_phrase(spec));
  return *value;
}

Result<Value> parse_boolean(std::string_view text) {
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  const bool yes = text == "yes" || text == "on" || text == "True" || text == "TRUE" || text == "1";
  const bool no =
      text == "no" || text == "off" || text == "False" || text == "FALSE" || text == "0";
  return config_error(shown(text) + " is not true or false" +
                      (yes  ? " (write true)"
                       : no ? " (write false)"
                            : ""));
}

Result<Value> parse_word(const OptionSpec& spec, std::string_view text) {
  const std::vector<std::string> words = allowed_words(spec);
  for (const std::string& word : words)
    if (word == text) return Value(text);
  const std::string near = nearest(text, words);
  return config_error(shown(text) + " is not one of " + join(words) +
                      (near.empty() ? "" : " (did you mean '" + near + "'?)"));
}

bool is_word(const OptionSpec& spec, std::string_view text) {
  return !text.ends_with(':') && std::ranges::count(allowed_words(spec), text) > 0;
}

// "HOME" of "$HOME/inbox", which a shell would put in and we do not; else nothing.
std::string_view shell_variable(std::string_view path) {
  if (!path.starts_with('$')) return {};
  const std::string_view name = path.substr(1, path.find('/') - 1);
  const auto in_name = [](char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '_';
  };
  return std::ranges::all_of(name, in_name) ? name : std::string_view();
}

// "keep", or "move:PATH" where "move:" is allowed.
Result<Value> parse_path(const OptionSpec& spec, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return config_error("this has a NUL byte in it");
  if (path_of(spec, text).empty() && !is_word(spec, text))
    return config_error(spec.allowed.empty()
                            ? "this path is empty"
                            : shown(text) + " is not one of " + allowed_phrase(spec));
  if (const std::string_view path = path_of(spec, text); path == "~" || path.starts_with("~/"))
    return config_error(shown(text) + ": ~ is no home folder here (write ${HOME}" +
                        std::string(path.substr(1)) + ")");
  if (const std::string_view name = shell_variable(path_of(spec, text)); !name.empty())
    return config_error(shown(text) + ": a variable is written ${" + std::string(name) +
                        "} here (write ./$" + std::string(name) + " for a folder of that name)");
  return Value(text);
}

Result<Value> parse_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const bool spaces = text.find_first_of(" \t\n") != std::string_view::npos;
  if (scheme == std::string_view::npos || scheme == 0 || scheme + 3 == text.size() || spaces)
    return config_error(
        "this is not a URL (such as http://localhost:9200)");  // not shown: it may hold a password
  return Value(text);
}

}  // namespace

Result<Value> parse_value(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case OptionType::integer:
    case OptionType::real:
    case OptionType::duration:
    case OptionType::bytes: return parse_measure(spec, text);
    case OptionType::boolean: return parse_boolean(text);
    case OptionType::enumeration: return parse_word(spec, text);
    case OptionType::url: return parse_url(text);
    case OptionType::expression: {
      auto expression = When::parse(text);
      if (!expression.ok()) return std::move(expression).error();
      return Value(text);
    }
    case OptionType::glob:  // whose syntax is the component's business
      if (text.empty()) return config_error("this pattern is empty");
      return Value(text);
    case OptionType::path: return parse_path(spec, text);
    case OptionType::files: {
      if (Status status = check_glob(text); !status.ok()) return std::move(status).error();
      return Value(text);
    }
    case OptionType::secret:
      if (text.empty()) return config_error("this is empty");
      return Value(text);
    case OptionType::string:
    case OptionType::template_: return Value(text);
  }
  return Value(text);
}

std::vector<std::string> allowed_words(const OptionSpec& spec) {
  std::vector<std::string> words;
  if (spec.type != OptionType::enumeration && spec.type != OptionType::path) return words;
  std::string_view rest = spec.allowed;
  while (!rest.empty()) {
    const std::size_t end = rest.find('|');
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return words;
}

std::string_view path_of(const OptionSpec& spec, std::string_view text) {
  if (spec.allowed.empty()) return text;
  for (const std::string& word : allowed_words(spec))
    if (word.ends_with(':') && text.starts_with(word)) return text.substr(word.size());
  return {};
}

std::string allowed_phrase(const OptionSpec& spec) {
  std::vector<std::string> words = allowed_words(spec);
  for (std::string& word : words)
    if (word.ends_with(':')) word += "PATH";
  if (!words.empty()) return join(words);
  const auto ends = ends_of(spec);
  if (!ends) return {};
  const std::string low(ends->low), high(ends->high);
  if (high.empty()) return "at least " + low;
  if (low.empty()) return "at most " + high;
  return low + " to " + high;
}

std::string example(const OptionSpec& spec) {
  if (spec.fallback && !spec.fallback->empty() && spec.shape == Shape::single)
    return *spec.fallback;
  const auto ends = ends_of(spec);
  if (ends && !ends->low.empty()) return std::string(ends->low);
  switch (spec.type) {
    case OptionType::integer: return "100";
    case OptionType::real: return "0.8";
    case OptionType::boolean: return "true";
    case OptionType::duration: return "10s";
    case OptionType::bytes: return "64MiB";
    case OptionType::path:
      return spec.allowed.empty() ? "./folder" : spec.allowed.substr(0, spec.allowed.find('|'));
    case OptionType::files: return "\"lists/*.tsv\"";
    case OptionType::glob: return "\"**/*.txt\"";
    case OptionType::url: return "http://localhost:9200";
    case OptionType::secret: return "\"${PASSWORD}\"";
    case OptionType::enumeration: return spec.allowed.substr(0, spec.allowed.find('|'));
    case OptionType::expression: return "language == \"en\"";
    case OptionType::string:
    case OptionType::template_: return "text";
  }
  return "text";
}

std::string written_example(const OptionSpec& spec) {
  const std::string one = example(spec);
  return spec.shape == Shape::list  ? "[" + one + "]"
         : spec.shape == Shape::map ? "{ name: " + one + " }"
                                    : one;
}

std::string_view type_phrase(OptionType type) {
  switch (type) {
    case OptionType::string: return "a text";
    case OptionType::integer: return "a whole number";
    case OptionType::real: return "a number";
    case OptionType::boolean: return "true or false";
    case OptionType::duration: return "a duration";
    case OptionType::bytes: return "a size";
    case OptionType::path: return "a path";
    case OptionType::files: return "a path, wildcards allowed";
    case OptionType::glob: return "a pattern";
    case OptionType::url: return "a URL";
    case OptionType::secret: return "a secret";
    case OptionType::enumeration: return "one of a few words";
    case OptionType::expression: return "an expression";
    case OptionType::template_: return "a template";
  }
  return "a text";
}

}  // namespace copydesk::config
