#pragma once

#include <string>

#include "base/result.h"

namespace copydesk::io {

// An empty folder, the owner's alone, that goes away with this object and all that is in it then. It lies where TMPDIR (or
// TMP, TEMP, TEMPDIR) says, else in /tmp.
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
  std::string parent_, path_;
  Status made_;
};

}  // namespace copydesk::io
