// Files that want to be looked at: now, in the order in which they asked, or at a later time. A file stands in it once;
// what is learned of it meanwhile is added up. Bounded by kMax files; beyond that the newcomer is turned away and the
// caller has to scan instead.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace copydesk::directory {

enum : std::uint8_t {
  kCreated = 1,   // a new name was seen
  kComplete = 2,  // closed after writing, or renamed in
  kAgain = 4      // it was ready before: emitted, and rewound
};

struct Candidate {
  std::string path;  // relative to the source's folder
  std::uint8_t flags = 0;
  // Line files on replay: up to this offset of this generation; the rest comes in its own turn.
  std::uint64_t until = std::numeric_limits<std::uint64_t>::max();
  std::uint16_t until_generation = 0;
  // Since when it has looked like this, for clocks that disagree with the file system's.
  std::uint64_t seen_size = 0;
  std::int64_t seen_ctime_ns = 0, seen_since_ns = 0;
};

class Queue {
 public:
  static constexpr std::size_t kMax = 262'144;  // files

  // False: full. `due_ns` 0 means now; an earlier time wins over a later one.
  [[nodiscard]] bool add(Candidate candidate, std::int64_t due_ns);
  // The next one that is due.
  [[nodiscard]] std::optional<Candidate> take(std::int64_t now_ns);
  // When the next one becomes due; max() when there is none.
  [[nodiscard]] std::int64_t next_due() const;
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct Waiting {
    Candidate candidate;
    std::int64_t due_ns;
  };
  using Timer = std::pair<std::int64_t, std::string>;
  [[nodiscard]] std::optional<Candidate> claim(const std::string& path, std::int64_t due_ns);

  std::unordered_map<std::string, Waiting> waiting_;
  std::deque<std::string> ready_;  // due at 0
  // stale ones are passed over
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
};

}  // namespace copydesk::directory
