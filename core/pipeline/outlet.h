#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/batch.h"
#include "pipeline/executor.h"
#include "pipeline/lane.h"
#include "pipeline/plan.h"

namespace copydesk::pipeline {

// What the outlet of one sink tells the line. [line]
class OutletOwner {
 public:
  virtual ~OutletOwner() = default;
  // every article of the write has a final answer
  virtual void written(Batch& batch) = 0;
  virtual void flushed(std::size_t sink, std::string position) = 0;
  virtual void flush_failed(std::size_t sink, Error error) = 0;  // the line must rewind
  virtual void sink_failed(std::size_t sink, Error error) = 0;   // the line must stop
};

// The way to one sink: writes and flushes strictly in order. What a sink asks to retry is retried before any later batch;
// what it refuses as a whole is halved; after `breaker` refusals in a row the sink is parked: nothing more is refused, the
// write is tried again with backoff until something gets through. All members are [line].
class Outlet final : private host::SinkEvents {
 public:
  Outlet(std::size_t index, SinkPlan& plan, const LineOptions& options, Executor& executor,
         CrashWatch& watch, OutletOwner& owner);
  ~Outlet() override;

  // the items stay where they are until `written`
  void write(Batch& batch, const std::vector<Item*>& items);
  void flush();
  void committed(std::uint64_t commit, std::string position);
  // The decider's part of a commit whose flush has been answered. `decided` gets the outcome; an error leaves it unknown.
  void decide(std::uint64_t commit, std::vector<std::string> passengers,
              std::function<void(Status)> decided);
  // Opens the decider; `opened` gets the number of the last commit that it holds.
  void open_decider(std::optional<std::string> position, std::uint64_t commit,
                    std::function<void(Result<std::uint64_t>)> opened);
  // Forgets everything queued; `quiet` is called when the sink's thread has nothing of it in hand any more.
  void abandon(std::function<void()> quiet);
  // Opens the sink at a position; `opened` gets the outcome.
  void open(std::optional<std::string> position, std::uint64_t commit,
            std::function<void(Status)> opened);

  [[nodiscard]] bool idle() const { return ops_.empty(); }
  [[nodiscard]] std::size_t queued() const { return ops_.size(); }
  // Why the sink is waited for; empty when it is not.
  [[nodiscard]] std::string waiting() const;
  [[nodiscard]] bool dirty() const { return dirty_; }  // written since the last flush

 private:
  struct Op {
    Batch* batch = nullptr;  // null: a flush
    std::vector<Item*> items;
  };

  void results(std::uint64_t ticket, std::vector<host::SinkResult> results) override;  // [any]
  void done(std::uint64_t ticket, Status status) override;                             // [any]
  void flushed(std::uint64_t ticket, Status status, std::string position) override;    // [any]

  void next();
  void start();
  void on_done(std::uint64_t ticket, Status status);
  void on_flushed(std::uint64_t ticket, Status status, std::string position);
  void answer(Op& op, Status& status);
  bool refuse(Item& item, const Error& error);
  void retry_later(const std::string& why);
  void finish_op();

  std::size_t index_;
  SinkPlan& plan_;
  const LineOptions& options_;
  Executor& executor_;
  CrashWatch& watch_;
  OutletOwner& owner_;

  std::deque<Op> ops_;
  std::uint64_t ticket_ = 0;  // of the op in the sink's hands; 0: none
  std::uint64_t last_ticket_ = 0;
  Nanos given_ = 0;  // when it got the op
  std::vector<host::SinkResult> results_;
  unsigned attempt_ = 0;
  Nanos first_failure_ = 0;
  unsigned refused_in_a_row_ = 0;
  bool parked_ = false;
  bool dirty_ = false;
  // a decider between flush and commit: what is queued belongs to the next transaction
  bool held_ = false;
  std::string waiting_;
  std::uint64_t generation_ = 0;  // counts abandons: what was posted before one is void
};

}  // namespace copydesk::pipeline
