// What is known of the files: where we are in each, whether it was seen lately, and in which order the records went out
// that may have to go out again. About 150 bytes a file. One thread at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "directory/file_id.h"
#include "directory/position.h"
#include "directory/queue.h"

namespace copydesk::directory {

struct Entry {
  Position position;        // its path is kept only where an action may need it
  std::uint32_t seen = 0;   // number of the last scan that met it
  std::uint8_t missed = 0;  // complete scans in a row that did not
};

class Known {
 public:
  // A file is forgotten when so many scans in a row miss it: one may miss a file that is renamed meanwhile.
  static constexpr std::uint8_t kMissedMax = 2;

  void clear() { entries_.clear(); }
  [[nodiscard]] Entry* find(const FileId& id) {
    const auto it = entries_.find(id);
    return it == entries_.end() ? nullptr : &it->second;
  }
  Entry& put(const FileId& id, Position position) {
    Entry& entry = entries_[id];
    entry.position = std::move(position);
    return entry;
  }
  void erase(const FileId& id) { entries_.erase(id); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  // After a complete scan: drops and returns what is gone from the devices that the scan has read.
  [[nodiscard]] std::vector<FileId> forget_missing(std::uint32_t scan,
                                                   const std::set<std::uint64_t>& devices);

 private:
  std::unordered_map<FileId, Entry> entries_;
};

// The order of emission since the last rewind, to repeat it. Holds kMax emissions, older ones fall out.
class Trail {
 public:
  static constexpr std::size_t kMax = 65'536;

  struct Step {
    Candidate candidate;
    FileId id;
    std::uint16_t generation = 0;
    std::uint64_t end = 0;  // line files: offset behind the records
    bool done = false;      // the file was finished with it
  };
  void add(Step step);
  // What `known` does not cover, in order; the trail is empty then. `cut`: older steps had fallen out.
  [[nodiscard]] std::deque<Candidate> rewind(Known& known, bool& cut);

 private:
  std::deque<Step> steps_;
  bool cut_ = false;
};

}  // namespace copydesk::directory
