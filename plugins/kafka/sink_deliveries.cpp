#include "kafka/sink_deliveries.h"

#include <utility>

namespace copydesk::kafka {
namespace {

// A message's opaque: the number of its batch and its place in it.
constexpr unsigned kIndexBits = 24;
constexpr std::uint64_t kIndexMask = (1U << kIndexBits) - 1;
constexpr std::size_t kRememberedMax = 10'000;  // articles; what is forgotten is found out again
constexpr std::size_t kArrivedMax = 1'000'000;  // messages; more than one commit ever holds
// What arrived before a rewind need not be the first to come again: a commit may hold one article that is tried alone, and
// sources and partitions come in another order. It is waited for until both have passed without any of it.
constexpr unsigned kCommitsWithout = 100;
constexpr std::int64_t kQuietTime = 300'000'000'000;  // ns

void* pack(std::uint64_t batch, std::uint32_t index) {
  return reinterpret_cast<void*>(batch << kIndexBits | (index & kIndexMask));
}
std::uint64_t batch_of(void* opaque) {
  return reinterpret_cast<std::uint64_t>(opaque) >> kIndexBits;
}
std::uint32_t index_of(void* opaque) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uint64_t>(opaque) & kIndexMask);
}

}  // namespace

void Deliveries::begin(std::uint64_t ticket, std::uint32_t articles) {
  const std::lock_guard lock(mutex_);
  current_ = &batches_[++last_];
  current_->ticket = ticket;
  current_->sent.resize(articles);
}

// Without the lock: a report reads the mark of a message that the client was given after this.
void* Deliveries::sending(std::uint32_t index, Mark mark) {
  current_->sent.at(index) = mark;
  sent_ = true;
  ++outstanding_;
  return pack(last_, index);
}

void Deliveries::not_sent(std::uint32_t index) {
  current_->sent.at(index) = {};
  --outstanding_;
}

bool Deliveries::has_arrived(std::uint32_t index, Mark mark) {
  const std::lock_guard lock(mutex_);
  if (arrived_.erase(mark.content) == 0) return false;
  current_->sent.at(index) = mark;
  recognised_ = true;
  return true;
}

void Deliveries::refuse(std::uint32_t index, std::uint64_t article, std::string code,
                        std::string detail) {
  const std::lock_guard lock(mutex_);
  used_.insert(article);
  current_->results.push_back({index, CD_REJECT, std::move(code), std::move(detail)});
}

void Deliveries::again(std::uint32_t index, std::string code, std::string detail) {
  const std::lock_guard lock(mutex_);
  current_->results.push_back({index, CD_RETRY, std::move(code), std::move(detail)});
}

void Deliveries::end() {
  const std::lock_guard lock(mutex_);
  Batch& batch = *std::exchange(current_, nullptr);
  if (std::exchange(batch.answered, true)) return;
  std::vector<cd_result> views;
  for (const Result& r : batch.results)
    views.push_back({r.index, r.status, to_c(r.code), to_c(r.detail)});
  if (!views.empty()) host_.result(batch.ticket, views);
  host_.done(batch.ticket);
  batch.results = {};
}

void Deliveries::flush(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  flush_ = ticket;
  flushed_ = last_;
  answer_flush();
}

// What is on its way in a transaction that failed need not be waited for.
void Deliveries::answer_flush() {
  if (!flush_ || (outstanding_ > 0 && !(failed_ && policy_.transactions))) return;
  const std::uint64_t ticket = *std::exchange(flush_, std::nullopt);
  if (failed_) host_.fail(*failed_);
  // The position says nothing: a transaction is undone by its abort, and what is outside of one not at all.
  host_.flushed(ticket, "kafka/1", failed_ ? CD_RETRY : CD_OK);
}

void Deliveries::cancel(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  if (flush_ == ticket) flush_.reset();
  for (auto& [number, batch] : batches_)
    if (batch.ticket == ticket) batch.answered = true;
}

// Nearly every report is a good one, so that costs one number. The last of those on their way is looked for by a flush.
void Deliveries::arrived(void* opaque) noexcept {
  health_.well();
  if (eventful_) {
    const std::lock_guard lock(mutex_);
    const auto batch = batches_.find(batch_of(opaque));
    if (batch != batches_.end()) alone_.erase(batch->second.sent.at(index_of(opaque)).article);
  }
  reported();
}

// A failure that is not noted would be taken for an arrival: without memory for it this ends the process, and the articles
// come again.
void Deliveries::lost(void* opaque, rd_kafka_resp_err_t error, const char* topic) noexcept {
  {
    const std::lock_guard lock(mutex_);
    const auto batch = batches_.find(batch_of(opaque));
    if (batch != batches_.end()) on_failure(batch->second, index_of(opaque), error, topic);
  }
  reported();
}

