#include "kafka/consumer_ask.h"

#include <algorithm>
#include <utility>

#include "kafka/consumer_partition.h"
#include "kafka/group_offsets.h"

namespace copydesk::kafka {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kAsk = 2500;                       // ms for one answer
constexpr int kAskAll = 3000;                    // of all leaders together
constexpr int kAskLeader = 1500;                 // of one that may be the one that does not answer
constexpr auto kAll = std::chrono::seconds(15);  // for all of them; who is left is asked later

bool is_silence(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TRANSPORT;
}

std::string why_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: return kNoLeader;
    case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
      return "its offset lies in a transaction that has not ended yet";
    default: return text_of(error);
  }
}

}  // namespace

std::vector<Asked> Inquiry::ask(const rd_kafka_topic_partition_list_t* list) {
  list_ = list;
  until_ = Clock::now() + kAll;
  asked_.assign(static_cast<std::size_t>(list->cnt), {});
  if (list->cnt > 0) ask_group();
  ask_logs();
  return std::move(asked_);
}

Inquiry::Places Inquiry::open() const {
  Places places;
  for (int i = 0; i < list_->cnt; ++i)
    if (asked_[static_cast<std::size_t>(i)].why.empty()) places.push_back(i);
  return places;
}

void Inquiry::fail(const Places& places, const std::string& why) {
  for (const int i : places) asked_[static_cast<std::size_t>(i)].why = why;
}

int Inquiry::patience() const {
  if (closing_) return 0;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until_ - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kAsk));
}

void Inquiry::ask_group() {
  const Partitions offsets(rd_kafka_topic_partition_list_copy(list_));
  if (const rd_kafka_resp_err_t error =
          group_offsets(rk_, settings_.group, offsets.get(), patience()))
    return fail(open(), "the group's offsets cannot be read: " + text_of(error));
  for (int i = 0; i < offsets->cnt; ++i) {
    const rd_kafka_topic_partition_t& p = offsets->elems[i];
    Asked& asked = asked_[static_cast<std::size_t>(i)];
    if (p.err)
      asked.why = why_of(p.err);
    else if (p.offset >= 0)
      asked.known.group = {p.offset,
                           std::string(static_cast<const char*>(p.metadata), p.metadata_size)};
  }
}

void Inquiry::ask_logs() {
  const bool timed = settings_.start.kind == StartAt::Kind::kTimestamp;
  const std::vector<std::int64_t> low = ask_offsets(RD_KAFKA_OFFSET_BEGINNING);
  const std::vector<std::int64_t> high = ask_offsets(RD_KAFKA_OFFSET_END);
  const std::vector<std::int64_t> then = timed ? ask_offsets(settings_.start.timestamp_ms)
                                               : std::vector<std::int64_t>(asked_.size(), -1);
  for (const int i : open()) {
    const auto at = static_cast<std::size_t>(i);
    asked_[at].known.low = low[at];
    asked_[at].known.high = std::max(low[at], high[at]);
    find_start(i, then[at]);
  }
}

void Inquiry::find_start(int place, std::int64_t at_time) {
  const rd_kafka_topic_partition_t& p = list_->elems[place];
  Known& k = asked_[static_cast<std::size_t>(place)].known;
  k.configured = k.low;
  switch (settings_.start.kind) {
    case StartAt::Kind::kEarliest: break;
    case StartAt::Kind::kLatest:
      if (!census_.came_later(p.topic, p.partition)) k.configured = k.high;
      break;
    case StartAt::Kind::kTimestamp: k.configured = at_time < 0 ? k.high : at_time; break;
    case StartAt::Kind::kOffsets:
      if (const auto it = settings_.start.offsets.find(partition_name(p.topic, p.partition));
          it != settings_.start.offsets.end())
        k.configured = it->second;
      break;
  }
  k.configured = std::clamp(k.configured, k.low, k.high);
}

// A broker that does not answer, or one partition that it refuses, spoils the whole answer: then each leader is asked by
// itself.
std::vector<std::int64_t> Inquiry::ask_offsets(std::int64_t when) {
  std::vector<std::int64_t> offsets(asked_.size(), -1);
  const Places places = open();
  if (places.empty() || ask_at_once(places, when, kAskAll, offsets) == RD_KAFKA_RESP_ERR_NO_ERROR)
    return offsets;
  for (const auto& [leader, theirs] : by_leader(places)) ask_leader(theirs, when, offsets);
  return offsets;
}

void Inquiry::ask_leader(const Places& places, std::int64_t when,
                         std::vector<std::int64_t>& offsets) {
  const rd_kafka_resp_err_t error = ask_at_once(places, when, kAskLeader, offsets);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (is_silence(error) || places.size() == 1) return fail(places, why_of(error));
  for (const int i : places)
    if (const rd_kafka_resp_err_t alone = ask_at_once({i}, when, kAskLeader, offsets))
      fail({i}, why_of(alone));
}

// An error of all of them. One of a partition's own is noted.
rd_kafka_resp_err_t Inquiry::ask_at_once(const Places& places, std::int64_t when, int limit_ms,
                                         std::vector<std::int64_t>& offsets) {
  const Partitions some(rd_kafka_topic_partition_list_new(static_cast<int>(places.size())));
  for (const int i : places)
    rd_kafka_topic_partition_list_add(some.get(), list_->elems[i].topic, list_->elems[i].partition)
        ->offset = when;
  const int limit = std::min(patience(), limit_ms);
  if (limit == 0) return RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (const rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(rk_, some.get(), limit))
    return error;
  for (std::size_t n = 0; n < places.size(); ++n) {
    const rd_kafka_topic_partition_t& p = some->elems[n];
    if (p.err || (p.offset < 0 && when < 0))
      fail({places[n]}, p.err ? why_of(p.err) : "the broker does not tell its offsets");
    else
      offsets[static_cast<std::size_t>(places[n])] = p.offset;
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// Also makes librdkafka look for the leaders again: what it remembers may be out of date.
std::map<std::int32_t, Inquiry::Places> Inquiry::by_leader(const Places& places) {
  std::map<std::int32_t, Places> out;
  std::map<std::string_view, Places> by_topic;
  for (const int i : places) by_topic[list_->elems[i].topic].push_back(i);
  for (const auto& [name, theirs] : by_topic) {
    const Topic topic(rd_kafka_topic_new(rk_, std::string(name).c_str(), nullptr));
    const rd_kafka_metadata_t* raw = nullptr;
    const int limit = patience();
    rd_kafka_resp_err_t error = limit == 0 ? RD_KAFKA_RESP_ERR__TIMED_OUT
                                           : rd_kafka_metadata(rk_, 0, topic.get(), &raw, limit);
    const Metadata answer(raw);
    if (!error && answer->topic_cnt == 1) error = answer->topics[0].err;
    if (error && error != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
      fail(theirs, why_of(error));
      continue;
    }
    std::map<std::int32_t, std::int32_t> leaders;
    for (int n = 0; answer && n < answer->topics[0].partition_cnt; ++n)
      leaders[answer->topics[0].partitions[n].id] = answer->topics[0].partitions[n].leader;
    for (const int i : theirs) {
      const auto leader = leaders.find(list_->elems[i].partition);
      if (leader == leaders.end() || leader->second < 0)
        fail({i}, kNoLeader);
      else
        out[leader->second].push_back(i);
    }
  }
  return out;
}

}  // namespace copydesk::kafka
