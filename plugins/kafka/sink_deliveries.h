// Which messages arrived: a batch is answered when it is handed to the client, and a flush when everything is reported.
#pragma once
#include <atomic>
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

// A message that fails after its batch was answered fails the flush. The line then rewinds and brings the articles of
// everything that is not committed again. By then it is known which of them can never be written, and they are refused;
// and which messages arrived, and those are not sent again (with transactions they are: an abort undid them).
//
// [sink], except arrived and lost, which are [any]. The host is called under the lock, so that nothing comes for a ticket
// after `cancel` has returned.
class Deliveries {
 public:
  struct Policy {
    bool fixed_topic = true;
    bool transactions = false;
  };
  struct Refusal {
    std::string code, detail;
  };
  struct Mark {                 // what a message is recognised by when it comes again
    std::uint64_t article = 0;  // of the article's origin
    std::uint64_t content = 0;  // of everything that is sent, and the article; never 0
  };
  Deliveries(const Host& host, Health& health, Policy policy)
      : host_(host), health_(health), policy_(policy) {}

  // ---- a batch: begin, then for each article one of these, then end ----
  void begin(std::uint64_t ticket, std::uint32_t articles);
  // About to be handed to the client; what to give it as the message's opaque.
  void* sending(std::uint32_t index, Mark mark);
  void not_sent(std::uint32_t index);  // the client did not take it after all
  // True when the same message arrived before the line rewound: it needs no sending.
  bool has_arrived(std::uint32_t index, Mark mark);
  void refuse(std::uint32_t index, std::uint64_t article, std::string code, std::string detail);
  void again(std::uint32_t index, std::string code, std::string detail);
  void end();

  void flush(std::uint64_t ticket);
  void cancel(std::uint64_t ticket);
  // The client's report of a message.
  void arrived(void* opaque) noexcept;
  void lost(void* opaque, rd_kafka_resp_err_t error, const char* topic) noexcept;

  // What was written since the last commit cannot be committed; the next flush says why.
  void fail(std::string why);
  [[nodiscard]] bool failed() const;
  // False while nothing ever went wrong: then the three below need not be asked.
  [[nodiscard]] bool eventful() const noexcept { return eventful_; }
  // What was found out about an article by writing it before.
  [[nodiscard]] std::optional<Refusal> refusal(std::uint64_t article) const;
  [[nodiscard]] bool wants_to_be_alone(std::uint64_t article) const;
  // What the last flush covered is final: an article that was refused is tried again, should it be replayed.
  void committed();

  // Waits until nothing is on its way, or for a while; false when something still is.
  bool wait_for_all(std::chrono::milliseconds limit);
  bool wait_for_one(std::chrono::milliseconds limit);
  [[nodiscard]] bool on_their_way() const noexcept { return outstanding_ > 0; }
  // The line goes back to its last commit. Without transactions what is on its way must have been reported, or else it is
  // taken for lost.
  void rewound();
  // A new producer begins: the reports of the old one's messages will not come.
  void reset() noexcept { outstanding_ = 0; }

 private:
  struct Result {
    std::uint32_t index;
    cd_status status;
    std::string code, detail;
  };
  struct Batch {  // until it is committed
    std::uint64_t ticket = 0;
    bool answered = false;   // or cancelled
    std::vector<Mark> sent;  // by index; without a mark: not sent, or lost
    std::vector<Result> results;
  };

  void on_failure(Batch& batch, std::uint32_t index, rd_kafka_resp_err_t error, const char* topic);
  void reported();
  void answer_flush();
  void remember(std::uint64_t article, std::string code, std::string detail);
  void forget_what_does_not_come();

  Host host_;
  Health& health_;
  Policy policy_;
  mutable std::mutex mutex_;
  std::condition_variable reported_;
  std::map<std::uint64_t, Batch> batches_;    // by a number of our own, which grows
  Batch* current_ = nullptr;                  // [sink] the one that is begun
  std::uint64_t last_ = 0;                    // its number, or that of the last one
  std::uint64_t flushed_ = 0;                 // the last one that a flush covered
  std::atomic<std::size_t> outstanding_ = 0;  // messages on their way
  std::atomic<bool> waiting_ = false;         // somebody waits for the next report
  std::atomic<bool> eventful_ = false;
  std::optional<std::uint64_t> flush_;
  std::optional<std::string> failed_;
  std::unordered_map<std::uint64_t, Refusal> refused_;
  std::unordered_set<std::uint64_t> alone_, used_;
  std::unordered_set<std::uint64_t> arrived_;  // contents of what arrived before the line rewound
  bool sent_ = false, recognised_ = false;     // a message, one of arrived_; since the last commit
  // Since the rewind, or the last one of arrived_ that came again.
  unsigned commits_without_ = 0;  // that held other messages
  std::int64_t quiet_since_ = 0;  // ns since the epoch
};

}  // namespace copydesk::kafka
