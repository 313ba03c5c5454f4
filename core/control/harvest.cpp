#include "control/harvest.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace copydesk::control {
namespace {

constexpr std::uint64_t kPollBytes = 8 << 20;
constexpr Nanos kPollWait = kSecond / 2;
constexpr auto kRetryWait = std::chrono::milliseconds(200);

// No positions: the source begins where it would begin anew.
class Nothing final : public host::StateView {
 public:
  std::optional<std::string_view> get(std::string_view) override { return std::nullopt; }
  void multi_get(std::span<const std::string_view>,
                 std::span<std::optional<std::string_view>> values) override {
    for (auto& value : values) value.reset();
  }
  void scan(std::string_view,
            const std::function<bool(std::string_view, std::string_view)>&) override {}
  void added(std::size_t, const Put&) override {}
};

class Rewinds final : public host::SourceEvents {
 public:
  void rewind(std::string) override { asked_ = true; }
  void settled(std::uint64_t) override {}
  bool take() { return asked_.exchange(false); }

 private:
  std::atomic<bool> asked_ = false;
};

class Hand final : public host::Receiver {
 public:
  explicit Hand(const std::function<Status(decode::RawRecord)>& each) : each_(each) {}
  bool emit(decode::RawRecord record) override {
    any_ = true;
    if (status_) status_ = each_(std::move(record));
    return static_cast<bool>(status_);
  }
  void advance(std::string_view, std::string_view, std::optional<std::string_view>) override {}
  [[nodiscard]] Status take() { return std::exchange(status_, Status()); }
  [[nodiscard]] bool any() const { return any_; }

 private:
  const std::function<Status(decode::RawRecord)>& each_;
  Status status_;
  bool any_ = false;
};

}  // namespace

Status harvest(host::Source& source, const HarvestOptions& options,
               const std::function<Status(decode::RawRecord)>& each) {
  Rewinds rewinds;
  Nothing nothing;
  source.listen(&rewinds);
  Nanos failing = 0;  // since when
  const auto waits = [&](const Error& error) {
    const Nanos now = options.clock();
    if (failing == 0) failing = now;
    if (error.cls != ErrorClass::kRetry || now - failing > options.retry_limit) return false;
    std::this_thread::sleep_for(kRetryWait);
    return true;
  };
  for (bool open = false;;) {
    if (!open || rewinds.take()) {
      Status opened = source.open(nothing, 0, true);
      open = static_cast<bool>(opened);
      if (!open && !waits(opened.error())) return opened;
      if (!open) continue;
    }
    Hand hand(each);
    const Result<host::Polled> polled = source.poll(kPollBytes, options.clock() + kPollWait, hand);
    if (Status status = hand.take(); !status) return status;
    if (hand.any()) failing = 0;
    if (!polled && !waits(polled.error())) return polled.error();
    if (polled && *polled == host::Polled::kEnd) return {};
  }
}

}  // namespace copydesk::control
