#include "directory/lines.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace copydesk::directory {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::span<char> LineCutter::room(std::size_t size) {
  catch_up();
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    base_ += begin_;
    end_ -= begin_;
    scanned_ = scanned_ > begin_ ? scanned_ - begin_ : 0;
    begin_ = hashed_ = 0;
  }
  if (buffer_.size() < end_ + size) buffer_.resize(end_ + size);
  return {buffer_.data() + end_, size};
}

std::optional<Line> LineCutter::next() {
  while (begin_ < end_) {
    const std::size_t from = std::max(begin_, scanned_);
    const void* found =
        from < end_ ? std::memchr(buffer_.data() + from, '\n', end_ - from) : nullptr;
    if (!found) {
      scanned_ = end_;
      return overlong();
    }
    const std::size_t newline =
        static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
    const std::size_t begin = std::exchange(begin_, newline + 1);
    if (std::exchange(skipping_, false)) continue;
    if (newline - begin > max_line_) return Line{base_ + begin, {}, true};
    const std::string_view text = text_of(begin, newline);
    if (!is_blank(text)) return Line{base_ + begin, text, false};
  }
  return std::nullopt;
}

// No newline yet: a line that is too long already is not kept, nor is the rest of one passed over.
std::optional<Line> LineCutter::overlong() {
  if (!skipping_ && end_ - begin_ <= max_line_) return std::nullopt;
  const std::size_t begin = std::exchange(begin_, end_);
  if (std::exchange(skipping_, true)) return std::nullopt;
  return Line{base_ + begin, {}, true};
}

std::optional<Line> LineCutter::tail() {
  if (begin_ == end_) return std::nullopt;
  const std::size_t begin = std::exchange(begin_, end_);
  const std::string_view text = text_of(begin, end_);
  if (std::exchange(skipping_, false) || is_blank(text)) return std::nullopt;
  return Line{base_ + begin, text, false};
}

bool LineCutter::has_tail() const {
  return !skipping_ && !is_blank(std::string_view(buffer_).substr(begin_, end_ - begin_));
}

std::uint64_t LineCutter::hash() {
  catch_up();
  return hash_.value();
}

std::string_view LineCutter::text_of(std::size_t begin, std::size_t end) const {
  std::string_view text = std::string_view(buffer_).substr(begin, end - begin);
  if (base_ + begin == 0 && text.starts_with(kByteOrderMark))
    text.remove_prefix(kByteOrderMark.size());
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

void LineCutter::catch_up() {
  hash_.add(std::string_view(buffer_).substr(hashed_, begin_ - hashed_));
  hashed_ = begin_;
}

}  // namespace copydesk::directory
