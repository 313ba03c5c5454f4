// The life of a consumer and what its thread does: serve librdkafka, and look after the group.
#include "kafka/consumer.h"

#include <algorithm>
#include <set>
#include <utility>

namespace copydesk::kafka {
namespace {

constexpr int kServe = 100;               // ms of one call of librdkafka
constexpr std::uint32_t kShownAfter = 2;  // times that brokers could not tell where to read
constexpr auto kLeadersFor = std::chrono::seconds(60);  // after a broker went away
constexpr auto kLeadersEvery = std::chrono::seconds(5);
constexpr int kLeadersLimit = 500;  // ms
constexpr auto kTooLargeFor =
    std::chrono::seconds(90);  // after the last time, and it is told once in 30 seconds
constexpr auto kGrace =
    std::chrono::seconds(2);  // beyond the time for leaving, for the client to end

}  // namespace

Consumer::Consumer(ConsumerSettings settings, Conf conf, const Host& host, Counters counters)
    : settings_(std::move(settings)),
      group_hash_(hash_of(settings_.group)),
      conf_(std::move(conf)),
      host_(host),
      counters_(counters),
      health_(host) {
  rd_kafka_conf_set_rebalance_cb(conf_.get(), rebalance_callback);
}

Consumer::~Consumer() {
  if (thread_.joinable()) thread_.detach();  // it was abandoned, and is the one that runs this
}

void Consumer::run() {
  rd_kafka_poll_set_consumer(rk_);
  while (!closing_) {
    const Message message{rd_kafka_consumer_poll(rk_, kServe)};
    // left behind, perhaps: a rebalance in there may take longer than we are waited for
    if (closing_) break;
    if (message) heed(*message);
    committer_->pump();
    look_after();
  }
  leave();
  const Lock lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

// Messages come by their own queue; here come errors of the group and of topics that are not there.
void Consumer::heed(const rd_kafka_message_t& message) {
  const std::string topic = message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : "";
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      // It cannot be put back into its place, but it can be fetched again.
      host_.rewind("a message of '" + topic + "' came before its partition was ready");
      break;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
    case RD_KAFKA_RESP_ERR__FATAL: break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      complain("topic '" + topic + "' does not exist on " + settings_.brokers);
      break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      complain("we are not allowed to read topic '" + topic + "'");
      break;
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      complain("we are not allowed to join group '" + settings_.group + "'");
      break;
    default: complain(std::string(rd_kafka_message_errstr(&message)));
  }
}

void Consumer::complain(const std::string& what) {
  const Lock lock(mutex_);
  if (complaint_ == what) return;
  complaint_ = what;
  show(lock);
}

// The status word: brokers first (Health shows that itself), then the group, then partitions that stand still or cannot be
// read yet.
void Consumer::show(const Lock&) {
  if (health_.ill()) return;
  std::string word = too_large_.empty() ? complaint_ : too_large_, unknown;
  std::size_t more = 0;
  for (const auto& [key, held] : held_) {
    if (word.empty() && !held->stopped.empty())
      word = held->name + " stands still: " + held->stopped;
    if (!held->trouble.empty()) {
      ++more;
      if (unknown.empty()) unknown = nothing_comes(*held);
    }
    if (held->place != Held::Place::kUnknown || held->asked < kShownAfter) continue;
    ++more;
    if (unknown.empty()) unknown = cannot_be_read(*held);
  }
  if (more > 1) unknown += "; " + std::to_string(more - 1) + " more wait as well";
  host_.status(word.empty() ? unknown : word);
}

void Consumer::look_after() {
  ask_again();
  forget_too_large();
  look_for_leaders();
  const bool was_ill = health_.ill();
  health_.probe(rk_);
  if (!was_ill || health_.ill()) return;
  const Lock lock(mutex_);
  show(lock);
}

void Consumer::leave() {
  Queue queue(rd_kafka_queue_new(rk_));
  const Error error(rd_kafka_consumer_close_queue(rk_, queue.get()));
  while (!error && !rd_kafka_consumer_closed(rk_) && Clock::now() < close_until_) {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), kServe / 2);
    if (event == nullptr) continue;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
      rebalance(rd_kafka_event_error(event), rd_kafka_event_topic_partition_list(event));
    rd_kafka_event_destroy(event);
  }
  queue.reset();
  committer_.reset();
  messages_.reset();
  client_.reset();
}

