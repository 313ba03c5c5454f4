#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk {

// Integers as bytes: big-endian where order matters (keys), varints with a length where size does (values).
void append_u64(std::string& out, std::uint64_t value);  // 8 bytes, big-endian
void append_u32(std::string& out, std::uint32_t value);  // 4 bytes, big-endian
void append_varint(std::string& out, std::uint64_t value);
void append_string(std::string& out, std::string_view value);  // varint length, then the bytes

[[nodiscard]] std::string to_hex(std::string_view bytes);  // lower-case digits
// lower-case digits only, two a byte
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);

// Reads what the functions above wrote. After the first failed read `ok()` is false and every read gives zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view data) : data_(data) {}
  std::uint64_t u64();
  std::uint32_t u32();
  std::uint64_t varint();
  std::string_view string();  // a view into the data
  [[nodiscard]] std::string_view rest() const { return data_; }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && data_.empty(); }

 private:
  std::string_view take(std::size_t size);
  std::string_view data_;
  bool ok_ = true;
};

}  // namespace copydesk
