// The component `kafka`, as a source: a member of a consumer group whose messages become records, each once.
#pragma once
#include <copydesk/sdk.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/consumer.h"
#include "kafka/source_record.h"

namespace copydesk::kafka {

inline constexpr auto kSourceOptions = std::to_array<cd_option>({
    option("topics", CD_OPTION_STRING, nullptr,
           "Topics to read: names, or ^ and a regular expression.", nullptr, nullptr, CD_REQUIRED,
           CD_OPTION_LIST),
    option("group", CD_OPTION_STRING, nullptr,
           "Consumer group; its members share the partitions among them.", nullptr, nullptr,
           CD_REQUIRED),
    option("instance", CD_OPTION_STRING, nullptr,
           "Name of this member (group.instance.id), another one for each: after a restart it gets "
           "its partitions back without moving those of others."),
    option("start", CD_OPTION_ENUM, "earliest",
           "Where to begin with a partition that neither we nor the group know.", nullptr,
           "earliest|latest|timestamp|offsets"),
    option("start_at", CD_OPTION_STRING, nullptr,
           "For start: timestamp. RFC 3339, or milliseconds since 1970."),
    option("offsets", CD_OPTION_INT, nullptr,
           "For start: offsets. \"topic/partition\" and its offset; others begin at the earliest.",
           nullptr, "0..", 0, CD_OPTION_MAP),
    option("assignor", CD_OPTION_ENUM, nullptr,
           "How the group shares its partitions; the same for all members. Default: range before "
           "librdkafka 2.10, cooperative-sticky since.",
           nullptr, "range|roundrobin|cooperative-sticky"),
    option("session_timeout", CD_OPTION_DURATION, "10s",
           "How long a member may be silent before its partitions go to others.", nullptr,
           "1s..30m"),
    option("revoke_timeout", CD_OPTION_DURATION, "5s",
           "How long a partition that goes to another member waits until what was read of it is "
           "final; the rest is read again there.",
           nullptr, "0s..4m"),
    option("buffer", CD_OPTION_BYTES, "32MiB", "Messages fetched ahead.", nullptr, "1MiB..1GiB"),
    option("record_max", CD_OPTION_BYTES, "64MiB", "Largest message; larger ones are dead letters.",
           nullptr, "1KiB..1GiB"),
});

class KafkaSource : public Source {
 public:
  static constexpr const char* kCodes[] = {"tombstone", "empty", "too_large", nullptr};
  static constexpr About kAbout{.name = "kafka",
                                .summary = "Reads topics of Kafka as a member of a consumer group.",
                                .state_version = 1,
                                .codes = kCodes};
  static constexpr auto kOptions = with_client_options(kSourceOptions);

  KafkaSource(const Host& host, const Options& options);
  ~KafkaSource();
  void open(const Open& open);
  bool poll(std::uint64_t max_bytes, std::int64_t deadline);
  void settle(std::span<const cd_settled* const> items);
  std::string board(std::span<const cd_settled* const> items);
  void wake() { consumer_->wake(); }
  void close(std::int64_t deadline);

 private:
  // A partition of which something was emitted and not yet covered.
  struct Touched {
    HeldPointer from;
    Message last;
    bool covered = false;
  };
  [[nodiscard]] std::uint64_t emit_ready(std::uint64_t limit);
  [[nodiscard]] bool emit(Consumer::Taken taken, std::int64_t now);
  void cover(bool with_token);

  Host host_;
  // shared with its thread, which ends by itself when it hangs at the end
  std::shared_ptr<Consumer> consumer_;
  RecordMaker maker_;
  Counter messages_, bytes_, refused_;
  bool once_ = false;
  std::vector<Touched> touched_;
};

}  // namespace copydesk::kafka
