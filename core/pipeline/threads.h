#pragma once

#include <memory>
#include <vector>

#include "pipeline/executor.h"

namespace copydesk::pipeline {

// The daemon's executor for one line: a thread for the line, one for each source and sink, and a pool of workers that
// lines share. Jobs of one thread run in the order they were posted.
class Workers {
 public:
  explicit Workers(std::size_t count);
  ~Workers();  // stops after the jobs under way; those not begun are dropped
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  void post(std::function<void()> job);  // [any]
  void stop();                           // what `~Workers` does; posts after it are dropped
  [[nodiscard]] std::size_t count() const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

class Threads final : public Executor {
 public:
  Threads(std::size_t sources, std::size_t sinks, Workers& workers, std::function<Nanos()> clock);
  ~Threads() override;

  void line(Job job) override;
  void line_after(Nanos delay, Job job) override;
  void worker(Job job) override;
  void source(std::size_t index, Job job) override;
  void sink(std::size_t index, Job job) override;
  Nanos now() override;

  // Stops and joins every thread of this line; jobs not begun are dropped. The workers must be stopped before.
  void stop();

 private:
  struct Serial;
  Workers& workers_;
  std::function<Nanos()> clock_;
  std::vector<std::unique_ptr<Serial>> sources_, sinks_;
  std::unique_ptr<Serial> line_;
};

}  // namespace copydesk::pipeline
