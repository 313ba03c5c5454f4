#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace copydesk::config {

// SHA-256 (FIPS 180-4), so that state can say which options and files it was made with. A million lines of gazetteer
// take some tenths of a second; it is used at start only.
class Sha256 {
 public:
  void add(std::string_view bytes);
  [[nodiscard]] std::string hex();  // ends it: 64 lower-case digits

 private:
  void block(const unsigned char* data);
  std::array<std::uint32_t, 8> h_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> rest_{};
  std::size_t rest_size_ = 0;
  std::uint64_t total_ = 0;  // bytes
};

// The digest of a file's contents.
[[nodiscard]] Result<std::string> file_digest(const std::string& path);

}  // namespace copydesk::config
