#pragma once

#include <string>

#include "base/result.h"

namespace copydesk::io {

// A folder, the owner's alone, empty but for a mark, that goes away with this object and all that is in it then. It lies where TMPDIR
// (or TMP, TEMP, TEMPDIR) says, else in /tmp. The next one there of the same prefix removes what a killed process has left: the owner
// of a folder holds a lock on it.
class TemporaryFolder {
 public:
  // `prefix` begins its name. Does not fail: see made().
  explicit TemporaryFolder(const std::string& prefix);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Why there is none, with the folder that it was to lie in.
  [[nodiscard]] const Status& made() const { return made_; }
  [[nodiscard]] const std::string& path() const { return path_; }  // empty: it was not made
  [[nodiscard]] const std::string& parent() const { return parent_; }

 private:
  void mark();

  std::string parent_, path_;
  Status made_;
  int lock_ = -1;
};

}  // namespace copydesk::io
