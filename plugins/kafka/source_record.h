// A message of Kafka as a record of the daemon.
#pragma once
#include <copydesk/sdk.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/client.h"

namespace copydesk::kafka {

bool is_utf8(std::string_view text);

// Makes one record at a time; it lives until the next, and its payload as long as the message.
class RecordMaker {
 public:
  // Larger payloads are refused, without them.
  explicit RecordMaker(std::uint64_t record_max) : record_max_(record_max) {}
  // `partition` is "topic/3", and lives as long as the record is used; `received` in ns since the epoch.
  const cd_record& make(const rd_kafka_message_t& message, std::string_view partition,
                        std::int64_t received);
  [[nodiscard]] bool refused() const { return refused_; }  // the last one

 private:
  void add(std::string_view name, const cd_value& value) { fields_.push_back({to_c(name), value}); }
  void add_key(const rd_kafka_message_t& message);
  void add_headers(const rd_kafka_message_t& message);
  void refuse(std::string_view code, std::string_view detail);

  std::uint64_t record_max_;
  bool refused_ = false;
  std::vector<cd_field> fields_;  // memory kept between records
  std::vector<std::string> names_;
  std::string text_;
  cd_record record_{};
};

}  // namespace copydesk::kafka
