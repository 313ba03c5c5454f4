#include "simulation/world.h"

#include <algorithm>
#include <sstream>

#include "pipeline/dead_letter.h"
#include "state/keys.h"

namespace copydesk::simulation {
namespace {

constexpr int kMaxCrashes = 4;
constexpr int kMaxSteps = 40'000;

// Reads one word of a body written by Input::body.
int word(std::string_view body, std::string_view key) {
  const std::size_t at = body.find(std::string(key) + "=");
  return at == std::string_view::npos ? -1
                                      : std::stoi(std::string(body.substr(at + key.size() + 1)));
}

class NoWatch final : public pipeline::CrashWatch {
 public:
  void enter(const std::string&, const std::vector<const pipeline::Item*>&) override {}
  void leave() override {}
  unsigned suspicion(const pipeline::Item&) const override { return 0; }
  std::string suspect_key(const pipeline::Item&) const override { return ""; }
};

}  // namespace

std::string Input::body() const {
  return "name=" + name() + " story=" + std::to_string(story) +
         " refuse=" + std::to_string(refused_by) + " late=" + std::to_string(late) +
         " poison=" + std::to_string(poison) + " split=" + std::to_string(split);
}

bool SimExecutor::step() {
  std::vector<std::deque<Job>*> queues;
  if (!line_.empty()) queues.push_back(&line_);
  for (auto& [i, q] : sources_)
    if (!q.empty()) queues.push_back(&q);
  for (auto& [i, q] : sinks_)
    if (!q.empty()) queues.push_back(&q);
  const std::size_t choices = queues.size() + workers_.size();
  // A timer fires when nothing else can run, and sometimes before.
  if (!timers_.empty() &&
      (choices == 0 || std::uniform_int_distribution<int>(0, 9)(random_) == 0)) {
    auto first = timers_.extract(timers_.begin());
    now_ = std::max(now_, first.key());
    line_.push_back(std::move(first.mapped()));
    return true;
  }
  if (choices == 0) return false;
  now_ += kMicrosecond;
  const std::size_t choice = std::uniform_int_distribution<std::size_t>(0, choices - 1)(random_);
  if (choice < queues.size()) {
    Job job = std::move(queues[choice]->front());
    queues[choice]->pop_front();
    job();
  } else {
    const auto it = workers_.begin() + static_cast<std::ptrdiff_t>(choice - queues.size());
    auto job = std::move(*it);
    workers_.erase(it);
    job();
  }
  return true;
}

// Partitions in order, records in order; a partition's token asks for its deletion.
class FakeSource final : public host::Source {
 public:
  FakeSource(World& world, int index) : world_(world), index_(index) {}
  void listen(host::SourceEvents* events) override { events_ = events; }

  Status open(host::StateView& positions, std::uint64_t, bool) override {
    if (world_.scenario_.flaky && world_.chance(0.1)) return retry("busy", "source is not ready");
    done_.clear();
    positions.scan("", [&](std::string_view partition, std::string_view position) {
      done_[std::string(partition)] = std::stoull(std::string(position));
      return true;
    });
    return {};
  }

  Result<host::Polled> poll(std::uint64_t, Nanos, host::Receiver& to) override {
    if (world_.scenario_.flaky && world_.chance(0.05)) return retry("busy", "source is not ready");
    if (world_.scenario_.rewinds && world_.chance(0.1))
      events_->rewind("a partition went to somebody else");
    delete_later();
    std::size_t left = 1 + world_.pick(3);
    for (const Input& in : world_.durable_.inputs) {
      if (in.source != index_ || world_.durable_.deleted.contains(in.partition) ||
          in.position < done_[in.partition])
        continue;
      if (left-- == 0) return host::Polled::kMore;
      decode::RawRecord record;
      record.origin.partition = in.partition;
      record.origin.position = in.position;
      record.payload = in.body();
      record.format = "text";
      to.emit(std::move(record));
      done_[in.partition] = in.position + 1;
      const bool last = std::ranges::none_of(world_.durable_.inputs, [&](const Input& o) {
        return o.source == index_ && o.partition == in.partition && o.position > in.position;
      });
      to.advance(in.partition, std::to_string(in.position + 1),
                 last ? std::optional<std::string_view>("delete") : std::nullopt);
    }
    return host::Polled::kEnd;
  }

