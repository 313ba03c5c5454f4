#pragma once

#include <deque>
#include <map>

#include "pipeline/executor.h"

namespace copydesk::pipeline {

// Every job in one queue; the test holds the clock, which stands still but for `pass`.
class OneQueue final : public Executor {
 public:
  void line(Job job) override { jobs_.push_back(std::move(job)); }
  void line_after(Nanos delay, Job job) override { later_.emplace(now_ + delay, std::move(job)); }
  void worker(Job job) override { jobs_.push_back(std::move(job)); }
  void source(std::size_t, Job job) override { jobs_.push_back(std::move(job)); }
  void sink(std::size_t, Job job) override { jobs_.push_back(std::move(job)); }
  Nanos now() override { return now_; }

  // Runs what there is, and what comes of it.
  void run() {
    while (!jobs_.empty()) {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }
  // Goes on to that time, from one job for later to the next.
  void pass(Nanos time) {
    const Nanos end = now_ + time;
    while (!later_.empty() && later_.begin()->first <= end) {
      now_ = std::max(now_, later_.begin()->first);
      jobs_.push_back(std::move(later_.extract(later_.begin()).mapped()));
      run();
    }
    now_ = end;
  }

 private:
  std::deque<Job> jobs_;
  std::multimap<Nanos, Job> later_;
  Nanos now_ = 1'700'000'000 * kSecond;
};

}  // namespace copydesk::pipeline
