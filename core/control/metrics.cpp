#include "control/metrics.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "control/status.h"
#include "telemetry/metrics.h"

namespace copydesk::control {
namespace {

using metrics::Kind;
using metrics::Labels;
using metrics::Sample;
using pipeline::LineState;
using pipeline::LineStatus;

constexpr std::array kStates = {LineState::kOpening, LineState::kRunning, LineState::kIdle,
                                LineState::kWaiting, LineState::kPaused,  LineState::kDraining,
                                LineState::kFailed,  LineState::kFinished};

// "clean:empty" of the counters as two labels.
std::pair<std::string, std::string> parted(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// A plugin may name its counters as it likes; Prometheus takes letters, digits and _.
std::string component_metric(std::string_view name) {
  std::string out = "copydesk_component_";
  for (const char c : name) out += is_ascii_letter(c) || (c >= '0' && c <= '9') ? c : '_';
  return out + "_total";
}

class Writer {
 public:
  void counter(std::string name, std::string help, Labels labels, std::uint64_t value) {
    add(std::move(name), std::move(help), Kind::kCounter, std::move(labels),
        static_cast<double>(value));
  }
  void gauge(std::string name, std::string help, Labels labels, double value) {
    add(std::move(name), std::move(help), Kind::kGauge, std::move(labels), value);
  }
  std::string text() {
    // A name is explained once, so its samples stand together.
    std::ranges::stable_sort(samples_, {}, &Sample::name);
    std::string out;
    metrics::write_prometheus(samples_, out);
    return out;
  }

 private:
  void add(std::string name, std::string help, Kind kind, Labels labels, double value) {
    samples_.push_back({std::move(name), std::move(help), kind, std::move(labels), value});
  }
  std::vector<Sample> samples_;
};

void write_counters(const LineStatus& line, Writer& out) {
  const pipeline::Counters& c = line.counters;
  const Labels of_line = {{"pipeline", line.name}};
  out.counter("copydesk_received_total", "Articles taken in.", of_line, c.received);
  out.counter("copydesk_children_total", "Articles that stages made of others.", of_line,
              c.children);
  out.counter("copydesk_delivered_total", "Articles that ended as delivered.", of_line,
              c.delivered);
  out.counter("copydesk_dropped_total", "Articles that ended as dropped.", of_line, c.dropped);
  out.counter("copydesk_dead_letters_total", "Articles that ended as dead letters.", of_line,
              c.dead_letters);
  out.counter("copydesk_split_total", "Articles that ended as split.", of_line, c.split);
  out.counter("copydesk_replayed_total", "Dead letters that were sent again.", of_line, c.replayed);
  for (const auto& [sink, count] : c.delivered_to)
    out.counter("copydesk_delivered_to_total", "Articles that a sink took.",
                {{"pipeline", line.name}, {"sink", sink}}, count);
  for (const auto& [by, count] : c.dropped_by) {
    const auto [component, reason] = parted(by);
    out.counter("copydesk_dropped_by_total", "Articles dropped, by component and reason.",
                {{"pipeline", line.name}, {"component", component}, {"reason", reason}}, count);
  }
  for (const auto& [by, count] : c.dead_letters_by) {
    const auto [component, code] = parted(by);
    out.counter("copydesk_dead_letters_by_total", "Refusals, by component and code.",
                {{"pipeline", line.name}, {"component", component}, {"code", code}}, count);
  }
}

void write_line(const LineStatus& line, Writer& out) {
  const Labels of_line = {{"pipeline", line.name}};
  write_counters(line, out);
  for (const LineState state : kStates)
    out.gauge("copydesk_line_state", "1 for the state that the line is in.",
              {{"pipeline", line.name}, {"state", std::string(to_string(state))}},
              line.state == state ? 1 : 0);
  out.gauge("copydesk_line_well", "1 while the line is running, idle or draining.", of_line,
            ailments({line}).empty() ? 1 : 0);
  out.gauge("copydesk_commit", "Number of the last commit.", of_line,
            static_cast<double>(line.commit));
  out.gauge("copydesk_batches", "Batches in hand.", of_line, static_cast<double>(line.batches));
  out.gauge("copydesk_bytes", "Bytes of articles in hand, of engine.memory.", of_line,
            static_cast<double>(line.bytes));
  out.counter("copydesk_rewinds_total", "Times that the line went back to its last commit.",
              of_line, line.rewinds);
  out.counter("copydesk_withdrawals_total", "Rewinds for claims of articles not delivered.",
              of_line, line.withdrawals);
  for (const auto& [source, untaken] : line.untaken)
    for (const host::Untaken& u : untaken)
      out.gauge("copydesk_untaken", "What lies where a source reads and has become no article.",
                {{"pipeline", line.name},
                 {"source", source},
                 {"kind", u.left ? "left" : "passed_by"},
                 {"what", u.what}},
                static_cast<double>(u.count));
  for (const auto& [component, samples] : line.counted)
    for (const Sample& s : samples)
      out.counter(component_metric(s.name), s.help,
                  {{"pipeline", line.name}, {"component", component}},
                  static_cast<std::uint64_t>(s.value));
}

}  // namespace

std::string metrics_text(const Console::About& about, const std::vector<LineStatus>& lines) {
  Writer out;
  const Nanos started = about.started_at / kSecond;
  out.gauge("copydesk_info", "Always 1; the labels say what runs.",
            {{"version", about.version}, {"instance", about.instance}}, 1);
  out.gauge("copydesk_start_time_seconds", "When the daemon started.", {},
            static_cast<double>(started));
  for (const LineStatus& line : lines) write_line(line, out);
  return out.text();
}

}  // namespace copydesk::control
