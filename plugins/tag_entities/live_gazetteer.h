#pragma once
// The gazetteer of a stage, kept current while its files change.
//
// A thread of its own looks at the files every so often. Files that have changed, and then look the
// same for one more interval (somebody may still be writing), are all read again, beside the
// gazetteer in use; the new one takes its place in one step. Who has got the old one keeps it as
// long as needed, so there is memory for both for a moment. A file with a mistake, or one that is
// gone, leaves everything as it was, and is reported once; so is the change that mends it. Files
// that turn out to have the same bytes as before are no news.
//
// `load` is called once, before `watch`; `current` may be called by any thread at any time after
// it.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gazetteer_file.h"

namespace copydesk::tag_entities {

struct GazetteerFiles {
  std::vector<std::string> paths;
  bool shipped = false;                    // also the lists that come with copydesk, after them
  std::chrono::nanoseconds look_every{0};  // 0: never again
};

// What is told while files are watched; called on the watching thread.
struct ReloadNews {
  // With the warnings.
  std::function<void(const Gazetteer&, const std::vector<Diagnostic>&)> reloaded;
  std::function<void(const std::vector<Diagnostic>&)> refused;
};

class LiveGazetteer {
 public:
  explicit LiveGazetteer(GazetteerFiles files) : files_(std::move(files)) {}
  ~LiveGazetteer();  // ends the thread; waits while it reads a file
  LiveGazetteer(const LiveGazetteer&) = delete;
  LiveGazetteer& operator=(const LiveGazetteer&) = delete;

  // The first time. Diagnostics are appended; with an error among them there is no gazetteer.
  void load(std::vector<Diagnostic>& diagnostics);
  // Starts the thread, where there are files to look at.
  void watch(ReloadNews news);
  // Never null after a `load` without errors. Shared with everybody who has asked for it.
  std::shared_ptr<const Gazetteer> current() const;

 private:
  // What a look at a file tells of it; all zero when it is not there.
  struct Stamp {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified_ns = 0, changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::vector<Stamp>;

  Stamps look() const;
  std::size_t emptied(const Stamps& before) const;
  using Digests = std::vector<std::uint64_t>;  // of the files' bytes
  std::shared_ptr<const Gazetteer> read(std::vector<Diagnostic>& diagnostics,
                                        Digests& digests) const;
  void run();
  void check();
  void refuse(const std::vector<Diagnostic>& diagnostics);

  const GazetteerFiles files_;
  ReloadNews news_;
  Stamps known_;          // of what is in use, or was refused
  Stamps waiting_;        // of a change that is not yet a whole interval old
  Digests digests_;       // of what is in use
  bool refused_ = false;  // the files are not what is in use
  mutable std::mutex mutex_;
  std::shared_ptr<const Gazetteer> current_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace copydesk::tag_entities
