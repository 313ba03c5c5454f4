#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/batch.h"
#include "pipeline/executor.h"
#include "pipeline/plan.h"
#include "state/store.h"

namespace copydesk::pipeline {

// A batch as it comes in: records, and the positions that cover them.
struct Arrival {
  std::vector<decode::RawRecord> records;
  std::vector<Advance> advances;
  std::uint64_t bytes = 0;  // what the budget is charged
};

class InletOwner {
 public:
  virtual ~InletOwner() = default;
  virtual void arrived(std::size_t source, std::vector<Arrival> arrivals) = 0;
  virtual void source_failed(std::size_t source, Error error) = 0;
  // what it emitted and no commit has must be forgotten
  virtual void source_rewinds(std::size_t source, std::string why) = 0;
  // a settlement that it had kept is done meanwhile
  virtual void source_settled(std::size_t source, std::uint64_t number) = 0;
};

// The way in from one source. A poll runs on the source's thread and cuts what is emitted into batches; at most one is
// under way. All members are [line].
class Inlet final : private host::SourceEvents {
 public:
  Inlet(std::size_t index, SourcePlan& plan, const LineOptions& options, Executor& executor,
        state::Store& store, InletOwner& owner)
      : index_(index),
        plan_(plan),
        options_(options),
        executor_(executor),
        store_(store),
        owner_(owner) {
    plan_.source->listen(this);
  }
  ~Inlet() override = default;

  void open(std::uint64_t commit, std::function<void(Status)> opened);
  void poll(std::uint64_t max_bytes);  // nothing while one is under way or the source has ended
  void wake() { plan_.source->wake(); }
  // Hands final records' tokens back; `settled` gets the indexes of those that the source could not deal with yet.
  using Kept = std::vector<std::uint32_t>;
  void settle(std::vector<host::Settled> items, std::function<void(const Kept&)> settled);
  // The bytes of its positions for the decider's transaction.
  [[nodiscard]] bool boards() const { return plan_.source->boards(); }
  void board(std::vector<host::Settled> items, std::function<void(Result<std::string>)> boarded);
  // Whatever a poll under way brings is thrown away; `quiet` is called when it is back.
  void abandon(std::function<void()> quiet);

  [[nodiscard]] bool polling() const { return polling_; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool paused() const { return paused_; }
  void pause(bool yes) { paused_ = yes; }
  [[nodiscard]] const std::string& waiting() const { return waiting_; }

 private:
  void rewind(std::string why) override;        // [any]
  void settled(std::uint64_t number) override;  // [any]
  void on_polled(std::uint64_t generation, std::vector<Arrival> arrivals,
                 Result<host::Polled> polled);
  void ask_again_after(Nanos pause);

  std::size_t index_;
  SourcePlan& plan_;
  const LineOptions& options_;
  Executor& executor_;
  state::Store& store_;
  InletOwner& owner_;
  bool polling_ = false, ended_ = false, paused_ = false, backing_off_ = false;
  unsigned failures_ = 0;
  unsigned hasty_polls_ = 0;  // in a row that came back at once with nothing
  Nanos first_failure_ = 0;
  std::string waiting_;
  std::uint64_t generation_ = 0;
};

// How a position is stored: what happened to the partition's articles since its last token, then the source's bytes.
[[nodiscard]] std::string stored_position(std::uint32_t outcomes, std::string_view position);
struct StoredPosition {
  std::uint32_t outcomes = 0;
  std::string_view position;
};
[[nodiscard]] StoredPosition read_position(std::string_view stored);

}  // namespace copydesk::pipeline
