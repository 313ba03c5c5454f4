// Which file it is, whatever it is called: device, inode and, where the file system has one, the time of birth, so that
// a new file in a reused inode is another file.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk::directory {

struct FileId {
  std::uint64_t device = 0, inode = 0;
  std::int64_t birth_ns = 0;  // since the epoch; 0: the file system has none
  auto operator<=>(const FileId&) const = default;
};

// "device:inode:birth" in hexadecimal, the name of the partition.
[[nodiscard]] std::string to_partition(const FileId& id);
[[nodiscard]] std::optional<FileId> parse_partition(std::string_view text);

struct FileStat {
  FileId id;
  std::uint32_t mode = 0, links = 0;
  std::uint64_t size = 0;
  std::int64_t ctime_ns = 0, mtime_ns = 0;
  [[nodiscard]] bool is_regular() const noexcept;
  [[nodiscard]] bool is_folder() const noexcept;
  [[nodiscard]] bool is_link() const noexcept;
  // The cheap first check: nothing was written, renamed or touched since.
  [[nodiscard]] bool untouched_since(const FileStat& earlier) const noexcept {
    return id == earlier.id && size == earlier.size && ctime_ns == earlier.ctime_ns &&
           mtime_ns == earlier.mtime_ns;
  }
};

enum class Links { kFollow, kKeep };
// 0 or the errno. `path` may be empty for the descriptor itself.
[[nodiscard]] int stat_file(int folder, const char* path, Links links, FileStat& out);

}  // namespace copydesk::directory

template <>
struct std::hash<copydesk::directory::FileId> {
  std::size_t operator()(const copydesk::directory::FileId& id) const noexcept {
    std::uint64_t h = id.inode * 0x9E3779B97F4A7C15ull ^ id.device;
    h ^= static_cast<std::uint64_t>(id.birth_ns) + (h >> 29);
    return static_cast<std::size_t>(h * 0xBF58476D1CE4E5B9ull);
  }
};
