// A folder of its own for a test, what lies in it, and files that fail or stop where a test says so.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "segment_writer.h"

namespace copydesk::file {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "copydesk-file-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path_ + "/" + name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(path_ + "/" + name);
  }
  // Names, without the lock file, sorted.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      if (const std::string name = entry.path().filename().string(); !name.ends_with(".lock"))
        out.push_back(name);
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::string path_;
};

// All frames of a file; fails the test when one is damaged or cut.
inline std::string unpacked(Form form, const std::string& data) {
  std::string out;
  if (form == Form::none) return data;
  std::string buffer(1 << 16, '\0');
  if (form == Form::zstd) {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ZSTD_inBuffer in{data.data(), data.size(), 0};
    std::size_t left = 0;
    while (in.pos < in.size) {
      ZSTD_outBuffer o{buffer.data(), buffer.size(), 0};
      left = ZSTD_decompressStream(context, &o, &in);
      if (ZSTD_isError(left)) {
        ADD_FAILURE() << ZSTD_getErrorName(left);
        break;
      }
      out.append(buffer, 0, o.pos);
    }
    EXPECT_EQ(left, 0u) << "a frame is cut";
    ZSTD_freeDCtx(context);
    return out;
  }
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  int status = Z_STREAM_END;
  while (stream.avail_in > 0) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, 0, buffer.size() - stream.avail_out);
    if (status == Z_STREAM_END)
      inflateReset(&stream);
    else if (status != Z_OK) {
      ADD_FAILURE() << "inflate " << status;
      break;
    }
  }
  EXPECT_EQ(status, Z_STREAM_END) << "a member is cut";
  inflateEnd(&stream);
  return out;
}

struct Crash {};

// Counts operations. At operation `crash_at` the process "dies": a write leaves its first half, nothing else happens,
// and every later operation does nothing. fsync is only noted, so that `lose_unsynced` can take back what it never saw.
class TestFiles : public Files {
 public:
  int crash_at = -1;
  bool no_renameat2 = false;
  // an errno
  std::function<int(const std::string& operation)> fail = [](const std::string&) { return 0; };
  std::map<std::string, int> counts;

  [[nodiscard]] int operations() const { return operations_; }
  // A point between two operations where a process can die too.
  void point() { (void)stops("point"); }

  int open(const std::string& path, int flags) override {
    return stops("open") ? -1 : Files::open(path, flags);
  }
  ssize_t write_at(int fd, std::string_view data, std::uint64_t offset) override {
    note(fd);
    if (crashes("write")) {
      (void)Files::write_at(fd, data.substr(0, data.size() / 2), offset);
      die();
    }
    if (refused("write")) {
      (void)Files::write_at(fd, data.substr(0, data.size() / 3), offset);
      return -1;
    }
    return Files::write_at(fd, data, offset);
  }
  int sync(int fd) override {
    if (stops("sync")) return -1;
    struct stat s {};
    ::fstat(fd, &s);
    synced_[s.st_ino] = static_cast<std::uint64_t>(s.st_size);
    return 0;
  }
  int truncate(int fd, std::uint64_t length) override {
    if (stops("truncate")) return -1;
    note(fd);
    struct stat s {};
    ::fstat(fd, &s);
    synced_[s.st_ino] = std::min(synced_[s.st_ino], length);
    return Files::truncate(fd, length);
  }
  int rename_new(const std::string& from, const std::string& to) override {
    if (no_renameat2) {
      errno = EINVAL;
      return -1;
    }
    return stops("rename") ? -1 : Files::rename_new(from, to);
  }
  int link(const std::string& from, const std::string& to) override {
    return stops("link") ? -1 : Files::link(from, to);
  }
  int unlink(const std::string& path) override {
    return stops("unlink") ? -1 : Files::unlink(path);
  }
  int sync_folder(const std::string&) override { return stops("sync_folder") ? -1 : 0; }

  // What a power cut may take: bytes that were written and never synced.
  void lose_unsynced(const std::string& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      struct stat s {};
      if (::lstat(entry.path().c_str(), &s) != 0) continue;
      const auto it = synced_.find(s.st_ino);
      if (it != synced_.end() && static_cast<std::uint64_t>(s.st_size) > it->second)
        std::filesystem::resize_file(entry.path(), it->second);
    }
  }

 private:
  [[noreturn]] void die() {
    dead_ = true;
    throw Crash{};
  }
  bool crashes(const std::string& operation) {
    ++counts[operation];
    return !dead_ && operations_++ == crash_at;
  }
  bool refused(const std::string& operation) {
    if (dead_) {
      errno = EIO;
      return true;
    }
    const int error = fail(operation);
    if (error != 0) errno = error;
    return error != 0;
  }
  bool stops(const std::string& operation) {
    if (crashes(operation)) die();
    return refused(operation);
  }
  void note(int fd) {
    struct stat s {};
    ::fstat(fd, &s);
    synced_.emplace(s.st_ino, static_cast<std::uint64_t>(s.st_size));
  }
  bool dead_ = false;
  int operations_ = 0;
  std::map<ino_t, std::uint64_t> synced_;
};

// One batch of lines; aborted when anything is thrown.
inline void write_batch(SegmentWriter& writer, const std::vector<std::string>& lines,
                        std::int64_t now = 1) {
  writer.begin(now);
  try {
    for (const std::string& line : lines) {
      writer.lines() += line + "\n";
      writer.spill_if_full();
    }
    writer.end();
  } catch (...) {
    writer.abort();
    throw;
  }
}

}  // namespace copydesk::file
