// The watched folder: opens it, lists it, hears of changes, and knows when hearing is not enough.
// One thread at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "directory/fd.h"
#include "directory/file_id.h"
#include "directory/scan.h"
#include "directory/watch.h"

namespace copydesk::directory {

class Tree {
 public:
  Tree(std::string root, Choice choice) : root_path_(std::move(root)), choice_(std::move(choice)) {}

  // Opens the root by its name again: it may be another folder by now. 0 or the errno; the old one stays closed then.
  [[nodiscard]] int reopen();
  // Its name no longer leads to what was opened. Nothing announces that as long as it is open, nor that a folder above it moved.
  [[nodiscard]] bool replaced() const;
  // From now on list() also watches. What stands in the way is said in blind_because().
  void start_watching();
  [[nodiscard]] Listing list(const std::string& start);
  void drain(const std::function<void(const Event&)>& each) { watch_.drain(each); }
  void parse(std::string_view bytes, const std::function<void(const Event&)>& each) {
    watch_.parse(bytes, each);
  }
  void drop(const std::string& folder) { watch_.drop(folder); }

  [[nodiscard]] int root() const noexcept { return root_.get(); }
  [[nodiscard]] int watch_fd() const noexcept { return watch_.fd(); }
  [[nodiscard]] const std::string& path() const noexcept { return root_path_; }
  [[nodiscard]] const Choice& choice() const noexcept { return choice_; }
  // Why changes may go unannounced; empty: they do not.
  [[nodiscard]] const std::string& blind_because() const noexcept { return blind_; }

 private:
  void enter(int fd, const std::string& path);

  std::string root_path_;
  Choice choice_;
  Fd root_;
  Watch watch_;
  std::string blind_;
  std::uint64_t device_ = 0;  // of the folder entered last
};

}  // namespace copydesk::directory
