// Runs one component class as the engine would: create, open, its steps, commit, close, destroy.
#pragma once
#include <copydesk/testing/edits.hpp>
#include <copydesk/testing/host.hpp>

#include <unordered_map>

namespace copydesk::testing {

inline const char* status_name(cd_status s) {
  constexpr const char* names[] = {"ok", "retry", "reject", "config", "fatal", "end", "wait"};
  return s >= 0 && s < 7 ? names[s] : "unknown";
}

// Thrown by the harnesses when a call of the component answers anything but CD_OK.
struct StepFailed : std::runtime_error {
  StepFailed(std::string_view what, cd_status status_, std::string why_)
      : std::runtime_error(std::string(what) + ": " + status_name(status_) + ": " + why_),
        status(status_),
        why(std::move(why_)) {}
  cd_status status;
  std::string why;  // the sentence the component gave to host->fail
};

// One living instance of T behind its C table. The host outlives the instance; `restart` makes another instance, as
// after a crash: without close.
template <class T>
class Instance {
 public:
  explicit Instance(const Given& given) : given_(given) { create(); }
  ~Instance() {
    if (self_) {
      table().close(self_, host_.now());
      table().destroy(self_);
    }
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  [[nodiscard]] MockHost& host() noexcept { return host_; }
  [[nodiscard]] T& component() noexcept { return copydesk::detail::held<T>(self_); }
  [[nodiscard]] void* self() const noexcept { return self_; }
  static const cd_component& table() noexcept { return copydesk::detail::component<T>; }

  void restart() { restart(given_); }
  void restart(const Given& given) {
    if (self_) table().destroy(std::exchange(self_, nullptr));
    given_ = given;
    create();
  }
  void open(std::uint64_t commit, cd_state* state, cd_bytes position = {},
            std::uint32_t flags = 0) {
    const cd_open o{sizeof(cd_open), flags,    commit,
                    state,           position, to_c("0123456789abcdef0123456789abcdef"),
                    to_c("line")};
    require("open", table().open(self_, &o));
  }
  void require(std::string_view what, cd_status s) {
    if (s != CD_OK) throw StepFailed(what, s, host_.why());
  }

 private:
  void create() {
    const TypedOptions typed(
        table(), given_);  // gone after create: a component must not keep views of its options
    const cd_status s = table().create(&host_.raw(), &typed.raw(), &self_);
    if (s != CD_OK) {
      self_ = nullptr;
      require("create", s);
    }
  }
  Given given_;
  MockHost host_;
  void* self_ = nullptr;
};

// process → apply → resolve → apply → commit, one batch at a time.
template <class T>
class StageHarness {
 public:
  explicit StageHarness(const Given& given = {}) : instance_(given) { open(); }
  [[nodiscard]] MockHost& host() noexcept { return instance_.host(); }
  [[nodiscard]] MemoryState& state() noexcept { return state_; }
  [[nodiscard]] T& component() noexcept { return instance_.component(); }
  [[nodiscard]] std::uint64_t commits() const noexcept { return commit_; }

  // Runs a batch and commits it. The articles come back in order, edited; dropped, rejected or split ones too. What a
  // dropped or rejected article claimed is not put; what it observed is.
  std::vector<OwnedArticle> run(std::vector<OwnedArticle> articles) {
    std::vector<Put> puts;
    run_steps(articles, puts);
    commit(puts);
    return articles;
  }
  OwnedArticle run(OwnedArticle article) {
    return run(std::vector<OwnedArticle>{std::move(article)}).front();
  }
  // Runs a batch without committing: what a rewind throws away.
  std::vector<OwnedArticle> run_uncommitted(std::vector<OwnedArticle> articles) {
    std::vector<Put> puts;
    run_steps(articles, puts);
    return articles;
  }
  // Process alone, its edits not applied.
  void process(const std::vector<OwnedArticle>& articles, RecordingEdit& edit, CarryStore& carry) {
    const OwnedBatch batch(articles);
    if (ops().process)
      instance_.require("process", ops().process(instance_.self(), &call(), &batch.raw(),
                                                 &edit.raw(), &carry.raw()));
  }
  // Resolve alone, its edits not applied and its puts not committed.
  void resolve(const std::vector<OwnedArticle>& articles, RecordingEdit& edit, CarryStore& carry) {
    const OwnedBatch batch(articles);
    state_.set_time(call().time);
    state_.overlay(&edit);
    const cd_status s = ops().resolve ? ops().resolve(instance_.self(), &call(), &batch.raw(),
                                                      &carry.raw(), &state_.raw(), &edit.raw())
                                      : CD_OK;
    state_.overlay(nullptr);
    instance_.require("resolve", s);
  }
  void rewind() { open(); }  // open on the open stage: a seek to the last commit
  void restart() {
    instance_.restart();
    open();
  }  // a new instance on the same state, as after a crash
  void restart(const Given& given) {
    instance_.restart(given);
    open();
  }
  void migrate(std::uint32_t from) {
    instance_.require("migrate", ops().migrate(instance_.self(), from, &state_.raw()));
  }

