// Who waits for which delivery report: answers a batch when all its messages are reported, a flush when all are.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kafka/health.h"
#include "kafka/sink_errors.h"

namespace copydesk::kafka {

// With transactions a batch is answered as soon as it is handed to the client, and a message that fails later fails the
// flush: the transaction must be aborted anyway. The line then rewinds and brings the articles again; those that can
// never be written are known by then and refused.
//
// [sink], except delivered, which is [any]. The host is called under the lock, so that nothing comes for a ticket after
// `cancel` has returned.
class Deliveries {
 public:
  struct Policy {
    bool fixed_topic = true;
    bool transactions = false;
  };
  struct Refusal {
    std::string code, detail;
  };
  Deliveries(const Host& host, Health& health, Policy policy)
      : host_(host), health_(health), policy_(policy) {}

  // ---- a batch: begin, then for each article one of these, then end ----
  void begin(std::uint64_t ticket, std::uint32_t articles);
  // About to be handed to the client; what to give it as the message's opaque. `article` tells articles apart.
  void* sending(std::uint32_t index, std::uint64_t article);
  void not_sent();  // the client did not take the last one after all
  void refuse(std::uint32_t index, std::uint64_t article, std::string code, std::string detail);
  void again(std::uint32_t index, std::string code, std::string detail);
  void end();

  void flush(std::uint64_t ticket);
  void cancel(std::uint64_t ticket);
  void delivered(void* opaque, rd_kafka_resp_err_t error, const char* topic) noexcept;

  // With transactions: this one cannot commit any more; the next flush says why.
  void fail(std::string why);
  [[nodiscard]] bool failed() const;
  // What was found out about an article by writing it before.
  [[nodiscard]] std::optional<Refusal> refusal(std::uint64_t article) const;
  [[nodiscard]] bool wants_to_be_alone(std::uint64_t article) const;
  // What was refused is final now: should it be replayed it is tried again.
  void committed();

  // Waits until nothing is on its way, or for a while; false when something still is.
  bool wait_for_all(std::chrono::milliseconds limit);
  bool wait_for_one(std::chrono::milliseconds limit);
  [[nodiscard]] bool on_their_way() const;
  // A new producer begins: the reports of the old one's messages will not come.
  void reset();

 private:
  struct Result {
    std::uint32_t index;
    cd_status status;
    std::string code, detail;
  };
  struct Batch {
    std::uint64_t ticket = 0;
    bool wanted = true;       // neither answered nor cancelled
    bool ended = false;       // all its articles were seen
    std::size_t pending = 0;  // messages without a report
    std::vector<std::uint64_t> articles;
    std::vector<Result> results;
  };
  using Batches = std::map<std::uint64_t, Batch>;

  void on_failure(Batch& batch, std::uint32_t index, rd_kafka_resp_err_t error, const char* topic);
  void finish(Batches::iterator batch);
  void answer(Batch& batch);
  void answer_flush();
  void remember(std::uint64_t article, std::string code, std::string detail);

  Host host_;
  Health& health_;
  Policy policy_;
  mutable std::mutex mutex_;
  std::condition_variable reported_;
  Batches batches_;              // by a number of our own, which grows
  std::uint64_t last_ = 0;       // of the batch that is begun or was last
  std::size_t outstanding_ = 0;  // messages on their way
  std::optional<std::uint64_t> flush_;
  std::optional<std::string> failed_;
  std::unordered_map<std::uint64_t, Refusal> refused_;
  std::unordered_set<std::uint64_t> alone_, used_;
};

}  // namespace copydesk::kafka
