// The life of a consumer and what its thread does: serve librdkafka, and look after the group.
#include "kafka/consumer.h"

#include <algorithm>
#include <utility>

namespace copydesk::kafka {
namespace {

constexpr int kServe = 100;               // ms of one call of librdkafka
constexpr std::uint32_t kShownAfter = 2;  // times that brokers could not tell where to read
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
  std::string word = complaint_, unknown;
  std::size_t more = 0;
  for (const auto& [key, held] : held_) {
    if (word.empty() && !held->stopped.empty())
      word = held->name + " stands still: " + held->stopped;
    if (held->place != Held::Place::kUnknown || held->asked < kShownAfter) continue;
    if (unknown.empty())
      unknown = cannot_be_read(*held);
    else
      ++more;
  }
  if (more > 0) unknown += "; " + std::to_string(more) + " more wait as well";
  host_.status(word.empty() ? unknown : word);
}

void Consumer::look_after() {
  ask_again();
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
  if (!muted_) health_.error(code, reason);
}

}  // namespace copydesk::kafka
