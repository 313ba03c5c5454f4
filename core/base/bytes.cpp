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

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view digits) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit(digits[i]), low = digit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
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
