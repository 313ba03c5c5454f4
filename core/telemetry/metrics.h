#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copydesk::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

enum class Kind { kCounter, kGauge };

// One number. Counting is one relaxed atomic add; any thread.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double n) {
    double seen = value_.load(std::memory_order_relaxed);
    while (!value_.compare_exchange_weak(seen, seen + n, std::memory_order_relaxed)) {
    }
  }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

struct Sample {
  std::string name, help;
  Kind kind = Kind::kCounter;
  Labels labels;
  double value = 0;
};

// All numbers of one daemon. A counter or gauge lives as long as the registry and is found again by name and labels: look it
// up once and keep the reference. Labels are few and their values bounded (component ids, reasons): a name takes at
// most kMaxSeries; beyond that all share the one labelled {"overflow": "true"}. Any thread.
class Registry {
 public:
  static constexpr std::size_t kMaxSeries = 2000;

  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  // By name, then labels.
  [[nodiscard]] std::vector<Sample> snapshot() const;

 private:
  struct Series {
    Counter counter;
    Gauge gauge;
  };
  struct Family {
    std::string help;
    Kind kind = Kind::kCounter;
    std::map<Labels, Series*> series;
  };
  Series& series(std::string_view name, std::string_view help, Kind kind, Labels labels);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  std::deque<Series> storage_;  // addresses stay
};

// The text format that Prometheus reads, version 0.0.4.
void write_prometheus(const std::vector<Sample>& samples, std::string& out);

}  // namespace copydesk::metrics
