// The one way back: throw away what is not committed, open everything at the committed positions. The start is the same.

#include <utility>

#include "pipeline/decider.h"
#include "pipeline/line.h"
#include "pipeline/resolve_state.h"
#include "state/keys.h"

namespace copydesk::pipeline {
namespace {

constexpr const char* kStore = "state";  // the component that is none: the store

// The committed state of one stage, as its open sees it.
class CommittedState final : public host::StateView {
 public:
  CommittedState(state::Overlay& overlay, std::string prefix, Nanos now)
      : view_(overlay, std::move(prefix), 0, now) {}
  std::optional<std::string_view> get(std::string_view key) override {
    auto found = view_.get(key);
    if (!found) error = found.error();
    if (!found || !*found) return std::nullopt;
    return held_.emplace_back(std::move(**found));
  }
  void multi_get(std::span<const std::string_view> keys,
                 std::span<std::optional<std::string_view>> values) override {
    for (std::size_t i = 0; i < keys.size(); ++i) values[i] = get(keys[i]);
  }
  void scan(std::string_view prefix,
            const std::function<bool(std::string_view, std::string_view)>& each) override {
    if (Status status = view_.scan(prefix, each); !status && !error)
      error = std::move(status).error();
  }
  void added(std::size_t, const Put&) override {}
  std::optional<Error> error;