 private:
  static const cd_stage_ops& ops() { return *Instance<T>::table().stage; }
  void open() {
    state_.set_time(host().now());
    instance_.open(commit_, &state_.raw());
  }
  const cd_call& call() {
    call_ = {sizeof(cd_call), 0, host().now(), sequence_};
    return call_;
  }
  void run_steps(std::vector<OwnedArticle>& articles, std::vector<Put>& puts) {
    ++sequence_;
    CarryStore carry(articles.size());
    RecordingEdit processed;
    process(articles, processed, carry);
    processed.apply(articles);

    std::vector<std::size_t> alive;
    std::vector<OwnedArticle> going;
    for (std::size_t i = 0; i < articles.size(); ++i)
      if (articles[i].alive()) {
        alive.push_back(i);
        going.push_back(articles[i]);
      }
    if (!ops().resolve || going.empty()) return;
    CarryStore carried(going.size());
    for (std::size_t i = 0; i < alive.size(); ++i) carried.at(i) = carry.at(alive[i]);
    RecordingEdit resolved;
    resolve(going, resolved, carried);
    resolved.apply(going);
    for (const Put& p : resolved.puts()) {
      const OwnedArticle& a = going[p.index];
      const bool bad = a.rejected && a.rejected->code == "bad_edit";
      if (a.alive() || (p.kind == CD_OBSERVATION && !bad)) puts.push_back(p);
    }
    for (std::size_t i = 0; i < alive.size(); ++i) articles[alive[i]] = std::move(going[i]);
  }
  void commit(const std::vector<Put>& puts) {
    state_.set_time(host().now());
    std::vector<cd_put> views;
    for (const Put& p : puts) {
      state_.commit(p);
      views.push_back({to_c(p.key), p.value ? to_bytes(*p.value) : cd_bytes{}});
    }
    const cd_committed c{sizeof(cd_committed), static_cast<std::uint32_t>(views.size()), ++commit_,
                         views.data(), sequence_};
    if (ops().committed) ops().committed(instance_.self(), &c);
  }

  MemoryState state_;
  Instance<T> instance_;
  cd_call call_{};
  std::uint64_t sequence_ = 0, commit_ = 0;
};

// Writes, flushes, commits. A new sink is opened, flushed and that position committed, as the engine does.
template <class T>
class SinkHarness {
 public:
  explicit SinkHarness(const Given& given = {}) : instance_(given) {
    open(std::nullopt);
    start();
  }
  // On a position of an earlier harness.
  SinkHarness(const Given& given, std::string position) : instance_(given) {
    open(std::move(position));
  }
  [[nodiscard]] MockHost& host() noexcept { return instance_.host(); }
  [[nodiscard]] T& component() noexcept { return instance_.component(); }
  [[nodiscard]] const std::optional<std::string>& committed_position() const noexcept {
    return position_;
  }

  // The answers of one batch; a status other than CD_OK of the call itself is thrown.
  Ticket write(std::vector<OwnedArticle> articles) {
    const std::uint64_t ticket = begin_write(std::move(articles));
    if (!host().wait(ticket)) throw std::runtime_error("the sink never answered");
    end(ticket);
    return host().ticket(ticket);
  }
  // For sinks that answer later: the batch lives until `end`.
  std::uint64_t begin_write(std::vector<OwnedArticle> articles) {
    const std::uint64_t ticket = ++ticket_;
    auto& batch = batches_[ticket] = std::make_unique<OwnedBatch>(std::move(articles));
    const cd_status s = ops().write(instance_.self(), ticket, &batch->raw());
    if (s != CD_OK) batches_.erase(ticket);
    instance_.require("write", s);
    return ticket;
  }
  void end(std::uint64_t ticket) { batches_.erase(ticket); }
  void cancel(std::uint64_t ticket) {
    ops().cancel(instance_.self(), ticket);
    end(ticket);
  }
  // Everything written before is durable; the position that stands for it, not yet committed.
  std::string flush() {
    const std::uint64_t ticket = ++ticket_;
    instance_.require("flush", ops().flush(instance_.self(), ticket));
    if (!host().wait(ticket)) throw std::runtime_error("the sink never flushed");
    const Ticket t = host().ticket(ticket);
    instance_.require("flush", t.flushed.value_or(CD_FATAL));
    return t.position;
  }
  // The commit holds `position` now.
  void commit(const std::string& position) {
    record(position);
    if (ops().committed) ops().committed(instance_.self(), commit_, to_bytes(*position_));
  }
  // The commit was written, and the sink died before it heard of it.
  void record(const std::string& position) {
    position_ = position;
    ++commit_;
  }
  void flush_and_commit() { commit(flush()); }
  void rewind() { open(position_); }  // open on the open sink: a seek to the committed position
  void restart() {
    instance_.restart();
    open(position_);
  }  // a new instance, as after a crash
  void restart_on(std::optional<std::string> position) {
    instance_.restart();
    open(std::move(position));
  }

