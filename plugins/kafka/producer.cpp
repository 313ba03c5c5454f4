#include "kafka/producer.h"

#include <vector>

namespace copydesk::kafka {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMs = 100;
constexpr int kLastReportsMs = 500;  // at the end, for the reports of what was purged
constexpr auto kMissingFor =
    std::chrono::seconds(3);                // then a topic that was not there is looked for again
constexpr std::size_t kTopicsMax = 10'000;  // of either kind, in memory

TopicState state_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:  // it exists, and will have one
      return TopicState::there;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED: return TopicState::forbidden;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return TopicState::missing;
    default: return TopicState::unreachable;
  }
}

}  // namespace

Producer::Producer(const Conf& conf, Health& health, Deliveries& deliveries)
    : health_(health),
      ears_(health, deliveries),
      client_(RD_KAFKA_PRODUCER, with_callback(conf), ears_) {
  deliveries.reset();
  health.forget();
  thread_ = std::thread([this] { poll(); });
}

Producer::~Producer() {
  rd_kafka_purge(get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(get(), kLastReportsMs);
  ending_ = true;
  thread_.join();
}

const Conf& Producer::with_callback(const Conf& conf) {
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  return conf;
}

void Producer::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  Deliveries& deliveries = static_cast<Ears*>(static_cast<Listener*>(opaque))->deliveries;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
    deliveries.arrived(message->_private);
  else
    deliveries.lost(message->_private, message->err, rd_kafka_topic_name(message->rkt));
}

void Producer::poll() {
  while (!ending_) {
    rd_kafka_poll(get(), kPollMs);
    health_.probe(get());
  }
}

// Nearly always the one that was asked for last.
rd_kafka_topic_t* Producer::find(const std::string& name) {
  if (recent_ != nullptr && recent_->first == name) return recent_->second.get();
  const auto it = topics_.find(name);
  recent_ = it == topics_.end() ? nullptr : &*it;
  return recent_ != nullptr ? recent_->second.get() : nullptr;
}

TopicState Producer::look_for(const std::string& name, std::chrono::milliseconds limit,
                              std::string& why) {
  if (find(name) != nullptr) return TopicState::there;
  if (const auto known = missing_.find(name);
      known != missing_.end() && Clock::now() < known->second.until) {
    why = known->second.why;
    return known->second.state;
  }
  if (topics_.size() >= kTopicsMax) forget_all();
  if (missing_.size() >= kTopicsMax) missing_.clear();
  Topic topic(rd_kafka_topic_new(get(), name.c_str(), nullptr));
  const rd_kafka_metadata_t* answer = nullptr;
  rd_kafka_resp_err_t error =
      topic ? rd_kafka_metadata(get(), 0, topic.get(), &answer, static_cast<int>(limit.count()))
            : rd_kafka_last_error();
  const Metadata metadata(answer);
  if (metadata)
    error = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
  const TopicState state = state_of(error);
  switch (state) {
    case TopicState::there: topics_[name] = std::move(topic); return state;
    case TopicState::unreachable:
      why = health_.sentence();
      if (why.empty())
        why = "the brokers do not tell about topic '" + name + "' (" + text_of(error) + ")";
      return state;
    case TopicState::forbidden:
      why = "an ACL is missing to describe topic '" + name + "' and to write to it";
      break;
    case TopicState::missing:
      why = "the brokers have no topic '" + name + "' (or do not let us see it)";
      break;
  }
  missing_[name] = {state, why, Clock::now() + kMissingFor};
  return state;
}

rd_kafka_resp_err_t Producer::produce(const std::string& name, const Outgoing& m, void* opaque) {
  rd_kafka_topic_t* topic = find(name);
  void* value = const_cast<char*>(m.value.data());  // copied, not changed
  const char* key = m.key.empty() ? nullptr : m.key.data();
  if (m.headers.empty()) {
    const int no = rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value,
                                    m.value.size(), key, m.key.size(), opaque);
    return no == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
  }
  Headers headers(rd_kafka_headers_new(m.headers.size()));
  for (const auto& [k, v] : m.headers)
    rd_kafka_header_add(headers.get(), k.data(), static_cast<ssize_t>(k.size()), v.data(),
                        static_cast<ssize_t>(v.size()));
  rd_kafka_vu_t parts[6]{};
  parts[0].vtype = RD_KAFKA_VTYPE_RKT;
  parts[0].u.rkt = topic;
  parts[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[1].u.i = RD_KAFKA_MSG_F_COPY;
  parts[2].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[2].u.mem = {value, m.value.size()};
  parts[3].vtype = RD_KAFKA_VTYPE_KEY;
  parts[3].u.mem = {const_cast<char*>(key), m.key.size()};
  parts[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[4].u.ptr = opaque;
  parts[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  parts[5].u.headers = headers.get();
  const Error error(rd_kafka_produceva(get(), parts, 6));
  if (error) return rd_kafka_error_code(error.get());
  (void)headers.release();  // the message owns them now
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Producer::forget(const std::string& topic) {
  recent_ = nullptr;
  topics_.erase(topic);
}

void Producer::forget_all() {
  recent_ = nullptr;
  topics_.clear();
}

void Producer::purge() { rd_kafka_purge(get(), RD_KAFKA_PURGE_F_QUEUE); }

}  // namespace copydesk::kafka
