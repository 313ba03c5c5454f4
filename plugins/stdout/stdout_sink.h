// Adapts line output to the SDK: sink `stdout`.
#pragma once
#include <copydesk/sdk.hpp>

#include <unistd.h>

#include "line_output.h"

namespace copydesk::stdout_sink {

class Stdout : public copydesk::BlockingSink {
 public:
  static constexpr copydesk::About kAbout{
      .name = "stdout",
      .summary = "Writes articles as JSON lines to standard output, each at least once.",
      .flags = CD_AT_LEAST_ONCE};

  Stdout(const copydesk::Host& host, const copydesk::Options&) : host_(host) {}

  void write(const copydesk::Batch& batch, copydesk::Results&) {
    lines_.clear();
    for (const copydesk::Article a : batch) {
      add(a);
      if (lines_.size() >= kPieceBytes) send();
    }
    send();
  }
  std::string flush() { return {}; }

 private:
  static constexpr std::size_t kPieceBytes = 1 << 20;

  // The host calls back through C, so nothing may be thrown in there.
  void add(const copydesk::Article& a) {
    bool taken = false;
    host_.encode(a, "json", [&](std::string_view json) noexcept {
      try {
        lines_.append(json).push_back('\n');
        taken = true;
      } catch (const std::bad_alloc&) {
      }
    });
    if (!taken) throw copydesk::Retry("out of memory");
  }
  void send() {
    try {
      output_.write(lines_);
    } catch (const line_output::Closed& e) {
      throw copydesk::Fatal(e.what());
    } catch (const line_output::Trouble& e) {
      throw copydesk::Retry(e.what());
    }
    lines_.clear();
    if (lines_.capacity() > 4 * kPieceBytes) lines_.shrink_to_fit();
  }

  copydesk::Host host_;
  line_output::LineOutput output_{STDOUT_FILENO};
  std::string lines_;
};

}  // namespace copydesk::stdout_sink
