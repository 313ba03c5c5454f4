#include "io/queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace copydesk::io {
namespace {

TEST(Queue, GivesItemsInTheirOrder) {
  Queue<std::unique_ptr<int>> queue(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(std::make_unique<int>(i)));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(**queue.pop(), i);
  EXPECT_FALSE(queue.try_pop());
  EXPECT_FALSE(queue.pop_for(1));
}

TEST(Queue, HoldsNoMoreThanItsCapacity) {
  Queue<int> queue(2);
  int one = 1, two = 2, three = 3;
  EXPECT_TRUE(queue.try_push(one));
  EXPECT_TRUE(queue.try_push(two));
  EXPECT_FALSE(queue.try_push(three));
  EXPECT_EQ(queue.size(), 2U);
}

TEST(Queue, GivesWhatIsInAfterClosingAndTakesNoMore) {
  Queue<int> queue(2);
  EXPECT_TRUE(queue.push(1));
  queue.close();
  EXPECT_TRUE(queue.closed());
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(Queue, LeavesAnItemItDidNotTakeWithItsOwner) {
  Queue<std::unique_ptr<int>> queue(1);
  queue.close();
  auto item = std::make_unique<int>(7);
  EXPECT_FALSE(queue.push(item));
  ASSERT_TRUE(item);
  EXPECT_EQ(*item, 7);
}

TEST(Queue, WakesWhoWaitsWhenItIsClosed) {
  Queue<int> empty(1), full(1);
  EXPECT_TRUE(full.push(1));
  std::thread reader([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
  std::thread writer([&] { EXPECT_FALSE(full.push(2)); });
  empty.close();
  full.close();
  reader.join();
  writer.join();
}

TEST(Queue, LosesNothingBetweenManyThreads) {
  Queue<int> queue(4);
  constexpr int kEach = 2000;
  std::vector<std::thread> writers, readers;
  std::atomic<long> sum{0}, count{0};
  for (int t = 0; t < 3; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(queue.push(t * kEach + i));
    });
  for (int t = 0; t < 3; ++t)
    readers.emplace_back([&] {
      while (const auto item = queue.pop()) {
        sum += *item;
        ++count;
      }
    });
  for (auto& w : writers) w.join();
  queue.close();
  for (auto& r : readers) r.join();
  EXPECT_EQ(count, 3L * kEach);
  EXPECT_EQ(sum, 3L * kEach * (3L * kEach - 1) / 2);
}

}  // namespace
}  // namespace copydesk::io
