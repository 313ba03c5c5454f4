// The commit: a group of batches from the head of the line becomes final in one atomic write.

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/fault.h"
#include "pipeline/line.h"
#include "state/keys.h"

namespace copydesk::pipeline {
namespace {

constexpr std::uint64_t kCommitBytes = 64 << 20;  // handed to sinks: more is not left to be undone, whatever the interval
constexpr unsigned kEagerCommits = 4;  // commits after a withdraw that do not wait for the interval

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
  const bool handed_out = !batches_.empty() && batches_.front()->handed_out;
  if (!unpositioned_.empty()) return begin_commit();
  if (!handed_out && settled_.empty()) return;
  // Nothing more to come for now: waiting would only cost time.
  const bool no_more = draining_ || std::ranges::all_of(inlets_, [](const auto& i) { return i->ended(); });
  const bool all_out = batches_.empty() || batches_.back()->handed_out;
  const bool full = handed_out && (charged_ >= plan_.options.memory / 2 || handed_out_bytes_ >= kCommitBytes);
  if (commit_due_ || full || (no_more && all_out) || (eager_commits_ > 0 && handed_out)) return begin_commit();
  arm_commit_timer();
}

// A flush goes behind everything that the sinks were handed so far: that is the group.
void Line::begin_commit() {
  commit_due_ = false;
  handed_out_bytes_ = 0;
  group_.emplace();
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
  rewind("sink '" + plan_.sinks[sink].name + "' could not flush: " + error.message, Backoff{}.delay(commit_failures_++, rewinds_));
}

void Line::finish_commit() {
  std::vector<Batch*> group;
  for (const auto& batch : batches_) {
    if (batch->sequence > group_->last) break;
    CD_ASSERT(batch->handed_out && batch->open_writes == 0);
    group.push_back(batch.get());
  }
  if (withdraw(group)) return;
  write_commit(group);
}

// A claim holds only if its article is delivered. When one was not, and a later article was judged by its claim, its end
// is fixed and the line rewinds, so that those behind it are judged anew. What nobody read is just not written.
bool Line::withdraw(const std::vector<Batch*>& group) {
  // Only the group is looked at: what is behind it may be with a worker. Ends that were fixed for articles in front hold;
  // those behind were decided on a wrong past, and are forgotten.
  auto fixed = std::make_shared<FixedFates>();
  for (Batch* batch : group)
    for (Item& item : batch->items) {
      if (item.fixed != nullptr) fixed->emplace(item.origin_key, *item.fixed);
      if (Ledger::outcome(item) == Ledger::Outcome::kDelivered) continue;
      const auto number = static_cast<std::uint32_t>(item.number);
      if (!overlay_->has_claims(batch->sequence, number)) continue;
      if (!overlay_->was_read(batch->sequence, number)) {
        overlay_->withdraw(batch->sequence, number);
        std::erase_if(item.puts, [](const StagePut& p) { return p.put.claim; });
        continue;
      }
      FixedFate& fate = (*fixed)[item.origin_key];
      fate = {item.fate, item.failed_stage, item.reason, item.failure, {}};
      for (const SinkAnswer& a : item.answers)
        if (!a.ok) fate.refused.push_back(a);
      fixed_ = std::move(fixed);
      ++withdrawals_;
      eager_commits_ = kEagerCommits;
      rewind("", 0);
      return true;
    }
  return false;
}

void Line::write_commit(const std::vector<Batch*>& group) {
  const auto suspect_key = [this](const Item& item) -> std::optional<std::string> {
    return watch_.suspicion(item) > 0 ? std::optional(watch_.suspect_key(item)) : std::nullopt;
  };
  Result<Commit> commit = ledger_.build(group, group_->positions, settled_, suspect_key);
  fault_point("before_commit");
  Status status = commit ? store_.commit(commit->writes, true) : Status(commit.error());
  if (!status && status.error().cls == ErrorClass::kFatal) return fail("commit", std::move(status).error());
  if (!status) {
    // It may or may not have been written: the store is read again, and the line goes on from there.
    return rewind("commit: " + status.error().message, Backoff{}.delay(commit_failures_++, rewinds_));
  }
  fault_point("after_commit");
  committed(std::move(*commit), group);
}

void Line::committed(Commit commit, const std::vector<Batch*>& group) {
  commit_failures_ = 0;
  first_rewind_ = 0;
  if (eager_commits_ > 0) --eager_commits_;
  ledger_.written(commit);
  store_.set_now(commit.time);
  for (const auto& [k, puts] : commit.puts) {
    std::vector<host::CommittedPut> out;
    for (const Put* put : puts)
      out.push_back({put->key, put->erase ? std::nullopt : std::optional<std::string_view>(put->value)});
    plan_.stages[k].stage->committed(commit.number, out);
  }
  for (auto& [sink, position] : group_->positions) {
    unpositioned_.erase(sink);
    outlets_[sink]->committed(commit.number, std::move(position));
  }
  overlay_->retire(group_->last);
  if (!fixed_->empty()) {
    auto fixed = std::make_shared<FixedFates>(*fixed_);
    for (const Batch* batch : group)
      for (const Item& item : batch->items) fixed->erase(item.origin_key);
    fixed_ = std::move(fixed);
  }
  for (std::uint64_t number : commit.replayed) replays_.erase(number);
  settled_.clear();
  for (std::size_t i = 0; i < group.size(); ++i) {
    charged_ -= batches_.front()->charged;
    batches_.pop_front();
  }
  group_.reset();
  for (auto& [source, owed] : commit.settlements) settle(source, std::move(owed));
  schedule_pump();
}

// Now that they are final, the source may move or delete what they came from. What is struck off the list in the next
// commit was perhaps done twice before: settling is safe to repeat.
void Line::settle(std::size_t source, std::vector<OwedSettlement> owed) {
  if (owed.empty()) return;
  ++settling_;
  std::vector<host::Settled> items;
  std::vector<std::uint64_t> numbers;
  for (OwedSettlement& o : owed) {
    numbers.push_back(o.number);
    items.push_back(std::move(o.settled));
  }
  inlets_[source]->settle(std::move(items), [this, source, numbers = std::move(numbers)] {
    --settling_;
    for (std::uint64_t number : numbers) settled_.emplace_back(source, number);
    schedule_pump();
  });
}

}  // namespace copydesk::pipeline
