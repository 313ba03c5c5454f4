#include "pipeline/threads.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace copydesk::pipeline {

using Steady = std::chrono::steady_clock;

struct Workers::Pool {
  std::mutex mutex;
  std::condition_variable ready;
  // bounded by the batches of the lines: each has at most one here
  std::deque<std::function<void()>> jobs;
  bool stopping = false;
  std::vector<std::thread> threads;

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      ready.wait(lock, [&] { return stopping || !jobs.empty(); });
      if (stopping) return;
      auto job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
    }
  }
};

Workers::Workers(std::size_t count) : pool_(std::make_unique<Pool>()) {
  for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i)
    pool_->threads.emplace_back([this] { pool_->run(); });
}

Workers::~Workers() { stop(); }

void Workers::post(std::function<void()> job) {
  {
    const std::lock_guard lock(pool_->mutex);
    if (pool_->stopping) return;
    pool_->jobs.push_back(std::move(job));
  }
  pool_->ready.notify_one();
}

void Workers::stop() {
  {
    const std::lock_guard lock(pool_->mutex);
    pool_->stopping = true;
  }
  pool_->ready.notify_all();
  for (std::thread& t : pool_->threads)
    if (t.joinable()) t.join();
  pool_->jobs.clear();
}

std::size_t Workers::count() const { return pool_->threads.size(); }

// One thread with a queue of jobs, and of jobs for later.
struct Threads::Serial {
  struct Later {
    Steady::time_point at;
    std::uint64_t order;
    Job job;
    // a heap's top is the earliest
    bool operator<(const Later& o) const { return std::pair(o.at, o.order) < std::pair(at, order); }
  };
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<Job> jobs;
  std::vector<Later> later;
  std::uint64_t next_order = 0;
  bool stopping = false;
  std::thread thread{[this] { run(); }};

  void post(Job job) {
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
      jobs.push_back(std::move(job));
    }
    ready.notify_one();
  }

  void post_after(Nanos delay, Job job) {
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
      later.push_back(
          {Steady::now() + std::chrono::nanoseconds(delay), next_order++, std::move(job)});
      std::push_heap(later.begin(), later.end());
    }
    ready.notify_one();
  }

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      while (!later.empty() && later.front().at <= Steady::now()) {
        std::pop_heap(later.begin(), later.end());
        jobs.push_back(std::move(later.back().job));
        later.pop_back();
      }
      if (stopping) return;
      if (!jobs.empty()) {
        Job job = std::move(jobs.front());
        jobs.pop_front();
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
      } else if (later.empty()) {
        ready.wait(lock);
      } else {
        const auto until = later.front().at;  // a copy: the vector may move while the lock is gone
        ready.wait_until(lock, until);
      }
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    ready.notify_all();
    if (thread.joinable()) thread.join();
  }
};

Threads::Threads(std::size_t sources, std::size_t sinks, Workers& workers,
                 std::function<Nanos()> clock)
    : workers_(workers), clock_(std::move(clock)), line_(std::make_unique<Serial>()) {
  for (std::size_t i = 0; i < sources; ++i) sources_.push_back(std::make_unique<Serial>());
  for (std::size_t i = 0; i < sinks; ++i) sinks_.push_back(std::make_unique<Serial>());
}

Threads::~Threads() { stop(); }

void Threads::line(Job job) { line_->post(std::move(job)); }
void Threads::line_after(Nanos delay, Job job) { line_->post_after(delay, std::move(job)); }
void Threads::worker(Job job) { workers_.post(std::move(job)); }
void Threads::source(std::size_t index, Job job) { sources_[index]->post(std::move(job)); }
void Threads::sink(std::size_t index, Job job) { sinks_[index]->post(std::move(job)); }
Nanos Threads::now() { return clock_(); }

void Threads::stop() {
  for (auto& s : sources_) s->stop();
  for (auto& s : sinks_) s->stop();
  line_->stop();
}

}  // namespace copydesk::pipeline
