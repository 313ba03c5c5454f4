#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace copydesk::daemon {

// A folder that goes away again, for components that are created only to be looked at. An empty path when it could not
// be made: what needs it then says so.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    path_ = (std::filesystem::temp_directory_path(error) / "copydesk-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace copydesk::daemon
