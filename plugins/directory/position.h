// What the source remembers of a file, as it is written into a commit: small, versioned, without pointers.
//
//   position  'P' 1 | flags | generation | offset | size | ctime | hash (8 bytes) | path (the rest)
//   token     'T' 1 | id | size | ctime | mtime | hash (8 bytes) | four texts, each with its length
//
// Numbers are LEB128. Paths are the raw bytes of the file system. Times are nanoseconds since the epoch.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "directory/file_id.h"

namespace copydesk::directory {

// Generation and offset share one number, so that a rewritten file's records come after those of the version before.
constexpr int kOffsetBits = 48;
constexpr std::uint64_t kOffsetMask = (std::uint64_t{1} << kOffsetBits) - 1;
constexpr std::uint64_t record_position(std::uint16_t generation, std::uint64_t offset) {
  return std::uint64_t{generation} << kOffsetBits | (offset & kOffsetMask);
}

struct Position {
  std::uint16_t generation = 0;  // counts rewrites of the same file; begins again after 65,535
  bool done = false;             // a document was taken, a line file closed and handed to `after`
  bool refused = false;      // what follows could not be read; tried again when the file changes
  bool skipping = false;     // the bytes up to the next newline belong to a line already refused
  bool ended = false;        // line files: read to the end that `size` and `ctime_ns` stand for
  bool tail = false;         // something behind `offset` waits until the file is closed and idle
  std::uint64_t offset = 0;  // bytes of (decompressed) content that are covered
  std::uint64_t size = 0;    // of the file when it was last read
  std::int64_t ctime_ns = 0;
  std::uint64_t hash = 0;  // documents: of the content; line files: PrefixHash before `offset`
  std::string path;        // relative to the source's folder; for people
};

[[nodiscard]] std::string encode(const Position& position);
[[nodiscard]] std::optional<Position> decode_position(std::string_view bytes);

// What is owed to a file when its records are final.
struct Token {
  FileId id;
  std::uint64_t size = 0;
  std::int64_t ctime_ns = 0, mtime_ns = 0;
  std::uint64_t hash = 0;
  std::string root, path;              // folder of the source, path below it
  std::string delivered, dead_letter;  // keep, delete or move:PATH with an absolute path
};

[[nodiscard]] std::string encode(const Token& token);
[[nodiscard]] std::optional<Token> decode_token(std::string_view bytes);

}  // namespace copydesk::directory
