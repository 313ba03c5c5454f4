// The consumer: one member of a group, with a thread of its own that does nothing but serve librdkafka, so that a slow
// line never costs the membership.
//
//   brokers ─▶ librdkafka ─▶ queue (bounded by bytes) ─▶ take() on the source's thread
//                  └─ rebalances, errors ─▶ poll thread
//
// Messages do not pass the poll thread: the queues of all partitions lead into one that the source's thread empties.
// When it does not, librdkafka stops fetching at its limit. Pausing would throw away what was fetched, and costs a second.
//
// What is emitted and settled is counted by partition, so that a revocation can wait for it. Errors are thrown as
// copydesk::Retry and copydesk::Fatal.
#pragma once
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "kafka/client.h"
#include "kafka/consumer_ask.h"
#include "kafka/consumer_commit.h"
#include "kafka/consumer_partition.h"
#include "kafka/consumer_settings.h"
#include "kafka/health.h"
#include "kafka/passenger.h"

namespace copydesk::kafka {

// What the daemon's state holds when it opens the source.
struct Past {
  std::map<std::string, Position, std::less<>> positions;  // by "topic/3"
  Owner self;
  bool once = false;

  // A token tells of a commit: at a start, perhaps of one before the last.
  void learn(std::string_view partition, const Position& position) {
    const auto it = positions.find(partition);
    if (it == positions.end())
      positions.emplace(partition, position);
    else if (is_later(position, it->second))
      it->second = position;
  }
};

// What a message is recognised by.
Landmark landmark_of(const rd_kafka_message_t& message);

class Consumer final : public Listener, public std::enable_shared_from_this<Consumer> {
 public:
  enum Count { kRebalances, kRewinds, kLost, kStopped, kCounts };
  struct Counters {
    Counter of[kCounts];
  };

  // Nothing is done before the first `seek`. Whoever made it calls `close` before letting go: the thread shares it.
  Consumer(ConsumerSettings settings, Conf conf, const Host& host, Counters counters);
  ~Consumer() override;
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // ---- the source's thread ----
  // Begins, or goes back to where the commits end.
  void seek(Past past);
  // Joins the group, when it has not yet; throws Retry and says what is in the way.
  void join();
  struct Taken {
    Message message;
    HeldPointer from;
  };
  // The next message; none when there is none now. It counts as handed out.
  Taken take();
  // Waits until there may be one, but not beyond `limit`; wake() ends it.
  void wait(std::chrono::nanoseconds limit);
  void wake();  // [any]
  // Once mode: every partition that we were given was read to the end it had. Throws Retry when one never will be.
  bool at_end();
  // What was handed out before this position of a partition is final.
  struct Settlement {
    std::string_view partition;
    Position position;
  };
  void settle(std::span<const Settlement> items);
  // The offsets, for a transaction of somebody else. Throws Retry when one of the partitions is not ours any more.
  Passenger board(std::span<const Settlement> items);
  // Behind a message that was taken.
  Position position_behind(const rd_kafka_message_t& message, Held& from);

  // Leaves the group and ends the thread, by `until` if the brokers let it. What hangs longer is abandoned: the thread
  // ends when it can and does not touch the host. [control]
  using Clock = std::chrono::steady_clock;
  void close(Clock::time_point until);

  // Listener. [any]
  void log(int level, std::string_view facility, std::string_view text) noexcept override;
  void error(rd_kafka_resp_err_t code, std::string_view reason) noexcept override;
  void metadata_came() noexcept override { suspicious_ = true; }
  static void rebalance_callback(rd_kafka_t*, rd_kafka_resp_err_t error,
                                 rd_kafka_topic_partition_list_t* list, void* opaque) noexcept;

 private:
  using Lock = std::unique_lock<std::mutex>;

