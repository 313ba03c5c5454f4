#include "control/status.h"

#include <algorithm>

namespace copydesk::control {
namespace {

bool is_well(pipeline::LineState state) {
  using enum pipeline::LineState;
  return state == kRunning || state == kIdle || state == kDraining;
}

void add(const std::map<std::string, std::uint64_t>& from,
         std::map<std::string, std::uint64_t>& to) {
  for (const auto& [key, count] : from) to[key] += count;
}

}  // namespace

std::vector<std::string> ailments(const std::vector<pipeline::LineStatus>& lines) {
  std::vector<std::string> out;
  for (const pipeline::LineStatus& line : lines) {
    if (is_well(line.state)) continue;
    std::string what = "pipeline '" + line.name + "' is " + std::string(to_string(line.state));
    if (!line.component.empty()) what += " (" + line.component + ")";
    if (!line.why.empty()) what += ": " + line.why;
    out.push_back(std::move(what));
  }
  return out;
}

bool left_something(const std::vector<pipeline::LineStatus>& lines) {
  return std::ranges::any_of(lines, [](const pipeline::LineStatus& line) {
    return std::ranges::any_of(line.untaken, [](const auto& of_source) {
      return std::ranges::any_of(of_source.second, &host::Untaken::left);
    });
  });
}

pipeline::Counters total(const std::vector<pipeline::LineStatus>& lines) {
  pipeline::Counters sum;
  for (const pipeline::LineStatus& line : lines) {
    const pipeline::Counters& c = line.counters;
    sum.received += c.received;
    sum.children += c.children;
    sum.delivered += c.delivered;
    sum.dropped += c.dropped;
    sum.dead_letters += c.dead_letters;
    sum.split += c.split;
    sum.replayed += c.replayed;
    add(c.dropped_by, sum.dropped_by);
    add(c.dead_letters_by, sum.dead_letters_by);
    add(c.delivered_to, sum.delivered_to);
  }
  return sum;
}

}  // namespace copydesk::control
