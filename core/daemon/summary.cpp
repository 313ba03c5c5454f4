#include "daemon/summary.h"

#include <algorithm>
#include <cstdio>

#include "control/status.h"

namespace copydesk::daemon {
namespace {

std::string seconds(Nanos time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s",
                static_cast<double>(time) / static_cast<double>(kSecond));
  return text;
}

// "12 (clean:empty 10, deduplicate:exact 2)"
std::string with_parts(std::uint64_t sum, const std::map<std::string, std::uint64_t>& parts) {
  std::string out;
  for (const auto& [name, count] : parts)
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return std::to_string(sum) + (out.empty() ? "" : "  (" + out + ")");
}

void row(const Paint& paint, std::string_view name, const std::string& value, std::string& out) {
  std::string padded(name);
  padded.resize(14, ' ');
  out += "  " + paint(Ink::kDim, padded) + value + "\n";
}

// What sources left, and what they passed by, each in a row.
void untaken_rows(const Paint& paint, const std::vector<pipeline::LineStatus>& lines, bool left,
                  std::string& out) {
  for (const pipeline::LineStatus& line : lines)
    for (const auto& [source, all] : line.untaken)
      for (const host::Untaken& u : all)
        if (u.left == left)
          row(paint, left ? "left" : "passed by",
              untaken_text(u.count, u.what, u.example) + "  (" + source + ")", out);
}

}  // namespace

std::string untaken_text(std::uint64_t count, std::string_view what, std::string_view example) {
  return one_line(what, 80) + ": " + std::to_string(count) +
         (example.empty() ? "" : ", such as " + one_line(example, 200));
}

std::string summary(const config::Config& config, const RunEnd& end, const Paint& paint) {
  const std::vector<pipeline::LineStatus>& lines = end.lines;
  const pipeline::Counters c = control::total(lines);
  const bool failed = std::ranges::any_of(
      lines, [](const auto& l) { return l.state == pipeline::LineState::kFailed; });
  const Ink ink = failed ? Ink::kRed
                  : end.stopped || c.dead_letters > 0 || control::left_something(lines)
                      ? Ink::kYellow
                      : Ink::kGreen;
  std::string out = paint(ink, failed        ? "failed"
                               : end.stopped ? "stopped"
                                             : "done") +
                    " in " + seconds(end.elapsed) +
                    (end.stopped && !failed ? "; the next run goes on from here" : "") + "\n";
  row(paint, "received", std::to_string(c.received), out);
  if (c.replayed > 0) row(paint, "replayed", std::to_string(c.replayed), out);
  if (c.split > 0)
    row(paint, "split", std::to_string(c.split) + " into " + std::to_string(c.children), out);
  row(paint, "delivered", with_parts(c.delivered, c.delivered_to), out);
  row(paint, "dropped", with_parts(c.dropped, c.dropped_by), out);
  row(paint, "dead letters",
      with_parts(c.dead_letters, c.dead_letters_by) +
          (c.dead_letters > 0 ? "; `copydesk dead list` names them" : ""),
      out);
  untaken_rows(paint, lines, true, out);
  untaken_rows(paint, lines, false, out);
  for (const config::ComponentConfig& sink : config.sinks)
    if (const Value* path = sink.option("path");
        path != nullptr && path->string() != nullptr && c.delivered_to.contains(sink.name))
      row(paint, "output", *path->string() + "  (" + sink.name + ")", out);
  return out;
}

std::string progress_line(const std::vector<pipeline::LineStatus>& lines) {
  const pipeline::Counters c = control::total(lines);
  std::string out = std::to_string(c.received) + " received, " + std::to_string(c.delivered) +
                    " delivered, " + std::to_string(c.dropped) + " dropped, " +
                    std::to_string(c.dead_letters) + " dead letters";
  for (const pipeline::LineStatus& line : lines)
    if (line.state == pipeline::LineState::kWaiting)
      out += "; waits for " + line.component + ": " + one_line(line.why, 80);
  return out;
}

}  // namespace copydesk::daemon
