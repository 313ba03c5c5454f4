#include "live_gazetteer.h"

#include <sys/stat.h>

#include <algorithm>
#include <new>
#include <utility>

#include "shipped.h"

namespace copydesk::tag_entities {
namespace {

// A file this young at its first reading may change again within one tick of the file system's clock.
constexpr std::int64_t kYoungNs = 2'000'000'000;

std::int64_t nanoseconds(const timespec& t) {
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

bool any_error(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) {
    return d.severity == Diagnostic::Severity::kError;
  });
}

}  // namespace

LiveGazetteer::~LiveGazetteer() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LiveGazetteer::load(std::vector<Diagnostic>& diagnostics) {
  known_ = look();
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  // Such a file is read a second time, once it has settled.
  for (Stamp& s : known_) {
    if (s.changed_ns > nanoseconds(now) - kYoungNs) s.changed_ns = 0;
  }
  current_ = read(diagnostics, digests_);
}

void LiveGazetteer::watch(ReloadNews news) {
  if (files_.paths.empty() || files_.look_every.count() == 0 || thread_.joinable()) return;
  news_ = std::move(news);
  thread_ = std::thread([this] { run(); });
}

std::shared_ptr<const Gazetteer> LiveGazetteer::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

LiveGazetteer::Stamps LiveGazetteer::look() const {
  Stamps stamps;
  for (const std::string& path : files_.paths) {
    struct stat s {};
    Stamp stamp;
    if (::stat(path.c_str(), &s) == 0) {
      stamp = {s.st_dev, s.st_ino, static_cast<std::uint64_t>(s.st_size), nanoseconds(s.st_mtim),
               nanoseconds(s.st_ctim)};
    }
    stamps.push_back(stamp);
  }
  return stamps;
}

// Whoever writes a file in place begins with an empty one. The first file that had something before and has nothing now;
// their number when there is none.
std::size_t LiveGazetteer::emptied(const Stamps& before) const {
  std::size_t i = before.size() == known_.size() ? 0 : known_.size();
  while (i < known_.size() &&
         !(before[i].size > 0 && known_[i].inode != 0 && known_[i].size == 0)) {
    ++i;
  }
  return i;
}

// Null when there was an error.
std::shared_ptr<const Gazetteer> LiveGazetteer::read(std::vector<Diagnostic>& diagnostics,
                                                     Digests& digests) const {
  GazetteerBuilder builder;
  digests.assign(files_.paths.size(), 0);
  for (std::size_t i = 0; i < digests.size(); ++i) {
    add_file(builder, files_.paths[i], diagnostics, &digests[i]);
  }
  if (files_.shipped) {
    for (const ShippedFile& file : shipped_gazetteers()) {
      add_content(builder, file.content, file.name, diagnostics);
    }
  }
  if (any_error(diagnostics)) return nullptr;
  return std::make_shared<const Gazetteer>(builder.finish());
}

void LiveGazetteer::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, files_.look_every, [this] { return ended_; })) {
    lock.unlock();
    check();
    lock.lock();
  }
}

void LiveGazetteer::refuse(const std::vector<Diagnostic>& diagnostics) {
  refused_ = true;
  news_.refused(diagnostics);
}

void LiveGazetteer::check() {
  Stamps seen = look();
  if (seen == known_) {
    waiting_.clear();
    return;
  }
  if (seen != waiting_) {
    waiting_ = std::move(seen);
    return;
  }
  const Stamps before = std::exchange(known_, std::exchange(waiting_, {}));
  std::vector<Diagnostic> diagnostics;
  if (const std::size_t i = emptied(before); i < known_.size()) {
    diagnostics.push_back({Diagnostic::Severity::kError, files_.paths[i], 0, "is empty now"});
    return refuse(diagnostics);
  }
  Digests digests;
  std::shared_ptr<const Gazetteer> made;
  try {
    made = read(diagnostics, digests);
  } catch (const std::bad_alloc&) {
    diagnostics.push_back({Diagnostic::Severity::kError, files_.paths.front(), 0, "out of memory"});
  }
  if (look() != known_) return;  // written while it was read: the next looks will see
  if (made == nullptr) return refuse(diagnostics);
  if (digests == digests_ && !refused_) return;  // touched, or young when it was read first
  digests_ = std::move(digests);
  refused_ = false;
  const Gazetteer& fresh = *made;
  const std::shared_ptr<const Gazetteer> old = [&] {
    const std::lock_guard lock(mutex_);
    return std::exchange(current_, made);
  }();
  news_.reloaded(fresh, diagnostics);
}

}  // namespace copydesk::tag_entities
