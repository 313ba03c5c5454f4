#include "kafka/sink_options.h"

#include <algorithm>

namespace copydesk::kafka {
namespace {

constexpr OwnedProperty kOwned[] = {
    {"acks"},
    {"request.required.acks"},
    {"enable.idempotence"},
    {"enable.gapless.guarantee"},
    {"max.in.flight"},
    {"max.in.flight.requests.per.connection"},
    {"delivery.report.only.error"},
    {"dr_cb"},
    {"dr_msg_cb"},
    {"transactional.id", "transactional_id"},
    {"transaction.timeout.ms", "transaction_timeout"},
    {"message.max.bytes", "message_max"},
    {"message.timeout.ms", "delivery_timeout"},
    {"delivery.timeout.ms", "delivery_timeout"},
    {"compression.codec", "compression"},
    {"compression.type", "compression"},
    {"linger.ms", "linger"},
    {"queue.buffering.max.ms", "linger"},
    {"group.id"},
    {"enable.auto.commit"},
    {"isolation.level"},
};
constexpr std::int64_t kMs = 1'000'000;
// More bytes than librdkafka reckons for the frame of a message and of a header before it makes them.
constexpr std::uint64_t kFraming = 1024, kHeaderFraming = 16;
constexpr std::uint64_t kBatchMax =
    1'000'000;  // bytes of several messages in one request; its default

std::string ms(std::int64_t ns) { return std::to_string(ns / kMs); }

std::vector<std::pair<std::string, Template>> headers_of(const Options& options) {
  std::vector<std::pair<std::string, Template>> out;
  const cd_value* map = options.find("headers");
  if (map == nullptr || map->type != CD_VALUE_LIST) return out;
  for (std::uint32_t i = 0; i + 1 < map->count; i += 2) {
    const std::string name(view(map->as.list[i].as.string));
    out.emplace_back(name, Template(view(map->as.list[i + 1].as.string), "headers." + name));
  }
  return out;
}

}  // namespace

SinkOptions::SinkOptions(const Options& options)
    : topic(options.string("topic"), "topic"),
      fixed_topic(topic.constant()),
      body_only(options.string("value") == "body"),
      key(options.string("key")),
      headers(headers_of(options)),
      times_pass(
          is_passing(key) || topic.has_passing() ||
          std::ranges::any_of(headers, [](const auto& h) { return h.second.has_passing(); })),
      message_max(static_cast<std::uint64_t>(options.integer("message_max"))),
      exactly_once(options.boolean("exactly_once")),
      transactional_id(options.string("transactional_id")),
      marker_topic(options.string("marker_topic")) {
  const std::string literal = topic.literal();
  if (!std::all_of(literal.begin(), literal.end(), legal_in_topic) || fixed_topic) {
    if (const std::string why = topic_complaint(literal); !why.empty())
      throw Config("topic: " + why);
    topic_name = literal;
  }
  if (!exactly_once) return;
  if (marker_topic.empty() && !fixed_topic)
    throw Config(
        "marker_topic is missing: with exactly_once and a topic that varies, name an "
        "existing topic for it");
  if (marker_topic.empty()) marker_topic = topic_name;
  if (const std::string why = topic_complaint(marker_topic); !why.empty())
    throw Config("marker_topic: " + why);
}

Conf producer_conf(const Options& options, const SinkOptions& sink) {
  Conf conf(options);
  conf.set("acks", "all");
  conf.set("enable.idempotence", "true");
  conf.set("compression.codec", std::string(options.string("compression")));
  conf.set("linger.ms", ms(options.integer("linger")));
  conf.set("message.max.bytes",
           std::to_string(sink.message_max + kFraming + kHeaderFraming * sink.headers.size()));
  // A batch that is too large for the topic would be refused as a whole, and each message of it tried alone.
  conf.set("batch.size", std::to_string(std::min(sink.message_max, kBatchMax)));
  conf.set("partitioner", "murmur2_random");  // as Java's producers, so that equal keys meet
  // An idempotent producer has one request of a partition on its way, and its thread turns in circles while the next one is
  // full, unless a request of another partition waits for its turn: so two at a time, and messages without a key are
  // spread over the partitions one by one.
  conf.set("max.in.flight", "2");
  conf.set("sticky.partitioning.linger.ms", "0");
  // What waits for the brokers is bounded here and again by the engine's budget.
  const std::uint64_t room = std::max<std::uint64_t>(65'536, 2 * sink.message_max / 1024);
  conf.set("queue.buffering.max.kbytes", std::to_string(room));
  conf.set("queue.buffering.max.messages", "100000");
  conf.set("topic.metadata.propagation.max.ms", "2000");  // topics are looked for before
  const std::int64_t transaction = options.integer("transaction_timeout");
  if (sink.exactly_once) {
    conf.set("transaction.timeout.ms", ms(transaction));
    conf.set("message.timeout.ms", ms(transaction * 2 / 3));
  } else {
    conf.set("message.timeout.ms", ms(options.integer("delivery_timeout")));
  }
  conf.pass_through(options, kOwned);
  if (sink.exactly_once) conf.set("transactional.id", "copydesk");  // another one when it opens
  require_usable(RD_KAFKA_PRODUCER, conf);
  return conf;
}

Conf marker_conf(const Options& options) {
  Conf conf(options);
  conf.pass_through(options, kOwned);
  conf.set("enable.auto.commit", "false");
  conf.set("isolation.level", "read_committed");
  return conf;
}

}  // namespace copydesk::kafka
