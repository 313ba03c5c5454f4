// The component `directory` as the daemon sees it: options in, records out.
#pragma once
#include <copydesk/sdk.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include "directory/source.h"

namespace copydesk::directory {

// Port onto the daemon.
class HostPort final : public Port {
 public:
  explicit HostPort(const Host& host);
  [[nodiscard]] std::int64_t now() override { return host_.now(); }
  [[nodiscard]] bool emit(std::span<const Record> records) override;
  void advance(std::string_view partition, std::string_view position,
               std::string_view token) override {
    host_.advance(partition, position, token);
  }
  void inform(std::string_view text) override { host_.info(text); }
  void warn(std::string_view text) override { host_.warn(text); }
  void status(std::string_view word) override { host_.status(word); }
  void count(Count what, std::uint64_t by) override {
    counters_[static_cast<std::size_t>(what)].add(by);
  }
  [[nodiscard]] std::uint64_t keep(std::uint32_t item) override {
    return host_.keep_unsettled(item);
  }
  void settled(std::uint64_t number) override { host_.settled(number); }
  void untaken(const Untaken& u) override {
    host_.untaken(u.left ? CD_LEFT : CD_PASSED_BY, u.what, u.count, u.example);
  }

 private:
  static constexpr std::size_t kFields = 4;  // of one record, at most
  Host host_;
  std::vector<Counter> counters_;  // in the order of Count
  std::vector<cd_field> fields_;   // memory kept between calls
  std::vector<cd_record> records_;
  std::vector<const cd_record*> pointers_;
};

class Directory : public Source {
 public:
  static constexpr const char* kCodes[] = {"bomb", "corrupt", "too_large", nullptr};
  static constexpr About kAbout{
      .name = "directory",
      .summary = "Reads the files that lie in a folder or arrive in it, each once.",
      .state_version = 1,
      .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      option("path", CD_OPTION_PATH, nullptr, "Folder to read, with all folders below it.", nullptr,
             nullptr, CD_REQUIRED | CD_STATE),
      option("include", CD_OPTION_GLOB,
             R"(["**/*.{txt,htm,html,json,jsonl,ndjson,TXT,HTM,HTML,JSON,JSONL,NDJSON}", )"
             R"("**/*.{txt,htm,html,json,jsonl,ndjson}.{gz,zst}"])",
             "Files to take: patterns on the path below the folder.", nullptr, nullptr, 0,
             CD_OPTION_LIST),
      option("exclude", CD_OPTION_GLOB, R"(["**/.*", "**/*.tmp", "**/*.part"])",
             "Files to leave out, and folders not to enter.", nullptr, nullptr, 0, CD_OPTION_LIST),
      option("settle", CD_OPTION_DURATION, "10s",
             "How long a file must lie unchanged when nothing else says that it is complete.",
             nullptr, "0s..1d"),
      option("rescan", CD_OPTION_DURATION, "60s", "How often the whole tree is looked through.",
             nullptr, "1s..7d"),
      option("poll", CD_OPTION_ENUM, "auto",
             "Look again and again instead of waiting for news: auto where the file system gives "
             "none.",
             nullptr, "auto|always|never"),
      option("after.delivered", CD_OPTION_PATH, "keep",
             "What becomes of a file whose articles are final: keep, delete or move:PATH.", nullptr,
             "keep|delete|move:"),
      option("after.dead_letter", CD_OPTION_PATH, "keep",
             "The same for a file with at least one article among the dead letters.", nullptr,
             "keep|delete|move:"),
      option("limits.record", CD_OPTION_BYTES, "64MiB",
             "Largest document or line; larger ones are dead letters.", nullptr, "1KiB..1GiB"),
      option("limits.decompressed", CD_OPTION_BYTES, "256MiB",
             "Most that one compressed document may become.", nullptr, "1KiB..1TiB"),
      option("limits.ratio", CD_OPTION_INT, "250",
             "How many times its size a compressed file may become, beyond the first 16 MiB.",
             nullptr, "1..1000000"),
  };

  Directory(const Host& host, const Options& options);
  void preflight(Findings& findings) const;
  void open(const Open& open);
  bool poll(std::uint64_t max_bytes, std::int64_t deadline) {
    return source_.poll(max_bytes, deadline);
  }
  void settle(std::span<const cd_settled* const> items);
  void wake() { source_.wake(); }
  [[nodiscard]] DirectorySource& source() noexcept { return source_; }

 private:
  Settings settings_;
  HostPort port_;
  DirectorySource source_;
};

}  // namespace copydesk::directory
