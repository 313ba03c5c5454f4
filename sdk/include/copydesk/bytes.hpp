// Numbers and texts as bytes, for what a plugin stores: state values, positions, carried notes. Little-endian, the same
// on every machine. Header-only and without any other part of the SDK; nothing here is shared between threads.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace copydesk::bytes {

// `value` as sizeof(T) bytes; T is an integer type.
template <class T>
void append_number(std::string& out, T value) {
  static_assert(std::is_integral_v<T>);
  auto rest = static_cast<std::uint64_t>(value);
  char bytes[sizeof(T)];
  for (char& byte : bytes) {
    byte = static_cast<char>(rest & 0xFF);
    rest >>= 8;
  }
  out.append(bytes, sizeof(T));
}

// 1 to 10 bytes, seven bits in each, the lowest first (LEB128).
inline void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Its length in four bytes, then the text; at most 4 GiB.
inline void append_text(std::string& out, std::string_view text) {
  append_number(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

// Reads what the functions above wrote, from the front. After the first read past the end ok() is false and every value
// read is zero or empty. Texts are views into the bytes, which must outlive them.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    static_assert(std::is_integral_v<T>);
    const std::string_view bytes = take(sizeof(T));
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return static_cast<T>(value);
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::string_view byte = take(1);
      if (byte.empty()) return 0;
      value |= std::uint64_t{static_cast<unsigned char>(byte[0]) & 0x7FU} << shift;
      if ((static_cast<unsigned char>(byte[0]) & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }

  std::string_view text() { return text_of(number<std::uint32_t>()); }
  std::string_view text_of(std::uint64_t size) { return take(size); }
  std::string_view rest() { return take(rest_.size()); }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace copydesk::bytes