  std::vector<std::uint32_t> settle(std::span<const host::Settled> items) override {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t i = 0; i < items.size(); ++i)
      if (world_.scenario_.keeps && !world_.durable_.can_delete && world_.chance(0.5)) {
        kept.push_back(i);
        kept_[items[i].number] = items[i].partition;
      } else {
        world_.durable_.deleted.insert(items[i].partition);
      }
    return kept;
  }
  // One that it had kept can be deleted now.
  void delete_later() {
    if (kept_.empty() || !world_.chance(0.2)) return;
    const auto [number, partition] = *kept_.begin();
    world_.durable_.deleted.insert(partition);
    kept_.erase(number);
    events_->settled(number);
  }
  void wake() override {}
  bool boards() const override { return world_.scenario_.decider; }
  Result<std::string> board(std::span<const host::Settled> items) override {
    if (world_.scenario_.flaky && world_.chance(0.05)) return retry("busy", "source is not ready");
    return std::to_string(items.size());
  }

 private:
  World& world_;
  int index_;
  host::SourceEvents* events_ = nullptr;
  std::map<std::string, std::uint64_t> done_;
  std::map<std::uint64_t, std::string> kept_;  // by number
};

enum class StageKind { kPrepare, kDeduplicate, kLate };

class FakeStage final : public host::Stage {
 public:
  FakeStage(World& world, StageKind kind) : world_(world), kind_(kind) {}
  bool has_process() const override { return true; }
  bool has_resolve() const override { return kind_ == StageKind::kDeduplicate; }
  Status open(host::StateView&, std::uint64_t) override { return {}; }
  void committed(std::uint64_t, std::uint64_t, std::span<const host::CommittedPut>) override {}

  Status process(const host::StepCall&, Articles articles, EditList& edits,
                 std::span<std::string> carry) override {
    if (world_.scenario_.flaky && world_.chance(0.05)) return retry("busy", "stage is not ready");
    for (std::size_t i = 0; i < articles.size(); ++i) {
      const std::string_view body = articles[i]->text("body");
      if (kind_ == StageKind::kPrepare) {
        if (word(body, "poison") == 1 && !world_.durable_.cured) return reject("failed", "poison");
        if (word(body, "split") == 1 && articles[i]->origin.part.empty())
          for (int child : {0, 1}) {
            std::string text(body);
            text += " child=" + std::to_string(child);
            edits.at(i).children.push_back({Field{"body", Value(text)}});
          }
      }
      if (kind_ == StageKind::kDeduplicate)
        carry[i] = "story/" + std::to_string(word(body, "story"));
      if (kind_ == StageKind::kLate && word(body, "late") == 1) edits.at(i).drop = "late";
    }
    return {};
  }

  Status resolve(const host::StepCall&, Articles articles, std::span<const std::string> carry,
                 host::StateView& state, EditList& edits) override {
    const bool fails = world_.scenario_.flaky && world_.chance(0.1);
    for (std::size_t i = 0; i < articles.size(); ++i) {
      if (fails && i + 1 == articles.size())
        return world_.chance(0.5) ? retry("busy", "not now") : retry("busy", "nor now");
      const std::string own = articles[i]->origin.key();
      const auto owner = state.get(carry[i]);
      if (owner && *owner != own) {
        edits.at(i).sets.push_back({"dedup.of", Value(*owner)});
        if (world_.drop_copies_) edits.at(i).drop = "duplicate";
        continue;
      }
      Put put{carry[i], own, false, true, 0};
      state.added(i, put);
      edits.at(i).puts.push_back(std::move(put));
    }
    return {};
  }

 private:
  World& world_;
  StageKind kind_;
};

// A file that is cut to its position on open, or, when it decides, one that gets what was written since the last commit in
// one piece with the commit's number. Answers come when the seed wants them to.
class FakeSink final : public host::Sink {
 public:
  FakeSink(World& world, std::size_t index) : world_(world), index_(index) {}
  void listen(host::SinkEvents* events) override { events_ = events; }

  Status open(const std::optional<std::string>& position, std::uint64_t) override {
    if (world_.scenario_.flaky && world_.chance(0.1)) return retry("busy", "sink is not ready");
    auto& file = world_.durable_.files[index_];
    pending_.clear();
    if (decides()) return {};
    if (!position) {
      if (!file.empty()) return fatal("unknown_file", "there is output, but no position");
      return {};
    }
    const std::size_t length = std::stoull(*position);
    if (file.size() < length) return fatal("short", "the file is shorter than its position");
    file.resize(length);
    return {};
  }

