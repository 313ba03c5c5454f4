#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace copydesk::log {

// Lets a line through once in a window and counts what it held back. Bounded: with more than kMaxLines different lines in
// one window it forgets the one that came longest ago. Not thread-safe; times are monotonic seconds.
class Limiter {
 public:
  static constexpr std::size_t kMaxLines = 1024;
  explicit Limiter(std::int64_t window_seconds) : window_(window_seconds) {}

  struct Answer {
    bool write = false;
    std::uint64_t held_back = 0;  // since the last one that was written
  };
  Answer admit(std::string_view line, std::int64_t now);
  // Lines with a count that nobody has been told, whose window is over at `now`; their counts are then told.
  struct Held {
    std::string line;
    std::uint64_t count;
  };
  std::vector<Held> take_held(std::int64_t now);
  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  struct Seen {
    std::int64_t written_at;
    std::uint64_t held_back;
  };
  void make_room(std::int64_t now);

  const std::int64_t window_;
  std::unordered_map<std::string, Seen> seen_;
};

}  // namespace copydesk::log
