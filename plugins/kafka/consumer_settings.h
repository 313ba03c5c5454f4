// What the options of the source say, checked.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kafka/client.h"

namespace copydesk::kafka {

struct StartAt {
  enum class Kind { kEarliest, kLatest, kTimestamp, kOffsets };
  Kind kind = Kind::kEarliest;
  std::int64_t timestamp_ms = 0;  // since the epoch
  // "topic/3" → offset; a partition that is not there: earliest
  std::map<std::string, std::int64_t> offsets;
};

struct ConsumerSettings {
  std::vector<std::string> topics;  // names, or "^" and an extended regular expression
  std::string brokers, group;       // as configured, for messages
  std::string instance;             // group.instance.id; empty: none
  StartAt start;
  std::int64_t revoke_timeout_ns = 0;
};

// "2026-01-31T08:00:00Z", with a fraction or an offset if need be, or milliseconds since the epoch; throws
// std::invalid_argument.
std::int64_t parse_timestamp_ms(const std::string& text);

}  // namespace copydesk::kafka
