// The names of a file sink's files. For out/articles.jsonl.gz:
//
//   out/articles.jsonl.gz              the running segment; its end may be uncommitted
//   out/articles.000007.jsonl.gz       a finished segment; never touched again
//   out/.articles.jsonl.gz.000008      the segment that becomes the running one when its forerunner's end is committed
//   out/.articles.jsonl.gz.lock        held by the sink that writes here; stays behind (lock_file.h)
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace copydesk::file {

class Names {
 public:
  explicit Names(const std::string& path);
  [[nodiscard]] const std::string& running() const noexcept { return running_; }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string finished(std::uint64_t number) const;
  [[nodiscard]] std::string next(std::uint64_t number) const;
  [[nodiscard]] std::string lock() const;
  // articles.jsonl.gz.before-20250101T000000Z
  [[nodiscard]] std::string aside(std::int64_t now_ns) const;

  // What lies in the folder, ascending; throws Trouble when it cannot be read.
  [[nodiscard]] std::vector<std::uint64_t> finished_numbers() const;
  [[nodiscard]] std::vector<std::uint64_t> next_numbers() const;

 private:
  [[nodiscard]] std::vector<std::uint64_t> numbers(const std::string& before,
                                                   const std::string& after) const;
  std::string running_, folder_, name_;
  std::string stem_, extension_;  // name_ is stem_ + extension_, the extension with .gz or .zst
};

}  // namespace copydesk::file
