// A desk's line to the server of a shared index: one connection, and a thread that keeps it, renews the lease and writes what a commit
// made final while the server was away.
//
// Whenever there is a connection, the server has been sent everything that a commit made final. The newest stories are kept here
// and in the state for longer than that, and are sent again over each new connection: a server that was restarted may have lost
// the last it was told. So that others do the same first, nobody judges for a moment after a connection was lost.
//
// All functions [any].
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "shared_store.h"

namespace copydesk::deduplicate {

class SharedLink {
 public:
  static constexpr std::size_t kKept = 4096;  // final stories that are kept though they are written
  static constexpr std::size_t kUnwrittenMax = 65536;  // that wait for the server; see is_full()
  static constexpr std::chrono::milliseconds kSettle{2000};  // after a reconnect nobody judges

  struct Final {
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;
    StoryKey key = 0;
    std::uint32_t seconds = 0;  // when it ran
    SharedStory story;
    std::uint64_t connection = 0;  // on which it was reserved; 0: on none
  };
  struct Covered {
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;
  };

  // `owner`: of this stage, the same after a restart.
  SharedLink(SharedStore::Settings settings, std::uint64_t owner);
  ~SharedLink();
  SharedLink(const SharedLink&) = delete;
  SharedLink& operator=(const SharedLink&) = delete;

  // What is final and perhaps not written, instead of all that was known so far; `id` is the server's as it was then, empty: not known.
  // Tries to connect, the first time. Reservations of another generation are void from then on.
  void start(std::deque<Final> finals, const std::string& id, std::uint64_t generation);
  void begin_generation(std::uint64_t generation);

  // Calls use(store) when everything final is written. Throws Unavailable.
  void use(const std::function<void(SharedStore&)>& use);
  // Takes what a commit made final, and reservations that hold no longer. Never throws Unavailable.
  void finish(std::vector<Final> finals, std::vector<StoryKey> withdrawn);

  SharedOwner owner() const;
  // Of the connection: 1, 2 …; reservations of an earlier one are perhaps lost.
  std::uint64_t connection() const;
  std::chrono::steady_clock::time_point connected_at() const;
  std::string id() const;
  // Too much waits for the server: what comes on top cannot be remembered.
  bool is_full() const;
  // Stories that need not be kept any longer, since the last call.
  std::vector<Covered> take_covered();
  std::optional<std::string> take_warning();
  // for batches and commits; those of the thread by itself do not count
  std::uint64_t round_trips() const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  void keep();
  std::unique_ptr<SharedStore> connect() const;
  void adopt(std::unique_ptr<SharedStore> store);
  void write();
  void lose(const std::string& why);
  void trim();

  const SharedStore::Settings settings_;
  mutable std::mutex mutex_;  // of everything below
  std::condition_variable wake_;
  std::unique_ptr<SharedStore> store_;
  SharedOwner owner_;
  std::uint64_t connection_ = 0, round_trips_ = 0;
  std::chrono::steady_clock::time_point connected_at_{}, settled_at_{};
  std::string id_, why_ = "not connected yet", warning_;
  std::deque<Final> finals_;  // by sequence
  std::size_t written_ = 0;   // so many of them, from the front, are written
  std::vector<StoryKey> withdrawn_;
  std::vector<Covered> covered_;
  bool stops_ = false;
  std::thread thread_;
};

}  // namespace copydesk::deduplicate
