// The directory source: turns the files below a folder into records, each once, in a given order.
//
//   events ─┐                                   ┌─ document: read whole ─▶ one record
//   scans  ─┼─▶ queue ─▶ visit (ready? changed?) ┤
//   replay ─┘        ◀── later                  └─ line file: follow ─▶ records, as it grows
//
// All calls on one thread, but wake(). Free of the SDK: the world is behind Port, which outlives the source.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "directory/after.h"
#include "directory/fd.h"
#include "directory/known.h"
#include "directory/lines.h"
#include "directory/port.h"
#include "directory/queue.h"
#include "directory/read_file.h"
#include "directory/tree.h"
#include "directory/writers.h"

namespace copydesk::directory {

enum class Polling { kAuto, kAlways, kNever };

struct Settings {
  std::string root;  // absolute, no slash at its end
  std::vector<std::string> include, exclude;
  std::int64_t settle_ns = 10'000'000'000, rescan_ns = 60'000'000'000;
  Polling polling = Polling::kAuto;
  Action delivered, dead_letter;
  Limits limits;
};

struct Committed {  // one partition of the committed past
  std::string_view partition, position;
};

class DirectorySource {
 public:
  // Throws std::invalid_argument for a wrong pattern.
  DirectorySource(Settings settings, Port& port);
  ~DirectorySource();

  // Begins, or seeks, at the committed past. Throws std::runtime_error when the folder cannot be read at first.
  void open(std::span<const Committed> past, bool once);
  // False at the end, in once mode only. See cd_source_ops::poll.
  [[nodiscard]] bool poll(std::uint64_t max_bytes, std::int64_t deadline_ns);
  struct Owed {
    std::string_view token;
    bool dead_letter;
  };
  void settle(std::span<const Owed> items);
  void wake();

  // News as inotify gives them; for tests of what cannot be provoked.
  void take_news(std::string_view raw);
  [[nodiscard]] After& after() noexcept { return after_; }
  [[nodiscard]] std::size_t known_files() const noexcept { return known_.size(); }

 private:
  struct Follower;
  // What a visit came to. kStays: a follower is open now.
  enum class Turn { kDone, kLater, kStays };
  struct Look {  // one file being looked at
    Candidate candidate;
    Kind kind;
    FileStat st;
    Fd fd;
    bool idle = false;        // unchanged for `settle`
    bool final = false;       // and nobody writes it: nothing more will come
    std::int64_t due_ns = 0;  // of kLater
  };
  struct Budget {
    std::uint64_t left = 0;
    bool emitted = false, stop = false;
    [[nodiscard]] bool over() const noexcept { return stop || (emitted && left == 0); }
  };

  // source.cpp: what comes next
  [[nodiscard]] std::deque<Candidate> take_unfinished();
  [[nodiscard]] bool step(std::int64_t now);
  [[nodiscard]] bool step_once(std::int64_t now);
  [[nodiscard]] bool step_scan(std::int64_t now);
  void turn_to(Candidate candidate, std::int64_t now);
  void put_off(Look& look);
  [[nodiscard]] bool wait(std::int64_t until_ns);
  [[nodiscard]] std::int64_t next_due() const;
  void show_status();
  void show_untaken();

  // tree_scan.cpp: scans and news
  void start_scan(std::int64_t now);
  void finish_scan();
  void forget_after_snapshot();
  void read_news();
  void look_at_root(std::int64_t now);
  void look_at_clock(std::int64_t now);
  void hear(const Event& event);
  void enlist(const std::string& folder);
  void note(std::string path, std::uint8_t flags, std::int64_t due_ns);
  void plan_next_scan(std::int64_t now);
  void report(const Listing& listing);

