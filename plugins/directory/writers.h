// Does anybody have a file open for writing? Asked of the kernel by a read lease that is taken and released at once: it
// is refused while a writer holds the file. Where leases are not permitted (another user's file without CAP_LEASE, a
// file system without them) the open files of all processes are looked through in /proc, at most once in kTableAge.
// Where that does not show every process either, the answer is kUnknown.
//
// Network file systems are not asked for a lease: they refuse one for reasons of their own.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>

#include "directory/file_id.h"

namespace copydesk::directory {

enum class Writer { kNone, kSome, kUnknown };

class Writers {
 public:
  static constexpr std::int64_t kTableAge = 1'000'000'000;  // ns
  static constexpr std::size_t kMaxOpenFiles =
      262'144;  // of all processes; more make the answer unknown

  // A lease that is broken in the moment it is held raises SIGIO, which would end the process. Ignored from here on,
  // unless somebody handles it already.
  static void ignore_lease_signal();

  explicit Writers(std::string proc = "/proc") : proc_(std::move(proc)) {}
  // `fd` is open for reading. `now` in ns, for the age of the table.
  [[nodiscard]] Writer of(int fd, const FileId& id, std::int64_t now);

 private:
  [[nodiscard]] bool leases_tell(int fd, std::uint64_t device);
  void refresh(std::int64_t now);
  void look_at_process(int process);

  std::string proc_;
  std::unordered_set<FileId> open_;  // birth left out
  bool complete_ = false;
  std::int64_t refreshed_ = INT64_MIN;
  std::uint64_t device_ = 0;  // the one asked last, and what it was
  bool device_remote_ = true;
};

// True for file systems on other machines or in other programs.
[[nodiscard]] bool is_remote(int fd);
// True where the kernel may not announce changes: remote ones, and overlays changed from below.
[[nodiscard]] bool is_blind(int fd);

}  // namespace copydesk::directory
