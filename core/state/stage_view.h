#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/overlay.h"

namespace copydesk::state {

// One stage's state as one batch sees it: the stage's own keys only, nothing that has expired by the batch's time. Cheap to
// make; the overlay must outlive it. Used by one thread at a time.
class StageView {
 public:
  // `prefix` is keys::stage_state(pipeline, stage); `now` the time of the batch.
  StageView(Overlay& overlay, std::string prefix, std::uint64_t batch, Nanos now)
      : overlay_(overlay), prefix_(std::move(prefix)), batch_(batch), now_(now) {}

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key);
  [[nodiscard]] Status multi_get(std::span<const std::string_view> keys,
                                 std::vector<std::optional<std::string>>& out);
  // Keys are given without the stage's prefix.
  [[nodiscard]] Status scan(std::string_view prefix, const Store::Visit& visit);

  // What an article's edit wants remembered. A ttl of 0 is for ever.
  void put(std::uint32_t article, std::string_view key, std::string_view value, Nanos ttl,
           bool claim);
  void erase(std::uint32_t article, std::string_view key, bool claim);

 private:
  [[nodiscard]] std::string full(std::string_view key) const { return prefix_ + std::string(key); }

  Overlay& overlay_;
  const std::string prefix_;
  const std::uint64_t batch_;
  const Nanos now_;
};

}  // namespace copydesk::state
