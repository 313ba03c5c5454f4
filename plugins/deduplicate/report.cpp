#include "report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "ascii.h"
#include "forgotten.h"
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

std::uint64_t count_of(const State& state, std::string_view prefix) {
  std::uint64_t count = 0;
  state.scan(prefix, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  return count;
}

std::string tell_forgotten(const State& state) {
  const std::uint64_t count = count_of(state, kForgetPrefix);
  return count == 0 ? "" : "articles forgotten by operators: " + std::to_string(count) + "\n";
}

}  // namespace

std::string tell_shared_stats(const State& state, const std::string& where) {
  return "stories are on " + where + "\nplaces in the state for the newest of them: " +
         std::to_string(count_of(state, kStoryPrefix)) + "\n" + tell_forgotten(state);
}

std::string tell_stats(const State& state, std::int64_t now) {
  const std::uint64_t in_state = count_of(state, kStoryPrefix);
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
  } else {
    out += "stories: " + std::to_string(in_state) +
           ", all of them in the state: the log has not been synced yet\n";
  }
  out += "places in the state for stories behind the log: " + std::to_string(in_state) + "\n";
  return out + tell_forgotten(state);
}

std::int64_t oldest_story(const State& state) {
  const auto stored = state.get(kPositionKey);
  const auto position = stored ? parse_position(*stored) : std::nullopt;
  return position ? std::int64_t{position->numbers.oldest} * 1000 : 0;
}

// The server's own clock, and a window that was longer before, are allowed some more.
std::int64_t oldest_shared_story(std::int64_t now_ms, std::chrono::milliseconds window) {
  constexpr std::chrono::milliseconds kMore = std::chrono::hours(1);
  return now_ms - (window + window / 8 + kMore).count();
}

std::string forget(const std::string& id, std::int64_t now_ms, std::int64_t oldest_ms,
                   const State& state, Changes& changes) {
  const std::string key = Forgotten::key_of(id);
  std::size_t kept = 0;
  std::vector<std::string> spent;
  state.scan(kForgetPrefix, [&](std::string_view other, std::string_view until) {
    if (other == key) return true;
    if (Forgotten::until_of(until) < oldest_ms)
      spent.emplace_back(other);
    else
      ++kept;
    return true;
  });
  if (kept >= Forgotten::kMax)
    throw Config(std::to_string(kept) +
                 " articles are forgotten already, and no more can be until their stories leave "
                 "the window; `copydesk state dedup rebuild` forgets all");
  for (const std::string& other : spent) changes.erase(other);
  changes.put(key, Forgotten::value_of(now_ms));
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

namespace {

// As agencies and papers begin the titles of later versions, in small letters.
constexpr std::array<std::string_view, 12> kUpdateMarks = {
    "update", "updated", "updates", "correction", "corrected", "corrects",
    "refile", "refiled", "wrapup",  "writethru",  "korrektur", "rectificatif"};

}  // namespace

// "UPDATE 2-…", "Correction: …", "(UPDATED) …". In capitals the word itself is enough; "Update on the
// war" is no mark.
bool says_update(std::string_view title) {
  const bool has_bracket = title.starts_with('(') || title.starts_with('[');
  if (has_bracket) title.remove_prefix(1);
  for (const std::string_view mark : kUpdateMarks) {
    if (title.size() < mark.size() || !std::equal(mark.begin(), mark.end(), title.begin(),
                                                  [](char m, char c) { return m == lower(c); }))
      continue;
    const bool in_capitals = title[1] >= 'A' && title[1] <= 'Z';
    std::string_view rest = title.substr(mark.size());
    if (in_capitals && (rest.empty() || rest[0] == ' ' || rest[0] == '-' || rest[0] == ':'))
      return true;
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') rest.remove_prefix(1);
    if (!rest.empty() &&
        (rest[0] == ':' || rest[0] == '-' || (has_bracket && (rest[0] == ')' || rest[0] == ']'))))
      return true;
  }
  return false;
}

}  // namespace copydesk::deduplicate
