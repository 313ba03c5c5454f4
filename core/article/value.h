#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace copydesk {

// of lists in lists: what edits may make and the store keeps
inline constexpr int kMaxListDepth = 16;

// The value of a field. A time is a kind of its own, so that it is written as RFC 3339; Json is one JSON text, kept as
// it came. Values own their text.
class Value {
 public:
  struct Time {
    Nanos nanos;
    bool operator==(const Time&) const = default;
  };
  struct Json {
    std::string text;
    bool operator==(const Json&) const = default;
  };
  using List = std::vector<Value>;
  using Held =
      std::variant<std::monostate, std::string, std::int64_t, double, bool, Time, List, Json>;

  Value() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(std::string text) : held_(std::move(text)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(std::string_view text) : held_(std::string(text)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(const char* text) : held_(std::string(text)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(std::int64_t number) : held_(number) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(int number) : held_(static_cast<std::int64_t>(number)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(double number) : held_(number) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(bool yes) : held_(yes) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(Time time) : held_(time) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(List list) : held_(std::move(list)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(Json json) : held_(std::move(json)) {}

  [[nodiscard]] bool none() const { return held_.index() == 0; }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&held_); }
  [[nodiscard]] std::string* string() { return std::get_if<std::string>(&held_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&held_); }
  [[nodiscard]] const double* real() const { return std::get_if<double>(&held_); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&held_); }
  [[nodiscard]] const Time* time() const { return std::get_if<Time>(&held_); }
  [[nodiscard]] const List* list() const { return std::get_if<List>(&held_); }
  [[nodiscard]] List* list() { return std::get_if<List>(&held_); }
  [[nodiscard]] const Json* json() const { return std::get_if<Json>(&held_); }
  [[nodiscard]] const Held& held() const { return held_; }
  bool operator==(const Value&) const = default;

 private:
  Held held_;
};

}  // namespace copydesk
