#include "pipeline/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace copydesk::pipeline {
namespace {

Nanos fixed_clock() { return 5; }

TEST(Threads, JobsOfTheLineRunInTheOrderTheyWerePosted) {
  Workers workers(2);
  Threads threads(1, 1, workers, fixed_clock);
  std::vector<int> order;
  std::promise<void> done;
  for (int i = 0; i < 100; ++i) threads.line([&order, i] { order.push_back(i); });
  threads.line([&] { done.set_value(); });
  done.get_future().wait();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(Threads, AJobForLaterRunsAfterItsDelayAndEarlierOnesFirst) {
  Workers workers(1);
  Threads threads(0, 0, workers, fixed_clock);
  std::vector<int> order;
  std::promise<void> done;
  threads.line([&] {
    threads.line_after(20 * kMillisecond, [&] { done.set_value(); });
    threads.line_after(10 * kMillisecond, [&] { order.push_back(2); });
    threads.line_after(kMillisecond, [&] { order.push_back(1); });
  });
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Threads, WorkersRunManyJobsAtOnceAndStopDropsWhatHasNotBegun) {
  Workers workers(2);
  Threads threads(0, 0, workers, fixed_clock);
  std::promise<void> first, second;
  auto first_done = first.get_future().share();
  auto second_done = second.get_future().share();
  std::atomic<int> met{0};
  // Each waits for the other: with one thread this would never end.
  threads.worker([&] {
    first.set_value();
    second_done.wait();
    ++met;
  });
  threads.worker([&] {
    second.set_value();
    first_done.wait();
    ++met;
  });
  first_done.wait();
  second_done.wait();
  workers.stop();
  EXPECT_EQ(met, 2);
  threads.worker([&] { ++met; });
  EXPECT_EQ(met, 2);
}

}  // namespace
}  // namespace copydesk::pipeline
