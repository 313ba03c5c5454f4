#include "directory/file_id.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <charconv>
#include <cstdio>

namespace copydesk::directory {
namespace {

std::int64_t nanoseconds(const statx_timestamp& t) {
  return t.tv_sec * 1'000'000'000 + static_cast<std::int64_t>(t.tv_nsec);
}

bool take_hex(std::string_view& text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take_colon(std::string_view& text) {
  if (text.empty() || text.front() != ':') return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_partition(const FileId& id) {
  char buffer[64];
  const int size = std::snprintf(
      buffer, sizeof buffer, "%llx:%llx:%llx", static_cast<unsigned long long>(id.device),
      static_cast<unsigned long long>(id.inode), static_cast<unsigned long long>(id.birth_ns));
  return {buffer, static_cast<std::size_t>(size)};
}

std::optional<FileId> parse_partition(std::string_view text) {
  FileId id;
  std::uint64_t birth = 0;
  if (!take_hex(text, id.device) || !take_colon(text) || !take_hex(text, id.inode) ||
      !take_colon(text) || !take_hex(text, birth) || !text.empty())
    return std::nullopt;
  id.birth_ns = static_cast<std::int64_t>(birth);
  return id;
}

bool FileStat::is_regular() const noexcept { return S_ISREG(mode); }
bool FileStat::is_link() const noexcept { return S_ISLNK(mode); }
bool FileStat::is_folder() const noexcept { return S_ISDIR(mode); }

int stat_file(int folder, const char* path, Links links, FileStat& out) {
  struct statx st {};
  int flags = links == Links::kFollow ? 0 : AT_SYMLINK_NOFOLLOW;
  if (*path == 0) flags |= AT_EMPTY_PATH;
  if (::statx(folder, path, flags, STATX_BASIC_STATS | STATX_BTIME, &st) != 0) return errno;
  out.id.device = makedev(st.stx_dev_major, st.stx_dev_minor);
  out.id.inode = st.stx_ino;
  out.id.birth_ns = (st.stx_mask & STATX_BTIME) != 0 ? nanoseconds(st.stx_btime) : 0;
  out.mode = st.stx_mode;
  out.links = st.stx_nlink;
  out.size = st.stx_size;
  out.ctime_ns = nanoseconds(st.stx_ctime);
  out.mtime_ns = nanoseconds(st.stx_mtime);
  return 0;
}

}  // namespace copydesk::directory
