#include "directory/source.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

#include "directory/follower.h"

namespace copydesk::directory {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;  // ns
// Waits are cut into pieces, so that a jump of the wall clock is noticed.
constexpr std::int64_t kLongestWait = 1'000 * kMillisecond;
constexpr int kLookUpEvery = 256;  // steps between looks at the clock while nothing is emitted
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string below(const std::string& root, const Action& action) {
  const bool inside = action.verb == Action::kMove && action.target.starts_with(root + "/");
  return inside ? action.target.substr(root.size() + 1) : std::string();
}

Choice make_choice(const Settings& s) {
  return {Globs(s.include),
          Globs(s.exclude),
          {below(s.root, s.delivered), below(s.root, s.dead_letter)}};
}

}  // namespace

DirectorySource::DirectorySource(Settings settings, Port& port)
    : settings_(std::move(settings)),
      port_(port),
      tree_(settings_.root, make_choice(settings_)),
      after_(writers_, settings_.limits),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

DirectorySource::~DirectorySource() = default;

void DirectorySource::open(std::span<const Committed> past, bool once) {
  const bool first = !std::exchange(opened_, true);
  const int error = tree_.reopen();
  if (first && error != 0) {
    opened_ = false;
    throw std::runtime_error(settings_.root + ": cannot be read: " + std::strerror(error));
  }
  std::deque<Candidate> unfinished = take_unfinished();
  head_.reset();
  forget_.clear();  // the committed past knows them again
  known_.clear();
  scan_complete_ = false;  // what it has met so far is forgotten with the rest
  for (const Committed& one : past) {
    const auto id = parse_partition(one.partition);
    auto position = decode_position(one.position);
    if (!id || !position)
      throw std::runtime_error("the stored position of '" + std::string(one.partition) +
                               "' is not one of this source");
    if (!acts()) position->path = std::string();
    known_.put(*id, std::move(*position));
  }
  bool trail_cut = false;
  replay_ = trail_.rewind(known_, trail_cut);
  for (Candidate& candidate : unfinished) {
    if (replay_.size() == kMaxReplay) {
      trail_cut = true;
      break;
    }
    replay_.push_back(std::move(candidate));
  }
  if (once) replay_.clear();  // the snapshot is gone through again
  if (first) {
    Writers::ignore_lease_signal();
    once_ = once;
    if (!once_ && settings_.polling != Polling::kAlways) tree_.start_watching();
    const std::int64_t now = port_.now();
    start_scan(now);
  } else if (once_) {
    unreadable_files_ = still_open_ = dangling_links_ = {};  // they are met again
    scan_next_ = 0;
    snapshot_done_ = false;
  } else if (trail_cut) {
    scan_wanted_ = true;
  }
}

// What a rewind interrupts: the file that is being read, and what an earlier rewind had still to repeat.
std::deque<Candidate> DirectorySource::take_unfinished() {
  std::deque<Candidate> rest = std::exchange(replay_, {});
  if (follower_) {
    Candidate& candidate = rest.emplace_front(std::move(follower_->look.candidate));
    candidate.flags |= kAgain;
    candidate.until = follower_->until;
    candidate.until_generation = follower_->generation;
  }
  follower_.reset();
  return rest;
}

bool DirectorySource::poll(std::uint64_t max_bytes, std::int64_t deadline_ns) {
  budget_ = {max_bytes, false, false};
  const std::int64_t began = port_.now();
  send_forgets();
  for (int steps = 0;; ++steps) {
    if (steps % kLookUpEvery == 0) read_news();
    const std::int64_t now = port_.now();
    look_at_clock(now);
    look_at_root(now);
    if (step(now)) {
      if (budget_.over()) return true;
      if (steps % kLookUpEvery == kLookUpEvery - 1 && (budget_.emitted || now >= deadline_ns))
        return true;
      continue;
    }
    if (once_ && scan_next_ == scan_files_.size()) {
      forget_after_snapshot();
      show_status();
      return budget_.emitted;
    }
    if (budget_.emitted) return true;
    show_status();
    read_news();
    if (queue_.next_due() <= now) continue;
    // a poll does not wait for longer than a moment, whatever the clock says by now
    if (now >= deadline_ns || now < began || wait(std::min(deadline_ns, next_due()) - now))
      return true;
    steps = -1;  // read the news first
  }
}

bool DirectorySource::step(std::int64_t now) {
  if (follower_) {
    const Turn turn = follow();
    if (turn == Turn::kStays) return true;
    const std::unique_ptr<Follower> finished = std::move(follower_);
    if (turn == Turn::kLater)
      put_off(finished->look);
    else if (once_)
      ++scan_next_, head_.reset();
    return true;
  }
  if (!replay_.empty()) {
    Candidate next = std::move(replay_.front());
    replay_.pop_front();
    turn_to(std::move(next), now);
    return true;
  }
  if (once_) return step_once(now);
  if (auto next = queue_.take(now)) {
    turn_to(std::move(*next), now);
    return true;
  }
  return step_scan(now);
}