void Deliveries::reported() {
  if (--outstanding_ > 0 && !waiting_) return;
  const std::lock_guard lock(mutex_);
  answer_flush();
  reported_.notify_all();
}

void Deliveries::on_failure(Batch& batch, std::uint32_t index, rd_kafka_resp_err_t error,
                            const char* topic) {
  const Verdict verdict = verdict_of(error, policy_.fixed_topic);
  const std::uint64_t article = std::exchange(batch.sent.at(index), {}).article;
  std::string detail = "topic '" + std::string(topic) + "': " + text_of(error);
  if (verdict.fate == Fate::again && needs_a_person(error)) health_.trouble(detail);
  if (const std::string why = health_.sentence();
      error == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !why.empty())
    detail += " (" + why + ")";
  const bool was_alone = verdict.fate == Fate::alone && alone_.contains(article);
  const bool refused = verdict.fate == Fate::refused || was_alone;
  eventful_ = true;
  if (verdict.fate == Fate::alone && !was_alone) {
    if (alone_.size() >= kRememberedMax) alone_.clear();
    alone_.insert(article);
  }
  if (!batch.answered && !policy_.transactions) {
    if (was_alone) alone_.erase(article);
    batch.results.push_back(
        {index, refused ? CD_REJECT : CD_RETRY, verdict.code, std::move(detail)});
    return;
  }
  if (refused) remember(article, verdict.code, detail);
  if (!failed_) failed_ = std::move(detail);
}

void Deliveries::remember(std::uint64_t article, std::string code, std::string detail) {
  if (refused_.size() >= kRememberedMax) refused_.clear();
  refused_[article] = {std::move(code), std::move(detail)};
}

void Deliveries::fail(std::string why) {
  const std::lock_guard lock(mutex_);
  eventful_ = true;
  if (!failed_) failed_ = std::move(why);
  answer_flush();
}

bool Deliveries::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_.has_value();
}

std::optional<Deliveries::Refusal> Deliveries::refusal(std::uint64_t article) const {
  const std::lock_guard lock(mutex_);
  const auto it = refused_.find(article);
  return it == refused_.end() ? std::nullopt : std::optional(it->second);
}

bool Deliveries::wants_to_be_alone(std::uint64_t article) const {
  const std::lock_guard lock(mutex_);
  return alone_.contains(article);
}

void Deliveries::committed() {
  const std::lock_guard lock(mutex_);
  batches_.erase(batches_.begin(), batches_.upper_bound(flushed_));
  for (const std::uint64_t article : used_) {
    refused_.erase(article);
    alone_.erase(article);
  }
  used_.clear();
  if (!arrived_.empty()) forget_what_does_not_come();
  sent_ = recognised_ = false;
  eventful_ = failed_ || !refused_.empty() || !alone_.empty() || !arrived_.empty();
}

// It is with another member of the source's group, or was judged anew: nobody brings it again.
void Deliveries::forget_what_does_not_come() {
  const std::int64_t now = host_.now();
  if (recognised_) {
    commits_without_ = 0;
    quiet_since_ = now;
  } else if (sent_) {
    ++commits_without_;
  }
  if (commits_without_ >= kCommitsWithout && now - quiet_since_ >= kQuietTime) arrived_.clear();
}

bool Deliveries::wait_for_all(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return reported_.wait_for(lock, limit, [this] { return outstanding_ == 0; });
}

bool Deliveries::wait_for_one(std::chrono::milliseconds limit) {
  waiting_ = true;
  std::unique_lock lock(mutex_);
  const bool one = reported_.wait_for(
      lock, limit, [this, before = outstanding_.load()] { return outstanding_ < before; });
  waiting_ = false;
  return one;
}

void Deliveries::rewound() {
  const std::lock_guard lock(mutex_);
  if (!policy_.transactions && outstanding_ == 0)
    for (const auto& [number, batch] : batches_)
      for (const Mark& mark : batch.sent)
        if (mark.content != 0) arrived_.insert(mark.content);
  if (arrived_.size() > kArrivedMax) arrived_.clear();
  batches_.clear();
  current_ = nullptr;
  flush_.reset();
  failed_.reset();
  used_.clear();
  sent_ = recognised_ = false;
  commits_without_ = 0;
  quiet_since_ = host_.now();
  eventful_ = !refused_.empty() || !alone_.empty() || !arrived_.empty();
}

}  // namespace copydesk::kafka
