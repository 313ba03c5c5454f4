#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "base/time.h"

namespace copydesk::io {

// A queue between threads that holds at most `capacity` items: who brings more waits. Mutex and condition variables, because
// with batches a hop costs nanoseconds an article and a ring with atomic waits measured slower.
template <class T>
class Queue {
 public:
  explicit Queue(std::size_t capacity) : capacity_(capacity) {}

  // Waits for room; false when the queue is closed (the item is then still the caller's).
  bool push(T& item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    return put(item, lock);
  }
  bool push(T&& item) { return push(item); }
  // False when full or closed.
  bool try_push(T& item) {
    std::unique_lock lock(mutex_);
    if (items_.size() >= capacity_) return false;
    return put(item, lock);
  }
  // Waits for an item; nullopt when closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return closed_ || !items_.empty(); });
    return take(lock);
  }
  // Also nullopt when nothing came in time.
  std::optional<T> pop_for(Nanos wait) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, std::chrono::nanoseconds(wait),
                     [&] { return closed_ || !items_.empty(); });
    return take(lock);
  }
  std::optional<T> try_pop() {
    std::unique_lock lock(mutex_);
    return take(lock);
  }
  // Nothing goes in any more; what is in comes out.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    filled_.notify_all();
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  bool put(T& item, std::unique_lock<std::mutex>& lock) {
    if (closed_) return false;
    items_.push_back(std::move(item));
    lock.unlock();
    filled_.notify_one();
    return true;
  }
  std::optional<T> take(std::unique_lock<std::mutex>& lock) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return item;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable room_, filled_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace copydesk::io
