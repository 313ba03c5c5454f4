// Little-endian bytes in and out, for the forms that are stored. Private to this plugin.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace copydesk::clean {

template <class T>
void append_number(std::string& out, T value) {
  auto rest = static_cast<std::uint64_t>(value);
  char bytes[sizeof(T)];
  for (char& byte : bytes) {
    byte = static_cast<char>(rest & 0xFF);
    rest >>= 8;
  }
  out.append(bytes, sizeof(T));
}

inline void append_text(std::string& out, std::string_view text) {
  append_number(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

// Reads what the functions above wrote. After the first read past the end ok() is false and every
// value read is zero or empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    const std::string_view bytes = take(sizeof(T));
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return static_cast<T>(value);
  }

  std::string_view text() { return take(number<std::uint32_t>()); }
  std::string_view text_of(std::size_t size) { return take(size); }
  std::string_view rest() { return take(rest_.size()); }

  bool ok() const { return ok_; }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace copydesk::clean
