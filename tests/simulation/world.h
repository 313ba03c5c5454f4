#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "pipeline/line.h"
#include "state/memory_store.h"

// A small world around the real line: everything outside the line is a fake whose faults a seed decides.
namespace copydesk::simulation {

struct Scenario {
  int sources = 1;
  bool rejects = false;  // some articles are refused by a sink
  bool late = false;     // some are dropped behind the deduplication
  bool poison = false;   // some make a stage fail
  bool splits = false;   // some are split
  bool flaky = false;    // stages and sinks ask for retries
  bool store_faults = false;
  bool crashes = true;
  // the second sink is one: its output becomes visible by a transaction of its own
  bool decider = false;
  bool tells_dead = false;  // a third sink gets the dead letters
  bool rewinds = false;     // sources lose what they emitted
  bool keeps = false;       // sources cannot delete at once what they are told to
  bool replay = false;      // the causes are cured and the dead letters replayed
  std::size_t most_articles = 8;
};

// One article of the world's input, written as "story=3;refuse=0;late=1;…" in its body.
struct Input {
  int source = 0;
  std::string partition;
  std::uint64_t position = 0;
  int story = 0;
  int refused_by = -1;  // sink
  bool late = false, poison = false, split = false;
  [[nodiscard]] std::string name() const {
    return std::to_string(source) + partition + ":" + std::to_string(position);
  }
  [[nodiscard]] std::string body() const;
};

// What survives a crash: the store, the files of the sinks, the inputs and which of them were deleted.
struct Durable {
  state::MemoryStore store;
  std::vector<std::vector<std::string>> files;  // by sink
  std::vector<std::size_t> synced;              // lines that a flush made durable
  // commit that the decider's last transaction carried
  std::uint64_t decided = 0;
  std::vector<Input> inputs;
  std::set<std::string> deleted;  // partitions settled with delivered articles
  // nothing is refused and nothing is poison any more
  bool cured = false;
  // every deletion works
  bool can_delete = false;
};

class SimExecutor final : public pipeline::Executor {
 public:
  explicit SimExecutor(std::mt19937_64& random) : random_(random) {}
  void line(Job job) override { line_.push_back(std::move(job)); }
  void line_after(Nanos delay, Job job) override { timers_.emplace(now_ + delay, std::move(job)); }
  void worker(Job job) override { workers_.push_back(std::move(job)); }
  void source(std::size_t index, Job job) override { sources_[index].push_back(std::move(job)); }
  void sink(std::size_t index, Job job) override { sinks_[index].push_back(std::move(job)); }
  Nanos now() override { return now_; }
  bool step();  // runs one job of the seed's choice; false when there is none

 private:
  std::mt19937_64& random_;
  std::deque<Job> line_;
  std::vector<Job> workers_;
  std::map<std::size_t, std::deque<Job>> sources_, sinks_;
  std::multimap<Nanos, Job> timers_;
  Nanos now_ = 1'700'000'000 * kSecond;
};

// One seed: builds a world, runs the line in it through crashes to the end, and says what was wrong.
class World final : public pipeline::LineOwner {
 public:
  World(std::uint64_t seed, const Scenario& scenario);
  ~World() override;
  // Violations; empty when all is well.
  std::vector<std::string> run();
  // Everything that was written, for comparing two runs of one seed.
  [[nodiscard]] std::string output() const;
  // Whether a withdraw happened, so that a test can tell that it tests something.
  [[nodiscard]] std::uint64_t withdrawals() const { return withdrawals_; }
  [[nodiscard]] int crashes() const { return crashes_; }

 private:
  void line_ended(const pipeline::LineStatus& status) override { ended_ = status; }
  void boot();
  bool run_line();  // to its end, through crashes
  bool chance(double p) { return std::uniform_real_distribution<>(0, 1)(random_) < p; }
  std::size_t pick(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  pipeline::LinePlan plan();
  void crash();
  void make_inputs();
  void judge(std::vector<std::string>& wrong);
  void judge_exact(std::vector<std::string>& wrong);
  std::map<std::string, std::string> dead_letters() const;  // article name → "component:code …"

  std::mt19937_64 random_;
  Scenario scenario_;
  Durable durable_;
  bool drop_copies_ = false;
  std::unique_ptr<pipeline::CrashWatch> watch_;
  std::unique_ptr<SimExecutor> executor_;
  std::unique_ptr<pipeline::Line> line_;
  std::optional<pipeline::LineStatus> ended_;
  int crashes_ = 0;
  std::uint64_t withdrawals_ = 0;
  std::vector<std::uint64_t> replays_;
  friend class FakeSource;
  friend class FakeStage;
  friend class FakeSink;
};

}  // namespace copydesk::simulation