 private:
  state::StageView view_;
  std::deque<std::string> held_;
};

}  // namespace

void Line::start() {
  phase_ = Phase::kQuieting;
  reopen();
}

// An empty `why` is a withdraw, which is no failure.
void Line::rewind(std::string why, Nanos delay) {
  if (phase_ == Phase::kEnded || phase_ == Phase::kQuieting) return;
  phase_ = Phase::kQuieting;
  ++generation_;
  ++rewinds_;
  rewind_delay_ = delay;
  const Nanos now = executor_.now();
  if (!why.empty() && first_rewind_ == 0) first_rewind_ = now;
  const Nanos limit = plan_.options.once_deadline;
  if (!why.empty() && plan_.options.once && limit != 0 && now - first_rewind_ > limit)
    return fail("line", fatal("gave_up", why));
  waiting_component_ = why.empty() ? "" : plan_.name;
  waiting_why_ = std::move(why);
  group_.reset();
  commit_due_ = holding_ = false;
  quieting_ = inlets_.size() + outlets_.size();
  const auto answer = [this, generation = generation_] {
    if (generation != generation_) return;
    --quieting_;
    quiet();
  };
  for (auto& inlet : inlets_) inlet->abandon(answer);
  for (auto& outlet : outlets_) outlet->abandon(answer);
  quiet();
}

void Line::quiet() {
  if (phase_ != Phase::kQuieting || quieting_ != 0 || jobs_ != 0) return;
  phase_ = Phase::kOpening;
  if (rewind_delay_ == 0) return reopen();
  executor_.line_after(rewind_delay_, [this, generation = generation_] {
    if (generation == generation_) reopen();
  });
}

void Line::reopen() {
  phase_ = Phase::kOpening;
  ++generation_;
  batches_.clear();
  charged_ = 0;
  overlay_ = std::make_unique<state::Overlay>(store_);
  unpositioned_.clear();
  replays_to_do_.assign(replays_.begin(), replays_.end());
  open_error_.reset();
  opening_ = 1;
  Status status = store_.poisoned() ? store_.reopen() : Status();
  if (status) status = ledger_.load();
  if (status && decider_) {
    auto position = store_.get(state::keys::sink_position(plan_.name, plan_.sinks[*decider_].name));
    if (!position) return opened(generation_, std::move(position).error(), kStore);
    return outlets_[*decider_]->open_decider(
        std::move(*position), ledger_.commit_number(),
        [this, generation = generation_](const Result<std::uint64_t>& last) {
          if (generation == generation_ && phase_ == Phase::kOpening) decide_prepared(last);
        });
  }
  if (status) {
    const auto prepared = store_.get(state::keys::prepared(plan_.name));
    if (!prepared)
      status = prepared.error();
    else if (*prepared)
      status = fatal("undecided", "pipeline '" + plan_.name +
                                      "' stopped in the middle of a commit that an exactly_once "
                                      "sink decides, and has no such sink now: "
                                      "put it back, let it run once, then change it");
  }
  open_all(std::move(status), kStore);
}

// What the decider holds tells what became of a commit that was prepared.
void Line::decide_prepared(const Result<std::uint64_t>& last) {
  const std::string& sink = plan_.sinks[*decider_].name;
  Status status = last ? settle_prepared(*last) : Status(last.error());
  if (!status) status = std::move(status).error().within("sink '" + sink + "'");
  open_all(std::move(status), sink);
}

Status Line::settle_prepared(std::uint64_t last) {
  const std::string decided_key = state::keys::meta("decided/" + plan_.name),
                    prepared_key = state::keys::prepared(plan_.name);
  DecisionState known;
  known.committed = ledger_.commit_number();
  const auto decided = store_.get(decided_key);
  if (!decided) return decided.error();
  if (*decided) {
    const auto number = read_decided(**decided);
    if (!number) return number.error();
    known.decided = *number;
  }
  const auto stored = store_.get(prepared_key);
  if (!stored) return stored.error();
  Prepared prepared;
  if (*stored) {
    auto read = decode_prepared(**stored);
    if (!read) return std::move(read).error();
    prepared = std::move(*read);
    known.prepared = prepared.commit;
  }
  const auto decision = decide(known, last);
  if (!decision) return decision.error();
  if (*decision == Decision::kNothing) return {};
  state::WriteSet writes;
  if (*decision == Decision::kApply) {
    writes = std::move(prepared.writes);
    writes.put(decided_key, decided_value(prepared.commit));
  }
  writes.erase(prepared_key);
  if (Status written = store_.commit(writes, true); !written) return written;
  return ledger_.load();
}

void Line::open_all(Status status, std::string component) {
  last_time_ = std::max(last_time_, ledger_.time());
  const auto answer = [this, generation = generation_](Status s, std::string_view kind,
                                                       const std::string& name) {
    if (!s) s = std::move(s).error().within(std::string(kind) + " '" + name + "'");
    opened(generation, std::move(s), name);
  };
  for (std::size_t i = 0; i < outlets_.size() && status; ++i) {
    auto position = store_.get(state::keys::sink_position(plan_.name, plan_.sinks[i].name));
    if (!position) {
      status = std::move(position).error();
      component = kStore;
      break;
    }
    if (!*position) unpositioned_.insert(i);
    if (i == decider_) continue;  // is open already
    ++opening_;
    outlets_[i]->open(
        std::move(*position), ledger_.commit_number(),
        [answer, name = plan_.sinks[i].name](Status s) { answer(std::move(s), "sink", name); });
  }
  for (std::size_t i = 0; i < plan_.stages.size() && status; ++i) {
    const StagePlan& stage = plan_.stages[i];
    CommittedState state(*overlay_, state::keys::stage_state(plan_.name, stage.name),
                         ledger_.time());
    status = stage.stage->open(state, ledger_.commit_number());
    if (status && state.error) status = *state.error;
    if (status) continue;
    status = std::move(status).error().within("stage '" + stage.name + "'");
    component = stage.name;
  }
  for (std::size_t i = 0; i < inlets_.size() && status; ++i) {
    ++opening_;
    inlets_[i]->open(ledger_.commit_number(), [answer, name = plan_.sources[i].name](Status s) {
      answer(std::move(s), "source", name);
    });
  }
  opened(generation_, std::move(status), component);
}

// One component has answered; when all have, the line runs, waits and tries again, or stops.
void Line::opened(std::uint64_t opening, Status answer, const std::string& component) {
  if (opening != generation_ || phase_ != Phase::kOpening) return;
  if (!answer && (!open_error_ || answer.error().cls != ErrorClass::kRetry)) {
    open_error_ = std::move(answer).error();
    open_component_ = component;
  }
  if (--opening_ > 0) return;
  if (open_error_) {
    const Nanos now = executor_.now();
    if (first_open_failure_ == 0) first_open_failure_ = now;
    const Nanos limit = plan_.options.once_deadline;
    const bool too_long = plan_.options.once && limit != 0 && now - first_open_failure_ > limit;
    if (open_error_->cls != ErrorClass::kRetry || too_long)
      return fail(open_component_, std::move(*open_error_));
    if (draining_) {  // nothing is in hand, and it is not to be waited for
      phase_ = Phase::kEnded;
      return owner_.line_ended(status());
    }
    waiting_component_ = open_component_;
    waiting_why_ = open_error_->message;
    executor_.line_after(Backoff{}.delay(open_failures_++, generation_),
                         [this, generation = generation_] {
                           if (generation == generation_) reopen();
                         });
    return;
  }
  open_failures_ = 0;
  first_open_failure_ = 0;
  waiting_component_.clear();
  phase_ = Phase::kRunning;
  for (std::size_t i = 0; i < inlets_.size(); ++i)
    if (Status status = ledger_.look_at_owed(i); !status) {
      if (status.error().cls == ErrorClass::kFatal)
        return fail(plan_.sources[i].name, std::move(status).error());
      return rewind("settlements: " + status.error().message, kSecond);
    }
  keeping_.assign(inlets_.size(), {});
  for (std::size_t i = 0; i < inlets_.size(); ++i) hand_back_owed(i);
  pump();
}

}  // namespace copydesk::pipeline
