// Cuts a growing text into whole lines, in bounded memory: at most the longest allowed line plus one read.
//
//   LineCutter cutter(max_line, before, false);
//   auto room = cutter.room(64 << 10);       // fill its front, then
//   cutter.filled(n);
//   while (auto line = cutter.next()) …      // line->text is good until the next room()
//
// Lines end with \n; a \r before it and a byte order mark at the very beginning do not belong to the text. Blank lines
// are skipped. One thread at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "directory/prefix_hash.h"

namespace copydesk::directory {

struct Line {
  std::uint64_t offset;    // of its first byte in the content
  std::string_view text;   // empty when it is too large
  bool too_large = false;  // longer than allowed: given once, the rest of it is passed over
};

class LineCutter {
 public:
  // `before` stands for the bytes before the first one given; `skipping`: those up to the next newline are passed over.
  LineCutter(std::size_t max_line, PrefixHash before, bool skipping)
      : max_line_(max_line), hash_(std::move(before)), base_(hash_.length()), skipping_(skipping) {}

  [[nodiscard]] std::span<char> room(std::size_t size);
  void filled(std::size_t size) { end_ += size; }
  [[nodiscard]] std::optional<Line> next();
  // What stands behind the last newline, as if a newline followed. Only when next() had nothing more.
  [[nodiscard]] std::optional<Line> tail();
  [[nodiscard]] bool has_tail() const;

  [[nodiscard]] std::uint64_t offset() const noexcept {
    return base_ + begin_;
  }  // all before it is covered
  [[nodiscard]] std::uint64_t read_to() const noexcept { return base_ + end_; }
  // The bytes [offset(), read_to()); good until the next room().
  [[nodiscard]] std::string_view pending() const noexcept {
    return {buffer_.data() + begin_, end_ - begin_};
  }
  [[nodiscard]] bool skipping() const noexcept { return skipping_; }
  [[nodiscard]] std::uint64_t hash();  // PrefixHash before offset()

 private:
  [[nodiscard]] std::string_view text_of(std::size_t begin, std::size_t end) const;
  [[nodiscard]] std::optional<Line> overlong();
  void catch_up();

  std::size_t max_line_;
  PrefixHash hash_;
  std::uint64_t base_;  // offset of buffer_[0]
  bool skipping_;
  std::string buffer_;
  std::size_t hashed_ = 0;   // buffer_[0, hashed_) is in hash_
  std::size_t begin_ = 0;    // first byte not yet handed out
  std::size_t scanned_ = 0;  // no newline in [begin_, scanned_)
  std::size_t end_ = 0;
};

}  // namespace copydesk::directory