 private:
  static const cd_sink_ops& ops() { return *Instance<T>::table().sink; }
  void open(std::optional<std::string> position) {
    position_ = std::move(position);
    instance_.open(commit_, nullptr, position_ ? to_bytes(*position_) : cd_bytes{});
  }
  void start() { flush_and_commit(); }

  std::unordered_map<std::uint64_t, std::unique_ptr<OwnedBatch>>
      batches_;  // outlives the sink that borrows them
  Instance<T> instance_;
  std::optional<std::string> position_;
  std::uint64_t ticket_ = 0, commit_ = 0;
};

// Polls, commits what was advanced, settles.
template <class T>
class SourceHarness {
 public:
  explicit SourceHarness(const Given& given = {}, bool once = true)
      : once_(once), instance_(given) {
    open();
  }
  [[nodiscard]] MockHost& host() noexcept { return instance_.host(); }
  [[nodiscard]] MemoryState& positions() noexcept { return positions_; }
  [[nodiscard]] T& component() noexcept { return instance_.component(); }
  // What was emitted since the start or the last rewind, deep copies in order.
  [[nodiscard]] std::vector<Record> records() { return host().records(); }

  // CD_OK or CD_END. With deadline 0 a poll does not wait.
  cd_status poll(std::uint64_t max_bytes = 1 << 20, std::int64_t deadline = 0) {
    const cd_status s = ops().poll(instance_.self(), max_bytes, deadline);
    if (s != CD_END) instance_.require("poll", s);
    return s;
  }
  // Polls to the end taken at start, `limit` times at most.
  void poll_all(std::uint64_t max_bytes = 1 << 20, int limit = 100'000) {
    for (int i = 0; i < limit; ++i)
      if (poll(max_bytes) == CD_END) return;
    throw std::runtime_error("the source did not come to its end");
  }
  // Makes everything advanced durable with this outcome; returns the tokens that the engine owes to settle.
  std::vector<std::pair<std::string, std::string>> commit() {
    std::vector<std::pair<std::string, std::string>> tokens;
    const std::vector<Advance> advances = host().advances();
    for (; advanced_ < advances.size(); ++advanced_) {
      const Advance& a = advances[advanced_];
      if (a.position.empty())
        positions_.erase(a.partition);
      else
        positions_.put(a.partition, a.position);
      if (a.token) tokens.emplace_back(a.partition, *a.token);
    }
    ++commit_;
    return tokens;
  }
  void settle(const std::vector<std::pair<std::string, std::string>>& tokens,
              std::uint32_t outcomes = CD_DELIVERED) {
    std::vector<cd_settled> items;
    for (const auto& [partition, token] : tokens)
      items.push_back({sizeof(cd_settled), outcomes, to_c(partition), to_bytes(token)});
    std::vector<const cd_settled*> pointers;
    for (const cd_settled& item : items) pointers.push_back(&item);
    ops().settle(instance_.self(), pointers.data(), static_cast<std::uint32_t>(pointers.size()));
  }
  void commit_and_settle(std::uint32_t outcomes = CD_DELIVERED) { settle(commit(), outcomes); }
  void wake() { ops().wake(instance_.self()); }
  void rewind() {
    forget();
    open();
  }  // open on the open source: a seek to the committed positions
  void restart() {
    forget();
    instance_.restart();
    open();
  }  // a new instance, as after a crash
  void restart(const Given& given) {
    forget();
    instance_.restart(given);
    open();
  }

 private:
  static const cd_source_ops& ops() { return *Instance<T>::table().source; }
  void forget() {
    host().forget_records();
    advanced_ = 0;
  }
  void open() { instance_.open(commit_, &positions_.raw(), {}, once_ ? CD_OPEN_ONCE : 0); }

  bool once_;
  MemoryState positions_;
  Instance<T> instance_;
  std::size_t advanced_ = 0;
  std::uint64_t commit_ = 0;
};

}  // namespace copydesk::testing
