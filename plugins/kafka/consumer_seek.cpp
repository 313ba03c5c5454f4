// The source's thread: beginning, joining the group, going back.
#include <utility>

#include "kafka/consumer.h"

namespace copydesk::kafka {
namespace {

constexpr int kAsk = 3000;   // ms for an answer about a topic
constexpr int kSeek = 5000;  // ms
constexpr int kSeekAttempts = 3;

}  // namespace

void Consumer::begin() {
  client_ = std::make_unique<Client>(RD_KAFKA_CONSUMER, conf_, *this);
  rk_ = client_->get();
  messages_.reset(rd_kafka_queue_new(rk_));
  rd_kafka_queue_cb_event_enable(
      messages_.get(), [](rd_kafka_t*, void* self) { static_cast<Consumer*>(self)->wake(); }, this);
  committer_ = std::make_unique<Committer>(rk_, health_);
}

void Consumer::seek(Past past) {
  const bool first = client_ == nullptr;
  if (first) begin();
  std::vector<HeldPointer> back;
  {
    const Lock lock(mutex_);
    past_ = std::move(past);
    committer_->set_metadata(encode(past_.self));
    for (auto& [key, held] : held_) {
      if (!held->stopped.empty()) continue;
      if (held->leaving) {  // nothing of it is under way any more
        held->next = held->settled;
        continue;
      }
      const auto it = past_.positions.find(held->name);
      held->rewind(it == past_.positions.end() ? nullptr : &it->second, past_.self, group_hash_);
      if (!held->start.stop.empty())
        stop(*held, held->start.stop, lock);
      else
        back.push_back(held);
    }
    changed_.notify_all();
  }
  if (first) thread_ = std::thread([self = shared_from_this()] { self->run(); });
  seek_to(std::move(back));
}

// Also throws away what was fetched and not taken.
void Consumer::seek_to(std::vector<HeldPointer> all) {
  for (int attempt = 0; !all.empty(); ++attempt) {
    const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(all.size())));
    for (const HeldPointer& held : all)
      rd_kafka_topic_partition_list_add(list.get(), held->topic.c_str(), held->number)->offset =
          held->fetch_from();
    const Error error(rd_kafka_seek_partitions(rk_, list.get(), kSeek));
    std::vector<HeldPointer> left;
    std::string why = error ? rd_kafka_error_string(error.get()) : "";
    {
      const Lock lock(mutex_);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const rd_kafka_resp_err_t failed = list->elems[i].err;
        if (!error && !failed) continue;
        // One that was revoked meanwhile has nowhere to go back to.
        if (find(all[i]->topic, all[i]->number, lock) != all[i] || all[i]->leaving) continue;
        if (failed) why = rd_kafka_err2str(failed);
        left.push_back(all[i]);
      }
    }
    if (!left.empty() && attempt + 1 >= kSeekAttempts)
      throw Retry("cannot go back in " + left.front()->name + ": " + why);
    all = std::move(left);
  }
}

void Consumer::join() {
  raise_fatal();
  if (joined_) return;
  check_topics();
  subscribe();
  joined_ = true;
}

void Consumer::subscribe() {
  const Partitions list(
      rd_kafka_topic_partition_list_new(static_cast<int>(settings_.topics.size())));
  for (const std::string& topic : settings_.topics)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const rd_kafka_resp_err_t error = rd_kafka_subscribe(rk_, list.get()))
    complain("cannot subscribe (" + text_of(error) + ")");
}

void Consumer::raise_fatal() const {
  const std::string why = health_.fatal();
  if (why.empty()) return;
  if (!settings_.instance.empty())
    throw Fatal(why + " (is another daemon running as instance '" + settings_.instance + "'?)");
  throw Fatal(why);
}

// A name that is misspelt would only wait for messages for ever.
void Consumer::check_topics() {
  for (const std::string& topic : settings_.topics) check_topic(topic);
}

void Consumer::check_topic(const std::string& name) {
  const bool pattern = name.starts_with("^");
  const Topic topic(pattern ? nullptr : rd_kafka_topic_new(rk_, name.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(rk_, 0, topic.get(), &raw, kAsk);
  const Metadata answer(raw);
  if (error) {
    const std::string what = health_.sentence();
    throw Retry(what.empty() ? "no answer from " + settings_.brokers + ": " + text_of(error)
                             : what);
  }
  if (pattern || answer->topic_cnt < 1) return;
  switch (answer->topics[0].err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      counts_[name] = answer->topics[0].partition_cnt;
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      throw Retry("topic '" + name + "' does not exist on " + settings_.brokers);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      throw Retry("we are not allowed to read topic '" + name + "'");
    default:
      throw Retry("topic '" + name + "': " + text_of(answer->topics[0].err));
  }
}

}  // namespace copydesk::kafka