  Status write(std::uint64_t ticket, std::span<const Article* const> articles) override {
    if (world_.scenario_.flaky && world_.chance(0.1)) return retry("busy", "sink is not ready");
    // Refuses the whole write sometimes: the line has to find out which article it was.
    const auto refused = [&](const Article* a) {
      return !world_.durable_.cured && word(a->text("body"), "refuse") == static_cast<int>(index_);
    };
    if (world_.chance(0.3) && std::ranges::any_of(articles, refused))
      return reject("whole", "one of them is bad");
    std::vector<host::SinkResult> results;
    for (std::size_t i = 0; i < articles.size(); ++i) {
      if (refused(articles[i])) {
        results.push_back({static_cast<std::uint32_t>(i), reject("refused", "I do not like it")});
      } else if (world_.scenario_.flaky && world_.chance(0.1)) {
        results.push_back({static_cast<std::uint32_t>(i), retry("later", "not now")});
      } else {
        const Value* of = articles[i]->find("dedup.of");
        (decides() ? pending_ : world_.durable_.files[index_])
            .push_back(std::string(articles[i]->text("body")) +
                       " part=" + articles[i]->origin.part + (of ? " of=" + *of->string() : ""));
      }
    }
    if (!results.empty()) events_->results(ticket, std::move(results));
    events_->done(ticket, {});
    return {};
  }

  Status flush(std::uint64_t ticket) override {
    if (world_.scenario_.flaky && world_.chance(0.05)) return retry("io", "fsync failed");
    if (decides()) {
      events_->flushed(ticket, {}, "in a transaction");
      return {};
    }
    const std::size_t length = world_.durable_.files[index_].size();
    world_.durable_.synced[index_] = length;
    events_->flushed(ticket, {}, std::to_string(length));
    return {};
  }
  void cancel(std::uint64_t) override {}
  void committed(std::uint64_t, const std::string&) override {}

  bool decides() const override { return world_.scenario_.decider && index_ == 1; }
  Status prepare(std::uint64_t, std::span<const std::string>) override {
    return fault() ? Status(retry("aborted", "not sent")) : Status();
  }
  Status commit(std::uint64_t commit) override {
    if (fault()) return retry("aborted", "not committed");
    auto& file = world_.durable_.files[index_];
    file.insert(file.end(), pending_.begin(), pending_.end());
    pending_.clear();
    world_.durable_.synced[index_] = file.size();
    world_.durable_.decided = commit;
    return fault() ? Status(retry("unknown", "committed, and nobody knows")) : Status();
  }
  Result<std::uint64_t> last() override { return world_.durable_.decided; }

 private:
  bool fault() { return world_.scenario_.store_faults && world_.chance(0.1); }

  World& world_;
  std::size_t index_;
  std::vector<std::string> pending_;  // of a decider: what its transaction holds
  host::SinkEvents* events_ = nullptr;
};

World::World(std::uint64_t seed, const Scenario& scenario)
    : random_(seed), scenario_(scenario), watch_(std::make_unique<NoWatch>()) {
  drop_copies_ = chance(0.5);
  durable_.files.resize(3);
  durable_.synced.resize(3);
  make_inputs();
}

World::~World() = default;

void World::make_inputs() {
  const std::size_t count = 2 + pick(scenario_.most_articles - 1);
  const std::size_t stories = 1 + pick(3);
  std::map<std::string, std::uint64_t> next;
  for (std::size_t i = 0; i < count; ++i) {
    Input in;
    in.source = static_cast<int>(pick(static_cast<std::size_t>(scenario_.sources)));
    in.partition = std::string(1, static_cast<char>('a' + in.source)) + std::to_string(pick(2));
    in.position = next[in.partition]++;
    in.story = static_cast<int>(pick(stories));
    if (scenario_.rejects && chance(0.25)) in.refused_by = static_cast<int>(pick(2));
    in.late = scenario_.late && chance(0.25);
    in.poison = scenario_.poison && chance(0.2);
    in.split = scenario_.splits && !in.poison && chance(0.2);
    durable_.inputs.push_back(in);
  }
}

