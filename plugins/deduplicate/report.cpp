#include "report.h"

#include <array>
#include <copydesk/bytes.hpp>
#include <cstdio>
#include <vector>

#include "index_position.h"

namespace copydesk::deduplicate {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

std::string age_text(std::int64_t seconds) {
  const auto of = [](std::int64_t n, const char* unit) { return std::to_string(n) + " " + unit; };
  if (seconds < 120) return of(seconds < 0 ? 0 : seconds, "s");
  if (seconds < 7200) return of(seconds / 60, "min");
  if (seconds < 172800) return of(seconds / 3600, "h");
  return of(seconds / 86400, "days");
}

std::uint64_t stories_in(const State& state) {
  std::uint64_t count = 0;
  state.scan(kStoryPrefix, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  return count;
}

}  // namespace

std::string tell_shared_stats(const State& state, const std::string& where) {
  return "stories are on " + where +
         "\nplaces in the state for the newest of them: " + std::to_string(stories_in(state)) +
         "\n";
}

std::string tell_stats(const State& state, std::int64_t now) {
  const std::uint64_t in_state = stories_in(state);
  const auto position = state.get(kPositionKey);
  std::string out;
  if (position) {
    const auto read = parse_position(*position);
    if (!read)
      throw Config(
          "the index was made by another version of the stage; `copydesk state dedup rebuild` "
          "begins an empty one");
    const IndexNumbers& n = read->numbers;
    const auto each = [&](std::uint64_t bytes) {
      return n.stories == 0 ? std::string()
                            : ", " + std::to_string(bytes / n.stories) + " bytes a story";
    };
    out += "stories in the log: " + std::to_string(n.stories) + " in " +
           std::to_string(n.segments) + " segments, of the last " + age_text(now - n.oldest) + "\n";
    out += "memory: " + bytes_text(n.hot_bytes) + each(n.hot_bytes) + "\n";
    out += "disk: " + bytes_text(n.cold_bytes) + each(n.cold_bytes) + "\n";
  }
  out += "places in the state for stories behind the log: " + std::to_string(in_state) + "\n";
  return out;
}

std::string forget(const std::string& id, std::int64_t now_ms, Changes& changes) {
  std::string until;
  bytes::append_number(until, now_ms);
  changes.put(std::string(kForgetPrefix) + id, until);
  return "copies of what '" + id +
         "' said until now are stories of their own from the next start on\n";
}

std::string empty(const State& state, Changes& changes) {
  std::vector<std::string> keys;
  state.scan("", [&](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return true;
  });
  for (const std::string& key : keys) changes.erase(key);
  return "the next start begins an empty index: fingerprints cannot be made again without the "
         "texts\n";
}

bool says_update(std::string_view title) {
  constexpr std::array<std::string_view, 8> kMarks = {
      "UPDATE ", "UPDATE:", "UPDATED", "CORRECTED", "CORRECTION", "REFILE", "WRAPUP ", "UPDATE-"};
  for (const std::string_view mark : kMarks) {
    if (title.starts_with(mark)) return true;
  }
  return false;
}

}  // namespace copydesk::deduplicate
