// Whole lines to a descriptor that may be a pipe, a terminal or a file, blocking or not.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace copydesk::line_output {

// nobody reads any more
struct Closed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// the same lines may work later
struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One thread at a time. Does not own the descriptor. SIGPIPE is held off during a write, whatever the process does with it.
class LineOutput {
 public:
  explicit LineOutput(int fd, int patience_ms = 10'000) : fd_(fd), patience_ms_(patience_ms) {}
  // Writes `lines`, each ending in a newline. After Trouble, written again from the start; a line that was cut in the
  // middle is completed before, so the output never holds half a line.
  void write(std::string_view lines);

 private:
  void write_all(std::string_view& rest);
  int fd_;
  int patience_ms_;   // without progress on a full pipe
  std::string torn_;  // the rest of a line whose beginning was written
};

}  // namespace copydesk::line_output
