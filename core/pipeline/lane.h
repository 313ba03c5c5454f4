#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/batch.h"
#include "pipeline/plan.h"

namespace copydesk::pipeline {

// Told what a step or a sink has in hand, so that a crash can be laid at the right article's door. [worker], [line], [sink].
class CrashWatch {
 public:
  virtual ~CrashWatch() = default;
  virtual void enter(const std::string& component, const std::vector<const Item*>& items) = 0;
  virtual void leave() = 0;
  // How often this article was in hand at a crash.
  [[nodiscard]] virtual unsigned suspicion(const Item& item) const = 0;
  // Where that is kept in the store: erased when the article is final.
  [[nodiscard]] virtual std::string suspect_key(const Item& item) const = 0;
};

// The state of one stage as a resolve sees it; what it added so far is thrown away by `forget` or kept by `keep`.
class ResolveState : public host::StateView {
 public:
  virtual void begin() = 0;  // of one call
  // the call's puts become pending and go into the items
  virtual void keep(std::vector<Item*>& items) = 0;
  virtual void forget() = 0;
};

struct StepEnd {
  std::optional<Error> error;        // class fatal: the line fails
  std::vector<std::uint64_t> retry;  // numbers of the items that must go through the step again
  std::string why;                   // of the retry
  bool waits = false;                // the retry is for something outside: it counts as no attempt
};

// Runs the steps of a batch. Stateless; a batch is given to one thread at a time.
class Lane {
 public:
  Lane(const LinePlan& plan, CrashWatch& watch) : plan_(plan), watch_(watch) {}

  // Makes articles of the batch's records. [worker]
  void decode(Batch& batch) const;
  // Runs the process step of stage `k` on the items that take part (of those, only `only` when it is set). With `last`,
  // what asks for a retry is refused instead. [worker]
  StepEnd process(Batch& batch, std::size_t k,
                  const std::optional<std::vector<std::uint64_t>>& only, bool last) const;
  // The same for the resolve step, strictly in order. [line]
  StepEnd resolve(Batch& batch, std::size_t k, ResolveState& state,
                  const std::optional<std::vector<std::uint64_t>>& only, bool last) const;

 private:
  const LinePlan& plan_;
  CrashWatch& watch_;
};

}  // namespace copydesk::pipeline
