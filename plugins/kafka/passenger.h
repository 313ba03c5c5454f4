// What a source's `board` hands to a sink of another Kafka client: offsets that become final in that sink's transaction.
//
//   "kafka-offsets/1\n"  cluster  group metadata  count  count × (topic  partition  offset  metadata)
//
// Texts are a 4-byte length and their bytes, numbers little-endian: 4 bytes for count and partition, 8 for an offset.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::kafka {

struct PassengerOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;  // of the next message to read, as Kafka commits it
  std::string metadata;
  bool operator==(const PassengerOffset&) const = default;
};

struct Passenger {
  std::string cluster;  // id of the cluster that the group lives in; another cluster's cannot ride
  std::string group;    // as rd_kafka_consumer_group_metadata_write gives it
  std::vector<PassengerOffset> offsets;
  bool operator==(const Passenger&) const = default;
};

inline constexpr std::size_t kPassengerOffsetsMax = 100'000;

std::string encode(const Passenger& passenger);
// Nothing for bytes that begin otherwise (another kind of passenger), are cut short, or go on behind the end.
std::optional<Passenger> decode_passenger(std::string_view bytes);

}  // namespace copydesk::kafka
