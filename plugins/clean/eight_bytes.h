// Eight bytes of text looked at together in one register. Internal.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace copydesk::clean {

// Eight bytes of text from `at` on, the first in the lowest byte; behind the end are zeros.
inline std::uint64_t load_eight(std::string_view text, std::size_t at) {
  const auto load = [&](std::size_t from, std::size_t size) {
    std::uint64_t out = 0;
    std::memcpy(&out, text.data() + from, size);
    return std::endian::native == std::endian::big ? __builtin_bswap64(out) : out;
  };
  const std::size_t left = text.size() - at;
  if (left >= 8) return load(at, 8);
  if (text.size() < 8) return load(at, left);
  return load(text.size() - 8, 8) >> 8 * (8 - left);
}

// The highest bit of each byte that is such an ASCII character.
inline constexpr std::uint64_t kEach = 0x0101010101010101u, kHigh = 0x80 * kEach;
struct Letters {
  std::uint64_t word = 0, upper = 0, digit = 0;

  explicit Letters(std::uint64_t bytes) {
    const std::uint64_t ascii = bytes & ~kHigh;
    const std::uint64_t letter = range(ascii | 0x20 * kEach, 'a', 'z') & ~bytes;
    digit = range(ascii, '0', '9') & ~bytes & kHigh;
    upper = letter & ~(bytes << 2) & kHigh;
    word = (letter & kHigh) | digit;
  }
  // How many letters and digits the bytes begin with.
  std::size_t leading() const {
    return static_cast<std::size_t>(std::countr_zero(~word & kHigh)) / 8;
  }

 private:
  static std::uint64_t range(std::uint64_t ascii, std::uint64_t first, std::uint64_t last) {
    return (ascii + (0x80 - first) * kEach) & ~(ascii + (0x7F - last) * kEach);
  }
};

}  // namespace copydesk::clean
