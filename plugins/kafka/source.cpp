#include "kafka/source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/source_options.h"

namespace copydesk::kafka {
namespace {

constexpr std::uint64_t kPollBytes = 8 << 20;  // emitted at one poll: a token comes behind them
constexpr std::size_t kCoverRecords =
    32;  // emitted before they are covered: the daemon cuts batches there
constexpr std::uint64_t kCoverBytes = 256 << 10;
constexpr std::uint64_t kRecordCost = 1024;  // what a message of no bytes counts
constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<Consumer::Settlement> settlements(std::span<const cd_settled* const> items) {
  std::vector<Consumer::Settlement> out;
  out.reserve(items.size());
  for (const cd_settled* item : items)
    if (const auto position = decode_position(view(item->token)))
      out.push_back({view(item->partition), *position});
  return out;
}

Consumer::Counters consumer_counters(const Host& host) {
  Consumer::Counters c;
  c.of[Consumer::kRebalances] =
      host.counter("rebalances", "", "Times that the group shared its partitions anew.");
  c.of[Consumer::kRewinds] = host.counter(
      "rewinds", "", "Times that partitions went to another member before all of it was final.");
  c.of[Consumer::kLost] =
      host.counter("lost_messages", "",
                   "Messages, at most, that were removed from a log before they were read.");
  c.of[Consumer::kStopped] =
      host.counter("stopped_partitions", "",
                   "Partitions that stand still because their log is not as expected.");
  return c;
}

}  // namespace

KafkaSource::KafkaSource(const Host& host, const Options& options)
    : host_(host),
      consumer_(std::make_shared<Consumer>(consumer_settings(options), consumer_conf(options), host,
                                           consumer_counters(host))),
      maker_(static_cast<std::uint64_t>(options.integer("record_max"))),
      messages_(host.counter("messages", "", "Messages that were read.")),
      bytes_(host.counter("message_bytes", "bytes", "Their payloads.")),
      refused_(host.counter("refused_messages", "", "Messages without a payload, or too large.")) {
  if (options.string("assignor") == "cooperative-sticky" && !librdkafka_since(2, 10))
    host.warn(std::string("librdkafka ") + rd_kafka_version_str() +
              " loses cooperative assignments when it commits during a rebalance: more messages "
              "than needed "
              "are read twice. Prefer assignor: range.");
}

KafkaSource::~KafkaSource() {
  touched_.clear();  // the client does not end while somebody holds a message of it
  consumer_->close(Consumer::Clock::now() + std::chrono::seconds(1));
}

void KafkaSource::open(const Open& open) {
  touched_.clear();
  once_ = open.once();
  Past past;
  past.self = {std::string(open.data_id()), std::string(open.line())};
  open.state().scan("", [&](std::string_view partition, std::string_view bytes) {
    if (const auto position = decode_position(bytes))
      past.positions.emplace(partition, *position);
    else
      host_.warn("The position of '" + std::string(partition) +
                 "' cannot be read and is left out.");
    return true;
  });
  consumer_->seek(std::move(past));
}

bool KafkaSource::poll(std::uint64_t max_bytes, std::int64_t deadline) {
  consumer_->join();
  const std::uint64_t limit = std::min(max_bytes, kPollBytes);
  if (emit_ready(limit) > 0) return true;
  if (once_ && consumer_->at_end()) return false;
  const std::int64_t left = deadline - host_.now();
  if (left <= 0) return true;
  consumer_->wait(std::chrono::nanoseconds(std::min(left, kSecond)));
  (void)emit_ready(limit);
  return true;
}

// How much came. A message that was taken counts as handed out: when it cannot be emitted, it comes again by a rewind.
std::uint64_t KafkaSource::emit_ready(std::uint64_t limit) try {
  std::uint64_t bytes = 0, uncovered = 0;
  std::size_t records = 0;
  const std::int64_t now = host_.now();
  for (bool more = true; more && bytes < limit;) {
    Consumer::Taken taken = consumer_->take();
    if (!taken.message) break;
    const std::uint64_t size = taken.message->len + kRecordCost;
    more = emit(std::move(taken), now);
    bytes += size;
    uncovered += size;
    if (++records % kCoverRecords != 0 && uncovered < kCoverBytes) continue;
    cover(false);
    uncovered = 0;
  }
  cover(true);
  messages_.add(records);
  bytes_.add(bytes - records * kRecordCost);
  return bytes;
} catch (...) {
  host_.rewind("a message that was read could not be emitted");
  throw;
}

bool KafkaSource::emit(Consumer::Taken taken, std::int64_t now) {
  const bool more = host_.emit(maker_.make(*taken.message, taken.from->name, now));
  if (maker_.refused()) refused_.add();
  // Messages of a partition come together: it is nearly always the last one.
  const auto it = std::find_if(touched_.rbegin(), touched_.rend(),
                               [&](const Touched& t) { return t.from == taken.from; });
  if (it != touched_.rend()) {
    it->last = std::move(taken.message);
    it->covered = false;
  } else {
    touched_.push_back({std::move(taken.from), std::move(taken.message)});
  }
  return more;
}

// Tokens come at the end of a poll: a batch holds at most one of a partition.
void KafkaSource::cover(bool with_token) {
  for (Touched& t : touched_) {
    if (t.covered && !with_token) continue;
    const std::string bytes = encode(consumer_->position_behind(*t.last, *t.from));
    host_.advance(t.from->name, bytes, with_token ? std::string_view(bytes) : std::string_view());
    t.covered = true;
  }
  if (with_token) touched_.clear();
}

void KafkaSource::settle(std::span<const cd_settled* const> items) {
  consumer_->settle(settlements(items));
}

std::string KafkaSource::board(std::span<const cd_settled* const> items) {
  return encode(consumer_->board(settlements(items)));
}

void KafkaSource::close(std::int64_t deadline) {
  const std::int64_t left = std::clamp(deadline - host_.now(), kSecond / 5, 60 * kSecond);
  consumer_->close(Consumer::Clock::now() + std::chrono::nanoseconds(left));
}

}  // namespace copydesk::kafka
