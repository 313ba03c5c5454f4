#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/line.h"
#include "pipeline/threads.h"
#include "state/crash_page.h"
#include "state/store.h"

namespace copydesk::pipeline {

struct EngineOptions {
  std::size_t workers = 0;     // 0: one a core
  std::uint64_t min_free = 0;  // bytes of the disk below which sources pause
  std::string disk;            // a path on that disk
};

// The word of amend/1 that empties what a stage has stored, whosever it is.
inline constexpr std::string_view kEmptyingWord = "rebuild";
// Whether the store holds anything of this stage.
[[nodiscard]] Result<bool> has_state(state::Store& store, const std::string& pipeline,
                                     const std::string& stage);
// What to say where a stage's stored state is another's, and how people can empty it, where the stage lets them.
[[nodiscard]] std::string foreign_state(const std::string& pipeline, const std::string& stage,
                                        const std::string& owner, const std::string& configured);
[[nodiscard]] std::string way_to_empty(const host::Stage& stage);

// All lines of a daemon with their threads. [control], unless said otherwise.
class Engine final : public LineOwner {
 public:
  // The store and the page outlive the engine. `ended` is called once, from any thread, when the last line has ended.
  Engine(std::vector<LinePlan> plans, state::Store& store, state::CrashPage& page,
         EngineOptions options, const std::function<Nanos()>& clock, std::function<void()> ended);
  ~Engine() override;  // stops

  // Books what the last run had in hand when a plugin crashed, checks that stored state belongs to the configured stages, and
  // starts the lines.
  [[nodiscard]] Status start(const std::vector<state::CrashPage::Marked>& marked);
  void drain();  // finish what is under way, commit, settle, end
  void stop();   // at once; what is not committed comes again at the next start
  // Looks at the disk; below `min_free` sources are held. To be called about once a second.
  void watch_disk();
  void replay(const std::string& pipeline, std::vector<std::uint64_t> dead_sequences);
  void adopt(const std::string& pipeline, std::vector<Adoption> letters);
  // Each line's; of a line that does not answer in time its last word. [any]
  [[nodiscard]] std::vector<LineStatus> status(Nanos timeout = kSecond);
  void line_ended(const LineStatus& status) override;  // [line]

 private:
  class Watch;
  struct Running;
  Status check_identities();

  state::Store& store_;
  EngineOptions options_;
  std::function<void()> ended_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Workers> workers_;
  std::vector<std::unique_ptr<Running>> lines_;
  std::mutex mutex_;
  std::size_t running_ = 0;
  bool disk_low_ = false, stopped_ = false;
};

}  // namespace copydesk::pipeline