pipeline::LinePlan World::plan() {
  pipeline::LinePlan p;
  p.name = "news";
  for (int i = 0; i < scenario_.sources; ++i)
    p.sources.push_back(
        {std::string(1, static_cast<char>('a' + i)), std::make_unique<FakeSource>(*this, i), {}});
  const auto stage = [&](const char* name, StageKind kind) {
    pipeline::StagePlan s;
    s.name = name;
    s.stage = std::make_unique<FakeStage>(*this, kind);
    p.stages.push_back(std::move(s));
  };
  stage("prepare", StageKind::kPrepare);
  stage("deduplicate", StageKind::kDeduplicate);
  stage("late", StageKind::kLate);
  for (std::size_t i = 0; i < (scenario_.tells_dead ? 3U : 2U); ++i) {
    pipeline::SinkPlan s;
    s.name = i == 0 ? "all" : i == 1 ? "unique" : "dead";
    s.sink = std::make_unique<FakeSink>(*this, i);
    p.sinks.push_back(std::move(s));
  }
  p.routes = {{0, {}, false},
              {1, [](const Article& a) { return a.find("dedup.of") == nullptr; }, false}};
  if (scenario_.tells_dead) p.dead_letters = 2;
  p.options.once = true;
  p.options.once_deadline = 0;
  p.options.batch_articles = 1 + static_cast<std::uint32_t>(pick(3));
  p.options.memory = chance(0.3) ? 4096 : 1 << 20;
  return p;
}

void World::boot() {
  ended_.reset();
  executor_ = std::make_unique<SimExecutor>(random_);
  line_ = std::make_unique<pipeline::Line>(plan(), durable_.store, *executor_, *watch_, *this);
  if (!replays_.empty()) line_->replay(replays_);
  line_->start();
}

// What was written but not flushed may be there or not, up to any line.
void World::crash() {
  ++crashes_;
  withdrawals_ += line_->status().withdrawals;
  line_.reset();
  executor_.reset();
  durable_.store.crash();
  for (std::size_t i = 0; i < durable_.files.size(); ++i) {
    auto& file = durable_.files[i];
    const std::size_t sure = std::min(durable_.synced[i], file.size());
    file.resize(sure + pick(file.size() - sure + 1));
  }
}

bool World::run_line() {
  boot();
  for (int i = 0; i < kMaxSteps; ++i) {
    if (ended_) break;
    if (scenario_.crashes && crashes_ < kMaxCrashes && chance(0.01)) {
      crash();
      boot();
      continue;
    }
    if (scenario_.store_faults && chance(0.005)) {
      using Fault = state::MemoryStore::Fault;
      constexpr Fault kFaults[] = {Fault::kBefore, Fault::kAfter, Fault::kNoSpace};
      durable_.store.fail_commit(kFaults[pick(3)]);
    }
    if (!executor_->step()) break;
  }
  if (line_) withdrawals_ += line_->status().withdrawals;
  return ended_ && ended_->state == pipeline::LineState::kFinished;
}

std::vector<std::string> World::run() {
  std::vector<std::string> wrong;
  if (!run_line())
    wrong.push_back("does not end: " +
                    (ended_ ? ended_->component + ": " + ended_->why : std::string("stuck")));
  if (wrong.empty() && scenario_.keeps) {
    durable_.can_delete = true;
    if (!run_line()) wrong.push_back("what was kept is not handed back");
    (void)durable_.store.scan(state::keys::table(state::keys::kSettlement),
                              [&](std::string_view, std::string_view) {
                                wrong.push_back("a settlement is owed for ever");
                                return false;
                              });
  }
  if (wrong.empty()) judge(wrong);
  if (wrong.empty() && scenario_.sources == 1) judge_exact(wrong);
  if (wrong.empty() && scenario_.replay) {
    const std::map<std::string, std::string> dead = dead_letters();
    durable_.cured = true;
    (void)durable_.store.scan(
        state::keys::prefix(state::keys::kDeadLetter, "news"),
        [&](std::string_view key, std::string_view) {
          replays_.push_back(state::keys::numbered(state::keys::kDeadLetter, key)->number);
          return true;
        });
    if (!run_line()) wrong.push_back("replay does not end");
    if (!dead_letters().empty()) wrong.push_back("a cured dead letter is left");
    judge(wrong);
  }
  return wrong;
}

std::map<std::string, std::string> World::dead_letters() const {
  std::map<std::string, std::string> out;
  auto& store = const_cast<state::MemoryStore&>(durable_.store);
  (void)store.scan(state::keys::prefix(state::keys::kDeadLetter, "news"),
                   [&](std::string_view, std::string_view value) {
                     auto letter = pipeline::decode_dead_letter(value);
                     if (!letter) return true;
                     std::string name(letter->article.text("body"));
                     name += " part=" + letter->article.origin.part;
                     std::string why;
                     for (const auto& f : letter->failures) why += f.component + ":" + f.code + " ";
                     if (!out.emplace(name, why).second) out[name] = "TWICE";
                     return true;
                   });
  return out;
}

