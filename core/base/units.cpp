#include "base/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

namespace copydesk {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array kDurations{Unit{"w", 604'800'000'000'000},
                                Unit{"d", 86'400'000'000'000},
                                Unit{"h", 3'600'000'000'000},
                                Unit{"m", 60'000'000'000},
                                Unit{"s", 1'000'000'000},
                                Unit{"ms", 1'000'000},
                                Unit{"us", 1'000},
                                Unit{"ns", 1}};
constexpr std::array kSizes{
    Unit{"TiB", 1LL << 40},    Unit{"GiB", 1LL << 30}, Unit{"MiB", 1LL << 20},
    Unit{"KiB", 1LL << 10},    Unit{"B", 1},           Unit{"TB", 1'000'000'000'000},
    Unit{"GB", 1'000'000'000}, Unit{"MB", 1'000'000},  Unit{"KB", 1'000},
    Unit{"kB", 1'000}};

std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units,
                                  bool bare_number) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  std::int64_t factor = 0;
  if (unit.empty() && (bare_number || number == 0)) factor = 1;
  for (const Unit& u : units)
    if (u.name == unit) factor = u.factor;
  if (factor == 0) return std::nullopt;
  const double value = number * static_cast<double>(factor);
  if (value > 9.2e18) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(value));
}

std::string format(std::int64_t value, std::span<const Unit> units, std::string_view smallest) {
  for (const Unit& u : units)
    if (value != 0 && value % u.factor == 0)
      return std::to_string(value / u.factor) + std::string(u.name);
  return std::to_string(value) + std::string(smallest);
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  return parse(text, kDurations, false);
}
std::optional<std::int64_t> parse_size(std::string_view text) { return parse(text, kSizes, true); }
std::string format_duration(std::int64_t nanos) {
  return format(nanos, std::span(kDurations).subspan(1), "s");
}
std::string format_size(std::int64_t bytes) {
  return format(bytes, std::span(kSizes).first(5), "B");
}

}  // namespace copydesk
