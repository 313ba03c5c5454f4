// Tells whether the bytes before our position are still the ones we read: XXH3-64 over the first and the last
// kWindow bytes before it (over all of them, once, while there are no more than kWindow). The middle of a long file is
// not looked at; line files are only ever appended to or replaced.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace copydesk::directory {

enum class Loaded { kAll, kShorter, kUnreadable };

class PrefixHash {
 public:
  static constexpr std::size_t kWindow = 4096;  // bytes

  // Adds the bytes that follow those added before.
  void add(std::string_view bytes);
  [[nodiscard]] std::uint64_t value() const;
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }

  // For a plain file: reads the two windows before `length` and leaves the state as if all had been added.
  [[nodiscard]] Loaded load(int fd, std::uint64_t length);

 private:
  std::string head_, tail_;  // tail_ is used once head_ is full
  std::uint64_t length_ = 0;
};

// XXH3-64 of a whole document.
[[nodiscard]] std::uint64_t content_hash(std::string_view content);

}  // namespace copydesk::directory
