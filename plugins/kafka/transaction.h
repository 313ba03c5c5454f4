// The transactions of a producer, and the marker: the number of our last commit, kept by the brokers as an offset of a
// group without members.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "kafka/passenger.h"
#include "kafka/producer.h"

namespace copydesk::kafka {

// Whose commits a marker counts.
struct MarkerOwner {
  std::string data_id, line;
};
// The metadata of the offset, and what it says: "copydesk/1 DATA_ID LINE".
std::string to_metadata(const MarkerOwner& owner);

// [sink] Every function waits for three seconds at most. Errors are copydesk::Retry; then the producer must be made anew,
// except after `init`, which goes on where it was. What is on its way must be reported before `prepare`.
class Transaction {
 public:
  struct Settings {
    std::string id, marker_topic;
    MarkerOwner owner;
  };
  Transaction(Producer& producer, Health& health, Settings settings)
      : producer_(producer), health_(health), settings_(std::move(settings)) {}

  [[nodiscard]] std::string group() const { return settings_.id + ".commits"; }
  // Fences whoever has the same id and ends what it left.
  void init();
  void begin();  // when none is
  // The number and the offsets of passengers into the transaction.
  void prepare(std::uint64_t commit, std::span<const Passenger> passengers);
  void commit();
  // The number in the brokers' hands, read through a client of its own. 0: none, or not our owner's: then `warning`.
  std::uint64_t last(Conf& marker_conf, const std::function<void(std::string)>& warning) const;

 private:
  void send_offsets(const rd_kafka_topic_partition_list_t* offsets,
                    const rd_kafka_consumer_group_metadata_t* group, const char* what);
  // Repeats what may be repeated, within the limit.
  void run(const char* what, const std::function<rd_kafka_error_t*(int timeout_ms)>& call);
  [[noreturn]] void give_up(const char* what, const Error& error);

  Producer& producer_;
  Health& health_;
  Settings settings_;
  bool begun_ = false;
};

}  // namespace copydesk::kafka
