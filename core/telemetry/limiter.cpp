#include "telemetry/limiter.h"

#include <algorithm>
#include <utility>

namespace copydesk::log {

Limiter::Answer Limiter::admit(std::string_view line, std::int64_t now) {
  const auto it = seen_.find(std::string(line));
  if (it == seen_.end()) {
    make_room(now);
    seen_.emplace(line, Seen{now, 0});
    return {true, 0};
  }
  Seen& seen = it->second;
  if (now - seen.written_at < window_) {
    ++seen.held_back;
    return {};
  }
  seen.written_at = now;
  return {true, std::exchange(seen.held_back, 0)};
}

void Limiter::make_room(std::int64_t now) {
  if (seen_.size() < kMaxLines) return;
  std::erase_if(seen_, [&](const auto& entry) {
    return now - entry.second.written_at >= window_ && entry.second.held_back == 0;
  });
  if (seen_.size() < kMaxLines) return;
  seen_.erase(std::ranges::min_element(seen_, {},
                                       [](const auto& entry) { return entry.second.written_at; }));
}

std::vector<Limiter::Held> Limiter::take_held(std::int64_t now) {
  std::vector<Held> out;
  for (auto& [line, seen] : seen_) {
    if (seen.held_back == 0 || now - seen.written_at < window_) continue;
    out.push_back({line, std::exchange(seen.held_back, 0)});
    seen.written_at = now;
  }
  return out;
}

}  // namespace copydesk::log
