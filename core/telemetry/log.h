#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

// The log. Message first, with capital and full stop, then what it is about:
//
//   log::warn("Sink is slow.", {"sink", id}, {"wait_ms", wait});
//
// It goes to stderr only. Any thread may log. Lines that say the same again (level, message and textual fields; numbers may
// differ) are held back for kRepeatSeconds; the next one that is let through says how many were (`held_back`).
namespace copydesk::log {

inline constexpr int kRepeatSeconds = 10;

enum class Level { kDebug, kInfo, kWarn, kError };
enum class Format { kAuto, kText, kJson };  // auto: text on a terminal, JSON otherwise

// One `key=value` of a line; views, valid during the call. Without key it is not there.
struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

  Field() = default;
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  Field(std::string_view k, std::signed_integral auto v)
      : key(k), value(static_cast<std::int64_t>(v)) {}
  Field(std::string_view k, std::unsigned_integral auto v)
      : key(k), value(static_cast<std::uint64_t>(v)) {}
};

// Before it is called lines of level info and above are written as `auto`. May be called again (reload).
void init(Level level, Format format);
// From now on each line first clears that on which the cursor is, which somebody writes over and over: a terminal's progress.
void clear_progress();
[[nodiscard]] Result<Level> parse_level(std::string_view name);    // debug info warn error
[[nodiscard]] Result<Format> parse_format(std::string_view name);  // auto text json
[[nodiscard]] bool enabled(Level level);
// Writes out counts of lines still held back; at the end of the daemon.
void flush();

void write(Level level, std::string_view message, const Field* fields, std::size_t count);

// NOLINTBEGIN(readability-identifier-naming)
#define CD_LOG_LEVEL(name, level)                                                      \
  inline void name(std::string_view message, const Field& a = {}, const Field& b = {}, \
                   const Field& c = {}, const Field& d = {}, const Field& e = {},      \
                   const Field& f = {}, const Field& g = {}, const Field& h = {}) {    \
    if (!enabled(level)) return;                                                       \
    const Field fields[] = {a, b, c, d, e, f, g, h};                                   \
    write(level, message, fields, std::size(fields));                                  \
  }
CD_LOG_LEVEL(debug, Level::kDebug)
CD_LOG_LEVEL(info, Level::kInfo)
CD_LOG_LEVEL(warn, Level::kWarn)
CD_LOG_LEVEL(error, Level::kError)
#undef CD_LOG_LEVEL
// NOLINTEND(readability-identifier-naming)

// For tests: lines go here instead of stderr (JSON without the time when `format` is json); {} gives stderr back.
void set_writer_for_test(std::function<void(std::string_view line)> writer);

}  // namespace copydesk::log