  // visit.cpp: one file
  [[nodiscard]] Turn visit(Look& look, std::int64_t now);
  [[nodiscard]] bool is_idle(Candidate& candidate, const FileStat& st, std::int64_t now) const;
  [[nodiscard]] bool is_at_rest(const Look& look, const Entry& entry) const;
  [[nodiscard]] bool waits_to_be_idle(const Look& look, const Entry* entry) const;
  [[nodiscard]] Turn later(Look& look, std::int64_t now) const;
  [[nodiscard]] Turn held_open(Look& look, std::int64_t now);
  void unreadable(const std::string& path, int error);
  void not_there(const std::string& path, int error);
  [[nodiscard]] Turn take_document(Look& look);
  void emit_document(const Look& look, const Document& document, std::uint16_t generation);
  // `leave_trail`: it has to be repeated after a rewind; `finished`: the action of the file is due now.
  void advance(const Look& look, Position position, bool finished, bool leave_trail);
  [[nodiscard]] bool acts() const noexcept;
  [[nodiscard]] std::string make_token(const FileStat& st, const Position& position) const;
  [[nodiscard]] std::string shown(const std::string& path) const;

  // follow.cpp: one line file
  [[nodiscard]] Turn start_following(Look& look);
  [[nodiscard]] Turn follow();
  [[nodiscard]] Turn look_anew(Follower& f) const;
  [[nodiscard]] bool emit_lines(Follower& f);
  [[nodiscard]] Turn end_of_file(Follower& f, Flow flow);
  [[nodiscard]] Turn finish_lines(Follower& f, Flow flow);
  void refuse_rest(Follower& f, Flow flow);
  void advance_lines(Follower& f, bool ended, bool finished);
  void emit(std::span<const Record> records);

  // settle.cpp: what happens to files afterwards
  struct Debt {
    Token token;
    bool dead_letter = false;
    bool failed = false;       // rather than renamed, or held open by somebody
    std::uint64_t number = 0;  // under which the host keeps it
  };
  // False: it is still owed, and the debt knows then whether something is wrong.
  bool work_off(Debt& debt, std::int64_t now);
  [[nodiscard]] After::Report put_away(const Token& token, const Action& action, std::int64_t now);
  void remember(Debt debt);
  void retry_debts(std::int64_t now);
  void send_forgets();

  static constexpr std::size_t kMaxReplay = 2 * Trail::kMax;  // beyond it a scan finds the files
  // Actions to try again at the next scan. Beyond that the host hands them back, some minutes later.
  static constexpr std::size_t kMaxDebts = 10'000;
  static constexpr std::size_t kMaxComplaints = 1024;  // files complained about once each

  Settings settings_;
  Port& port_;
  Tree tree_;
  Writers writers_;
  After after_;
  Known known_;
  Trail trail_;
  Queue queue_;
  std::deque<Candidate> replay_;
  std::unique_ptr<Follower> follower_;
  std::string content_;
  Budget budget_;
  Fd wake_;

  bool opened_ = false, once_ = false, root_missing_ = false;
  bool scan_wanted_ = false, scan_complete_ = false, snapshot_done_ = false;
  std::uint32_t scan_number_ = 0;
  std::vector<std::string> scan_files_;  // once mode: the snapshot
  std::size_t scan_next_ = 0;
  std::set<std::uint64_t> scan_devices_;
  std::int64_t next_scan_ns_ = 0, scan_cost_ns_ = 0, last_look_ns_ = 0, last_now_ns_ = 0;
  std::optional<Candidate> head_;  // once mode: the file that is waited for
  std::int64_t head_due_ns_ = 0;
  std::uint64_t head_size_ = 0;  // and its size when it was first seen

  std::unordered_set<FileId> forget_;  // told at the next poll
  std::map<FileId, Debt> debts_;
  std::set<std::string> complaints_;
  // What became no record, since the last scan began.
  Tally unreadable_files_, unreadable_folders_, still_open_, passed_by_, folder_links_,
      dangling_links_, no_files_;
  std::array<std::uint64_t, 7> told_untaken_{};  // how many of each the port was told of
  bool warned_unknown_writers_ = false, warned_blind_ = false, warned_missing_ = false,
       told_of_waiting_ = false, told_of_passed_by_ = false;
  const char* root_word_ = "";  // while root_missing_
  std::string status_;
};

}  // namespace copydesk::directory
