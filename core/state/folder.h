#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace copydesk::state {

// The format of everything under data_dir, and the oldest format whose daemons can still read what this one writes.
inline constexpr int kFormat = 1;
inline constexpr int kReadableSince = 1;

// The daemon's own folder, `data_dir`: created when it is not there, locked for this process until destroyed.
//
//   FORMAT       written_by, format, readable_since: a newer daemon upgrades, an older one refuses
//   instance     128 random bits as hex: who we are to others (consumer tokens, transactions); kept for ever
//   lock         held with flock; names its holder
//   state/       the store
//   crash_page   what workers have in hand (crash_page.h)
class DataFolder {
 public:
  // `version` is the daemon's, for FORMAT. Errors, all class config: another process holds it (named), a newer daemon wrote
  // it, it cannot be created or written.
  [[nodiscard]] static Result<DataFolder> open(const std::string& path, std::string_view version);
  // Whether a daemon has made one there. Changes nothing.
  [[nodiscard]] static bool is_one(const std::string& path);
  DataFolder(DataFolder&&) noexcept;
  DataFolder& operator=(DataFolder&&) noexcept;
  ~DataFolder();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  [[nodiscard]] const std::string& instance_id() const { return instance_id_; }
  // The format it had before this daemon opened it; kFormat for a new one.
  [[nodiscard]] int format_found() const { return format_found_; }

 private:
  DataFolder() = default;
  std::string path_, instance_id_;
  int format_found_ = kFormat;
  int lock_fd_ = -1;
};

}  // namespace copydesk::state
