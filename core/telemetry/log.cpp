#include "telemetry/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

#include "base/time.h"
#include "telemetry/limiter.h"

namespace copydesk::log {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

std::int64_t monotonic_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Nanos wall_nanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

spdlog::level::level_enum of(Level level) {
  switch (level) {
    case Level::kDebug: return spdlog::level::debug;
    case Level::kInfo: return spdlog::level::info;
    case Level::kWarn: return spdlog::level::warn;
    case Level::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      ((out += "\\u00") += kHex[byte >> 4]) += kHex[byte & 15];
    else
      out += c;
  }
  out += '"';
}

template <class Number>
void append_number(Number number, std::string& out) {
  std::array<char, 32> text{};
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

void append_value(const Field& field, std::string& out, bool json) {
  if (const auto* s = std::get_if<std::string_view>(&field.value)) {
    const bool bare =
        !json && !s->empty() && s->find_first_of(" \"=\\\n\t\r") == std::string_view::npos;
    if (bare)
      out += *s;
    else
      append_json_string(*s, out);
  } else if (const auto* b = std::get_if<bool>(&field.value)) {
    out += *b ? "true" : "false";
  } else if (const auto* i = std::get_if<std::int64_t>(&field.value)) {
    append_number(*i, out);
  } else if (const auto* u = std::get_if<std::uint64_t>(&field.value)) {
    append_number(*u, out);
  } else if (const auto* d = std::get_if<double>(&field.value)) {
    if (std::isfinite(*d))
      append_number(*d, out);
    else
      out += json ? "null" : "nan";
  }
}

std::string text_line(std::string_view message, const Field* fields, std::size_t count) {
  std::string out(message);
  for (std::size_t i = 0; i < count; ++i) {
    if (fields[i].key.empty()) continue;
    ((out += ' ') += fields[i].key) += '=';
    append_value(fields[i], out, false);
  }
  return out;
}

std::string json_line(Level level, std::string_view message, const Field* fields, std::size_t count,
                      bool timed) {
  std::string out = "{";
  if (timed)
    ((out += "\"time\":\"") += format_time(wall_nanos() / kMillisecond * kMillisecond)) += "\",";
  ((out += "\"level\":\"") += kLevels[static_cast<std::size_t>(level)]) += "\",\"message\":";
  append_json_string(message, out);
  for (std::size_t i = 0; i < count; ++i) {
    if (fields[i].key.empty()) continue;
    out += ',';
    append_json_string(fields[i].key, out);
    out += ':';
    append_value(fields[i], out, true);
  }
  return out += '}';
}

// What makes two lines the same: level, message and textual fields.
std::string identity(Level level, std::string_view message, const Field* fields,
                     std::size_t count) {
  std::string out(1, static_cast<char>('0' + static_cast<int>(level)));
  out += message;
  for (std::size_t i = 0; i < count; ++i)
    if (const auto* s = std::get_if<std::string_view>(&fields[i].value);
        s && !fields[i].key.empty())
      (((out += '\0') += fields[i].key) += '=') += *s;
  return out;
}

class Log {
 public:
  void init(Level level, Format format) {
    const std::lock_guard lock(mutex_);
    level_ = level;
    json_ = format == Format::kJson || (format == Format::kAuto && ::isatty(STDERR_FILENO) == 0);
    make();
  }

  void clear_progress() {
    const std::lock_guard lock(mutex_);
    clears_ = true;
    make();
  }

  bool enabled(Level level) const { return level >= level_.load(std::memory_order_relaxed); }

  void write(Level level, std::string_view message, const Field* fields, std::size_t count) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = monotonic_seconds();
    const auto answer = limiter_->admit(identity(level, message, fields, count), now);
    if (!answer.write) return;
    tell_held(now);
    std::array<Field, kMaxFields + 1> all;
    count = std::min(count, kMaxFields);
    std::copy(fields, fields + count, all.begin());
    if (answer.held_back > 0) all[count++] = Field("held_back", answer.held_back);
    put(level, message, all.data(), count);
  }

  void flush() {
    const std::lock_guard lock(mutex_);
    tell_held(kEnd);
    if (logger_) logger_->flush();
  }

  void set_writer(std::function<void(std::string_view)> writer) {
    const std::lock_guard lock(mutex_);
    writer_ = std::move(writer);
    limiter_ = std::make_unique<Limiter>(kRepeatSeconds);
  }

 private:
  static constexpr std::size_t kMaxFields = 8;

  void make() {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    logger_ = std::make_shared<spdlog::logger>("copydesk", std::move(sink));
    logger_->set_level(spdlog::level::debug);
    logger_->flush_on(spdlog::level::debug);
    const std::string pattern =
        std::string(clears_ ? "\r\x1b[K" : "") + (json_ ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v");
    logger_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  }

  void put(Level level, std::string_view message, const Field* fields, std::size_t count) {
    if (!logger_) {
      json_ = ::isatty(STDERR_FILENO) == 0;
      make();
    }
    const std::string line = json_ ? json_line(level, message, fields, count, !writer_)
                                   : text_line(message, fields, count);
    if (writer_) return writer_(line);
    logger_->log(of(level), spdlog::string_view_t(line.data(), line.size()));
  }

  // Counts of lines whose window is over and that did not come again.
  void tell_held(std::int64_t now) {
    for (const auto& held : limiter_->take_held(now)) {
      const auto level = static_cast<Level>(held.line.front() - '0');
      const std::string_view rest = std::string_view(held.line).substr(1);
      const Field fields[] = {{"line", rest.substr(0, rest.find('\0'))}, {"held_back", held.count}};
      put(level, "A line was repeated.", fields, std::size(fields));
    }
  }

  std::mutex mutex_;
  std::atomic<Level> level_{Level::kInfo};
  bool json_ = true, clears_ = false;
  std::shared_ptr<spdlog::logger> logger_;  // shared because spdlog wants it so
  std::function<void(std::string_view)> writer_;
  std::unique_ptr<Limiter> limiter_ = std::make_unique<Limiter>(kRepeatSeconds);
};

// Never destroyed: threads may log until the very end.
Log& the_log() {
  static Log& log = *new Log;
  return log;
}

}  // namespace

void init(Level level, Format format) { the_log().init(level, format); }
void clear_progress() { the_log().clear_progress(); }
bool enabled(Level level) { return the_log().enabled(level); }
void flush() { the_log().flush(); }
void write(Level level, std::string_view message, const Field* fields, std::size_t count) {
  the_log().write(level, message, fields, count);
}
void set_writer_for_test(std::function<void(std::string_view)> writer) {
  the_log().set_writer(std::move(writer));
}

Result<Level> parse_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (kLevels[i] == name) return static_cast<Level>(i);
  return config_error("unknown log level '" + std::string(name) + "' (debug, info, warn, error)");
}

Result<Format> parse_format(std::string_view name) {
  if (name == "auto") return Format::kAuto;
  if (name == "text") return Format::kText;
  if (name == "json") return Format::kJson;
  return config_error("unknown log format '" + std::string(name) + "' (auto, text, json)");
}

}  // namespace copydesk::log
