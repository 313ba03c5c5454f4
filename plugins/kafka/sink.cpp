#include "kafka/sink.h"

#if defined(COPYDESK_XXHASH_DISPATCH)
#include <xxh_x86dispatch.h>  // takes the machine's widest registers
#else
#define XXH_INLINE_ALL
#include <xxhash.h>
#endif

#include <algorithm>
#include <functional>

#include "kafka/message_size.h"

namespace copydesk::kafka {
namespace {

using namespace std::chrono_literals;

// A call of the sink ends within a few seconds, also when the brokers are gone: the daemon does not wait longer at its end.
constexpr auto kTopicLimit = 2s, kQueueLimit = 2s, kAloneLimit = 2s, kDrainLimit = 2s;
constexpr auto kQueueStep = 50ms;
constexpr int kClusterMs = 1000;

std::uint64_t hash_of(const Article& article) {
  return std::hash<std::string_view>{}(article.origin());
}

// A written article without the times that say when we had it in hand (is_passing), which are others when it comes again.
// Inside a string the quotes would be escaped, so what is found is a name. What a scraper calls `received_at` lies behind
// `source`, in `extra`; should an object in there look like ours, its time is cut out instead.
std::uint64_t hash_of_json(std::string_view json, bool is_dead_letter, std::uint64_t seed) {
  constexpr std::string_view kIngested = ",\"ingested_at\":\"", kReceived = ",\"received_at\":\"";
  constexpr std::string_view kFailed = ",\"failed\":{", kAt = ",\"at\":\"";
  constexpr std::string_view kSource = ",\"source\":{\"component\":";
  const auto add_up_to = [&](std::size_t at, std::size_t name_size) {
    if (at == std::string_view::npos) return;
    seed = XXH3_64bits_withSeed(json.data(), at, seed);
    json.remove_prefix(std::min(json.find('"', at + name_size), json.size()));
  };
  add_up_to(json.find(kIngested), kIngested.size());
  if (is_dead_letter) add_up_to(json.find(kAt, json.find(kFailed)), kAt.size());
  add_up_to(json.find(kReceived, json.rfind(kSource)), kReceived.size());
  return XXH3_64bits_withSeed(json.data(), json.size(), seed);
}

std::string default_id(const Open& o) {
  if (o.data_id().empty())
    throw Fatal(
        "exactly_once needs transactional_id, since this daemon does not say whose commits it "
        "makes");
  return "copydesk." + std::string(o.data_id().substr(0, 12)) + "." + std::string(o.line());
}

}  // namespace

KafkaSink::KafkaSink(const Host& host, const Options& options)
    : host_(host),
      bytes_(host.counter(
          "written_bytes", "bytes",
          "Bytes of keys, values and headers given to the client, before compression.")),
      options_(options),
      producer_conf_(producer_conf(options, options_)),
      marker_conf_(marker_conf(options)),
      health_(host),
      deliveries_(host, health_, {options_.fixed_topic, options_.exactly_once}) {}

// ---- open and close ----------------------------------------------------------------------------

void KafkaSink::open(const Open& o) {
  options_.exactly_once ? open_transactional(o) : open_plain();
}

// What is on its way arrives before the line writes again, and is known then. What does not must not come behind that.
void KafkaSink::open_plain() {
  if (producer_ && health_.fatal().empty()) (void)deliveries_.wait_for_all(kDrainLimit);
  if (!health_.fatal().empty() || deliveries_.on_their_way()) producer_.reset();
  deliveries_.rewound();
  if (!producer_) producer_ = std::make_unique<Producer>(producer_conf_, health_, deliveries_);
  spoiled_ = false;
  if (options_.fixed_topic) require_topic(options_.topic_name);
}

// A new producer each time: whatever the old one's transaction is in, `init` ends it.
void KafkaSink::open_transactional(const Open& o) {
  if (!initialising_ || !health_.fatal().empty()) {
    transaction_.reset();
    producer_.reset();
    deliveries_.rewound();
    spoiled_ = false;
    const std::string id =
        options_.transactional_id.empty() ? default_id(o) : options_.transactional_id;
    producer_conf_.set("transactional.id", id);
    producer_ = std::make_unique<Producer>(producer_conf_, health_, deliveries_);
    transaction_.emplace(
        *producer_, health_,
        Transaction::Settings{
            id, options_.marker_topic, {std::string(o.data_id()), std::string(o.line())}});
    initialising_ = true;
  }
  if (options_.fixed_topic) require_topic(options_.topic_name);
  if (options_.marker_topic != options_.topic_name) require_topic(options_.marker_topic);
  transaction_->init();
  if (cluster_.empty()) cluster_ = cluster_id(producer_->get(), kClusterMs);
  initialising_ = false;
}

void KafkaSink::require_topic(const std::string& name) {
  std::string why;
  const TopicState state = producer_->look_for(name, kTopicLimit, why);
  if (state == TopicState::there) return;
  if (state != TopicState::unreachable) health_.trouble(why);
  throw Retry(why);
}

void KafkaSink::close(std::int64_t) {
  transaction_.reset();
  producer_.reset();
}

// ---- writing -----------------------------------------------------------------------------------

void KafkaSink::write(std::uint64_t ticket, const Batch& batch) {
  left_.reset();
  written_ = 0;
  deliveries_.begin(ticket, batch.size());
  try {
    if (decides() && batch.size() > 0 && !deliveries_.failed()) transaction().begin();
    for (const Article article : batch) send(article);
    bytes_.add(written_);
    deliveries_.end();
  } catch (...) {
    cancel(ticket);
    throw;
  }
}

void KafkaSink::send(const Article& article) {
  if (left_) return deliveries_.again(article.index(), left_->code, left_->detail);
  if (deliveries_.eventful()) {
    // Nothing of this transaction will be seen, or no producer is left to send it; the flush says so.
    if ((decides() || spoiled_) && deliveries_.failed()) return;
    if (auto known = deliveries_.refusal(hash_of(article)))
      return refuse(article, known->code, known->detail);
  }
  const std::string* topic = topic_of(article);
  if (topic == nullptr) return;
  key_.clear();
  if (!options_.key.empty()) (void)append_field(article, options_.key, key_);
  fill_headers(article);
  if (options_.body_only) return send_value(article, *topic, article.body());
  // The host calls back through C: what is thrown in there waits outside.
  std::exception_ptr thrown;
  host_.encode(article, "json", [&](std::string_view json) noexcept {
    try {
      send_value(article, *topic, json);
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  if (thrown) std::rethrow_exception(thrown);
}

// Null when the article has an answer already.
const std::string* KafkaSink::topic_of(const Article& article) {
  const std::string* topic = options_.fixed_topic ? &options_.topic_name : rendered_topic(article);
  if (topic == nullptr) return nullptr;
  std::string why;
  switch (producer_->look_for(*topic, kTopicLimit, why)) {
    case TopicState::there: return topic;
    case TopicState::missing:
      no_topic(article, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, why);
      return nullptr;
    case TopicState::forbidden:
      no_topic(article, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, why);
      return nullptr;
    case TopicState::unreachable: leave_from(article, "brokers_unreachable", why); return nullptr;
  }
  return nullptr;
}

const std::string* KafkaSink::rendered_topic(const Article& article) {
  topic_.clear();
  if (const std::string_view field = options_.topic.render(article, topic_, legal_in_topic);
      !field.empty()) {
    refuse(article, "no_topic",
           "the article has no '" + std::string(field) + "', which its topic is named by");
    return nullptr;
  }
  if (const std::string why = topic_complaint(topic_); !why.empty()) {
    refuse(article, "bad_topic", why);
    return nullptr;
  }
  return &topic_;
}

void KafkaSink::no_topic(const Article& article, rd_kafka_resp_err_t error,
                         const std::string& why) {
  const Verdict verdict = verdict_of(error, options_.fixed_topic);
  if (verdict.fate == Fate::refused) return refuse(article, verdict.code, why);
  if (needs_a_person(error)) health_.trouble(why);
  leave_from(article, verdict.code, why);
}

void KafkaSink::fill_headers(const Article& article) {
  headers_.clear();
  header_values_.resize(options_.headers.size());
  for (std::size_t i = 0; i < options_.headers.size(); ++i) {
    header_values_[i].clear();
    if (options_.headers[i].second.render(article, header_values_[i]).empty())
      headers_.emplace_back(options_.headers[i].first, header_values_[i]);
  }
}

void KafkaSink::send_value(const Article& article, const std::string& topic,
                           std::string_view value) {
  const std::uint64_t size = batch_size(key_, value, headers_);
  if (size > options_.message_max)
    return refuse(article, "too_large",
                  "the message has " + std::to_string(size) +
                      " bytes as brokers count them (value " + std::to_string(value.size()) +
                      ", key " + std::to_string(key_.size()) + "), message_max is " +
                      std::to_string(options_.message_max));
  const Deliveries::Mark mark = mark_of(article, topic, value);
  const bool eventful = deliveries_.eventful();
  if (eventful && deliveries_.has_arrived(article.index(), mark)) return;
  const bool alone = eventful && deliveries_.wants_to_be_alone(mark.article);
  if (alone && !deliveries_.wait_for_all(kAloneLimit))
    return leave_from(article, "brokers_slow", "messages before it are still on their way");
  hand_over(article, mark, topic, value);
  if (alone) (void)deliveries_.wait_for_all(kAloneLimit);
  written_ += key_.size() + value.size();
  for (const auto& [name, text] : headers_) written_ += name.size() + text.size();
}

// What was in a transaction is not looked for again, so its content need not be known.
Deliveries::Mark KafkaSink::mark_of(const Article& article, std::string_view topic,
                                    std::string_view value) const {
  const std::uint64_t origin = hash_of(article);
  if (decides()) return {origin, 1};
  std::uint64_t content = options_.body_only
                              ? XXH3_64bits_withSeed(value.data(), value.size(), origin)
                              : hash_of_json(value, article.field("failed.at") != nullptr, origin);
  const auto add = [&](std::string_view text) {
    content = XXH3_64bits_withSeed(text.data(), text.size(), content);
  };
  if (options_.times_pass) {
    for (const std::string& text : lasting_of(article)) add(text);
    return {origin, content != 0 ? content : 1};
  }
  add(key_);
  if (!options_.fixed_topic) add(topic);
  for (const auto& [name, text] : headers_) {
    add(name);
    add(text);
  }
  return {origin, content != 0 ? content : 1};
}

// Key, topic and headers without the times that are others when the article comes again.
std::vector<std::string> KafkaSink::lasting_of(const Article& article) const {
  std::vector<std::string> out;
  if (!is_passing(options_.key)) out.push_back(key_);
  (void)options_.topic.render(article, out.emplace_back(), legal_in_topic, Times::left_out);
  for (const auto& [name, text] : options_.headers) {
    std::string value;
    if (!text.render(article, value, nullptr, Times::left_out).empty()) continue;
    out.push_back(name);
    out.push_back(std::move(value));
  }
  return out;
}

// A full queue empties as reports come in.
void KafkaSink::hand_over(const Article& article, Deliveries::Mark mark, const std::string& topic,
                          std::string_view value) {
  rd_kafka_resp_err_t error = produce(article, mark, topic, value);
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    const auto end = std::chrono::steady_clock::now() + kQueueLimit;
    while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && std::chrono::steady_clock::now() < end) {
      (void)deliveries_.wait_for_one(kQueueStep);
      error = produce(article, mark, topic, value);
    }
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) not_taken(article, error, topic);
}

rd_kafka_resp_err_t KafkaSink::produce(const Article& article, Deliveries::Mark mark,
                                       const std::string& topic, std::string_view value) {
  void* opaque = deliveries_.sending(article.index(), mark);
  const rd_kafka_resp_err_t error = producer_->produce(topic, {key_, value, headers_}, opaque);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) deliveries_.not_sent(article.index());
  return error;
}

void KafkaSink::not_taken(const Article& article, rd_kafka_resp_err_t error,
                          const std::string& topic) {
  const std::string why = "topic '" + topic + "': " + text_of(error);
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return refuse(article, "too_large", why);
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    const std::string more = health_.sentence();
    return leave_from(article, "queue_full",
                      "the client's queue is full" + (more.empty() ? "" : ": " + more));
  }
  producer_->forget(topic);  // the client does not ask again for minutes whether it is there now
  spoiled_ = spoiled_ || error == RD_KAFKA_RESP_ERR__FATAL || error == RD_KAFKA_RESP_ERR__STATE;
  if (error == RD_KAFKA_RESP_ERR__FATAL || error == RD_KAFKA_RESP_ERR__STATE)
    return deliveries_.fail(why);  // the client takes nothing any more
  no_topic(article, error, why);
}

