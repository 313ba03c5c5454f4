// What a user may say about a Kafka sink, and librdkafka's configuration made of it.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "kafka/client.h"
#include "kafka/sink_template.h"
#include "kafka/topic_name.h"

namespace copydesk::kafka {

inline constexpr auto kSinkOptions = with_client_options(std::to_array<cd_option>({
    copydesk::option("topic", CD_OPTION_TEMPLATE, nullptr,
                     "The topic to write to; {field} and {field|default} stand for fields of the "
                     "article.",
                     nullptr, nullptr, CD_REQUIRED),
    copydesk::option("value", CD_OPTION_ENUM, "json",
                     "What a message holds: the article as JSON, or its body alone.", nullptr,
                     "json|body"),
    copydesk::option("key", CD_OPTION_STRING, "id",
                     "The field whose value is the message's key; empty: none."),
    copydesk::option("headers", CD_OPTION_TEMPLATE, nullptr,
                     "Headers of a message and their values, as in {language: \"{language}\"}; one "
                     "whose field is absent is left out.",
                     nullptr, nullptr, 0, CD_OPTION_MAP),
    copydesk::option("compression", CD_OPTION_ENUM, "lz4", "How messages are compressed.", nullptr,
                     "none|gzip|snappy|lz4|zstd"),
    copydesk::option("message_max", CD_OPTION_BYTES, "1MiB",
                     "Largest message as brokers count it, with its frame and before compression; "
                     "a larger one is refused. Best what the topic's max.message.bytes says.",
                     "bytes", "1kB..900MB"),
    copydesk::option("linger", CD_OPTION_DURATION, "5ms",
                     "How long a message waits for others to share a request with.", nullptr,
                     "0ms..5s"),
    copydesk::only_with(
        "exactly_once=false",
        copydesk::option(
            "delivery_timeout", CD_OPTION_DURATION, "2m",
            "How long the client tries before it reports a message as failed, to be "
            "written again. With exactly_once it is two thirds of transaction_timeout.",
            nullptr, "1s..1h")),
    copydesk::option("exactly_once", CD_OPTION_BOOL, "false",
                     "Write in transactions that commit together with the pipeline: readers with "
                     "isolation.level read_committed see each article once."),
    copydesk::only_with(
        "exactly_once=true",
        copydesk::option(
            "transactional_id", CD_OPTION_STRING, nullptr,
            "Who we are to the brokers; by itself it is made of data_dir and pipeline, "
            "and must never change.")),
    copydesk::only_with(
        "exactly_once=true",
        copydesk::option(
            "transaction_timeout", CD_OPTION_DURATION, "1m",
            "When the brokers give up a transaction that nobody ended. Must be longer "
            "than brokers are ever away; readers wait so long after a crash that is not "
            "followed by a start.",
            nullptr, "3s..15m")),
    copydesk::only_with(
        "exactly_once=true",
        copydesk::option(
            "marker_topic", CD_OPTION_STRING,
            nullptr,
            "An existing topic, in the name of whose partition 0 the number of the last "
            "commit is kept; nothing is written into it. By itself it is the topic.")),
}));

struct SinkOptions {
  explicit SinkOptions(const Options& options);  // throws copydesk::Config

  Template topic;
  bool fixed_topic = true;  // no holes: then its absence is waited for instead of refusing articles
  std::string topic_name;   // of a fixed one
  bool body_only = false;
  std::string key;
  std::vector<std::pair<std::string, Template>> headers;
  bool times_pass = false;  // key, topic or headers hold a time that is another after a rewind
  std::uint64_t message_max = 0;  // bytes of a batch that holds one message alone
  bool exactly_once = false;
  std::string transactional_id;  // empty: to be made of data_id and line
  std::string marker_topic;
};

Conf producer_conf(const Options& options, const SinkOptions& sink);
// For the client that only reads the marker.
Conf marker_conf(const Options& options);

}  // namespace copydesk::kafka
