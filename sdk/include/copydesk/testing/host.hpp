// A host that remembers everything a component tells it. Its functions may be called from every thread.
#pragma once
#include <copydesk/testing/articles.hpp>

#include <stdlib.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

namespace copydesk::testing {

struct LogLine {
  std::int32_t level = CD_LOG_INFO;
  std::string text;
};
struct Record {
  std::string partition;
  std::uint64_t position = 0;
  std::string payload, format;
  std::int64_t received = 0;
  std::vector<Field> fields;
  [[nodiscard]] std::string text(std::string_view name) const {
    for (const Field& f : fields)
      if (f.name == name) return f.value.text;
    return {};
  }
};
struct Advance {
  std::string partition, position;
  std::optional<std::string> token;
  std::size_t records = 0;  // records emitted so far, of all partitions
};
struct ResultOf {
  std::uint32_t index = 0;
  cd_status status = CD_OK;
  std::string code, detail;
};
struct Ticket {
  std::vector<ResultOf> results;
  std::optional<cd_status> done, flushed;
  std::string position;
};

struct Untaken {
  std::int32_t kind = CD_PASSED_BY;
  std::uint64_t count = 0;
  std::string example;
};

class MockHost {
 public:
  static constexpr std::int64_t kStart = 1'735'689'600'000'000'000;  // 2025-01-01T00:00:00Z

  MockHost() {
    host_ = {sizeof(cd_host), 0,         this,     &log_,    &fail_,      &now_,
             &counter_,       &count_,   &status_, &encode_, &extension_, &folder_,
             &emit_,          &advance_, &result_, &done_,   &flushed_,   &rewind_};
  }
  ~MockHost() {
    std::error_code ignored;
    if (!folder_path_.empty()) std::filesystem::remove_all(folder_path_, ignored);
  }
  MockHost(const MockHost&) = delete;
  MockHost& operator=(const MockHost&) = delete;
  [[nodiscard]] const cd_host& raw() const noexcept { return host_; }
  [[nodiscard]] Host host() const noexcept { return Host(host_); }

