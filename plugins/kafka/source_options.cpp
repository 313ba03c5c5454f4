#include "kafka/source_options.h"

#include <regex.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <span>
#include <stdexcept>

#include "kafka/position.h"
#include "kafka/topic_name.h"

namespace copydesk::kafka {
namespace {

constexpr OwnedProperty kOwned[] = {
    {"group.id", "group"},
    {"group.instance.id", "instance"},
    {"session.timeout.ms", "session_timeout"},
    {"partition.assignment.strategy", "assignor"},
    {"auto.offset.reset", "start"},
    {"enable.auto.commit"},
    {"enable.auto.offset.store"},
    {"auto.commit.enable"},
    {"enable.partition.eof"},
    {"isolation.level"},
    {"queued.max.messages.kbytes", "buffer"},
};
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kFetchMax =
    8 << 20;  // bytes of one answer; it may be packed, and unpacks to several times as much
// A broker sends a message whole, however large: an answer that the client does not take comes again and again, and keeps all
// partitions of that broker waiting. So one beyond `record_max` is taken, too, to be refused; and whatever fits into a request
// to a broker with its own settings (100 MiB), packed or not.
constexpr std::int64_t kAnswerMin = 128 << 20;
// The brokers' own topics fit a pattern as any other does, and each commit of ours would be a message in one of them.
constexpr const char* kNeverInAPattern =
    "^__consumer_offsets$,^__transaction_state$,^__share_group_state$";

// A cooperative member that commits while the group is being shared anew loses its assignment before 2.10, and before
// 2.6.1 the assignor may spin for ever.
const char* default_assignor() { return librdkafka_since(2, 10) ? "cooperative-sticky" : "range"; }

StartAt start_of(const Options& options) {
  StartAt start;
  const std::string_view kind = options.string("start");
  if (kind == "latest") start.kind = StartAt::Kind::kLatest;
  if (kind == "timestamp") start.kind = StartAt::Kind::kTimestamp;
  if (kind == "offsets") start.kind = StartAt::Kind::kOffsets;
  const bool timed = start.kind == StartAt::Kind::kTimestamp;
  const bool listed = start.kind == StartAt::Kind::kOffsets;
  if (timed != options.has("start_at"))
    throw Config("start_at: goes with start: timestamp, and the other way round");
  if (listed != options.has("offsets"))
    throw Config("offsets: goes with start: offsets, and the other way round");
  if (timed) {
    try {
      start.timestamp_ms = parse_timestamp_ms(std::string(options.string("start_at")));
    } catch (const std::invalid_argument& e) {
      throw Config(std::string("start_at: ") + e.what());
    }
  }
  const cd_value* map = options.find("offsets");
  for (std::uint32_t i = 0; map != nullptr && i + 1 < map->count; i += 2) {
    const std::string name(view(map->as.list[i].as.string));
    if (!split_partition_name(name)) throw Config("offsets: '" + name + "' is no topic/partition");
    start.offsets[name] = map->as.list[i + 1].as.integer;
  }
  return start;
}

// What librdkafka, or the brokers, would refuse for ever.
void check_topic_option(const std::string& topic, const std::vector<std::string>& all) {
  if (topic.empty() || topic == "^") throw Config("topics: an empty name");
  if (std::ranges::count(all, topic) > 1) throw Config("topics: '" + topic + "' is there twice");
  if (!topic.starts_with('^')) {
    const std::string why = topic_complaint(topic);
    if (!why.empty()) throw Config("topics: " + why + "; a pattern begins with '^'");
    return;
  }
  regex_t expression;
  if (const int error = regcomp(&expression, topic.c_str(), REG_EXTENDED | REG_NOSUB)) {
    char why[128] = "";
    regerror(error, &expression, why, sizeof why);
    throw Config("topics: '" + topic + "' is no regular expression: " + why);
  }
  regfree(&expression);
}

}  // namespace

std::int64_t parse_timestamp_ms(const std::string& text) {
  const auto wrong = [&] {
    return std::invalid_argument("'" + text + "' is neither 2026-01-31T08:00:00Z nor milliseconds");
  };
  std::int64_t ms = 0;
  const char* last = text.data() + text.size();
  if (const auto [end, error] = std::from_chars(text.data(), last, ms);
      error == std::errc() && end == last && ms >= 0)
    return ms;
  std::tm t{};
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &t.tm_year, &t.tm_mon,
                  &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &used) != 6 ||
      used == 0)
    throw wrong();
  const bool in_range = t.tm_mon >= 1 && t.tm_mon <= 12 && t.tm_mday >= 1 && t.tm_mday <= 31 &&
                        t.tm_hour < 24 && t.tm_min < 60 && t.tm_sec <= 60 && t.tm_year >= 1970;
  if (!in_range) throw wrong();
  t.tm_year -= 1900;
  t.tm_mon -= 1;
  std::string rest = text.substr(static_cast<std::size_t>(used));
  std::int64_t fraction = 0;
  if (rest.starts_with(".")) {
    std::size_t i = 1;
    for (std::int64_t unit = 100; i < rest.size() && rest[i] >= '0' && rest[i] <= '9';
         ++i, unit /= 10)
      fraction += unit * (rest[i] - '0');
    if (i == 1) throw wrong();
    rest.erase(0, i);
  }
  std::int64_t offset = 0;  // seconds east of UTC
  int hours = 0, minutes = 0;
  char sign = 0;
  if (rest != "Z" && rest != "z") {
    if (rest.size() != 6 || std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
        (sign != '+' && sign != '-') || hours > 23 || minutes > 59)
      throw wrong();
    offset = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
  }
  return (static_cast<std::int64_t>(timegm(&t)) - offset) * 1000 + fraction;
}

