// The source's thread: beginning, joining the group, going back.
#include <regex.h>

#include <utility>

#include "kafka/consumer.h"
#include "kafka/group_offsets.h"

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
  const std::lock_guard moving(moving_);
  std::vector<HeldPointer> back;
  {
    const Lock lock(mutex_);
    past_ = std::move(past);
    committer_->set_metadata(encode(past_.self));
    for (auto& [key, held] : held_) {
      if (!held->stopped.empty() || held->place == Held::Place::kUnknown) continue;
      if (held->leaving) {  // nothing of it is under way any more
        held->next = held->settled;
        continue;
      }
      const auto it = past_.positions.find(held->name);
      held->rewind(it == past_.positions.end() ? nullptr : &it->second, past_.self, group_hash_);
      if (!held->start.stop.empty())
        stop(*held, held->start.stop, lock);
      else if (held->is_read())
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
        // Its fetching has ended, since the broker does not have the offset; the message that says so is on its way to us.
        if (failed == RD_KAFKA_RESP_ERR__STATE && attempt + 1 >= kSeekAttempts) {
          all[i]->place = Held::Place::kGone;
          ask_again_in({}, lock);
          continue;
        }
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
  census_ = {};
  std::string in_vain;  // patterns
  for (const std::string& topic : settings_.topics) {
    if (!topic.starts_with('^'))
      check_topic(topic);
    else if (count_matches(topic) == 0)
      in_vain += (in_vain.empty() ? "'" : ", '") + topic + "'";
  }
  if (!in_vain.empty()) no_match_of(in_vain);
  if (settings_.start.kind == StartAt::Kind::kLatest) note_begun();
}

Metadata Consumer::metadata(rd_kafka_topic_t* topic) {
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(rk_, topic == nullptr, topic, &raw, kAsk);
  Metadata answer(raw);
  if (!error) return answer;
  const std::string what = health_.sentence();
  throw Retry(what.empty() ? "no answer from " + settings_.brokers + ": " + text_of(error) : what);
}

void Consumer::check_topic(const std::string& name) {
  const Topic topic(rd_kafka_topic_new(rk_, name.c_str(), nullptr));
  const Metadata answer = metadata(topic.get());
  if (answer->topic_cnt < 1) return;
  switch (answer->topics[0].err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      census_.partitions[name] = answer->topics[0].partition_cnt;
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      throw Retry("topic '" + name + "' does not exist on " + settings_.brokers);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      throw Retry("we are not allowed to read topic '" + name + "'");
    default: throw Retry("topic '" + name + "': " + text_of(answer->topics[0].err));
  }
}

// The topics of a pattern, by the same kind of expression as librdkafka's.
std::size_t Consumer::count_matches(const std::string& pattern) {
  const Metadata answer = metadata(nullptr);
  regex_t expression;
  std::size_t matches = 0;
  if (regcomp(&expression, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return matches;
  for (int i = 0; i < answer->topic_cnt; ++i)
    if (regexec(&expression, answer->topics[i].topic, 0, nullptr, 0) == 0) {
      census_.partitions[answer->topics[i].topic] = answer->topics[i].partition_cnt;
      ++matches;
    }
  regfree(&expression);
  return matches;
}

// With nothing else to read the client does not even join the group. It looks again by itself.
void Consumer::no_match_of(const std::string& patterns) {
  const std::string what = "no topic on " + settings_.brokers + " matches " + patterns + " yet";
  census_.partitions.empty() ? complain(what) : host_.warn("Kafka: " + what + ".");
}

// Before anybody of this generation of the group can have committed where it begins.
void Consumer::note_begun() {
  const Partitions list(rd_kafka_topic_partition_list_new(0));
  for (const auto& [topic, count] : census_.partitions)
    for (std::int32_t p = 0; p < count; ++p)
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p);
  if (list->cnt > 0)
    if (const rd_kafka_resp_err_t error = group_offsets(rk_, settings_.group, list.get(), kAsk))
      throw Retry("the offsets of group '" + settings_.group +
                  "' cannot be read: " + text_of(error));
  for (int i = 0; i < list->cnt; ++i)  // one that a transaction under way will change is known, too
    if (list->elems[i].offset >= 0 ||
        list->elems[i].err == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)
      census_.begun.insert(list->elems[i].topic);
  const Lock lock(mutex_);
  for (const auto& [name, position] : past_.positions)
    if (const auto split = split_partition_name(name); split && position.group == group_hash_)
      census_.begun.insert(split->first);
}

}  // namespace copydesk::kafka
