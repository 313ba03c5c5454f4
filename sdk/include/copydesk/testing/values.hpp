// Owned values and typed options for tests. Errors are std::invalid_argument with a sentence.
#pragma once
#include <copydesk/sdk.hpp>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copydesk::testing {

// A cd_value that owns what it refers to. `text` holds strings and JSON, `integer` ints, bools and times.
struct Value {
  std::int32_t type = CD_VALUE_NONE;
  std::string text;
  std::int64_t integer = 0;
  double real = 0;
  std::vector<Value> items;

  Value() = default;
  Value(const char* s) : type(CD_VALUE_STRING), text(s) {}
  Value(std::string s) : type(CD_VALUE_STRING), text(std::move(s)) {}
  Value(std::string_view s) : type(CD_VALUE_STRING), text(s) {}
  template <std::integral I>
  Value(I i)
      : type(std::same_as<I, bool> ? CD_VALUE_BOOL : CD_VALUE_INT),
        integer(static_cast<std::int64_t>(i)) {}
  Value(double d) : type(CD_VALUE_REAL), real(d) {}
  Value(const std::vector<std::string>& list)
      : type(CD_VALUE_LIST), items(list.begin(), list.end()) {}

  static Value list(std::vector<Value> items) {
    Value v;
    v.type = CD_VALUE_LIST;
    v.items = std::move(items);
    return v;
  }
  static Value time(std::int64_t ns) {
    Value v(ns);
    v.type = CD_VALUE_TIME;
    return v;
  }
  static Value json(std::string text) {
    Value v(std::move(text));
    v.type = CD_VALUE_JSON;
    return v;
  }
  static Value copy_of(const cd_value& from) {
    Value v;
    v.type = from.type;
    switch (from.type) {
      case CD_VALUE_STRING:
      case CD_VALUE_JSON: v.text = view(from.as.string); break;
      case CD_VALUE_REAL: v.real = from.as.real; break;
      case CD_VALUE_INT:
      case CD_VALUE_BOOL:
      case CD_VALUE_TIME: v.integer = from.as.integer; break;
      case CD_VALUE_LIST:
        for (std::uint32_t i = 0; i < from.count; ++i) v.items.push_back(copy_of(from.as.list[i]));
        break;
      default: break;
    }
    return v;
  }
  bool operator==(const Value&) const = default;
};

inline Value list(std::vector<Value> items) { return Value::list(std::move(items)); }

struct Field {
  std::string name;
  Value value;
  bool operator==(const Field&) const = default;
};

// Makes C views of owned values; the views live as long as the arena and the values.
class Arena {
 public:
  cd_value view_of(const Value& v) {
    switch (v.type) {
      case CD_VALUE_STRING: return string_value(v.text);
      case CD_VALUE_JSON: return json_value(v.text);
      case CD_VALUE_INT: return int_value(v.integer);
      case CD_VALUE_BOOL: return bool_value(v.integer != 0);
      case CD_VALUE_TIME: return time_value(v.integer);
      case CD_VALUE_REAL: return real_value(v.real);
      case CD_VALUE_LIST: {
        std::vector<cd_value> items;
        for (const Value& item : v.items) items.push_back(view_of(item));
        lists_.push_back(std::move(items));
        return list_value(lists_.back());
      }
      default: return cd_value{};
    }
  }
  std::vector<cd_field> views_of(const std::vector<Field>& fields) {
    std::vector<cd_field> out;
    for (const Field& f : fields) out.push_back({to_c(f.name), view_of(f.value)});
    return out;
  }

 private:
  std::deque<std::vector<cd_value>> lists_;
};

namespace detail {

[[noreturn]] inline void wrong(std::string_view what, std::string_view text) {
  throw std::invalid_argument(std::string(what) + ": '" + std::string(text) + "'");
}
inline std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}
struct Unit {
  std::string_view name;
  std::int64_t factor;
};

