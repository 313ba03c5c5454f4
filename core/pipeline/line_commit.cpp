// The commit: a group of batches from the head of the line becomes final in one atomic write.

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/fault.h"
#include "pipeline/decider.h"
#include "pipeline/line.h"
#include "state/keys.h"

namespace copydesk::pipeline {
namespace {

constexpr unsigned kEagerCommits = 4;  // commits after a withdraw that do not wait for the interval
constexpr std::size_t kOwedPage = 256;  // settlements handed back at once
// Between two times that a source gets back what it could not deal with; doubles.
constexpr Nanos kKeptPause = 60 * kSecond, kKeptPauseMost = 15 * 60 * kSecond;

}  // namespace

void Line::arm_commit_timer() {
  if (commit_timer_) return;
  commit_timer_ = true;
  executor_.line_after(plan_.options.commit_interval, [this] {
    commit_timer_ = false;
    commit_due_ = true;
    pump();
  });
}

void Line::commit_when_due() {
  if (group_) return;
  holding_ = false;
  const bool handed_out = !batches_.empty() && batches_.front()->handed_out;
  if (!unpositioned_.empty()) return begin_commit();
  if (!handed_out && settled_.empty() && adoptions_.empty()) return;
  // Nothing more to come for now: waiting would only cost time.
  const bool no_more =
      draining_ || std::ranges::all_of(inlets_, [](const auto& i) { return i->ended(); });
  const bool all_out = batches_.empty() || batches_.back()->handed_out;
  const bool full =
      handed_out && (charged_ >= plan_.options.memory / 2 || handed_out_bytes_ >= kCommitBytes);
  if (!commit_due_ && !full && !(no_more && all_out) && !(eager_commits_ > 0 && handed_out))
    return arm_commit_timer();
  // Dead letters are written behind the answers of other sinks, and belong to the commit of their batch.
  holding_ = plan_.dead_letters && std::ranges::any_of(batches_, [](const auto& b) {
               return b->handed_out && (!b->dead_told || b->open_writes > 0);
             });
  if (!holding_) begin_commit();
}

// A flush goes behind everything that the sinks were handed so far: that is the group.
void Line::begin_commit() {
  commit_due_ = false;
  handed_out_bytes_ = 0;
  group_ = Group{};
  for (const auto& batch : batches_) {
    if (!batch->handed_out) break;
    group_->last = batch->sequence;
  }
  for (std::size_t i = 0; i < outlets_.size(); ++i) {
    if (!outlets_[i]->dirty() && !unpositioned_.contains(i)) continue;
    ++group_->flushes;
    outlets_[i]->flush();
  }
  if (group_->flushes == 0) finish_commit();
}

void Line::flushed(std::size_t sink, std::string position) {
  if (!group_) return;
  group_->positions[sink] = std::move(position);
  fault_point("after_flush");
  if (--group_->flushes == 0) finish_commit();
}

void Line::flush_failed(std::size_t sink, Error error) {
  rewind("sink '" + plan_.sinks[sink].name + "' could not flush: " + error.message,
         Backoff{}.delay(commit_failures_++, rewinds_));
}

void Line::finish_commit() {
  if (!withdraw(group_batches())) write_commit();
}

std::vector<Batch*> Line::group_batches() const {
  std::vector<Batch*> group;
  for (const auto& batch : batches_) {
    if (batch->sequence > group_->last) break;
    CD_ASSERT(batch->handed_out && batch->open_writes == 0);
    group.push_back(batch.get());
  }
  return group;
}

// A claim holds only if its article is delivered. When one was not, and a later article was judged by its claim, its end
// is fixed and the line rewinds, so that those behind it are judged anew. What nobody read is just not written.
bool Line::withdraw(const std::vector<Batch*>& group) {
  // Only the group is looked at: what is behind it may be with a worker. Ends that were fixed for articles in front hold;
  // those behind were decided on a wrong past, and are forgotten.
  auto fixed = std::make_shared<FixedFates>();
  for (Batch* batch : group)
    for (Item& item : batch->items) {
      if (item.fixed != nullptr) fixed->emplace(item.article.origin.key(), *item.fixed);
      if (Ledger::outcome(item) == Ledger::Outcome::kDelivered) continue;
      const auto number = static_cast<std::uint32_t>(item.number);
      if (!overlay_->has_claims(batch->sequence, number)) continue;
      if (!overlay_->was_read(batch->sequence, number)) {
        overlay_->withdraw(batch->sequence, number);
        std::erase_if(item.puts, [](const StagePut& p) { return p.put.claim; });
        continue;
      }
      FixedFate& fate = (*fixed)[item.article.origin.key()];
      fate = {item.fate, item.failed_stage, item.reason, item.failure, {}};
      for (const SinkAnswer& a : item.answers)
        if (!a.ok && a.sink != plan_.dead_letters) fate.refused.push_back(a);
      fixed_ = std::move(fixed);
      ++withdrawals_;
      eager_commits_ = kEagerCommits;
      rewind("", 0);
      return true;
    }
  return false;
}

void Line::write_commit() {
  const auto suspect_key = [this](const Item& item) -> std::optional<std::string> {
    return watch_.suspicion(item) > 0 ? std::optional(watch_.suspect_key(item)) : std::nullopt;
  };
  group_->settled = std::exchange(settled_, {});
  Result<Commit> commit =
      ledger_.build(group_batches(), group_->positions, group_->settled, suspect_key, adoptions_);
  if (!commit) return commit_failed(std::move(commit).error());
  fault_point("before_commit");
  if (decider_ && group_->positions.contains(*decider_)) {
    group_->commit = std::move(*commit);
    return board();
  }
  if (Status status = store_.commit(commit->writes, true); !status)
    return commit_failed(std::move(status).error());
  fault_point("after_commit");
  committed(std::move(*commit));
}

// It may or may not have been written: the store is read again, and the line goes on from there.
void Line::commit_failed(Error error) {
  if (error.cls == ErrorClass::kFatal) return fail("commit", std::move(error));
  rewind("commit: " + error.message, Backoff{}.delay(commit_failures_++, rewinds_));
}

// With a decider the commit goes on in steps: positions of sources that can ride board its transaction, …
void Line::board() {
  for (const auto& [source, owed] : group_->commit->settlements) {
    if (!inlets_[source]->boards()) continue;
    ++group_->boarding;
    std::vector<host::Settled> items;
    for (const OwedSettlement& o : owed) items.push_back(o.settled);
    inlets_[source]->board(std::move(items),
                           [this, generation = generation_](Result<std::string> bytes) {
                             if (generation == generation_) boarded(std::move(bytes));
                           });
  }
  if (group_->boarding == 0) prepare_commit();
}

void Line::boarded(Result<std::string> bytes) {
  if (!bytes) return commit_failed(std::move(bytes).error());
  group_->passengers.push_back(std::move(*bytes));
  if (--group_->boarding == 0) prepare_commit();
}

// … the store keeps the commit as prepared, the transaction ends, …
void Line::prepare_commit() {
  state::WriteSet prepared;
  prepared.put(state::keys::prepared(plan_.name),
               encode_prepared(group_->commit->number, group_->commit->writes));
  if (Status status = store_.commit(prepared, true); !status)
    return commit_failed(std::move(status).error());
  fault_point("prepared");
  outlets_[*decider_]->decide(group_->commit->number, std::move(group_->passengers),
                              [this, generation = generation_](Status status) {
                                if (generation == generation_) decided(std::move(status));
                              });
}

// … and the store applies it. Whatever fails on the way, the opening after it asks the decider what became of it.
void Line::decided(Status status) {
  if (!status)
    return commit_failed(
        std::move(status).error().within("sink '" + plan_.sinks[*decider_].name + "'"));
  Commit commit = std::move(*group_->commit);
  commit.writes.erase(state::keys::prepared(plan_.name));
  commit.writes.put(state::keys::meta("decided/" + plan_.name), decided_value(commit.number));
  if (Status applied = store_.commit(commit.writes, true); !applied)
    return commit_failed(std::move(applied).error());
  fault_point("applied");
  fault_point("after_commit");
  committed(std::move(commit));
}

void Line::committed(Commit commit) {
  const std::vector<Batch*> group = group_batches();
  commit_failures_ = 0;
  first_rewind_ = 0;
  if (eager_commits_ > 0) --eager_commits_;
  ledger_.written(commit);
  store_.set_now(commit.time);
  for (std::size_t k = 0; k < plan_.stages.size(); ++k) {
    std::vector<host::CommittedPut> out;
    if (const auto puts = commit.puts.find(k); puts != commit.puts.end())
      for (const Put* put : puts->second)
        out.push_back(
            {put->key, put->erase ? std::nullopt : std::optional<std::string_view>(put->value)});
    plan_.stages[k].stage->committed(commit.number, group_->last, out);
  }
  for (auto& [sink, position] : group_->positions) {
    unpositioned_.erase(sink);
    outlets_[sink]->committed(commit.number, std::move(position));
  }
  overlay_->retire(group_->last);
  if (!fixed_->empty()) {
    auto fixed = std::make_shared<FixedFates>(*fixed_);
    for (const Batch* batch : group)
      for (const Item& item : batch->items) fixed->erase(item.article.origin.key());
    fixed_ = std::move(fixed);
  }
  for (std::uint64_t number : commit.replayed) replays_.erase(number);
  adoptions_.erase(adoptions_.begin(),
                   adoptions_.begin() + static_cast<std::ptrdiff_t>(commit.adoptions));
  replay(commit.adopted);
  for (std::size_t i = 0; i < group.size(); ++i) {
    charged_ -= batches_.front()->charged;
    batches_.pop_front();
  }
  group_.reset();
  for (auto& [source, owed] : commit.settlements) settle(source, std::move(owed));
  schedule_pump();
}

// Now that they are final, the source may move or delete what they came from. What is struck off the list in the next
// commit was perhaps done twice before: settling is safe to repeat. `then` comes before the line may end.
void Line::settle(std::size_t source, std::vector<OwedSettlement> owed,
                  std::function<void()> then) {
  if (owed.empty()) return;
  ++settling_;
  std::vector<host::Settled> items;
  std::vector<std::uint64_t> numbers;
  for (OwedSettlement& o : owed) {
    numbers.push_back(o.number);
    o.settled.number = o.number;
    items.push_back(std::move(o.settled));
  }
  inlets_[source]->settle(std::move(items), [this, source, numbers = std::move(numbers),
                                             then = std::move(then)](const Inlet::Kept& kept) {
    std::vector<bool> is_kept(numbers.size(), false);
    for (const std::uint32_t i : kept) is_kept[i] = true;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (!is_kept[i]) settled_.emplace_back(source, numbers[i]);
    if (!kept.empty()) {
      keeping_[source].any = true;
      if (!keeping_[source].under_way) hand_back_later(source);
    }
    if (then) then();
    --settling_;
    schedule_pump();
  });
}

// What an earlier run owed, or what the source kept back. In pages: it may be much, and others want the source too.
void Line::hand_back_owed(std::size_t source) {
  keeping_[source].any = false;
  keeping_[source].under_way = true;
  hand_back_page(source, 0, ledger_.last_owed());
}

void Line::hand_back_page(std::size_t source, std::uint64_t from, std::uint64_t last) {
  auto owed = ledger_.owed(source, from, kOwedPage);
  if (!owed) return rewind("settlements: " + owed.error().message, kSecond);
  std::erase_if(*owed, [last](const OwedSettlement& o) { return o.number > last; });
  if (owed->empty() || draining_) {
    keeping_[source].under_way = false;
    if (keeping_[source].any) return hand_back_later(source);
    keeping_[source].times = 0;
    return;
  }
  const std::uint64_t next = owed->back().number + 1;
  settle(source, std::move(*owed), [this, source, next, last, generation = generation_] {
    if (generation == generation_ && running()) hand_back_page(source, next, last);
  });
}

void Line::hand_back_later(std::size_t source) {
  Keeping& keeping = keeping_[source];
  keeping.under_way = true;
  const Nanos pause = std::min(kKeptPause << std::min(keeping.times++, 4U), kKeptPauseMost);
  executor_.line_after(pause, [this, source, generation = generation_] {
    if (generation == generation_ && running() && !draining_) hand_back_owed(source);
  });
}

}  // namespace copydesk::pipeline