void Consumer::close(Clock::time_point until) {
  if (!thread_.joinable()) return;
  {
    Lock lock(mutex_);
    close_until_ = until;
    closing_ = true;
    changed_.notify_all();
    if (changed_.wait_until(lock, until + kGrace, [&] { return finished_; })) {
      lock.unlock();
      thread_.join();
      return;
    }
  }
  muted_ = true;
  host_.warn("Kafka: the consumer does not end in time and is left behind.");
  thread_.detach();
}

void Consumer::log(int level, std::string_view facility, std::string_view text) noexcept {
  if (!muted_) health_.log(level, facility, text);
}

void Consumer::error(rd_kafka_resp_err_t code, std::string_view reason) noexcept {
  if (muted_) return;
  health_.error(code, reason);
  try {
    if (code == RD_KAFKA_RESP_ERR__BAD_MSG) note_too_large(reason);
    if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      leaders_doubtful_until_ = Clock::now() + kLeadersFor;
  } catch (const std::exception&) {
  }
}

// "… size 104000185 (0..100000000): increase receive.message.max.bytes". Nobody says of which partition it is. The client asks
// again and again, and gets on with others of that broker in between.
void Consumer::note_too_large(std::string_view reason) {
  constexpr std::string_view kSize = "size ";
  if (reason.find("receive.message.max.bytes") == std::string_view::npos) return;
  const std::size_t at = reason.find(kSize);
  std::string_view size =
      at == std::string_view::npos ? std::string_view() : reason.substr(at + kSize.size());
  size = size.substr(0, size.find(' '));
  const Lock lock(mutex_);
  too_large_at_ = Clock::now();
  if (!too_large_.empty()) return;
  too_large_ = "a message is larger than we take (" + std::string(size) +
               " bytes with its frame), and what lies behind it waits: set record_max above its "
               "size, or the group's offset behind it";
  show(lock);
}

// One broker of several is away: which partitions have nobody else is in no error, and the client only waits. The others may
// take some time to notice, so it is asked for a while; and as long as there is one.
void Consumer::look_for_leaders() {
  const Clock::time_point now = Clock::now();
  if (now < leaders_at_ || (now > leaders_doubtful_until_ && !leaderless_)) return;
  leaders_at_ = now + kLeadersEvery;
  const rd_kafka_metadata_t* raw = nullptr;
  const bool answered =
      rd_kafka_metadata(rk_, 0, nullptr, &raw, kLeadersLimit) == RD_KAFKA_RESP_ERR_NO_ERROR;
  const Metadata answer(raw);
  if (!answered) return;  // of that Health speaks
  std::set<std::pair<std::string_view, std::int32_t>> without;
  for (int t = 0; t < answer->topic_cnt; ++t)
    for (int p = 0; p < answer->topics[t].partition_cnt; ++p)
      if (const auto& one = answer->topics[t].partitions[p]; one.leader < 0)
        without.emplace(answer->topics[t].topic, one.id);
  const Lock lock(mutex_);
  leaderless_ = false;
  for (const auto& [key, held] : held_) {
    const bool none = held->is_read() && without.contains({held->topic, held->number});
    leaderless_ = leaderless_ || none;
    if (none)
      held->trouble = kNoLeader;
    else if (held->trouble == kNoLeader)
      held->trouble.clear();
  }
  show(lock);
}

// It was removed, perhaps.
void Consumer::forget_too_large() {
  const Lock lock(mutex_);
  if (too_large_.empty() || Clock::now() < too_large_at_ + kTooLargeFor) return;
  too_large_.clear();
  show(lock);
}

}  // namespace copydesk::kafka
