#include "pipeline/outlet.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/fault.h"

namespace copydesk::pipeline {
namespace {

constexpr Nanos kSilence = 10 * kSecond;  // a sink that does not answer for so long is waited for

// Refusals that tell of the sink's own setting rather than of the article.
bool is_setting(const std::string& code) { return code == "401" || code == "403" || code == "404"; }

}  // namespace

Outlet::Outlet(std::size_t index, SinkPlan& plan, const LineOptions& options, Executor& executor,
               CrashWatch& watch, OutletOwner& owner)
    : index_(index),
      plan_(plan),
      options_(options),
      executor_(executor),
      watch_(watch),
      owner_(owner) {
  plan_.sink->listen(this);
}

Outlet::~Outlet() = default;

// A suspect of a crash is written by itself, and one that was in hand at two is refused. The batch counts one open write
// already; each further part counts its own.
void Outlet::write(Batch& batch, const std::vector<Item*>& items) {
  const bool idle = ops_.empty();
  std::size_t parts = 0;
  std::vector<Item*> together;
  const auto add = [&](std::vector<Item*> part) {
    ops_.push_back({&batch, std::move(part)});
    ++parts;
  };
  for (Item* item : items) {
    const unsigned suspicion = watch_.suspicion(*item);
    if (suspicion >= 2)
      item->answers.push_back(
          {index_,
           false,
           {plan_.name, "crashed", "the daemon crashed twice with this article in hand"}});
    else if (suspicion == 1)
      add({item});
    else
      together.push_back(item);
  }
  if (!together.empty() || parts == 0) add(std::move(together));
  batch.open_writes += parts - 1;
  dirty_ = true;
  if (idle) next();
}

void Outlet::flush() {
  ops_.push_back({nullptr, {}});
  dirty_ = false;
  if (ops_.size() == 1) next();
}

void Outlet::committed(std::uint64_t commit, std::string position) {
  if (std::exchange(held_, false) && ticket_ == 0) next();
  executor_.sink(index_, [sink = plan_.sink.get(), commit, position = std::move(position)] {
    sink->committed(commit, position);
  });
}

void Outlet::decide(std::uint64_t commit, std::vector<std::string> passengers,
                    std::function<void(Status)> decided) {
  CD_ASSERT(held_);
  executor_.sink(index_,
                 [this, commit, passengers = std::move(passengers), decided = std::move(decided)] {
                   Status status = plan_.sink->prepare(commit, passengers);
                   if (status) {
                     fault_point("sent");
                     status = plan_.sink->commit(commit);
                     if (status) fault_point("decided");
                   }
                   executor_.line([decided, status = std::make_shared<Status>(std::move(status))] {
                     decided(std::move(*status));
                   });
                 });
}

void Outlet::open_decider(std::optional<std::string> position, std::uint64_t commit,
                          std::function<void(Result<std::uint64_t>)> opened) {
  executor_.sink(
      index_, [this, position = std::move(position), commit, opened = std::move(opened)] {
        const Status status = plan_.sink->open(position, commit);
        Result<std::uint64_t> last =
            status ? plan_.sink->last() : Result<std::uint64_t>(status.error());
        executor_.line([opened, last = std::make_shared<Result<std::uint64_t>>(std::move(last))] {
          opened(std::move(*last));
        });
      });
}

void Outlet::abandon(std::function<void()> quiet) {
  ++generation_;
  const std::uint64_t ticket = std::exchange(ticket_, 0);
  ops_.clear();
  results_.clear();
  attempt_ = 0;
  first_failure_ = 0;
  dirty_ = false;
  held_ = false;
  waiting_.clear();
  executor_.sink(index_, [this, ticket, quiet = std::move(quiet)] {
    if (ticket != 0) plan_.sink->cancel(ticket);
    executor_.line(quiet);
  });
}

void Outlet::open(std::optional<std::string> position, std::uint64_t commit,
                  std::function<void(Status)> opened) {
  executor_.sink(index_, [this, position = std::move(position), commit,
                          opened = std::move(opened)] {
    executor_.line([opened, status = std::make_shared<Status>(plan_.sink->open(position, commit))] {
      opened(std::move(*status));
    });
  });
}

void Outlet::next() {
  if (ops_.empty() || held_) return;
  attempt_ = 0;
  first_failure_ = 0;
  start();
}

void Outlet::start() {
  CD_ASSERT(ticket_ == 0 && !ops_.empty());
  const std::uint64_t ticket = ticket_ = ++last_ticket_;
  given_ = executor_.now();
  results_.clear();
  const Op& op = ops_.front();
  host::Sink* sink = plan_.sink.get();
  if (op.batch == nullptr) {
    executor_.sink(index_, [this, sink, ticket] {
      if (Status status = sink->flush(ticket); !status) flushed(ticket, std::move(status), {});
    });
    return;
  }
  auto articles = std::make_shared<std::vector<const Article*>>();
  auto in_hand = std::make_shared<std::vector<const Item*>>(op.items.begin(), op.items.end());
  for (const Item* item : op.items) articles->push_back(&item->article);
  executor_.sink(index_, [this, sink, ticket, articles, in_hand] {
    watch_.enter(plan_.name, *in_hand);
    Status status = sink->write(ticket, *articles);
    watch_.leave();
    if (!status) done(ticket, std::move(status));
  });
}

void Outlet::results(std::uint64_t ticket, std::vector<host::SinkResult> results) {
  executor_.line([this, ticket, results = std::move(results)]() mutable {
    if (ticket != 0 && ticket == ticket_)
      std::move(results.begin(), results.end(), std::back_inserter(results_));
  });
}

void Outlet::done(std::uint64_t ticket, Status status) {
  executor_.line(
      [this, ticket, status = std::move(status)]() mutable { on_done(ticket, std::move(status)); });
}

void Outlet::flushed(std::uint64_t ticket, Status status, std::string position) {
  executor_.line(
      [this, ticket, status = std::move(status), position = std::move(position)]() mutable {
        on_flushed(ticket, std::move(status), std::move(position));
      });
}

void Outlet::on_flushed(std::uint64_t ticket, Status status, std::string position) {
  if (ticket == 0 || ticket != ticket_ || ops_.empty() || ops_.front().batch != nullptr) return;
  ticket_ = 0;
  if (status) {
    ops_.pop_front();
    held_ = plan_.sink->decides();
    owner_.flushed(index_, std::move(position));
    if (ticket_ == 0) next();
    return;
  }
  const bool stop =
      status.error().cls == ErrorClass::kFatal || status.error().cls == ErrorClass::kConfig;
  if (stop) return owner_.sink_failed(index_, std::move(status).error());
  owner_.flush_failed(index_, std::move(status).error());
}

void Outlet::on_done(std::uint64_t ticket, Status status) {
  if (ticket == 0 || ticket != ticket_ || ops_.empty() || ops_.front().batch == nullptr) return;
  ticket_ = 0;
  if (!status &&
      (status.error().cls == ErrorClass::kFatal || status.error().cls == ErrorClass::kConfig))
    return owner_.sink_failed(index_, std::move(status).error());
  Op& op = ops_.front();
  if (!status && status.error().cls == ErrorClass::kReject && op.items.size() > 1) {
    // Refused as a whole: the halves are written one after the other, so that only the cause is refused.
    const auto middle = op.items.begin() + static_cast<std::ptrdiff_t>(op.items.size() / 2);
    Op second{op.batch, {middle, op.items.end()}};
    op.items.erase(middle, op.items.end());
    ++op.batch->open_writes;
    ops_.insert(ops_.begin() + 1, std::move(second));
    return start();
  }
  answer(op, status);
}

// Sorts the answers: delivered, refused, to be tried again.
void Outlet::answer(Op& op, Status& status) {
  std::vector<const Error*> errors(op.items.size(), nullptr);
  for (const host::SinkResult& r : results_)
    if (r.index < errors.size()) errors[r.index] = &r.error;
  if (!status)
    for (const Error*& e : errors)
      if (e == nullptr) e = &status.error();
  std::vector<Item*> again;
  std::string why;
  const bool gave_up = plan_.attempts != 0 && attempt_ + 1 >= plan_.attempts;
  for (std::size_t i = 0; i < op.items.size(); ++i) {
    Item& item = *op.items[i];
    if (errors[i] == nullptr) {
      item.answers.push_back({index_, true, {}});
      refused_in_a_row_ = 0;
      parked_ = false;
      continue;
    }
    const bool refused =
        (errors[i]->cls == ErrorClass::kReject || gave_up) && refuse(item, *errors[i]);
    if (!refused) {
      again.push_back(&item);
      why = errors[i]->message;
    }
  }
  if (again.empty()) return finish_op();
  op.items = std::move(again);
  retry_later(why);
}

// False when the sink is parked instead: then the article is tried again.
bool Outlet::refuse(Item& item, const Error& error) {
  ++refused_in_a_row_;
  if (is_setting(error.code) || (plan_.breaker != 0 && refused_in_a_row_ >= plan_.breaker))
    parked_ = true;
  if (parked_) return false;
  item.answers.push_back({index_, false, {plan_.name, error.code, error.message}});
  return true;
}

void Outlet::retry_later(const std::string& why) {
  const Nanos now = executor_.now();
  if (first_failure_ == 0) first_failure_ = now;
  if (options_.once && options_.once_deadline != 0 && now - first_failure_ > options_.once_deadline)
    return owner_.sink_failed(
        index_, fatal("gave_up", "retried for " + std::to_string((now - first_failure_) / kSecond) +
                                     " s: " + why));
  waiting_ = (parked_ ? "parked, it refuses everything: " : "") + why;
  const Nanos delay = plan_.backoff.delay(attempt_++, last_ticket_);
  executor_.line_after(delay, [this, generation = generation_] {
    if (generation != generation_ || ops_.empty() || ticket_ != 0) return;
    start();
  });
}

std::string Outlet::waiting() const {
  if (ticket_ == 0 || ops_.empty()) return waiting_;
  const Nanos silent = executor_.now() - given_;
  if (silent < kSilence) return waiting_;
  const Op& op = ops_.front();
  return "it has not answered for " + std::to_string(silent / kSecond) + " s, to " +
         (op.batch == nullptr ? "a flush"
                              : "a write of " + std::to_string(op.items.size()) +
                                    (op.items.size() == 1 ? " article" : " articles"));
}

void Outlet::finish_op() {
  Batch& batch = *ops_.front().batch;
  ops_.pop_front();
  waiting_.clear();
  owner_.written(batch);
  if (ticket_ == 0) next();
}

}  // namespace copydesk::pipeline
