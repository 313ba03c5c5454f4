#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pipeline/line.h"
#include "state/store.h"

namespace copydesk::control {

// The file name of the control socket in data_dir.
inline constexpr std::string_view kSocketName = "control.sock";

// Answers requests about a daemon: one JSON object a request, one JSON line an answer, over the control socket or on the
// store of a daemon that does not run.
//
//   {"command":"status"}                                   → {"ok":true,"status":{version, pid, started_at, …, lines:[…]}}
//   {"command":"health"}                                   → {"ok":true,"well":false,"why":["pipeline 'news' is …"]}
//   {"command":"metrics"}                                  → {"ok":true,"metrics":"# HELP … for Prometheus"}
//   {"command":"dead_list","pipeline":…,"component":…,"code":…,"limit":100} → {"ok":true,"total":3,"dead_letters":[{…}]}
//   {"command":"dead_show","pipeline":…,"number":7}        → {"ok":true,"dead_letter":{article with "failed"}}
//   {"command":"dead_replay","pipeline":…,"numbers":[…],"component":…,"code":…} → {"ok":true,"replaying":{"news":[7]}}
//   {"command":"dead_adopt","letter":{article with "failed"}}  → {"ok":true,"new":true}
//   {"command":"state_scan","pipeline":…,"stage":…,"prefix":"73","from":"73ff"} → {"ok":true,"entries":[["73ff01","…"]],"next":"73ff02"}
//
// What goes wrong is {"ok":false,"error":"…"}. All keys but the command are optional, except the number of dead_show
// and the letter. State keys and values are hexadecimal; an answer holds about kScannedBytes of what a stage has committed, in
// key order, from the key `from` on; `next` is there when it did not hold all. `attempts` and `origins` narrow as `component` does.
// [control]
class Console {
 public:
  static constexpr std::size_t kListed = 100;        // dead letters of a listing without a limit
  static constexpr std::size_t kListedMost = 10000;  // and the largest limit
  static constexpr std::size_t kScannedBytes = 1 << 20;

  struct About {
    std::string version, instance, config;
    long pid = 0;
    Nanos started_at = 0;
  };
  // Without a daemon the functions are empty, and what needs one is refused.
  struct Daemon {
    std::function<std::vector<pipeline::LineStatus>()> status;
    std::function<void(const std::string& pipeline, std::vector<std::uint64_t> numbers)> replay;
    std::function<void(const std::string& pipeline, std::vector<pipeline::Adoption> letters)> adopt;
  };

  Console(About about, state::Store& store, Daemon daemon)
      : about_(std::move(about)), store_(store), daemon_(std::move(daemon)) {}

  [[nodiscard]] std::string answer(std::string_view request);

 private:
  About about_;
  state::Store& store_;
  Daemon daemon_;
};

}  // namespace copydesk::control
