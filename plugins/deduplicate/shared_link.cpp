#include "shared_link.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <utility>

namespace copydesk::deduplicate {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kRetryMin{50}, kRetryMax{500};
// A lost connection is noticed, and what is final sent again, well before kSettle is over for others. The lease is renewed by the way.
constexpr std::chrono::milliseconds kLook{300};
constexpr std::size_t kWrittenAtOnce = 256, kWithdrawnMax = 4096;

std::string random_id() {
  std::random_device device;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (int i = 0; i < 32; ++i) id += kDigits[device() & 15];
  return id;
}

}  // namespace

SharedLink::SharedLink(SharedStore::Settings settings, std::uint64_t owner)
    : settings_(std::move(settings)) {
  owner_.id = owner;
}

SharedLink::~SharedLink() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  owner_.generation = ~owner_.generation;  // nobody need wait for what is in hand
  if (store_) write();
}

void SharedLink::start(std::deque<Final> finals, const std::string& id, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  owner_.generation = generation;
  withdrawn_.clear();
  finals_ = std::move(finals);
  written_ = 0;
  covered_.clear();
  if (!id.empty()) id_ = id;
  if (thread_.joinable()) {
    if (store_) write();
    return;
  }
  try {
    adopt(connect());
  } catch (const Unavailable& failure) {
    lose(failure.what());
  }
  thread_ = std::thread([this] { keep(); });
}

void SharedLink::begin_generation(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  owner_.generation = generation;
  withdrawn_.clear();
  if (store_) write();
}

std::unique_ptr<SharedStore> SharedLink::connect() const {
  return std::make_unique<SharedStore>(settings_, random_id());
}

// Connects without holding up whoever asks meanwhile, and renews the lease.
void SharedLink::keep() {
  std::chrono::milliseconds delay = kRetryMin;
  Lock lock(mutex_);
  while (!stops_) {
    if (store_) {
      wake_.wait_for(lock, kLook, [this] { return stops_ || !store_; });
      if (store_ && !stops_) write();
      continue;
    }
    lock.unlock();
    std::unique_ptr<SharedStore> store;
    std::string why;
    try {
      store = connect();
    } catch (const std::exception& failure) {
      why = failure.what();
    }
    lock.lock();
    if (store)
      adopt(std::move(store));
    else
      why_ = why;
    if (store_) {
      delay = kRetryMin;
    } else {
      wake_.wait_for(lock, delay, [this] { return stops_; });
      delay = std::min(delay * 2, kRetryMax);
    }
  }
}

void SharedLink::adopt(std::unique_ptr<SharedStore> store) {
  store_ = std::move(store);
  connected_at_ = Clock::now();
  if (++connection_ > 1) settled_at_ = connected_at_ + kSettle;
  written_ = 0;
  if (!id_.empty() && id_ != store_->id())
    warning_ = "The shared index at " + settings_.server.name() +
               " has lost its data, or is another one: it gets the last " +
               std::to_string(finals_.size()) +
               " stories of this desk again; copies of older ones are not recognised.";
  id_ = store_->id();
  write();
}

// What is final goes before the generation: whatever is reserved by an older one is void then.
void SharedLink::write() {
  try {
    const std::uint32_t newest = finals_.empty() ? 0 : finals_.back().seconds;
    const auto window = std::chrono::duration_cast<std::chrono::seconds>(settings_.window).count();
    const auto since = static_cast<std::uint32_t>(std::max<std::int64_t>(newest - window, 0));
    while (written_ < finals_.size()) {
      const std::size_t end = std::min(finals_.size(), written_ + kWrittenAtOnce);
      for (std::size_t i = written_; i < end; ++i) {
        const Final& f = finals_[i];
        if (f.connection == connection_)
          store_->add_write({f.key, &f.story, f.seconds});
        else
          store_->add_enter({f.key, &f.story, f.seconds}, since);
      }
      store_->run();
      written_ = end;
    }
    for (const StoryKey story : withdrawn_) store_->add_withdraw(story, owner_);
    store_->add_renew(owner_);
    store_->run();
    withdrawn_.clear();
    trim();
  } catch (const Unavailable& failure) {
    lose(failure.what());
  }
}

void SharedLink::lose(const std::string& why) {
  store_.reset();
  why_ = why;
  wake_.notify_all();
}

void SharedLink::trim() {
  while (written_ > kKept) {
    covered_.push_back({finals_.front().sequence, finals_.front().slot});
    finals_.pop_front();
    --written_;
  }
}

void SharedLink::use(const std::function<void(SharedStore&)>& use) {
  const std::lock_guard lock(mutex_);
  if (!store_) throw Unavailable(why_);
  if (Clock::now() < settled_at_)
    throw Unavailable(settings_.server.name() +
                      " is back; each desk sends it what it may have lost");
  try {
    const std::uint64_t before = store_->round_trips();
    use(*store_);
    round_trips_ += store_->round_trips() - before;
  } catch (const Unavailable& failure) {
    lose(failure.what());
    throw;
  }
}

void SharedLink::finish(std::vector<Final> finals, std::vector<StoryKey> withdrawn) {
  const std::lock_guard lock(mutex_);
  std::move(finals.begin(), finals.end(), std::back_inserter(finals_));
  withdrawn_.insert(withdrawn_.end(), withdrawn.begin(), withdrawn.end());
  if (withdrawn_.size() > kWithdrawnMax)
    withdrawn_.resize(kWithdrawnMax);  // the rest is void in time
  if (!store_) return;
  const std::uint64_t before = store_->round_trips();
  write();
  if (store_) round_trips_ += store_->round_trips() - before;
}

SharedOwner SharedLink::owner() const {
  const std::lock_guard lock(mutex_);
  return owner_;
}
std::uint64_t SharedLink::connection() const {
  const std::lock_guard lock(mutex_);
  return store_ ? connection_ : 0;
}
Clock::time_point SharedLink::connected_at() const {
  const std::lock_guard lock(mutex_);
  return connected_at_;
}
std::string SharedLink::id() const {
  const std::lock_guard lock(mutex_);
  return id_;
}
bool SharedLink::is_full() const {
  const std::lock_guard lock(mutex_);
  return finals_.size() - written_ >= kUnwrittenMax;
}
std::vector<SharedLink::Covered> SharedLink::take_covered() {
  const std::lock_guard lock(mutex_);
  return std::exchange(covered_, {});
}
std::optional<std::string> SharedLink::take_warning() {
  const std::lock_guard lock(mutex_);
  if (warning_.empty()) return std::nullopt;
  return std::exchange(warning_, {});
}
std::uint64_t SharedLink::round_trips() const {
  const std::lock_guard lock(mutex_);
  return round_trips_;
}

}  // namespace copydesk::deduplicate
