#include "pipeline/inlet.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/fault.h"
#include "state/keys.h"

namespace copydesk::pipeline {
namespace {

// charged on top of a record's bytes: what its article holds beside the text
constexpr std::uint64_t kRecordOverhead = 1024;
// how long a source with nothing to say may keep its thread
constexpr Nanos kIdleWait = 500 * kMillisecond;
// A source that has nothing and does not wait for it would keep a core busy: after so many such polls in a row, each
// shorter than this, it is asked less and less often.
constexpr unsigned kHastyPolls = 8;
constexpr Nanos kHasty = kMillisecond, kHastyPauseMost = 100 * kMillisecond;
constexpr std::size_t kMaxPosition = 64 << 10;
// of one batch: forgotten partitions have no records
constexpr std::size_t kMaxAdvances = 4096;

class CutBatches final : public host::Receiver {
 public:
  CutBatches(const std::string& source, const LineOptions& options, std::uint64_t max_bytes)
      : source_(source), options_(options), max_bytes_(max_bytes) {}

  bool emit(decode::RawRecord record) override {
    record.origin.source = source_;
    const std::uint64_t bytes = 2 * record.payload.size() + kRecordOverhead;
    if (arrivals_.empty() ||
        (uncovered_.empty() && (full(bytes) || has_token(record.origin.partition))))
      arrivals_.emplace_back();
    uncovered_.insert(record.origin.partition);
    arrivals_.back().records.push_back(std::move(record));
    arrivals_.back().bytes += bytes;
    total_ += bytes;
    return total_ < max_bytes_;
  }

  void advance(std::string_view partition, std::string_view position,
               std::optional<std::string_view> token) override {
    if (position.size() > kMaxPosition) {
      error_ = fatal("bad_position", "source '" + source_ + "' gave a position of " +
                                         std::to_string(position.size()) +
                                         " bytes; at most 65536 are kept");
      return;
    }
    if (arrivals_.empty() ||
        (uncovered_.empty() && arrivals_.back().advances.size() >= kMaxAdvances))
      arrivals_.emplace_back();
    std::vector<Advance>& advances = arrivals_.back().advances;
    if (advances.empty() || advances.back().partition != partition || advances.back().token)
      advances.push_back({std::string(partition), {}, std::nullopt});
    advances.back().position = position;
    if (token) advances.back().token = std::string(*token);
    arrivals_.back().bytes += partition.size() + position.size();
    if (const auto it = uncovered_.find(partition); it != uncovered_.end()) uncovered_.erase(it);
  }

  // What was emitted, or the error that throws it away: a record without an advance could come twice after a crash.
  Result<std::vector<Arrival>> take() {
    if (error_) return *error_;
    if (!uncovered_.empty())
      return fatal("bad_source", "source '" + source_ + "' emitted records of '" +
                                     *uncovered_.begin() + "' without an advance behind them");
    return std::move(arrivals_);
  }

 private:
  bool full(std::uint64_t bytes) const {
    const Arrival& last = arrivals_.back();
    return last.records.size() >= options_.batch_articles || last.advances.size() >= kMaxAdvances ||
           (last.bytes > 0 && last.bytes + bytes > options_.batch_bytes);
  }

  // What happened to a partition's articles goes to its next token: those behind a token belong to another batch.
  bool has_token(const std::string& partition) const {
    const std::vector<Advance>& advances = arrivals_.back().advances;
    return std::any_of(advances.begin(), advances.end(),
                       [&](const Advance& a) { return a.token && a.partition == partition; });
  }

  const std::string& source_;
  const LineOptions& options_;
  std::uint64_t max_bytes_, total_ = 0;
  std::vector<Arrival> arrivals_;
  // partitions with records behind their last advance
  std::set<std::string, std::less<>> uncovered_;
  std::optional<Error> error_;
};

// The committed positions of one source, read straight from the store. Used on the source's thread during open.
class Positions final : public host::StateView {
 public:
  Positions(state::Store& store, const std::string& source) : store_(store), source_(source) {}

  std::optional<std::string_view> get(std::string_view partition) override {
    auto found = store_.get(state::keys::source_position(source_, partition));
    if (!found) failed = found.error();
    if (!found || !*found) return std::nullopt;
    held_.push_back(std::make_unique<std::string>(read_position(**found).position));
    return *held_.back();
  }
  void multi_get(std::span<const std::string_view> keys,
                 std::span<std::optional<std::string_view>> values) override {
    for (std::size_t i = 0; i < keys.size(); ++i) values[i] = get(keys[i]);
  }
  void scan(std::string_view prefix,
            const std::function<bool(std::string_view, std::string_view)>& each) override {
    const std::string from = state::keys::prefix(state::keys::kSourcePosition, source_);
    Status status = store_.scan(from, [&](std::string_view key, std::string_view value) {
      const auto names = state::keys::two_names(state::keys::kSourcePosition, key);
      if (!names || !names->second.starts_with(prefix)) return true;
      return each(names->second, read_position(value).position);
    });
    if (!status) failed = std::move(status).error();
  }
  void added(std::size_t, const Put&) override {}
  std::optional<Error> failed;