ConsumerSettings consumer_settings(const Options& options) {
  ConsumerSettings s;
  s.topics = options.strings("topics");
  if (s.topics.empty()) throw Config("topics: at least one is needed");
  for (const std::string& topic : s.topics) check_topic_option(topic, s.topics);
  s.brokers = options.string("brokers");
  s.group = options.string("group");
  if (s.group.empty()) throw Config("group: an empty name");
  s.instance = options.string("instance");
  s.start = start_of(options);
  s.revoke_timeout_ns = options.integer("revoke_timeout");
  return s;
}

Conf consumer_conf(const Options& options) {
  Conf conf(options);
  const std::int64_t session = options.integer("session_timeout") / kMillisecond;
  const std::int64_t buffer = options.integer("buffer");
  conf.set("group.id", std::string(options.string("group")));
  if (options.has("instance"))
    conf.set("group.instance.id", std::string(options.string("instance")));
  conf.set("session.timeout.ms", std::to_string(session));
  conf.set("heartbeat.interval.ms", std::to_string(std::min<std::int64_t>(3000, session / 3)));
  conf.set("max.poll.interval.ms", std::to_string(std::max<std::int64_t>(300'000, session)));
  conf.set("partition.assignment.strategy",
           std::string(options.string("assignor", default_assignor())));
  // Offsets are ours to commit, and where to go from one that is not there is ours to decide.
  conf.set("enable.auto.commit", "false");
  conf.set("enable.auto.offset.store", "false");
  conf.set("auto.offset.reset", "error");
  conf.set("enable.partition.eof", "true");
  conf.set("isolation.level", "read_committed");
  conf.set("check.crcs", "true");
  conf.set("queued.max.messages.kbytes", std::to_string(buffer >> 10));
  conf.set("fetch.max.bytes", std::to_string(std::min(buffer, kFetchMax)));
  conf.set("fetch.message.max.bytes", std::to_string(1 << 20));
  conf.set("receive.message.max.bytes",
           std::to_string(std::max(kAnswerMin, options.integer("record_max") + 2 * kFetchMax)));
  if (librdkafka_since(2, 2)) conf.set("fetch.queue.backoff.ms", "10");
  if (std::ranges::any_of(options.strings("topics"),
                          [](const std::string& topic) { return topic.starts_with('^'); }))
    conf.set("topic.blacklist", kNeverInAPattern);
  conf.pass_through(options, kOwned);
  require_usable(RD_KAFKA_CONSUMER, conf);
  return conf;
}

}  // namespace copydesk::kafka
