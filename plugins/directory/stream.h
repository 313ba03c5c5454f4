// The content of a file from its beginning, decompressed on the way, with limits against bombs. Gzip members and zstd
// frames may follow each other; zeros behind the last gzip member are padding, as tar writes it.
//
// Memory: one input buffer of kInput bytes and the decoder's window (32 KiB for gzip, at most 128 MiB for zstd, which
// refuses frames that want more). One thread at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "directory/kind.h"

namespace copydesk::directory {

struct BombLimits {
  std::uint64_t ratio = 250;             // decompressed bytes for one byte of the file
  std::uint64_t ratio_from = 16u << 20;  // decompressed bytes up to which any ratio is fine
};

enum class Flow {
  kData,       // some bytes came
  kEnd,        // the end, and whole
  kTruncated,  // the file ends inside a compressed stream
  kCorrupt,    // no such compressed stream
  kBomb,       // too many bytes for so few
  kUnreadable  // an error of the file system; see error()
};

class Stream {
 public:
  static constexpr std::size_t kInput = 64u << 10;  // bytes

  // Reads `fd`, which stays the caller's, from `at` on; a compressed stream always begins at 0.
  Stream(int fd, Compression compression, BombLimits limits, std::uint64_t at = 0);
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  struct Piece {
    std::size_t size;
    Flow flow;  // kData whenever size > 0
  };
  // Fills the front of `out`. Once it has said something else than kData it says so again.
  [[nodiscard]] Piece read(std::span<char> out);
  [[nodiscard]] std::uint64_t bytes_out() const noexcept;  // decompressed so far
  [[nodiscard]] std::uint64_t bytes_in() const noexcept;   // of the file so far
  [[nodiscard]] const std::string& error()
      const noexcept;  // a few words for kCorrupt and kUnreadable

 private:
  struct Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace copydesk::directory
