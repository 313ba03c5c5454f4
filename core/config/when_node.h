#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace re2 {
class RE2;
}

// What a `when` is compiled to. Internal to when.cpp and when_parse.cpp.
namespace copydesk::config::when {

enum class Type { any, text, number, boolean, time, list };

// Of a standard field; `any` for others.
[[nodiscard]] Type field_type(std::string_view name);
[[nodiscard]] std::string_view type_phrase(Type type);  // "a text", "a number" …

struct Interval {
  Nanos from = 0, to = 0;  // [from, to): an instant is 1 ns long, a date a day
};

struct Literal {
  Type type = Type::text;
  std::string text;
  bool whole = false;  // a number without a fraction, in `integer`
  std::int64_t integer = 0;
  double real = 0;
  bool yes = false;
  std::optional<Interval> time;  // of a text that reads as a time
  std::vector<Literal> items;
};

struct Operand {
  std::string field;  // empty: the literal
  Literal literal;
  [[nodiscard]] bool is_field() const { return !field.empty(); }
  [[nodiscard]] Type type() const { return is_field() ? field_type(field) : literal.type; }
};

enum class Op {
  constant,
  all,
  any,
  negate,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  contains,
  starts_with,
  ends_with,
  matches,
  exists
};

struct Node {
  Op op = Op::constant;
  bool value = false;          // of a constant
  std::vector<Node> children;  // of all, any, negate
  Operand left, right;         // of comparisons; exists has only left
  // of matches; shared by copies, matching is safe from many threads
  std::shared_ptr<const re2::RE2> pattern;
};

}  // namespace copydesk::config::when
