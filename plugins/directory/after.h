// What becomes of a file once its records are final: it is kept, deleted or moved.
//
//   1. compare     the file at its path is still the one that was read
//   2. rename      to a private name in its folder, so that nobody replaces it under our hands
//   3. compare     again: identity, size, mtime; and nobody has it open for writing
//   4. remove it, or move it below the target without overwriting; or give it back when it is another
//
// Every step can be repeated: after a crash the same token is worked off again, a file that is gone is done with, and a
// private name that nobody works off is given back when the source opens. One thread at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "directory/position.h"
#include "directory/read_file.h"
#include "directory/writers.h"

namespace copydesk::directory {

struct Action {
  enum Verb { kKeep, kDelete, kMove } verb = kKeep;
  std::string target;  // absolute folder for kMove
};
// "keep", "delete", "move:PATH"; a relative PATH is below `root`. Throws std::invalid_argument.
[[nodiscard]] Action parse_action(std::string_view text, const std::string& root);
[[nodiscard]] std::string to_string(const Action& action);

enum class Settled {
  kGone,       // removed or moved, by us now or earlier
  kElsewhere,  // nothing is at that path; it may have been renamed
  kChanged,    // another file, or another content: left where it is
  kFailed  // could not be done; where it is, with a reason (none: somebody has it open for writing)
};

class After {
 public:
  static constexpr int kMaxSuffix = 10'000;  // tried for a free name in the target

  struct Report {
    Settled outcome;
    bool last_name = false;  // kGone: no other name leads to the file
    std::string why;         // kFailed
  };

  After(Writers& writers, const Limits& limits) : writers_(writers), limits_(limits) {}
  // For tests: called between the steps "compared", "renamed" and "copied".
  std::function<void(const char* step)> at_step = [](const char*) {};

  [[nodiscard]] Report run(const Token& token, const std::string& path, const Action& action,
                           std::int64_t now_ns);
  // Makes what was done durable; one fsync a folder touched since the last call.
  void sync();
  // Gives a private name back to the file it was taken from. `path` is absolute.
  void recover(const std::string& path);

 private:
  struct Place;  // a file's folder, name and private name
  [[nodiscard]] Report act(const Token& token, const Place& place, const std::string& path,
                           const Action& action, std::int64_t now_ns);
  [[nodiscard]] int move(const Token& token, const Place& place, const std::string& path,
                         const std::string& target);
  void give_back(int folder, const std::string& private_name, const std::string& name);

  Writers& writers_;
  Limits limits_;  // those the content was read with
  std::set<std::string> touched_;
};

}  // namespace copydesk::directory
