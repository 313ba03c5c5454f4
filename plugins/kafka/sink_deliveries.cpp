#include "kafka/sink_deliveries.h"

#include <utility>

namespace copydesk::kafka {
namespace {

// A message's opaque: the number of its batch and its place in it.
constexpr unsigned kIndexBits = 24;
constexpr std::uint64_t kIndexMask = (1U << kIndexBits) - 1;
constexpr std::size_t kRememberedMax = 10'000;  // articles; what is forgotten is found out again

void* pack(std::uint64_t batch, std::uint32_t index) {
  return reinterpret_cast<void*>(batch << kIndexBits | (index & kIndexMask));
}

}  // namespace

void Deliveries::begin(std::uint64_t ticket, std::uint32_t articles) {
  const std::lock_guard lock(mutex_);
  Batch& batch = batches_[++last_];
  batch.ticket = ticket;
  batch.articles.resize(articles);
}

void* Deliveries::sending(std::uint32_t index, std::uint64_t article) {
  const std::lock_guard lock(mutex_);
  Batch& batch = batches_.at(last_);
  batch.articles.at(index) = article;
  ++batch.pending;
  ++outstanding_;
  return pack(last_, index);
}

void Deliveries::not_sent() {
  const std::lock_guard lock(mutex_);
  --batches_.at(last_).pending;
  --outstanding_;
}

void Deliveries::refuse(std::uint32_t index, std::uint64_t article, std::string code,
                        std::string detail) {
  const std::lock_guard lock(mutex_);
  used_.insert(article);
  batches_.at(last_).results.push_back({index, CD_REJECT, std::move(code), std::move(detail)});
}

void Deliveries::again(std::uint32_t index, std::string code, std::string detail) {
  const std::lock_guard lock(mutex_);
  batches_.at(last_).results.push_back({index, CD_RETRY, std::move(code), std::move(detail)});
}

void Deliveries::end() {
  const std::lock_guard lock(mutex_);
  const auto batch = batches_.find(last_);
  batch->second.ended = true;
  if (policy_.transactions) answer(batch->second);
  finish(batch);
}

void Deliveries::finish(Batches::iterator batch) {
  if (!batch->second.ended || batch->second.pending > 0) return;
  answer(batch->second);
  batches_.erase(batch);
}

void Deliveries::answer(Batch& batch) {
  if (!std::exchange(batch.wanted, false)) return;
  std::vector<cd_result> views;
  for (const Result& r : batch.results)
    views.push_back({r.index, r.status, to_c(r.code), to_c(r.detail)});
  if (!views.empty()) host_.result(batch.ticket, views);
  host_.done(batch.ticket);
}

void Deliveries::flush(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  flush_ = ticket;
  answer_flush();
}

void Deliveries::answer_flush() {
  if (!flush_ || (outstanding_ > 0 && !failed_)) return;
  const std::uint64_t ticket = *std::exchange(flush_, std::nullopt);
  if (failed_) host_.fail(*failed_);
  // The position says nothing: a transaction is undone by its abort, and what is outside of one not at all.
  host_.flushed(ticket, "kafka/1", failed_ ? CD_RETRY : CD_OK);
}

void Deliveries::cancel(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  if (flush_ == ticket) flush_.reset();
  for (auto& [number, batch] : batches_)
    if (batch.ticket == ticket) batch.wanted = false;
}

// A batch whose report is lost would never be answered: without memory for it this ends the process, and the articles come
// again.
void Deliveries::delivered(void* opaque, rd_kafka_resp_err_t error, const char* topic) noexcept {
  const auto bits = reinterpret_cast<std::uint64_t>(opaque);
  const auto index = static_cast<std::uint32_t>(bits & kIndexMask);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) health_.well();
  const std::lock_guard lock(mutex_);
  const auto batch = batches_.find(bits >> kIndexBits);
  if (batch == batches_.end()) return;  // of an older producer
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    on_failure(batch->second, index, error, topic);
  else if (!alone_.empty())
    alone_.erase(batch->second.articles.at(index));
  --batch->second.pending;
  --outstanding_;
  finish(batch);
  answer_flush();
  reported_.notify_all();
}

void Deliveries::on_failure(Batch& batch, std::uint32_t index, rd_kafka_resp_err_t error,
                            const char* topic) {
  const Verdict verdict = verdict_of(error, policy_.fixed_topic);
  const std::uint64_t article = batch.articles.at(index);
  std::string detail = "topic '" + std::string(topic) + "': " + text_of(error);
  if (verdict.fate == Fate::again && needs_a_person(error)) health_.trouble(detail);
  if (const std::string why = health_.sentence();
      error == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !why.empty())
    detail += " (" + why + ")";
  const bool was_alone = verdict.fate == Fate::alone && alone_.contains(article);
  const bool refused = verdict.fate == Fate::refused || was_alone;
  if (verdict.fate == Fate::alone && !was_alone) {
    if (alone_.size() >= kRememberedMax) alone_.clear();
    alone_.insert(article);
  }
  if (policy_.transactions) {
    if (refused) remember(article, verdict.code, detail);
    if (!failed_) failed_ = detail;
    return;
  }
  if (was_alone) alone_.erase(article);
  if (batch.wanted)
    batch.results.push_back(
        {index, refused ? CD_REJECT : CD_RETRY, verdict.code, std::move(detail)});
}

void Deliveries::remember(std::uint64_t article, std::string code, std::string detail) {
  if (refused_.size() >= kRememberedMax) refused_.clear();
  refused_[article] = {std::move(code), std::move(detail)};
}

void Deliveries::fail(std::string why) {
  const std::lock_guard lock(mutex_);
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
  for (const std::uint64_t article : used_) {
    refused_.erase(article);
    alone_.erase(article);
  }
  used_.clear();
}

bool Deliveries::wait_for_all(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return reported_.wait_for(lock, limit, [this] { return outstanding_ == 0; });
}

bool Deliveries::wait_for_one(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return reported_.wait_for(lock, limit,
                            [this, before = outstanding_] { return outstanding_ < before; });
}

bool Deliveries::on_their_way() const {
  const std::lock_guard lock(mutex_);
  return outstanding_ > 0;
}

void Deliveries::reset() {
  const std::lock_guard lock(mutex_);
  batches_.clear();
  outstanding_ = 0;
  flush_.reset();
  failed_.reset();
  used_.clear();
}

}  // namespace copydesk::kafka
