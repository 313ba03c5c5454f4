#include "telemetry/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace copydesk::metrics {
namespace {

void append_escaped(std::string_view text, std::string& out, bool quotes) {
  for (char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
}

void append_number(double value, std::string& out) {
  if (std::isnan(value))
    out += "NaN";
  else if (std::isinf(value))
    out += value > 0 ? "+Inf" : "-Inf";
  else {
    std::array<char, 32> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
  }
}

}  // namespace

Registry::Series& Registry::series(std::string_view name, std::string_view help, Kind kind,
                                   Labels labels) {
  std::ranges::sort(labels);
  const std::lock_guard lock(mutex_);
  auto it = families_.find(name);
  if (it == families_.end())
    it = families_.emplace(std::string(name), Family{std::string(help), kind, {}}).first;
  Family& family = it->second;
  CD_ASSERT(family.kind == kind);  // one name, one meaning
  const auto found = family.series.find(labels);
  if (found != family.series.end()) return *found->second;
  if (family.series.size() >= kMaxSeries) {
    labels = {{"overflow", "true"}};
    if (const auto shared = family.series.find(labels); shared != family.series.end())
      return *shared->second;
  }
  return *family.series.emplace(std::move(labels), &storage_.emplace_back()).first->second;
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  return series(name, help, Kind::kCounter, std::move(labels)).counter;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
  return series(name, help, Kind::kGauge, std::move(labels)).gauge;
}

std::vector<Sample> Registry::snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<Sample> out;
  for (const auto& [name, family] : families_)
    for (const auto& [labels, series] : family.series)
      out.push_back({name, family.help, family.kind, labels,
                     family.kind == Kind::kCounter ? static_cast<double>(series->counter.value())
                                                   : series->gauge.value()});
  return out;
}

void write_prometheus(const std::vector<Sample>& samples, std::string& out) {
  std::string_view last;
  for (const Sample& s : samples) {
    if (s.name != last) {
      ((out += "# HELP ") += s.name) += ' ';
      append_escaped(s.help, out, false);
      (((out += "\n# TYPE ") += s.name) += s.kind == Kind::kCounter ? " counter" : " gauge") +=
          '\n';
      last = s.name;
    }
    out += s.name;
    char separator = '{';
    for (const auto& [key, value] : s.labels) {
      ((out += separator) += key) += "=\"";
      append_escaped(value, out, true);
      out += '"';
      separator = ',';
    }
    if (separator == ',') out += '}';
    out += ' ';
    append_number(s.value, out);
    out += '\n';
  }
}

}  // namespace copydesk::metrics
