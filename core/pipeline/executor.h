#pragma once

#include <cstddef>
#include <functional>

#include "base/time.h"

namespace copydesk::pipeline {

// Where the line's work runs. The line itself is one state machine, touched on its own thread only; everything that
// takes time is a job for a worker, a source or a sink, and comes back as a job for the line. The daemon's executor has
// threads (`threads.h`); the simulation's has one queue from which a seed chooses.
class Executor {
 public:
  using Job = std::function<void()>;
  virtual ~Executor() = default;
  virtual void line(Job job) = 0;                     // [any] in order of arrival
  virtual void line_after(Nanos delay, Job job) = 0;  // [line]
  virtual void worker(Job job) = 0;                   // [line] any order, many at once
  // [line] each source's in order, one at a time
  virtual void source(std::size_t index, Job job) = 0;
  // [line] each sink's in order, one at a time
  virtual void sink(std::size_t index, Job job) = 0;
  [[nodiscard]] virtual Nanos now() = 0;  // [any] wall clock
};

}  // namespace copydesk::pipeline
