// Sink `kafka`: articles as messages, at least once, or exactly once in transactions.
#pragma once
#include <copydesk/sdk.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/producer.h"
#include "kafka/sink_options.h"
#include "kafka/transaction.h"

namespace copydesk::kafka {

class KafkaSink : public copydesk::Sink {
 public:
  static constexpr const char* kCodes[] = {
      "no_topic",  "bad_topic",      "unknown_topic", "topic_authorization_failed",
      "too_large", "invalid_record", nullptr};
  static constexpr copydesk::About kAbout{
      .name = "kafka",
      .summary =
          "Writes articles into a Kafka topic: at least once, or with exactly_once each once "
          "for readers of committed messages.",
      .codes = kCodes,
      .flags = CD_AT_LEAST_ONCE};
  static constexpr auto kOptions = kSinkOptions;

  KafkaSink(const copydesk::Host& host, const copydesk::Options& options);

  void open(const copydesk::Open& o);
  void close(std::int64_t deadline);
  void write(std::uint64_t ticket, const copydesk::Batch& batch);
  void flush(std::uint64_t ticket);
  void cancel(std::uint64_t ticket);
  void committed(std::uint64_t commit, std::string_view position);

  // The decider's part.
  [[nodiscard]] bool decides() const noexcept { return options_.exactly_once; }
  void prepare(std::uint64_t commit, std::span<const cd_bytes> passengers);
  void commit(std::uint64_t commit);
  std::uint64_t last();

 private:
  void open_plain();
  void open_transactional(const copydesk::Open& o);
  void require_topic(const std::string& name);
  Transaction& transaction();

  void send(const copydesk::Article& article);
  const std::string* topic_of(const copydesk::Article& article);
  const std::string* rendered_topic(const copydesk::Article& article);
  void fill_headers(const copydesk::Article& article);
  void send_value(const copydesk::Article& article, const std::string& topic,
                  std::string_view value);
  [[nodiscard]] Deliveries::Mark mark_of(const copydesk::Article& article, std::string_view topic,
                                         std::string_view value) const;
  [[nodiscard]] std::vector<std::string> lasting_of(const copydesk::Article& article) const;
  void hand_over(const copydesk::Article& article, Deliveries::Mark mark, const std::string& topic,
                 std::string_view value);
  rd_kafka_resp_err_t produce(const copydesk::Article& article, Deliveries::Mark mark,
                              const std::string& topic, std::string_view value);
  void not_taken(const copydesk::Article& article, rd_kafka_resp_err_t error,
                 const std::string& topic);
  void no_topic(const copydesk::Article& article, rd_kafka_resp_err_t error,
                const std::string& why);
  void leave_from(const copydesk::Article& article, std::string code, std::string why);
  void refuse(const copydesk::Article& article, std::string code, std::string detail);

  copydesk::Host host_;
  copydesk::Counter bytes_;
  SinkOptions options_;
  Conf producer_conf_, marker_conf_;
  Health health_;
  Deliveries deliveries_;
  std::unique_ptr<Producer> producer_;
  std::optional<Transaction> transaction_;
  bool initialising_ = false;  // the producer has not got its transactional id yet
  bool spoiled_ = false;       // nothing more is sent before the line rewound
  std::string cluster_;        // its id; empty while unknown

  // Of the write under way.
  std::optional<Deliveries::Refusal> left_;  // why the rest of the batch is not tried now
  std::uint64_t written_ = 0;                // bytes
  std::string topic_, key_;
  std::vector<std::string> header_values_;
  std::vector<std::pair<std::string_view, std::string_view>> headers_;
};

}  // namespace copydesk::kafka
