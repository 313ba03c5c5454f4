#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/batch.h"
#include "pipeline/bounds.h"
#include "pipeline/dead_letter.h"
#include "pipeline/executor.h"
#include "pipeline/inlet.h"
#include "pipeline/lane.h"
#include "pipeline/ledger.h"
#include "pipeline/outlet.h"
#include "pipeline/plan.h"
#include "state/overlay.h"
#include "state/store.h"

namespace copydesk::pipeline {

enum class LineState {
  kOpening,
  kRunning,
  kIdle,
  kWaiting,
  kPaused,
  kDraining,
  kFailed,
  kFinished
};
[[nodiscard]] std::string_view to_string(LineState state);

// What a person may ask a line at any time.
struct LineStatus {
  std::string name;
  LineState state = LineState::kOpening;
  std::string component, why;  // of waiting and failed
  // of components that have something to say of themselves
  std::map<std::string, std::string> words;
  std::map<std::string, std::vector<metrics::Sample>> counted;  // by component, its own counters
  std::map<std::string, std::vector<host::Untaken>> untaken;  // by source, where there is something
  Counters counters;
  std::uint64_t commit = 0, batches = 0, bytes = 0, rewinds = 0, withdrawals = 0;
};

// What the line tells its owner. [line]
class LineOwner {
 public:
  virtual ~LineOwner() = default;
  virtual void line_ended(const LineStatus& status) = 0;  // finished or failed; called once
};

// One pipeline at work: batches in sequence from the sources through the stages to the sinks, and the commits that make
// them final. A state machine without a thread: every member is [line], all else is a job of the executor's.
//
//   arrived → decode, process (workers) → resolve (here, in order) → … → outlets → flush → commit → settle
//
// `rewind` is the one way back: whatever is not committed is thrown away, and sources, stages and sinks are opened at the
// committed positions. Start, withdraw and every failure of a flush or commit are this one operation.
class Line final : public InletOwner, public OutletOwner {
 public:
  Line(LinePlan plan, state::Store& store, Executor& executor, CrashWatch& watch, LineOwner& owner);
  ~Line() override;

  void start();
  // Takes nothing more in, finishes what is under way, commits, settles, and ends.
  void drain();
  // Holds the sources, as for a full disk; the rest goes on.
  void pause(bool yes, std::string why);
  // Brings dead letters back to where they were refused. Those that are unknown by now are passed over.
  void replay(const std::vector<std::uint64_t>& dead_sequences);
  // Takes dead letters of other daemons into the store, those that it never took before, and brings them back as well.
  void adopt(std::vector<Adoption> letters);
  [[nodiscard]] LineStatus status() const;
  [[nodiscard]] const LinePlan& plan() const { return plan_; }

 private:
  struct Step {
    enum Kind { kDecoding, kProcessing, kResolving } kind;
    std::size_t stage;
  };

  void arrived(std::size_t source, std::vector<Arrival> arrivals) override;
  void source_failed(std::size_t source, Error error) override;
  void source_rewinds(std::size_t source, std::string why) override;
  void source_settled(std::size_t source, std::uint64_t number) override;
  void written(Batch& batch) override;
  void flushed(std::size_t sink, std::string position) override;
  void flush_failed(std::size_t sink, Error error) override;
  void sink_failed(std::size_t sink, Error error) override;

  void pump();
  void schedule_pump();
  void poll_sources();
  void take_replays();
  void admit(Batch batch);
  void recharge(Batch& batch);
  void advance_batches();
  bool advance(std::size_t index);
  void work(Batch& batch);
  void worked(std::uint64_t generation, Batch& batch, std::size_t step, StepEnd end);
  bool resolve(Batch& batch);
  void step_retry(Batch& batch, const StagePlan& stage, StepEnd end);
  [[nodiscard]] bool last_attempt(const Batch& batch, const StagePlan& stage) const;
  void hand_out(Batch& batch);
  void answered(Batch& batch);
  void tell_dead(Batch& batch);
  void release_delivered(Batch& batch);
  void route(Item& item, std::vector<std::vector<Item*>>& to) const;

