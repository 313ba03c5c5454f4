#include "base/bytes.h"

#include <array>

namespace copydesk {
namespace {

template <class Integer>
void append_big_endian(std::string& out, Integer value) {
  std::array<char, sizeof(Integer)> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value);
  out.append(bytes.data(), bytes.size());
}

}  // namespace

void append_u64(std::string& out, std::uint64_t value) { append_big_endian(out, value); }
void append_u32(std::string& out, std::uint32_t value) { append_big_endian(out, value); }

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void append_string(std::string& out, std::string_view value) {
  append_varint(out, value.size());
  out.append(value);
}

std::string_view ByteReader::take(std::size_t size) {
  if (!ok_ || size > data_.size()) {
    ok_ = false;
    data_ = {};
    return {};
  }
  std::string_view out = data_.substr(0, size);
  data_.remove_prefix(size);
  return out;
}

std::uint64_t ByteReader::u64() {
  std::uint64_t value = 0;
  for (char c : take(8)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint32_t ByteReader::u32() {
  std::uint32_t value = 0;
  for (char c : take(4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    std::string_view byte = take(1);
    if (!ok_) return 0;
    const auto b = static_cast<unsigned char>(byte[0]);
    value |= static_cast<std::uint64_t>(b & 0x7f) << shift;
    if ((b & 0x80) == 0) return value;
  }
  ok_ = false;
  data_ = {};
  return 0;
}

std::string_view ByteReader::string() {
  const std::uint64_t size = varint();
  return take(size);
}

}  // namespace copydesk
