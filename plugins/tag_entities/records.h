#pragma once
// The records of a file, one after the other, without having all of it in memory.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace copydesk::tag_entities {

inline constexpr std::size_t kLineBytesMax = 64 * 1024;
inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;

class Records {
 public:
  // Neither is owned. With `quotes` (RFC 4180) a line end in a quoted cell does not end a record. A line that begins with
  // '#' is a record of its own.
  Records(std::string_view content, bool quotes) : quotes_(quotes), rest_(content) {}
  Records(std::FILE* file, bool quotes) : quotes_(quotes), file_(file) {}

  enum class Answer { kRecord, kTooLong, kEnd };
  // `record` is without its line end and lives until the next call. One longer than kLineBytesMax is
  // passed over.
  Answer next(std::string_view& record);

  std::size_t line() const { return line_; }    // where the record begins, from 1
  std::size_t bytes() const { return bytes_; }  // of the file, read so far
  std::uint64_t digest() const {
    return digest_;
  }  // of these bytes; means something in this process only

 private:
  bool find_end(std::size_t& end);
  void follow_quotes(std::size_t stop);
  bool fill();
  void pass_over_line();

  bool quotes_;
  std::FILE* file_ = nullptr;
  std::string buffer_;
  std::string_view rest_;      // of the content, or of what is in the buffer
  std::size_t looked_at_ = 0;  // bytes of rest_ in which there is no end
  // Where in a record with quotes looked_at_ is.
  bool inside_quotes_ = false;
  bool may_open_ = true;  // a quote here begins a cell, or goes on with one that it seemed to end
  std::size_t line_ = 0;
  std::size_t lines_ = 1;  // of the last record
  std::size_t bytes_ = 0;
  std::uint64_t digest_ = 0;
};

}  // namespace copydesk::tag_entities