void KafkaSink::leave_from(const Article& article, std::string code, std::string why) {
  left_ = Deliveries::Refusal{std::move(code), std::move(why)};
  deliveries_.again(article.index(), left_->code, left_->detail);
}

void KafkaSink::refuse(const Article& article, std::string code, std::string detail) {
  deliveries_.refuse(article.index(), hash_of(article), std::move(code), std::move(detail));
}

void KafkaSink::flush(std::uint64_t ticket) { deliveries_.flush(ticket); }

void KafkaSink::cancel(std::uint64_t ticket) {
  deliveries_.cancel(ticket);
  spoiled_ = true;
  deliveries_.fail("a batch was abandoned");
  if (producer_ && decides()) producer_->purge();
}

void KafkaSink::committed(std::uint64_t, std::string_view) {
  if (!decides()) deliveries_.committed();
}

// ---- deciding ----------------------------------------------------------------------------------

Transaction& KafkaSink::transaction() {
  if (!transaction_) throw Retry("not open");
  return *transaction_;
}

void KafkaSink::prepare(std::uint64_t commit, std::span<const cd_bytes> passengers) {
  std::vector<Passenger> aboard;
  for (const cd_bytes& bytes : passengers)
    if (auto passenger = decode_passenger(view(bytes));
        passenger && passenger->cluster == cluster_ && !cluster_.empty())
      aboard.push_back(std::move(*passenger));
  transaction().prepare(commit, aboard);
}

void KafkaSink::commit(std::uint64_t) {
  transaction().commit();
  deliveries_.committed();
  health_.well();
}

std::uint64_t KafkaSink::last() {
  return transaction().last(marker_conf_, [this](const std::string& text) { host_.warn(text); });
}

}  // namespace copydesk::kafka
