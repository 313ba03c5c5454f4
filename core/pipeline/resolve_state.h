#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/lane.h"
#include "state/stage_view.h"

namespace copydesk::pipeline {

// A stage's space as one resolve call sees it: what is committed, what earlier batches want remembered, and what the call
// itself has put so far. Views live until `begin` of the next call. [line]
class CallState final : public ResolveState {
 public:
  CallState(state::Overlay& overlay, std::string prefix, const Batch& batch, std::size_t stage)
      : view_(overlay, std::move(prefix), batch.sequence, batch.time), stage_(stage) {}

  void begin() override;
  void keep(std::vector<Item*>& items) override;
  void forget() override { local_.clear(); }

  std::optional<std::string_view> get(std::string_view key) override;
  void multi_get(std::span<const std::string_view> keys,
                 std::span<std::optional<std::string_view>> values) override;
  void scan(std::string_view prefix,
            const std::function<bool(std::string_view, std::string_view)>& each) override;
  void added(std::size_t index, const Put& put) override;

  // The store's first error since the state was made; the answers given after it are not to be used.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  struct Local {
    std::optional<std::string> value;
    bool claim = false, read = false;
  };
  const std::string* local(std::string_view key, bool& found);
  std::string_view hold(std::string value);

  state::StageView view_;
  std::size_t stage_;
  std::map<std::string, Local, std::less<>> local_;
  std::deque<std::string> held_;
  std::optional<Error> error_;
};

}  // namespace copydesk::pipeline
