#include "pipeline/line.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/fault.h"
#include "pipeline/dead_letter.h"
#include "pipeline/resolve_state.h"
#include "state/keys.h"

namespace copydesk::pipeline {
namespace {

constexpr std::uint64_t kPollBytes = 4 << 20;  // asked of a source at once, at the most
// of the backoff of a stage that waits: what it needs is soon missed
constexpr unsigned kWaitDoublings = 3;
constexpr std::size_t kReplayBatch = 64;  // dead letters brought back at once

std::uint64_t memory_of(const Batch& batch) {
  std::uint64_t sum = 0;
  for (const Item& item : batch.items) {
    sum += sizeof(Item) + item.article.memory() + item.carry.capacity();
    // here and pending
    for (const StagePut& p : item.puts)
      sum += 2 * (sizeof(StagePut) + p.put.key.capacity() + p.put.value.capacity());
  }
  return sum;
}

}  // namespace

std::string_view to_string(LineState state) {
  switch (state) {
    case LineState::kOpening: return "opening";
    case LineState::kRunning: return "running";
    case LineState::kIdle: return "idle";
    case LineState::kWaiting: return "waiting";
    case LineState::kPaused: return "paused";
    case LineState::kDraining: return "draining";
    case LineState::kFailed: return "failed";
    case LineState::kFinished: return "finished";
  }
  return "";
}

Line::Line(LinePlan plan, state::Store& store, Executor& executor, CrashWatch& watch,
           LineOwner& owner)
    : plan_(std::move(plan)),
      store_(store),
      executor_(executor),
      watch_(watch),
      owner_(owner),
      lane_(plan_, watch_),
      ledger_(plan_, store_),
      overlay_(std::make_unique<state::Overlay>(store_)),
      fixed_(std::make_shared<FixedFates>()) {
  for (std::size_t i = 0; i < plan_.sources.size(); ++i)
    inlets_.push_back(
        std::make_unique<Inlet>(i, plan_.sources[i], plan_.options, executor_, store_, *this));
  for (std::size_t i = 0; i < plan_.sinks.size(); ++i)
    outlets_.push_back(
        std::make_unique<Outlet>(i, plan_.sinks[i], plan_.options, executor_, watch_, *this));
  decider_ = plan_.decider();
  steps_.push_back({Step::kDecoding, 0});
  for (std::size_t i = 0; i < plan_.stages.size(); ++i) {
    if (plan_.stages[i].stage->has_process()) steps_.push_back({Step::kProcessing, i});
    if (plan_.stages[i].stage->has_resolve()) steps_.push_back({Step::kResolving, i});
  }
}

// Sinks go before the outlets that listen to them.
Line::~Line() {
  for (SinkPlan& sink : plan_.sinks) sink.sink.reset();
}

void Line::drain() {
  draining_ = true;
  for (auto& inlet : inlets_) inlet->wake();
  schedule_pump();
}

void Line::pause(bool yes, std::string why) {
  pause_why_ = yes ? std::move(why) : std::string();
  for (auto& inlet : inlets_) inlet->pause(yes);
  schedule_pump();
}

void Line::replay(const std::vector<std::uint64_t>& dead_sequences) {
  for (std::uint64_t number : dead_sequences)
    if (replays_.insert(number).second) replays_to_do_.push_back(number);
  schedule_pump();
}

void Line::adopt(std::vector<Adoption> letters) {
  for (Adoption& a : letters) {
    const auto waits = [&](const Adoption& other) { return other.identity == a.identity; };
    if (std::ranges::any_of(adoptions_, waits)) continue;
    adoptions_.push_back(std::move(a));
  }
  commit_due_ = commit_due_ || !adoptions_.empty();
  schedule_pump();
}

LineStatus Line::status() const {
  LineStatus s;
  s.name = plan_.name;
  s.counters = ledger_.counters();
  s.commit = ledger_.commit_number();
  s.batches = batches_.size();
  s.bytes = charged_;
  s.rewinds = rewinds_;
  s.withdrawals = withdrawals_;
  const auto hear = [&s](const std::string& name, const host::Component& component) {
    if (std::string word = component.status_word(); !word.empty()) s.words[name] = std::move(word);
    if (auto counted = component.counted(); !counted.empty()) s.counted[name] = std::move(counted);
  };
  for (const SourcePlan& p : plan_.sources) {
    hear(p.name, *p.source);
    if (auto untaken = p.source->untaken(); !untaken.empty())
      s.untaken[p.name] = std::move(untaken);
  }
  for (const StagePlan& p : plan_.stages) hear(p.name, *p.stage);
  for (const SinkPlan& p : plan_.sinks) hear(p.name, *p.sink);
  if (failure_) {
    s.state = LineState::kFailed;
    s.component = failure_->first;
    s.why = failure_->second.message;
    return s;
  }
  if (phase_ == Phase::kEnded) {
    s.state = LineState::kFinished;
    return s;
  }
  for (std::size_t i = 0; i < outlets_.size() && s.component.empty(); ++i)
    if (std::string why = outlets_[i]->waiting(); !why.empty())
      std::tie(s.component, s.why) = std::pair(plan_.sinks[i].name, std::move(why));
  for (std::size_t i = 0; i < inlets_.size() && s.component.empty(); ++i)
    if (!inlets_[i]->waiting().empty())
      std::tie(s.component, s.why) = std::pair(plan_.sources[i].name, inlets_[i]->waiting());
  if (s.component.empty() && !waiting_component_.empty())
    std::tie(s.component, s.why) = std::pair(waiting_component_, waiting_why_);
  if (!s.component.empty())
    s.state = LineState::kWaiting;
  else if (phase_ != Phase::kRunning)
    s.state = LineState::kOpening;
  else if (draining_)
    s.state = LineState::kDraining;
  else if (!pause_why_.empty())
    s.state = LineState::kPaused, s.why = pause_why_;
  else
    s.state = batches_.empty() ? LineState::kIdle : LineState::kRunning;
  return s;
}

// ---- the flow -----------------------------------------------------------------------------------------------------

void Line::schedule_pump() {
  if (pump_scheduled_) return;
  pump_scheduled_ = true;
  executor_.line([this] {
    pump_scheduled_ = false;
    pump();
  });
}

void Line::pump() {
  if (pumping_) {
    pump_again_ = true;
    return;
  }
  pumping_ = true;
  do {
    pump_again_ = false;
    if (running()) poll_sources();
    if (running()) take_replays();
    if (running()) advance_batches();
    if (running()) commit_when_due();
    if (running()) end_when_done();
  } while (pump_again_ && running());
  pumping_ = false;
}

// The head of the line always gets memory: with nothing in the line a source is asked whatever the budget says. Reading
// far ahead of the workers would only spread the same work over more memory.
void Line::poll_sources() {
  if (draining_) return;
  const auto in_lane = std::ranges::count_if(
      batches_, [](const auto& b) { return !b->handed_out || b->open_writes > 0; });
  if (static_cast<std::uint64_t>(in_lane) >= plan_.options.read_ahead) return;
  if (charged_ >= plan_.options.memory && !batches_.empty()) return;
  const std::uint64_t free = plan_.options.memory > charged_ ? plan_.options.memory - charged_ : 0;
  const std::uint64_t most = std::clamp<std::uint64_t>(
      free / (2 * std::max<std::size_t>(inlets_.size(), 1)), 64 << 10, kPollBytes);
  for (auto& inlet : inlets_) inlet->poll(most);
}

void Line::arrived(std::size_t source, std::vector<Arrival> arrivals) {
  if (!running()) return;
  if (!draining_)
    for (Arrival& arrival : arrivals) {
      Batch batch;
      batch.source = source;
      batch.charged = arrival.bytes;
      batch.records = std::move(arrival.records);
      batch.advances = std::move(arrival.advances);
      admit(std::move(batch));
    }
  pump();
}

void Line::recharge(Batch& batch) {
  charged_ -= batch.charged;
  batch.charged = memory_of(batch);
  charged_ += batch.charged;
}

void Line::admit(Batch batch) {
  batch.sequence = next_sequence_++;
  batch.time = last_time_ = std::max(last_time_, executor_.now());
  if (!fixed_->empty()) batch.fixed = fixed_;
  charged_ += batch.charged;
  batches_.push_back(std::make_unique<Batch>(std::move(batch)));
}

// Dead letters come back in batches of their own; those of one batch begin where they were refused.
void Line::take_replays() {
  if (draining_ || replays_to_do_.empty() ||
      (charged_ >= plan_.options.memory && !batches_.empty()))
    return;
  Batch batch;
  batch.source = kReplaySource;
  for (std::size_t i = 0; i < kReplayBatch && !replays_to_do_.empty(); ++i) {
    const std::uint64_t number = replays_to_do_.front();
    replays_to_do_.pop_front();
    auto stored = store_.get(state::keys::dead_letter(plan_.name, number));
    if (!stored) return rewind("dead letters: " + stored.error().message, kSecond);
    Result<DeadLetter> letter =
        *stored ? decode_dead_letter(**stored) : Result<DeadLetter>(fatal("gone", ""));
    if (!letter) {
      replays_.erase(number);
      continue;
    }
    Replay replay{number, letter->attempts, {}};
    if (letter->resume == "decode") {
      batch.charged += 2 * letter->article.memory();
      batch.records.push_back(decode::record_of(letter->article));
      batch.record_replays.push_back(std::move(replay));
      continue;
    }
    Item item;
    item.number = batch.next_number++;
    item.entry = plan_.stages.size();
    if (letter->resume.empty() || letter->resume == kStagesThenSinks) {
      for (const Failure& f : letter->failures)
        if (const auto sink = plan_.sink_index(f.component)) replay.owed.push_back(*sink);
      // the sink that owed it is not configured any more: it stays a dead letter
      if (replay.owed.empty()) {
        replays_.erase(number);
        continue;
      }
    }
    if (!letter->resume.empty()) item.entry = plan_.stage_index(letter->resume).value_or(0);
    batch.charged += letter->article.memory();
    item.article = std::move(letter->article);
    item.origin_hash = hash_of(item.article.origin);
    item.fixed = fixed_fate(fixed_.get(), item.article.origin);
    item.replay = std::move(replay);
    batch.items.push_back(std::move(item));
  }
  if (!batch.items.empty() || !batch.records.empty()) admit(std::move(batch));
}

void Line::advance_batches() {
  for (std::size_t i = 0; i < batches_.size() && running(); ++i)
    while (running() && advance(i)) {
    }
}

// Takes one batch a step further if it may; false when it must wait for something.
bool Line::advance(std::size_t index) {
  Batch& batch = *batches_[index];
  if (batch.busy || batch.waiting || batch.handed_out) return false;
  const Batch* before = index > 0 ? batches_[index - 1].get() : nullptr;
  if (batch.step == steps_.size()) {
    if ((before != nullptr && !before->handed_out) || !unpositioned_.empty() || holding_)
      return false;
    // the commit pumps when it is through
    if (group_ && handed_out_bytes_ >= kCommitBytes) return false;
    hand_out(batch);
    if (batch.open_writes == 0) pump_again_ = true;  // room for more, and nobody will say so
    return true;
  }
  if (steps_[batch.step].kind != Step::kResolving) {
    work(batch);
    return false;
  }
  if (before != nullptr && before->step <= batch.step) return false;
  return resolve(batch);
}

bool Line::last_attempt(const Batch& batch, const StagePlan& stage) const {
  return batch.attempts + 1 >= stage.attempts;
}

// One worker takes the batch through all steps up to the next that must run in order.
void Line::work(Batch& batch) {
  batch.busy = true;
  ++jobs_;
  executor_.worker([this, &batch, generation = generation_] {
    std::size_t step = batch.step;
    StepEnd end;
    while (step < steps_.size() && steps_[step].kind != Step::kResolving) {
      const Step& s = steps_[step];
      if (s.kind == Step::kDecoding)
        lane_.decode(batch);
      else
        end = lane_.process(batch, s.stage, batch.retry_numbers,
                            last_attempt(batch, plan_.stages[s.stage]));
      if (end.error || !end.retry.empty()) break;
      batch.step_done();
      ++step;
    }
    executor_.line(
        [this, &batch, generation, step, end = std::make_shared<StepEnd>(std::move(end))] {
          worked(generation, batch, step, std::move(*end));
        });
  });
}

void Line::worked(std::uint64_t generation, Batch& batch, std::size_t step, StepEnd end) {
  --jobs_;
  if (generation != generation_ || !running()) return quiet();
  batch.busy = false;
  batch.step = step;
  recharge(batch);
  if (end.error) return fail(plan_.stages[steps_[step].stage].name, std::move(*end.error));
  if (!end.retry.empty()) step_retry(batch, plan_.stages[steps_[step].stage], std::move(end));
  pump();
}

bool Line::resolve(Batch& batch) {
  const std::size_t k = steps_[batch.step].stage;
  StagePlan& stage = plan_.stages[k];
  CallState state(*overlay_, state::keys::stage_state(plan_.name, stage.name), batch, k);
  StepEnd end = lane_.resolve(batch, k, state, batch.retry_numbers, last_attempt(batch, stage));
  if (state.error()) {
    if (state.error()->cls == ErrorClass::kFatal)
      fail("state", *state.error());
    else
      rewind("state: " + state.error()->message, kSecond);
    return false;
  }
  if (end.error) {
    fail(stage.name, std::move(*end.error));
    return false;
  }
  if (!end.retry.empty()) {
    step_retry(batch, stage, std::move(end));
    return false;
  }
  batch.step_done();
  ++batch.step;
  recharge(batch);
  fault_point("after_resolve");
  return true;
}

void Line::step_retry(Batch& batch, const StagePlan& stage, StepEnd end) {
  const Nanos now = executor_.now();
  if (batch.first_failure == 0) batch.first_failure = now;
  const Nanos limit = plan_.options.once_deadline;
  if (end.waits && plan_.options.once && limit != 0 && now - batch.first_failure > limit)
    return fail(
        stage.name,
        fatal("gave_up", "waited for " + std::to_string((now - batch.first_failure) / kSecond) +
                             " s: " + end.why));
  batch.retry_numbers = std::move(end.retry);
  batch.waiting = true;
  waiting_component_ = stage.name;
  waiting_why_ = end.why;
  const unsigned attempt = end.waits ? std::min(batch.waits++, kWaitDoublings) : batch.attempts++;
  executor_.line_after(stage.backoff.delay(attempt, batch.sequence),
                       [this, &batch, generation = generation_] {
                         if (generation != generation_) return;
                         batch.waiting = false;
                         waiting_component_.clear();
                         pump();
                       });
}

void Line::hand_out(Batch& batch) {
  batch.handed_out = true;
  handed_out_bytes_ += batch.charged;
  std::vector<std::vector<Item*>> to(outlets_.size());
  for (Item& item : batch.items)
    if (item.fate == Fate::kLive) route(item, to);
  for (const auto& items : to) batch.open_writes += items.empty() ? 0 : 1;
  for (std::size_t i = 0; i < to.size(); ++i)
    if (!to[i].empty()) outlets_[i]->write(batch, to[i]);
  if (batch.open_writes == 0) answered(batch);
}

void Line::route(Item& item, std::vector<std::vector<Item*>>& to) const {
  if (item.fixed != nullptr && item.fixed->fate == Fate::kLive) item.answers = item.fixed->refused;
  std::vector<std::size_t> sinks;
  for (const RoutePlan& r : plan_.routes) {
    const bool takes = r.otherwise ? sinks.empty() : !r.when || r.when(item.article);
    if (takes && std::ranges::find(sinks, r.sink) == sinks.end()) sinks.push_back(r.sink);
  }
  if (item.replay && !item.replay->owed.empty()) sinks = item.replay->owed;
  std::erase_if(sinks, [&](std::size_t s) {
    return std::ranges::find(item.answers, s, &SinkAnswer::sink) != item.answers.end();
  });
  for (std::size_t s : sinks) to[s].push_back(&item);
  if (!sinks.empty() || !item.answers.empty()) return;
  item.fate = Fate::kDropped;
  item.reason = "no_sink";
  item.failed_stage = kDecode;
}

void Line::written(Batch& batch) {
  CD_ASSERT(batch.open_writes > 0);
  --batch.open_writes;
  fault_point("after_write");
  if (batch.open_writes == 0) answered(batch);
  schedule_pump();
}

// Every sink has answered: the ends are known, and dead letters go to the sink for them, which has its say last.
void Line::answered(Batch& batch) {
  if (!batch.dead_told) {
    batch.dead_told = true;
    if (plan_.dead_letters) tell_dead(batch);
    if (batch.open_writes > 0) return;
  }
  release_delivered(batch);
}

void Line::tell_dead(Batch& batch) {
  std::vector<Item*> dead;
  for (Item& item : batch.items) {
    if (Ledger::outcome(item) != Ledger::Outcome::kDeadLetter) continue;
    write_failure(item, {plan_.data_id, plan_.name, *plan_.dead_letters, batch.time});
    dead.push_back(&item);
  }
  if (dead.empty()) return;
  ++batch.open_writes;
  outlets_[*plan_.dead_letters]->write(batch, dead);
}

// What every sink has taken is not needed again: a dead letter keeps its text, a delivered article only its end.
void Line::release_delivered(Batch& batch) {
  for (Item& item : batch.items)
    if (item.fate == Fate::kLive && Ledger::outcome(item) == Ledger::Outcome::kDelivered)
      item.article.release();
  recharge(batch);
}

void Line::source_rewinds(std::size_t, std::string why) {
  if (running()) rewind(std::move(why), 0);
}

// Only what was owed at the last opening or since is struck off, so that a wrong number does no harm.
void Line::source_settled(std::size_t source, std::uint64_t number) {
  if (number <= ledger_.last_owed()) settled_.emplace_back(source, number);
  schedule_pump();
}

void Line::source_failed(std::size_t source, Error error) {
  fail(plan_.sources[source].name, std::move(error));
}
void Line::sink_failed(std::size_t sink, Error error) {
  fail(plan_.sinks[sink].name, std::move(error));
}

void Line::end_when_done() {
  const bool no_more =
      draining_ || std::ranges::all_of(inlets_, [](const auto& i) { return i->ended(); });
  const bool polling = std::ranges::any_of(inlets_, [](const auto& i) { return i->polling(); });
  if (!no_more || polling || !batches_.empty() || group_ || settling_ != 0 || !settled_.empty())
    return;
  if ((!replays_to_do_.empty() || !adoptions_.empty()) && !draining_) return;
  phase_ = Phase::kEnded;
  owner_.line_ended(status());
}

void Line::fail(std::string component, Error error) {
  if (phase_ == Phase::kEnded) return;
  failure_.emplace(std::move(component), std::move(error));
  phase_ = Phase::kEnded;
  ++generation_;
  // What is queued would be written and never committed.
  for (auto& outlet : outlets_) outlet->abandon([] {});
  owner_.line_ended(status());
}

}  // namespace copydesk::pipeline
