// Scans and news: how files come to the source's attention.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "directory/follower.h"
#include "directory/source.h"

namespace copydesk::directory {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // ns
constexpr std::int64_t kPollPause =
    kSecond;  // between scans when polling, while the folder is missing, and between looks at it
constexpr std::int64_t kPollShare = 20;  // polling takes at most one part in so many of the time

std::int64_t elapsed(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                              since)
      .count();
}

}  // namespace

void DirectorySource::start_scan(std::int64_t now) {
  scan_wanted_ = false;
  ++scan_number_;
  unreadable_files_ = unreadable_folders_ = still_open_ = dangling_links_ = {};
  port_.count(Count::kScans, 1);
  retry_debts(now);
  const auto begin = std::chrono::steady_clock::now();
  const int error = tree_.reopen();
  root_missing_ = error != 0;
  root_word_ = error == ENOENT ? "the folder is missing" : "the folder cannot be read";
  if (root_missing_) {
    if (!std::exchange(warned_missing_, true))
      port_.warn(settings_.root + ": cannot be read, and is tried again: " + std::strerror(error));
    unreadable_folders_.add("");
    scan_files_.clear();
    scan_next_ = 0;
    next_scan_ns_ = now + kPollPause;
    return;
  }
  warned_missing_ = false;
  passed_by_ = folder_links_ = no_files_ = {};
  Listing listing = tree_.list("");
  report(listing);
  if (scan_number_ == 1 && !listing.left_over.empty()) {
    for (const std::string& path : listing.left_over) after_.recover(settings_.root + "/" + path);
    listing = tree_.list("");
  }
  scan_files_ = std::move(listing.files);
  scan_next_ = 0;
  scan_devices_ = std::move(listing.devices);
  scan_complete_ = listing.complete;
  scan_cost_ns_ = elapsed(begin);
  plan_next_scan(now);
  if (scan_files_.empty()) finish_scan();
}

void DirectorySource::report(const Listing& listing) {
  passed_by_.add(listing.passed_by);
  folder_links_.add(listing.folder_links);
  no_files_.add(listing.no_files);
  if (!once_ && passed_by_.count > 0 && !std::exchange(told_of_passed_by_, true))
    port_.inform(settings_.root + ": files that no pattern of `include` takes are left alone: " +
                 std::to_string(passed_by_.count) + ", such as " + shown(passed_by_.example));
  for (const std::string& problem : listing.problems) {
    unreadable_folders_.add(problem);
    if (complaints_.size() < kMaxComplaints && complaints_.insert(problem).second)
      port_.warn("A folder was left out: " + settings_.root + "/" + problem);
  }
}

void DirectorySource::plan_next_scan(std::int64_t now) {
  const bool blind = !tree_.blind_because().empty();
  const bool polls =
      settings_.polling == Polling::kAlways || (blind && settings_.polling == Polling::kAuto);
  if (blind && !std::exchange(warned_blind_, true))
    port_.warn(settings_.root + ": " + tree_.blind_because() +
               (polls ? "; the folder is polled." : "."));
  const std::int64_t pause = std::max(kPollPause, kPollShare * scan_cost_ns_);
  next_scan_ns_ = now + (polls ? std::min(pause, settings_.rescan_ns) : settings_.rescan_ns);
}

// Every file of the scan has been looked at.
void DirectorySource::finish_scan() {
  scan_files_ = {};
  scan_next_ = 0;
  if (!scan_complete_ || once_) return;
  for (const FileId& id : known_.forget_missing(scan_number_, scan_devices_)) forget_.insert(id);
}

// Once mode has no second scan that could find what a rename hid from the first: what was not met is looked for again.
void DirectorySource::forget_after_snapshot() {
  if (std::exchange(snapshot_done_, true) || root_missing_) return;
  const Listing again = tree_.list("");
  for (const std::string& path : again.files) {
    FileStat st;
    if (stat_file(tree_.root(), path.c_str(), Links::kFollow, st) != 0) return;
    if (Entry* entry = known_.find(st.id)) entry->seen = scan_number_;
  }
  if (!again.complete) return;
  for (int i = 0; i < Known::kMissedMax; ++i)
    for (const FileId& id : known_.forget_missing(scan_number_, again.devices)) forget_.insert(id);
  send_forgets();
}

void DirectorySource::read_news() {
  if (!once_) tree_.drain([this](const Event& event) { hear(event); });
}

void DirectorySource::take_news(std::string_view raw) {
  tree_.parse(raw, [this](const Event& event) { hear(event); });
}

void DirectorySource::hear(const Event& event) {
  if (event.lost) {
    port_.count(Count::kOverflows, 1);
    scan_wanted_ = true;
    scan_files_.clear();  // what is left of the running scan is part of the next one
    scan_next_ = 0;
    scan_complete_ = false;
    return;
  }
  if (event.watch_gone) {
    scan_wanted_ = scan_wanted_ || event.path.empty();
    return;
  }
  if (event.folder) {
    if (event.moved_out) tree_.drop(event.path);
    if ((event.created || event.moved_in) && tree_.choice().enters_folder(event.path))
      enlist(event.path);
    return;
  }
  if (event.moved_out || !tree_.choice().takes_file(event.path)) return;
  const Kind kind = kind_of(event.path);
  const bool follows = kind.lines && kind.compression == Compression::kNone;
  const bool complete = event.closed || event.moved_in;
  if (event.written && !complete && !follows) return;
  const auto flags =
      static_cast<std::uint8_t>((event.created ? kCreated : 0) | (complete ? kComplete : 0));
  note(event.path, flags, complete || follows ? 0 : port_.now() + settings_.settle_ns);
}

// A folder removed and made anew, moved away or mounted over is noticed within a second, not at the next rescan.
void DirectorySource::look_at_root(std::int64_t now) {
  // the clock may jump
  const bool recent = now >= last_look_ns_ && now < last_look_ns_ + kPollPause;
  if (once_ || recent) return;
  last_look_ns_ = now;
  scan_wanted_ = scan_wanted_ || (!root_missing_ && tree_.replaced());
}

// Whoever sets the clock back by an hour does not want to wait an hour for what was due in a second.
void DirectorySource::look_at_clock(std::int64_t now) {
  if (now < last_now_ns_) {
    scan_wanted_ = true;
    if (head_) head_due_ns_ = std::min(head_due_ns_, now);
  }
  last_now_ns_ = now;
}

// A new folder: watched first, then listed, so that what came before the watch is found.
void DirectorySource::enlist(const std::string& folder) {
  Listing listing = tree_.list(folder);
  report(listing);
  for (std::string& path : listing.files) note(std::move(path), 0, 0);
  scan_devices_.insert(listing.devices.begin(), listing.devices.end());
}

void DirectorySource::note(std::string path, std::uint8_t flags, std::int64_t due_ns) {
  Candidate candidate;
  candidate.path = std::move(path);
  candidate.flags = flags;
  scan_wanted_ = !queue_.add(std::move(candidate), due_ns) || scan_wanted_;
}

void DirectorySource::send_forgets() {
  for (const FileId& id : forget_) port_.advance(to_partition(id), {}, {});
  forget_.clear();
}

}  // namespace copydesk::directory