  // consumer.cpp: the poll thread
  void run();
  void heed(const rd_kafka_message_t& message);
  void look_after();
  void leave();
  void show(const Lock&);
  void complain(const std::string& what);
  void note_too_large(std::string_view reason);
  void forget_too_large();
  void look_for_leaders();
  // consumer_take.cpp: the source's thread
  bool accept(const rd_kafka_message_t& message, HeldPointer& from, const Lock& lock);
  void heed_error(const rd_kafka_message_t& message, Held& held, const Lock& lock);
  void recognise(const rd_kafka_message_t& message, Held& held, const Lock& lock);
  void stop(Held& held, const std::string& why, const Lock& lock);
  HeldPointer find(std::string_view topic, std::int32_t partition, const Lock&) const;
  // consumer_seek.cpp: the source's thread
  void begin();
  void seek_to(std::vector<HeldPointer> all);
  void recognise_all();
  void check_topics();
  void check_topic(const std::string& name);
  std::size_t count_matches(const std::string& pattern);
  void no_match_of(const std::string& patterns);
  void note_begun();
  Metadata metadata(rd_kafka_topic_t* topic);  // null: of all
  void raise_fatal() const;
  void subscribe();  // [any]
  // consumer_rebalance.cpp: the poll thread
  void rebalance(rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* list);
  void assign(rd_kafka_topic_partition_list_t* list);
  void hold(const rd_kafka_topic_partition_list_t* list, std::vector<Asked> asked);
  void hand_over();
  void revoke(rd_kafka_topic_partition_list_t* list, bool lost);
  void drain(const std::vector<HeldPointer>& going);
  void unassign(const rd_kafka_topic_partition_list_t* taken);
  [[nodiscard]] bool cooperative() const;
  // consumer_place.cpp: the poll thread, where to read
  std::vector<Asked> ask(const rd_kafka_topic_partition_list_t* list);
  void ask_again();
  void ask_again_in(Clock::duration pause, const Lock& lock);  // [any]
  void place(Held& held, Asked asked, const Lock& lock);
  void begin(Held& held, Known known, const Lock& lock);
  void find(Held& held, const Known& known, const Lock& lock);
  void lost(const Held& held, std::int64_t count, std::int64_t offset);
  void take_on();
  void take_off(const std::vector<HeldPointer>& some);
  std::string give_to_client(const rd_kafka_topic_partition_list_t* list);

  const ConsumerSettings settings_;
  const std::uint64_t group_hash_;
  Conf conf_;
  Host host_;
  Counters counters_;
  Health health_;
  std::atomic<bool> muted_ = false;  // abandoned: the host may be gone

  std::unique_ptr<Client> client_;
  rd_kafka_t* rk_ = nullptr;
  Queue messages_;
  std::unique_ptr<Committer> committer_;
  std::thread thread_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // settled, rewound or closing
  std::map<PartitionKey, HeldPointer, PartitionOrder> held_;
  Past past_;
  std::uint64_t last_assignment_ = 0;
  bool assigned_ = false;                                      // and no rebalance is under way
  Clock::time_point leaders_at_{}, leaders_doubtful_until_{};  // [poll thread]
  bool leaderless_ = false;  // [poll thread] a partition of ours has no leader
  std::string complaint_;    // of the group or a topic; shown while the brokers are well
  std::string
      too_large_;  // an answer that the client does not take is in the way; shown before that
  Clock::time_point too_large_at_;                       // when that was told last
  bool finished_ = false;                                // the thread has ended
  Clock::time_point ask_at_ = Clock::time_point::max();  // about partitions without a known place
  Clock::duration ask_pause_{};                          // behind that
  Clock::time_point close_until_;

  std::mutex bell_mutex_;  // never held while librdkafka is called
  std::condition_variable bell_;
  bool rung_ = false;

  // Held while fetching begins anew somewhere: a rewind and the poll thread do not meet there. Taken before mutex_.
  std::mutex moving_;

  std::atomic<bool> closing_ = false;
  std::atomic<bool> suspicious_ = false;  // a log may be another by now
  Clock::time_point recognised_until_;    // [source] grows with each time
  Census census_;                         // not changed once joined
  bool joined_ = false;                   // [source]
  std::string cluster_;                   // [source]
};

}  // namespace copydesk::kafka
