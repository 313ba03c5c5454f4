// The file that keeps a second sink from the path, and remembers beside the state how far commits have come: a state that was put
// back from a backup knows less of the output than was delivered since.
//
//   .articles.jsonl.lock     "4711\ncommitted 7 1234\n", padded: the process, segment and length
#pragma once
#include <cstdint>
#include <string>

#include "files.h"
#include "position.h"

namespace copydesk::file {

// Where the next article goes after a commit; ordered as output grows.
struct Reach {
  std::uint64_t segment = 0, length = 0;
  auto operator<=>(const Reach&) const = default;
};
[[nodiscard]] Reach reach_of(const Position& p);

class LockFile {
 public:
  // Throws Refusal when another sink holds it.
  void take(Files& files, const std::string& path, const std::string& running);
  void release() { fd_.reset(); }
  [[nodiscard]] bool is_held() const noexcept { return fd_.is_open(); }

  // Of the last commit that any process was told of; nothing where that was never noted, or cannot be read.
  [[nodiscard]] Reach reach() const noexcept { return reach_; }
  // Not synced: after a power cut an older one may stand there, which only knows less.
  void note(Reach reach);

 private:
  Descriptor fd_;
  Reach reach_;
};

}  // namespace copydesk::file
