#include "state/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "io/files.h"

namespace copydesk::state {
namespace {

constexpr std::size_t kMaxFileBytes = 4096;  // of FORMAT, instance and lock
constexpr std::size_t kHostBytes = 256;

struct Format {
  std::string written_by;
  int number = 0, readable_since = 0;
};

std::string_view value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(key) && line.substr(key.size()).starts_with('='))
      return line.substr(key.size() + 1);
  }
  return {};
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

Status check_format(const std::string& path, const Format& found) {
  if (found.readable_since <= kFormat) return {};
  return config_error("data_dir '" + path + "' was written by copydesk " + found.written_by +
                      " (format " + std::to_string(found.number) +
                      "); this copydesk reads formats up to " + std::to_string(kFormat) +
                      ": use copydesk " + found.written_by + " or newer, or another data_dir");
}

Result<std::optional<Format>> read_format(const std::string& path) {
  const auto text = io::read_file(path + "/FORMAT", kMaxFileBytes);
  if (!text && text.error().code == "not_found") return std::optional<Format>();
  if (!text) return config_error("data_dir '" + path + "': " + text.error().message);
  const auto format = number(value_of(*text, "format"));
  const auto since = number(value_of(*text, "readable_since"));
  if (!format || !since)
    return config_error("data_dir '" + path +
                        "': its file FORMAT is damaged; put back 'format=' and 'readable_since=' "
                        "lines, or use another data_dir");
  return std::optional(Format{std::string(value_of(*text, "written_by")), *format, *since});
}

Status write_format(const std::string& path, std::string_view version) {
  const std::string text = "written_by=" + std::string(version) +
                           "\nformat=" + std::to_string(kFormat) +
                           "\nreadable_since=" + std::to_string(kReadableSince) + "\n";
  return io::write_file_atomic(path + "/FORMAT", text);
}

std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  // up to 256 bytes it is never short
  const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
  CD_ASSERT(got == static_cast<ssize_t>(bytes.size()));
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string id;
  for (unsigned char b : bytes) (id += kHex[b >> 4]) += kHex[b & 15];
  return id;
}

Result<std::string> read_or_make_id(const std::string& path) {
  const std::string file = path + "/instance";
  auto text = io::read_file(file, kMaxFileBytes);
  if (text) {
    std::string id = std::move(*text);
    while (!id.empty() && id.back() == '\n') id.pop_back();
    if (id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos) return id;
    return config_error("'" + file +
                        "' is damaged: 32 hexadecimal digits are expected; restore it, or remove "
                        "it to become a new instance");
  }
  if (text.error().code != "not_found") return std::move(text).error();
  std::string id = random_id();
  if (Status bad = io::write_file_atomic(file, id + "\n"); !bad) return std::move(bad).error();
  return id;
}

std::string this_process() {
  std::array<char, kHostBytes> host{};
  (void)::gethostname(host.data(), host.size() - 1);
  return "pid=" + std::to_string(::getpid()) + "\nhost=" + host.data() + "\n";
}

Error held_by_another(const std::string& path, const std::string& lock_file) {
  const auto text = io::read_file(lock_file, kMaxFileBytes);
  std::string holder = "another process";
  if (text && !value_of(*text, "pid").empty())
    holder = "process " + std::string(value_of(*text, "pid")) + " on " +
             std::string(value_of(*text, "host"));
  return config_error("data_dir '" + path + "' is in use by " + holder +
                      ": stop it, or give this one its own data_dir");
}

// The descriptor that holds the lock. The kernel lets go of it when the process ends, however it ends.
Result<int> take_lock(const std::string& path) {
  const std::string file = path + "/lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0)
    return config_error("data_dir '" + path + "' cannot be written: " + std::strerror(errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const bool held = errno == EWOULDBLOCK;
    const int cause = errno;
    ::close(fd);
    if (held) return held_by_another(path, file);
    return config_error("data_dir '" + path + "' cannot be locked: " + std::strerror(cause));
  }
  const std::string text = this_process();
  // The name in it is for people; a lock without one still locks.
  if (::ftruncate(fd, 0) == 0) (void)!::pwrite(fd, text.data(), text.size(), 0);
  return fd;
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path, std::string_view version) {
  if (Status bad = io::make_folders(path); !bad)
    return config_error("data_dir '" + path + "': " + bad.error().message);
  DataFolder folder;
  folder.path_ = path;
  auto lock = take_lock(path);
  if (!lock) return std::move(lock).error();
  folder.lock_fd_ = *lock;

  const auto found = read_format(path);
  if (!found) return found.error();
  if (*found) {
    if (Status bad = check_format(path, **found); !bad) return std::move(bad).error();
    folder.format_found_ = (*found)->number;
  }
  // A daemon that is older than the folder but can read it leaves the mark of the newer one.
  if (!*found || (*found)->number < kFormat)
    if (Status bad = write_format(path, version); !bad)
      return config_error("data_dir '" + path + "': " + bad.error().message);

  auto id = read_or_make_id(path);
  if (!id) return std::move(id).error();
  folder.instance_id_ = std::move(*id);
  return folder;
}

bool DataFolder::is_one(const std::string& path) {
  return ::access((path + "/FORMAT").c_str(), F_OK) == 0 || errno != ENOENT;
}

DataFolder::DataFolder(DataFolder&& other) noexcept { *this = std::move(other); }

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(instance_id_, other.instance_id_);
  std::swap(format_found_, other.format_found_);
  std::swap(lock_fd_, other.lock_fd_);
  return *this;
}

DataFolder::~DataFolder() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

}  // namespace copydesk::state