inline double take_number(std::string_view& s, std::string_view whole) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(s.data(), s.data() + s.size(), number, std::chars_format::fixed);
  if (error != std::errc()) wrong("not a number", whole);
  s.remove_prefix(static_cast<std::size_t>(end - s.data()));
  return number;
}
// Sums "1h30m" or "256MiB"; a bare number is in the smallest unit.
inline std::int64_t with_units(std::string_view whole, std::initializer_list<Unit> units) {
  std::string_view s = trim(whole);
  if (s.empty()) wrong("empty quantity", whole);
  double sum = 0;
  while (!s.empty()) {
    const double number = take_number(s, whole);
    const std::size_t end = std::min(s.find_first_of("0123456789."), s.size());
    const std::string_view name = trim(s.substr(0, end));
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == units.end()) wrong("unknown unit", whole);
    sum += number * static_cast<double>(unit->factor);
    s.remove_prefix(end);
  }
  if (sum >= static_cast<double>(std::numeric_limits<std::int64_t>::max()))
    wrong("too large", whole);
  return static_cast<std::int64_t>(sum);
}
// The first `wanted` that is not within quotes; an apostrophe inside a word opens none. The size when there is none.
inline std::size_t find_outside_quotes(std::string_view s, char wanted) {
  char quote = 0;
  bool begins = true;  // a scalar may begin here
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (quote != 0) {
      if (s[i] == quote) quote = 0;
      continue;
    }
    if (s[i] == wanted) return i;
    if (begins && (s[i] == '"' || s[i] == '\'')) quote = s[i];
    if (s[i] != ' ') begins = s[i] == ':';
  }
  if (quote != 0) wrong("a quote that is not closed", s);
  return s.size();
}
inline std::vector<std::string_view> parts(std::string_view s, char separator) {
  std::vector<std::string_view> out;
  while (!trim(s).empty()) {
    const std::size_t end = find_outside_quotes(s, separator);
    out.push_back(trim(s.substr(0, end)));
    s.remove_prefix(std::min(end + 1, s.size()));
  }
  return out;
}
inline std::string_view unquote(std::string_view s) {
  return s.size() >= 2 && (s.front() == '"' || s.front() == '\'') && s.back() == s.front()
             ? s.substr(1, s.size() - 2)
             : s;
}
inline std::string_view inside(std::string_view s, char open, char close) {
  s = trim(s);
  if (s.size() < 2 || s.front() != open || s.back() != close)
    wrong("not a list or map in brackets", s);
  return s.substr(1, s.size() - 2);
}

}  // namespace detail

inline std::int64_t parse_duration(std::string_view s) {  // "200ms", "1h30m" → ns
  constexpr std::int64_t second = 1'000'000'000;
  return detail::with_units(s, {{"", 1},
                                {"ns", 1},
                                {"us", 1'000},
                                {"ms", 1'000'000},
                                {"s", second},
                                {"m", 60 * second},
                                {"h", 3600 * second},
                                {"d", 86400 * second},
                                {"w", 7 * 86400 * second}});
}
inline std::int64_t parse_size(std::string_view s) {  // "256MiB" → bytes
  return detail::with_units(s, {{"", 1},
                                {"B", 1},
                                {"KiB", 1LL << 10},
                                {"MiB", 1LL << 20},
                                {"GiB", 1LL << 30},
                                {"TiB", 1LL << 40},
                                {"kB", 1'000},
                                {"KB", 1'000},
                                {"MB", 1'000'000},
                                {"GB", 1'000'000'000},
                                {"TB", 1'000'000'000'000}});
}
// One written scalar of an option's type.
inline Value parse_scalar(std::int32_t type, std::string_view s) {
  s = detail::unquote(detail::trim(s));
  switch (type) {
    case CD_OPTION_DURATION: return Value(parse_duration(s));
    case CD_OPTION_BYTES: return Value(parse_size(s));
    case CD_OPTION_BOOL:
      if (s != "true" && s != "false") detail::wrong("not true or false", s);
      return Value(s == "true");
    case CD_OPTION_REAL: {
      std::string_view rest = s;
      const double number = detail::take_number(rest, s);
      if (!rest.empty()) detail::wrong("not a number", s);
      return Value(number);
    }
    case CD_OPTION_INT: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), number);
      if (error != std::errc() || end != s.data() + s.size())
        detail::wrong("not a whole number", s);
      return Value(number);
    }
    default: return Value(s);
  }
}
// What an option is given as text ("[a, b]", "{a: 1}", "30d"), as the host hands it to a component.
inline Value parse_option(const cd_option& option, std::string_view s) {
  if (option.shape == CD_OPTION_SINGLE && option.type != CD_OPTION_FILES)
    return parse_scalar(option.type, s);
  std::vector<Value> items;
  if (option.shape == CD_OPTION_MAP) {
    for (std::string_view pair : detail::parts(detail::inside(s, '{', '}'), ',')) {
      const std::size_t colon = detail::find_outside_quotes(pair, ':');
      if (colon == pair.size()) detail::wrong("no colon in a map", s);
      items.push_back(Value(detail::unquote(detail::trim(pair.substr(0, colon)))));
      items.push_back(parse_scalar(option.type, pair.substr(colon + 1)));
    }
  } else if (const std::string_view t = detail::trim(s); t.empty() || t.front() != '[') {
    items.push_back(parse_scalar(option.type, s));
  } else {
    for (std::string_view part : detail::parts(detail::inside(s, '[', ']'), ','))
      items.push_back(parse_scalar(option.type, part));
  }
  return Value::list(std::move(items));
}

// What a test sets, as the user would write it: text is parsed by the option's type, other values pass as they are.
class Given {
 public:
  Given() = default;
  Given(std::initializer_list<Field> fields) : fields_(fields) {}
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }

 private:
  std::vector<Field> fields_;
};
inline Given options(std::initializer_list<Field> fields) { return Given(fields); }

