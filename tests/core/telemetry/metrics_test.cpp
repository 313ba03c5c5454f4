#include "telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace copydesk::metrics {
namespace {

TEST(Metrics, CountInOneSeriesForOneNameAndSetOfLabels) {
  Registry registry;
  Counter& a = registry.counter("dropped", "help", {{"reason", "short"}, {"pipeline", "news"}});
  Counter& b = registry.counter("dropped", "help", {{"pipeline", "news"}, {"reason", "short"}});
  EXPECT_EQ(&a, &b);
  EXPECT_NE(&a, &registry.counter("dropped", "help", {{"pipeline", "news"}, {"reason", "old"}}));
  a.add();
  b.add(4);
  EXPECT_EQ(a.value(), 5U);
}

TEST(Metrics, KeepTheirAddressesWhileOthersAreAdded) {
  Registry registry;
  Counter& first = registry.counter("first", "");
  for (int i = 0; i < 5000; ++i) registry.gauge("g", "", {{"i", std::to_string(i % 1500)}}).set(i);
  first.add();
  EXPECT_EQ(registry.counter("first", "").value(), 1U);
}

TEST(Metrics, StayBoundedWhenLabelsAreNot) {
  Registry registry;
  for (std::size_t i = 0; i < Registry::kMaxSeries + 100; ++i)
    registry.counter("n", "", {{"id", std::to_string(i)}}).add();
  const auto samples = registry.snapshot();
  EXPECT_EQ(samples.size(), Registry::kMaxSeries + 1);
  double sum = 0;
  for (const auto& s : samples) sum += s.value;
  EXPECT_EQ(sum, static_cast<double>(Registry::kMaxSeries + 100));
}

TEST(Metrics, LoseNoCountBetweenThreads) {
  Registry registry;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        registry.counter("c", "").add();
        registry.gauge("g", "").add(0.5);
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(registry.counter("c", "").value(), 20'000U);
  EXPECT_EQ(registry.gauge("g", "").value(), 10'000);
}

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  Registry registry;
  registry.counter("articles_total", "Articles\nseen.", {{"source", "a\"b\\c\n"}}).add(3);
  registry.counter("articles_total", "Articles\nseen.", {{"source", "wire"}}).add(1);
  registry.gauge("wait", "Waiting.").set(std::numeric_limits<double>::infinity());
  std::string text;
  write_prometheus(registry.snapshot(), text);
  EXPECT_EQ(text,
            "# HELP articles_total Articles\\nseen.\n# TYPE articles_total counter\n"
            "articles_total{source=\"a\\\"b\\\\c\\n\"} 3\narticles_total{source=\"wire\"} 1\n"
            "# HELP wait Waiting.\n# TYPE wait gauge\nwait +Inf\n");
}

}  // namespace
}  // namespace copydesk::metrics