bool DirectorySource::step_once(std::int64_t now) {
  if (scan_next_ == scan_files_.size()) return false;
  if (!head_) {
    head_.emplace().path = scan_files_[scan_next_];
    FileStat st;
    head_size_ =
        stat_file(tree_.root(), head_->path.c_str(), Links::kFollow, st) == 0 ? st.size : 0;
  } else if (head_due_ns_ > now) {
    return false;
  }
  Candidate next = std::move(*head_);
  head_.emplace();
  turn_to(std::move(next), now);
  return true;
}

bool DirectorySource::step_scan(std::int64_t now) {
  if (scan_next_ < scan_files_.size()) {
    Candidate next;
    next.path = std::move(scan_files_[scan_next_++]);
    turn_to(std::move(next), now);
    return true;
  }
  if (scan_number_ > 0 && !scan_files_.empty()) {
    finish_scan();
    return true;
  }
  if (!scan_wanted_ && now < next_scan_ns_) return false;
  start_scan(now);
  return true;
}

void DirectorySource::turn_to(Candidate candidate, std::int64_t now) {
  Look look;
  look.candidate = std::move(candidate);
  const Turn turn = visit(look, now);
  if (turn == Turn::kLater)
    put_off(look);
  else if (turn == Turn::kDone && once_)
    ++scan_next_, head_.reset();
}

void DirectorySource::put_off(Look& look) {
  if (once_) {
    const bool long_wait = look.due_ns - port_.now() > kLongestWait;
    if (long_wait && !std::exchange(told_of_waiting_, true))
      port_.inform("Waits for " + shown(look.candidate.path) +
                   ": it was written less than `settle` ago, or still is.");
    head_ = std::move(look.candidate);
    head_due_ns_ = look.due_ns;
  } else {
    scan_wanted_ = !queue_.add(std::move(look.candidate), look.due_ns) || scan_wanted_;
  }
}

std::int64_t DirectorySource::next_due() const {
  if (once_) return head_ ? head_due_ns_ : kNever;
  return std::min(queue_.next_due(), next_scan_ns_);
}

// True when somebody called wake().
bool DirectorySource::wait(std::int64_t until_ns) {
  pollfd fds[2] = {{wake_.get(), POLLIN, 0}, {tree_.watch_fd(), POLLIN, 0}};
  const std::int64_t ms = (std::min(until_ns, kLongestWait) + kMillisecond - 1) / kMillisecond;
  const int ready = ::poll(fds, 2, static_cast<int>(std::max<std::int64_t>(ms, 0)));
  if (ready <= 0 || (fds[0].revents & POLLIN) == 0) return false;
  std::uint64_t count = 0;
  return ::read(wake_.get(), &count, sizeof count) == sizeof count;
}

void DirectorySource::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n =
      ::write(wake_.get(), &one, sizeof one);  // full means: awake already
}

void DirectorySource::show_status() {
  show_untaken();
  std::string word;
  if (root_missing_)
    word = root_word_;
  else if (unreadable_files_.count > 0)
    word = counted(unreadable_files_.count, "unreadable file");
  else if (unreadable_folders_.count > 0)
    word = counted(unreadable_folders_.count, "unreadable folder");
  else if (const auto failed =
               std::ranges::count_if(debts_, [](const auto& debt) { return debt.second.failed; });
           failed > 0)
    word = counted(static_cast<std::uint64_t>(failed), "file") + " could not be put away";
  else if (!tree_.blind_because().empty() && settings_.polling == Polling::kAuto)
    word = "polling: " + tree_.blind_because();
  if (word == status_) return;
  status_ = std::move(word);
  port_.status(status_);
}

void DirectorySource::show_untaken() {
  const struct {
    bool left;
    std::string_view what;
    const Tally& tally;
  } kinds[] = {{true, "files that cannot be read", unreadable_files_},
               {true, "folders that cannot be read", unreadable_folders_},
               {false, "files still open for writing, for another run", still_open_},
               {false, "files that no pattern of include takes", passed_by_},
               {false, "links to folders, which are not followed", folder_links_},
               {false, "links that lead nowhere", dangling_links_},
               {false, "pipes, sockets and devices", no_files_}};
  for (std::size_t i = 0; i < told_untaken_.size(); ++i) {
    const Tally& tally = kinds[i].tally;
    if (std::exchange(told_untaken_[i], tally.count) != tally.count)
      port_.untaken({kinds[i].left, kinds[i].what, tally.count, shown(tally.example)});
  }
}

}  // namespace copydesk::directory