  void commit_when_due();
  void begin_commit();
  void finish_commit();
  bool withdraw(const std::vector<Batch*>& group);
  [[nodiscard]] std::vector<Batch*> group_batches() const;
  void write_commit();
  void board();
  void boarded(Result<std::string> bytes);
  void prepare_commit();
  void decided(Status status);
  void commit_failed(Error error);
  void committed(Commit commit);
  void settle(std::size_t source, std::vector<OwedSettlement> owed,
              std::function<void()> then = {});
  void hand_back_owed(std::size_t source);
  void hand_back_page(std::size_t source, std::uint64_t from, std::uint64_t last);
  void hand_back_later(std::size_t source);
  void arm_commit_timer();

  void rewind(std::string why, Nanos delay);
  void quiet();
  void reopen();
  void decide_prepared(const Result<std::uint64_t>& last);
  [[nodiscard]] Status settle_prepared(std::uint64_t last);
  // `component`: whose status that is.
  void open_all(Status status, std::string component);
  void opened(std::uint64_t opening, Status answer, const std::string& component);
  void fail(std::string component, Error error);
  void end_when_done();
  [[nodiscard]] bool running() const { return phase_ == Phase::kRunning; }

  LinePlan plan_;
  state::Store& store_;
  Executor& executor_;
  CrashWatch& watch_;
  LineOwner& owner_;
  Lane lane_;
  Ledger ledger_;
  std::unique_ptr<state::Overlay> overlay_;
  std::vector<std::unique_ptr<Inlet>> inlets_;
  std::vector<std::unique_ptr<Outlet>> outlets_;
  std::vector<Step> steps_;
  std::optional<std::size_t> decider_;  // of plan_.sinks

  enum class Phase { kNew, kQuieting, kOpening, kRunning, kEnded };
  Phase phase_ = Phase::kNew;
  std::uint64_t generation_ = 0;  // counts rewinds: what belongs to an older one is void
  std::size_t jobs_ = 0;          // with workers
  std::size_t quieting_ = 0;      // answers that a rewind waits for
  std::size_t opening_ = 0;
  unsigned open_failures_ = 0;
  Nanos first_open_failure_ = 0;
  std::optional<Error> open_error_;
  std::string open_component_;  // whose error that is
  Nanos rewind_delay_ = 0;

  std::deque<std::unique_ptr<Batch>> batches_;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t charged_ = 0;
  Nanos last_time_ = 0;
  bool pump_scheduled_ = false, pumping_ = false, pump_again_ = false;

  struct Group {             // of the commit under way
    std::uint64_t last = 0;  // sequence of its last batch; 0: none
    std::size_t flushes = 0;
    std::map<std::size_t, std::string> positions;
    std::vector<std::pair<std::size_t, std::uint64_t>> settled;  // struck off the list by it
    std::optional<Commit> commit;                                // while the decider has it
    std::size_t boarding = 0;  // sources that are asked for their passengers
    std::vector<std::string> passengers;
  };
  std::optional<Group> group_;
  bool commit_due_ = false, commit_timer_ = false;
  bool holding_ = false;                // a commit waits until what is handed out has its ends
  std::uint64_t handed_out_bytes_ = 0;  // since the last commit began
  std::set<std::size_t> unpositioned_;  // sinks whose start is not in a commit yet
  // to be struck off the list by the next commit
  std::vector<std::pair<std::size_t, std::uint64_t>> settled_;
  std::size_t settling_ = 0;
  struct Keeping {           // of what one source could not deal with yet
    bool any = false;        // since the last time that all was handed back
    bool under_way = false;  // it is handed back now, or at a time that is set
    unsigned times = 0;      // in a row
  };
  std::vector<Keeping> keeping_;  // by source
  // after a withdraw: small groups, so that the next one costs less
  unsigned eager_commits_ = 0;
  unsigned commit_failures_ = 0;
  Nanos first_rewind_ = 0;  // since the last commit, for a failure; 0: none

  std::shared_ptr<FixedFates> fixed_;
  std::set<std::uint64_t> replays_;          // asked for and not dealt with
  std::deque<std::uint64_t> replays_to_do_;  // of those, not in a batch
  std::vector<Adoption> adoptions_;          // for the next commit
  bool draining_ = false;
  std::string waiting_component_, waiting_why_, pause_why_;
  std::optional<std::pair<std::string, Error>> failure_;
  std::uint64_t rewinds_ = 0, withdrawals_ = 0;
};

}  // namespace copydesk::pipeline
