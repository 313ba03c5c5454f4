// librdkafka complains about a dead broker several times a second. Health makes one sentence of that: the status word
// while it lasts, which the host also logs when it changes.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "kafka/client.h"

namespace copydesk::kafka {

// Outlives the client that it listens to. Every function is [any].
class Health final : public Listener {
 public:
  explicit Health(const Host& host) : host_(host) {}

  void log(int level, std::string_view facility, std::string_view text) noexcept override;
  void error(rd_kafka_resp_err_t code, std::string_view reason) noexcept override;

  // `what` is one sentence without its end, as "no topic 'news' (…)". Said again only when it changes.
  void trouble(std::string_view what) noexcept;
  // Something worked: whatever was wrong is over. Cheap when nothing was.
  void well() noexcept;
  // To be called often by a thread that may wait for half a second. librdkafka also says that all brokers are down when they
  // closed idle connections: whether that is so is asked here, and when it is, again and again until they answer.
  void probe(rd_kafka_t* rk) noexcept;

  // Whether the status word is taken by a trouble.
  [[nodiscard]] bool ill() const noexcept { return ill_.load(std::memory_order_relaxed); }
  // Why a request may have had no answer: the trouble, else the last complaint; empty when there was none.
  [[nodiscard]] std::string sentence() const;
  // The error after which the client can only be made anew; empty when there was none. `forget`: a new one begins.
  [[nodiscard]] std::string fatal() const;
  void forget();

 private:
  void tell(rd_kafka_resp_err_t code, std::string_view reason);
  void trouble(std::string_view what, bool with_connection);

  Host host_;
  mutable std::mutex mutex_;
  std::atomic<bool> ill_ = false, suspected_ = false;
  bool with_connection_ = false;  // the trouble ends when a broker answers
  std::string what_, complaint_, fatal_;
  std::chrono::steady_clock::time_point next_probe_{};
};

}  // namespace copydesk::kafka