// cd_options for one component: unknown and missing keys and values that are not allowed throw, defaults are filled in.
class TypedOptions {
 public:
  TypedOptions(const cd_component& component, const Given& given) {
    for (const Field& f : given.fields()) {
      const cd_option* option = find(component, f.name);
      if (!option)
        throw std::invalid_argument(std::string(component.name) + " has no option '" + f.name +
                                    "'");
      fields_.push_back({f.name, typed(*option, f.value)});
      check(*option, fields_.back().value);
    }
    for (std::uint32_t i = 0; i < component.option_count; ++i) add_default(*component.options[i]);
    items_ = arena_.views_of(fields_);
    options_ = {sizeof(cd_options), static_cast<std::uint32_t>(items_.size()), items_.data()};
  }
  TypedOptions(const TypedOptions&) = delete;
  TypedOptions& operator=(const TypedOptions&) = delete;
  [[nodiscard]] const cd_options& raw() const noexcept { return options_; }

 private:
  static const cd_option* find(const cd_component& component, std::string_view key) {
    for (std::uint32_t i = 0; i < component.option_count; ++i)
      if (component.options[i]->key == key) return component.options[i];
    return nullptr;
  }
  static Value typed(const cd_option& option, const Value& v) {
    const bool many = option.shape != CD_OPTION_SINGLE || option.type == CD_OPTION_FILES;
    if (v.type == CD_VALUE_STRING && (many || option.type != CD_OPTION_STRING))
      return parse_option(option, v.text);
    if (v.type == CD_VALUE_INT && option.type == CD_OPTION_REAL && !many)
      return Value(static_cast<double>(v.integer));
    return v;
  }
  void add_default(const cd_option& option) {
    const auto same = [&](const Field& f) { return f.name == option.key; };
    if (std::any_of(fields_.begin(), fields_.end(), same)) return;
    if (option.fallback)
      fields_.push_back({option.key, parse_option(option, option.fallback)});
    else if (option.flags & CD_REQUIRED)
      throw std::invalid_argument("option '" + std::string(option.key) + "' is required");
  }
  static void check(const cd_option& option, const Value& v) {
    if (!option.allowed) return;
    if (v.type == CD_VALUE_LIST) {
      const std::size_t first = option.shape == CD_OPTION_MAP ? 1 : 0;
      for (std::size_t i = first; i < v.items.size(); i += 1 + first) check(option, v.items[i]);
      return;
    }
    if (!is_allowed(option, v))
      throw std::invalid_argument("option '" + std::string(option.key) + "' must be " +
                                  option.allowed);
  }
  static bool is_allowed(const cd_option& option, const Value& v) {
    const std::string_view allowed = option.allowed;
    if (v.type == CD_VALUE_STRING) {
      if (option.type != CD_OPTION_ENUM) return true;
      const auto words = detail::parts(allowed, '|');
      return std::find(words.begin(), words.end(), v.text) != words.end();
    }
    const std::size_t dots = allowed.find("..");
    if (dots == std::string_view::npos || (v.type != CD_VALUE_INT && v.type != CD_VALUE_REAL))
      return true;
    const auto number = [](const Value& x) {
      return x.type == CD_VALUE_REAL ? x.real : static_cast<double>(x.integer);
    };
    const std::string_view low = detail::trim(allowed.substr(0, dots)),
                           high = detail::trim(allowed.substr(dots + 2));
    return (low.empty() || number(v) >= number(parse_scalar(option.type, low))) &&
           (high.empty() || number(v) <= number(parse_scalar(option.type, high)));
  }

  std::vector<Field> fields_;
  Arena arena_;
  std::vector<cd_field> items_;
  cd_options options_{};
};

}  // namespace copydesk::testing