 private:
  state::Store& store_;
  const std::string& source_;
  std::vector<std::unique_ptr<std::string>> held_;
};

}  // namespace

void Inlet::open(std::uint64_t commit, std::function<void(Status)> opened) {
  ended_ = false;
  executor_.source(index_, [this, commit, opened = std::move(opened)] {
    Positions positions(store_, plan_.name);
    Status status = plan_.source->open(positions, commit, options_.once);
    if (status && positions.failed) status = *positions.failed;
    executor_.line([opened, status = std::make_shared<Status>(std::move(status))] {
      opened(std::move(*status));
    });
  });
}

void Inlet::poll(std::uint64_t max_bytes) {
  if (polling_ || ended_ || paused_ || backing_off_) return;
  polling_ = true;
  executor_.source(index_, [this, max_bytes, generation = generation_] {
    CutBatches cut(plan_.name, options_, max_bytes);
    const Nanos began = executor_.now();
    auto polled = std::make_shared<Result<host::Polled>>(
        plan_.source->poll(max_bytes, began + kIdleWait, cut));
    const bool hasty = executor_.now() - began < kHasty;
    auto arrivals = std::make_shared<Result<std::vector<Arrival>>>(cut.take());
    executor_.line([this, generation, arrivals, polled, hasty] {
      const bool in_vain = hasty && *arrivals && (*arrivals)->empty();
      hasty_polls_ = in_vain ? hasty_polls_ + 1 : 0;
      if (!*arrivals) return on_polled(generation, {}, std::move(*arrivals).error());
      on_polled(generation, std::move(**arrivals), std::move(*polled));
    });
  });
}

void Inlet::on_polled(std::uint64_t generation, std::vector<Arrival> arrivals,
                      Result<host::Polled> polled) {
  polling_ = false;
  if (!arrivals.empty()) fault_point("after_poll");
  if (generation != generation_) return;
  if (!polled) {
    Error& error = polled.error();
    const Nanos now = executor_.now();
    if (first_failure_ == 0) first_failure_ = now;
    const bool too_long = options_.once && options_.once_deadline != 0 &&
                          now - first_failure_ > options_.once_deadline;
    if (error.cls != ErrorClass::kRetry || too_long)
      return owner_.source_failed(index_, std::move(error));
    waiting_ = error.message;
    ask_again_after(Backoff{}.delay(failures_++, index_ + 1));
  } else {
    failures_ = 0;
    first_failure_ = 0;
    waiting_.clear();
    ended_ = *polled == host::Polled::kEnd;
    if (!ended_ && hasty_polls_ > kHastyPolls)
      ask_again_after(
          std::min(kHasty << std::min(hasty_polls_ - kHastyPolls, 10U), kHastyPauseMost));
  }
  owner_.arrived(index_, std::move(arrivals));
}

void Inlet::ask_again_after(Nanos pause) {
  backing_off_ = true;
  executor_.line_after(pause, [this, generation = generation_] {
    if (generation != generation_) return;
    backing_off_ = false;
    owner_.arrived(index_, {});
  });
}

void Inlet::settle(std::vector<host::Settled> items, std::function<void(const Kept&)> settled) {
  executor_.source(index_, [this, items = std::move(items), settled = std::move(settled)] {
    fault_point("before_settle");
    Kept kept = plan_.source->settle(items);
    fault_point("after_settle");
    executor_.line([settled, kept = std::move(kept)] { settled(kept); });
  });
  wake();
}

void Inlet::board(std::vector<host::Settled> items,
                  std::function<void(Result<std::string>)> boarded) {
  executor_.source(index_, [this, items = std::move(items), boarded = std::move(boarded)] {
    executor_.line([boarded, bytes = std::make_shared<Result<std::string>>(
                                 plan_.source->board(items))] { boarded(std::move(*bytes)); });
  });
  wake();
}

void Inlet::rewind(std::string why) {
  executor_.line(
      [this, why = std::move(why)]() mutable { owner_.source_rewinds(index_, std::move(why)); });
}

void Inlet::settled(std::uint64_t number) {
  executor_.line([this, number] { owner_.source_settled(index_, number); });
}

void Inlet::abandon(std::function<void()> quiet) {
  ++generation_;
  backing_off_ = false;
  failures_ = 0;
  wake();
  executor_.source(index_, [this, quiet = std::move(quiet)] { executor_.line(quiet); });
}

std::string stored_position(std::uint32_t outcomes, std::string_view position) {
  std::string out(1, static_cast<char>(outcomes));
  out.append(position);
  return out;
}

StoredPosition read_position(std::string_view stored) {
  if (stored.empty()) return {};
  return {static_cast<unsigned char>(stored.front()), stored.substr(1)};
}

}  // namespace copydesk::pipeline