  // The clock stands at kStart until it is set, moved, or made real.
  void set_now(std::int64_t ns) {
    const std::lock_guard lock(mutex_);
    now_ns_ = ns;
  }
  void pass(std::int64_t ns) {
    const std::lock_guard lock(mutex_);
    now_ns_ += ns;
  }
  void use_real_time() {
    const std::lock_guard lock(mutex_);
    real_time_ = true;
  }
  [[nodiscard]] std::int64_t now() const {
    const std::lock_guard lock(mutex_);
    if (!real_time_) return now_ns_;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  // Extensions the component may ask for; must outlive the host.
  void offer(std::string id, const void* extension) {
    const std::lock_guard lock(mutex_);
    extensions_[std::move(id)] = extension;
  }
  // 1: every emit answers CD_RETRY ("taken, and return from poll soon").
  void ask_to_return(bool yes) {
    const std::lock_guard lock(mutex_);
    full_ = yes;
  }

  [[nodiscard]] std::vector<LogLine> log() const {
    const std::lock_guard lock(mutex_);
    return log_lines_;
  }
  [[nodiscard]] std::string log_text() const {
    std::string out;
    for (const LogLine& line : log()) out.append(line.text).append("\n");
    return out;
  }
  [[nodiscard]] std::vector<std::string> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }
  [[nodiscard]] std::string why() const {
    const std::lock_guard lock(mutex_);
    return failures_.empty() ? std::string() : failures_.back();
  }
  [[nodiscard]] std::vector<std::string> statuses() const {
    const std::lock_guard lock(mutex_);
    return statuses_;
  }
  // By `what`; those with a count of 0 are gone.
  [[nodiscard]] std::map<std::string, Untaken> untaken() const {
    const std::lock_guard lock(mutex_);
    return untaken_;
  }
  [[nodiscard]] std::uint64_t count(std::string_view counter) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < counters_.size(); ++i)
      if (counters_[i].first == counter) return counters_[i].second;
    return 0;
  }
  [[nodiscard]] std::vector<Record> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }
  [[nodiscard]] std::vector<Advance> advances() const {
    const std::lock_guard lock(mutex_);
    return advances_;
  }
  void forget_records() {
    const std::lock_guard lock(mutex_);
    records_.clear();
    advances_.clear();
  }
  [[nodiscard]] Ticket ticket(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto it = tickets_.find(id);
    return it == tickets_.end() ? Ticket{} : it->second;
  }
  // Waits until a ticket's `done` (or `flushed`) came; false when `limit` passed first.
  bool wait(std::uint64_t id, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    std::unique_lock lock(mutex_);
    return answered_.wait_for(lock, limit,
                              [&] { return tickets_[id].done || tickets_[id].flushed; });
  }

  // Items of `settle` that the component kept back since the last call.
  [[nodiscard]] std::vector<std::uint32_t> take_unsettled() {
    const std::lock_guard lock(mutex_);
    return std::exchange(unsettled_, {});
  }
  // Those that were kept, ever, and not told to be done since.
  [[nodiscard]] std::size_t still_kept() const {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }

  // What the component asked to be rewound for.
  [[nodiscard]] std::vector<std::string> rewinds() const {
    const std::lock_guard lock(mutex_);
    return rewinds_;
  }

 private:
  static MockHost& self(const cd_host* h) { return *static_cast<MockHost*>(h->impl); }

  static void log_(const cd_host* h, std::int32_t level, cd_string text) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).log_lines_.push_back({level, std::string(view(text))});
  }
  static void fail_(const cd_host* h, cd_string why) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).failures_.emplace_back(view(why));
  }
  static std::int64_t now_(const cd_host* h) { return self(h).now(); }
  static std::uint32_t counter_(const cd_host* h, cd_string name, cd_string, cd_string) {
    MockHost& m = self(h);
    const std::lock_guard lock(m.mutex_);
    for (std::size_t i = 0; i < m.counters_.size(); ++i)
      if (m.counters_[i].first == view(name)) return static_cast<std::uint32_t>(i);
    m.counters_.emplace_back(view(name), 0);
    return static_cast<std::uint32_t>(m.counters_.size() - 1);
  }
  static void count_(const cd_host* h, std::uint32_t counter, std::uint64_t by) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).counters_.at(counter).second += by;
  }
  static void status_(const cd_host* h, cd_string word) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).statuses_.emplace_back(view(word));
  }
  static cd_status encode_(const cd_host*, const cd_article* a, cd_string format,
                           void (*take)(void*, cd_bytes), void* context) {
    if (view(format) != "json") return CD_CONFIG;
    const std::string text = to_json(*a);
    take(context, to_bytes(text));
    return CD_OK;
  }
  static const void* extension_(const cd_host* h, cd_string id) {
    const std::lock_guard lock(self(h).mutex_);
    const auto it = self(h).extensions_.find(view(id));
    if (it != self(h).extensions_.end()) return it->second;
    static constexpr cd_untaken kUntaken{sizeof(cd_untaken), 0, &untaken_of_};
    static constexpr cd_unsettled kUnsettled{sizeof(cd_unsettled), 0, &keep_, &settled_};
    if (view(id) == CD_UNSETTLED) return &kUnsettled;
    return view(id) == CD_UNTAKEN ? &kUntaken : nullptr;
  }
  static std::uint64_t keep_(const cd_host* h, std::uint32_t item) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).unsettled_.push_back(item);
    self(h).kept_.insert(++self(h).next_kept_);
    return self(h).next_kept_;
  }
  static void settled_(const cd_host* h, std::uint64_t number) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).kept_.erase(number);
  }
  static void untaken_of_(const cd_host* h, std::int32_t kind, cd_string what, std::uint64_t count,
                          cd_string example) {
    const std::lock_guard lock(self(h).mutex_);
    if (count == 0)
      self(h).untaken_.erase(std::string(view(what)));
    else
      self(h).untaken_[std::string(view(what))] = {kind, count, std::string(view(example))};
  }
  static cd_string folder_(const cd_host* h) {
    MockHost& m = self(h);
    const std::lock_guard lock(m.mutex_);
    if (m.folder_path_.empty()) {
      std::string name = (std::filesystem::temp_directory_path() / "copydesk-test-XXXXXX").string();
      if (::mkdtemp(name.data())) m.folder_path_ = name;
    }
    return to_c(m.folder_path_);
  }
  static cd_status emit_(const cd_host* h, const cd_record* const* records, std::uint32_t count) {
    MockHost& m = self(h);
    const std::lock_guard lock(m.mutex_);
    for (std::uint32_t i = 0; i < count; ++i) {
      const cd_record& r = *records[i];
      Record copy{std::string(view(r.partition)), r.position, std::string(view(r.payload)),
                  std::string(view(r.format)),    r.received, {}};
      for (std::uint32_t k = 0; k < r.field_count; ++k)
        copy.fields.push_back(
            {std::string(view(r.fields[k].name)), Value::copy_of(r.fields[k].value)});
      m.records_.push_back(std::move(copy));
    }
    return m.full_ ? CD_RETRY : CD_OK;
  }
  static void advance_(const cd_host* h, cd_string partition, cd_bytes position, cd_bytes token) {
    MockHost& m = self(h);
    const std::lock_guard lock(m.mutex_);
    Advance a{std::string(view(partition)), std::string(view(position)), std::nullopt,
              m.records_.size()};
    if (token.data) a.token = std::string(view(token));
    m.advances_.push_back(std::move(a));
  }
  static void result_(const cd_host* h, std::uint64_t ticket, const cd_result* results,
                      std::uint32_t count) {
    const std::lock_guard lock(self(h).mutex_);
    for (std::uint32_t i = 0; i < count; ++i)
      self(h).tickets_[ticket].results.push_back({results[i].index, results[i].status,
                                                  std::string(view(results[i].code)),
                                                  std::string(view(results[i].detail))});
  }
  static void done_(const cd_host* h, std::uint64_t ticket, cd_status status) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).tickets_[ticket].done = status;
    self(h).answered_.notify_all();
  }
  static void flushed_(const cd_host* h, std::uint64_t ticket, cd_status status,
                       cd_bytes position) {
    const std::lock_guard lock(self(h).mutex_);
    Ticket& t = self(h).tickets_[ticket];
    t.flushed = status;
    t.position = view(position);
    self(h).answered_.notify_all();
  }

  static void rewind_(const cd_host* h, cd_string why) {
    const std::lock_guard lock(self(h).mutex_);
    self(h).rewinds_.emplace_back(view(why));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> rewinds_;
  std::condition_variable answered_;
  std::int64_t now_ns_ = kStart;
  bool real_time_ = false, full_ = false;
  std::vector<LogLine> log_lines_;
  std::vector<std::string> failures_, statuses_;
  std::vector<std::pair<std::string, std::uint64_t>> counters_;
  std::map<std::string, const void*, std::less<>> extensions_;
  std::map<std::string, Untaken> untaken_;
  std::vector<std::uint32_t> unsettled_;
  std::set<std::uint64_t> kept_;
  std::uint64_t next_kept_ = 0;
  std::vector<Record> records_;
  std::vector<Advance> advances_;
  std::map<std::uint64_t, Ticket> tickets_;
  std::string folder_path_;
  cd_host host_{};
};

}  // namespace copydesk::testing
