// Reads one whole document, decompressed, within limits.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "directory/kind.h"
#include "directory/stream.h"

namespace copydesk::directory {

struct Limits {
  std::uint64_t record = 64u << 20;         // bytes of one record
  std::uint64_t decompressed = 256u << 20;  // bytes of one compressed document
  BombLimits bomb;
};

struct Document {
  Flow flow = Flow::kEnd;  // kEnd: whole
  bool too_large = false;  // more than limits.record
  std::uint64_t hash =
      0;  // content_hash of what was read; of a file too large to read: of its size and mtime
  std::string detail;  // for people, when it is not whole
};

// `content` is overwritten; its memory is kept for the next call unless it has grown beyond kContentKept bytes.
constexpr std::size_t kContentKept = 1u << 20;
[[nodiscard]] Document read_document(int fd, Compression compression, std::uint64_t file_size,
                                     std::int64_t mtime_ns, const Limits& limits,
                                     std::string& content);

// The words for a flow that is neither data nor the end.
[[nodiscard]] std::string_view code_of(Flow flow);
[[nodiscard]] std::string describe(Flow flow, const Stream& stream);

}  // namespace copydesk::directory
