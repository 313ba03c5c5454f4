#include "base/fault.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace copydesk::fault {
namespace {

constexpr std::array<std::string_view, 12> kPoints = {
    "after_poll",    "after_resolve", "after_write", "after_flush", "before_commit", "after_commit",
    "before_settle", "after_settle",  "prepared",    "sent",        "decided",       "applied"};

// Written by `arm`, before there are threads that reach points.
std::string_view point;
std::atomic<std::uint64_t> left{0};

// Runs before main in every program that has a fault point.
const bool kArmed = [] {
  const char* spec = std::getenv("COPYDESK_FAULT");
  if (spec == nullptr) return false;
  if (const std::string error = arm(spec); !error.empty()) {
    std::fprintf(stderr, "COPYDESK_FAULT: %s\n", error.c_str());
    std::_Exit(2);
  }
  return armed.load();
}();

}  // namespace

std::string arm(std::string_view spec) {
  armed = false;
  if (spec.empty()) return {};
  const std::size_t colon = spec.find(':');
  const std::string_view name = spec.substr(0, colon);
  const auto* known = std::ranges::find(kPoints, name);
  if (known == kPoints.end()) return "unknown point '" + std::string(name) + "'";
  std::uint64_t count = 1;
  if (colon != std::string_view::npos) {
    const std::string_view digits = spec.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc() || end != digits.data() + digits.size() || count == 0)
      return "'" + std::string(digits) + "' is no count";
  }
  point = *known;
  left = count;
  armed = true;
  return {};
}

void reached(std::string_view name) {
  if (name != point || left.fetch_sub(1) != 1) return;
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

}  // namespace copydesk::fault