// What holds for every schedule: nothing twice, nothing lost, no file deleted too early, every end counted.
void World::judge(std::vector<std::string>& wrong) {
  const auto dead = dead_letters();
  for (const auto& [name, why] : dead)
    if (why == "TWICE") wrong.push_back("two dead letters for " + name);
  const auto count = [&](std::size_t sink, const std::string& body) {
    return std::ranges::count_if(durable_.files[sink], [&](const std::string& line) {
      return line.substr(0, line.find(" of=")) == body;
    });
  };
  if (scenario_.tells_dead && !durable_.cured) {
    if (durable_.files[2].size() != dead.size())
      wrong.push_back("dead letters told: " + std::to_string(durable_.files[2].size()) + " of " +
                      std::to_string(dead.size()));
    for (const std::string& line : durable_.files[2])
      if (!dead.contains(line.substr(0, line.find(" of="))))
        wrong.push_back("told as dead and is not: " + line);
  }
  std::map<int, bool> published, publishable;
  for (const Input& in : durable_.inputs) {
    std::vector<std::string> ends;  // bodies under which it may appear
    if (in.split)
      for (int child : {0, 1})
        ends.push_back(in.body() + " child=" + std::to_string(child) +
                       " part=" + std::to_string(child));
    else
      ends.push_back(in.body() + " part=");
    for (const std::string& body : ends) {
      const auto in_all = count(0, body), in_unique = count(1, body);
      const bool is_dead = dead.contains(body);
      if (in_all > 1 || in_unique > 1) wrong.push_back("twice: " + body);
      if (in.poison && !durable_.cured && (in_all > 0 || !is_dead))
        wrong.push_back("poison without a dead letter: " + body);
      const bool may_be_dropped = in.late || drop_copies_;
      if (in_all == 0 && !is_dead && !may_be_dropped) wrong.push_back("lost: " + body);
      if (in.late && in_all > 0) wrong.push_back("dropped, and yet delivered: " + body);
      if (in_unique > 0) published[in.story] = true;
      if (!in.late && !in.poison && in.refused_by < 0) publishable[in.story] = true;
    }
    if (!durable_.deleted.contains(in.partition)) wrong.push_back("not settled: " + in.partition);
  }
  for (const auto& [story, yes] : publishable)
    if (!published[story]) wrong.push_back("story lost: " + std::to_string(story));
}

// With one source there is one order of arrival, and so exactly one right output, whatever the schedule. The input arrives
// partition by partition as the fake source walks it.
void World::judge_exact(std::vector<std::string>& wrong) {
  std::vector<std::string> all, unique;
  std::map<int, std::string> owner;
  std::map<std::string, std::string> dead;
  for (const Input& in : durable_.inputs) {
    const auto one = [&](const std::string& body, const std::string& part) {
      Origin origin{std::string(1, static_cast<char>('a' + in.source)), in.partition, in.position,
                    part};
      const auto leader = owner.find(in.story);
      const bool copy = leader != owner.end();
      if (copy && drop_copies_) return;
      if (in.late) return;
      const std::string line = body + " part=" + part + (copy ? " of=" + leader->second : "");
      bool refused = false;
      for (int sink : {0, 1}) {
        if (sink == 1 && copy) continue;
        if (in.refused_by == sink)
          refused = true;
        else
          (sink == 0 ? all : unique).push_back(line);
      }
      if (refused) dead[body + " part=" + part] = "";
      if (!refused && !copy) owner[in.story] = origin.key();
    };
    if (in.poison)
      dead[in.body() + " part="] = "";
    else if (in.split)
      for (int child : {0, 1})
        one(in.body() + " child=" + std::to_string(child), std::to_string(child));
    else
      one(in.body(), "");
  }
  // what a sink takes only at a second try stands behind the rest of its batch
  if (scenario_.flaky) {
    std::ranges::sort(all);
    std::ranges::sort(unique);
    for (auto& file : durable_.files) std::ranges::sort(file);
  }
  if (durable_.files[0] != all) wrong.push_back("output of 'all' depends on the schedule");
  if (durable_.files[1] != unique) wrong.push_back("output of 'unique' depends on the schedule");
  const auto have = dead_letters();
  if (have.size() != dead.size() ||
      !std::ranges::all_of(have, [&](const auto& d) { return dead.contains(d.first); }))
    wrong.push_back("dead letters depend on the schedule");
}

std::string World::output() const {
  std::ostringstream out;
  for (const auto& file : durable_.files)
    for (const auto& line : file) out << line << '\n';
  for (const auto& [name, why] : dead_letters()) out << name << ' ' << why << '\n';
  return out.str();
}

}  // namespace copydesk::simulation
