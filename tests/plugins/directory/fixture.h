// A folder of its own for a test, files in it, and the source on top of it behind a host whose clock the test holds.
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <copydesk/testing.hpp>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/component.h"

namespace copydesk::directory {

namespace fs = std::filesystem;
constexpr std::int64_t kTestSecond = 1'000'000'000;

class TempFolder {
 public:
  explicit TempFolder(const std::string& parent = fs::temp_directory_path().string()) {
    path_ = parent + "/copydesk-directory-XXXXXX";
    if (!::mkdtemp(path_.data())) path_.clear();
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

 private:
  std::string path_;
};

inline void write_file(const std::string& path, std::string_view content) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}
inline void append_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary | std::ios::app) << content;
}
inline std::string read_back(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}
inline std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string gzip(std::string_view content) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, content.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
inline std::string zstd(std::string_view content) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), content.data(), content.size(), 3));
  return out;
}

inline std::int64_t wall_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * kTestSecond + t.tv_nsec;
}

using Harness = testing::SourceHarness<Directory>;

// The source in watch mode or once mode; its clock says "now" until `later`.
class Desk {
 public:
  explicit Desk(const std::string& path, bool once = false, std::vector<testing::Field> more = {})
      : harness_(given(path, std::move(more)), once) {
    later(0);
  }
  [[nodiscard]] Harness& harness() { return harness_; }
  // The clock: so many seconds after the real time of this call. Files written before are at least that old.
  void later(double seconds) {
    harness_.host().set_now(wall_ns() + static_cast<std::int64_t>(seconds * 1e9));
  }
  // Polls until nothing more comes. A poll that may not wait gives up after some hundred files without news.
  void drain(int idle_polls = 3) {
    for (int idle = 0; idle < idle_polls;) {
      const std::size_t before = harness_.records().size();
      ended_ = harness_.poll(1 << 20, 0) == CD_END;
      if (ended_) return;
      idle = harness_.records().size() == before ? idle + 1 : 0;
    }
  }
  // What came since the last call.
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    for (const testing::Record& r : fresh())
      out.push_back(r.text("refused.code").empty() ? r.payload : "!" + r.text("refused.code"));
    return out;
  }
  std::vector<std::string> drained() {
    drain();
    return texts();
  }
  std::vector<testing::Record> fresh() {
    std::vector<testing::Record> all = harness_.records();
    std::vector<testing::Record> out(
        all.begin() + static_cast<std::ptrdiff_t>(std::min(taken_, all.size())), all.end());
    taken_ = all.size();
    return out;
  }
  void rewind() {
    taken_ = 0;
    harness_.rewind();
  }
  void restart() {
    taken_ = 0;
    harness_.restart();
  }
  [[nodiscard]] bool ended() const { return ended_; }
  void settle_all(std::uint32_t outcome = CD_DELIVERED) { harness_.commit_and_settle(outcome); }

 private:
  // Given takes a list in braces only; unused places repeat a default.
  static testing::Given given(const std::string& path, const std::vector<testing::Field>& more) {
    const auto at = [&](std::size_t i) {
      return i < more.size() ? more[i] : testing::Field{"path", path};
    };
    return {testing::Field{"path", path}, at(0), at(1), at(2)};
  }

  Harness harness_;
  std::size_t taken_ = 0;
  bool ended_ = false;
};

using Texts = std::vector<std::string>;

}  // namespace copydesk::directory
