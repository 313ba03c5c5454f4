// librdkafka complains about a dead broker several times a second. Health makes one sentence of that: a warning when it
// begins, the status word while it lasts, a line when it is over.
#pragma once
#include <atomic>
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

  // `what` is one sentence without its end, as "no broker answers (…)". Said again only when it changes.
  void trouble(std::string_view what) noexcept;
  // Something worked: whatever was wrong is over. Cheap when nothing was.
  void well() noexcept;
  // The sentence of the trouble; empty when well.
  [[nodiscard]] std::string what() const;
  [[nodiscard]] bool ill() const noexcept { return ill_.load(std::memory_order_relaxed); }
  // The last thing that librdkafka complained of, for the text of an error that is about to be thrown.
  [[nodiscard]] std::string last_complaint() const;
  // The fatal error of the client, after which it can only be made anew; empty when there was none.
  [[nodiscard]] std::string fatal() const;
  void forget();  // a new client begins

 private:
  void tell(rd_kafka_resp_err_t code, std::string_view reason);

  Host host_;
  mutable std::mutex mutex_;
  std::atomic<bool> ill_ = false;
  std::string what_, complaint_, fatal_;
  std::int64_t since_ = 0;  // ns of the host's clock
};

}  // namespace copydesk::kafka
