// The component `stdin` as the daemon sees it.
#pragma once
#include <copydesk/sdk.hpp>

#include <vector>

#include "directory/stdin_source.h"

namespace copydesk::standard_input {

class HostPort final : public Port {
 public:
  explicit HostPort(const Host& host) : host_(host) {}
  [[nodiscard]] std::int64_t now() override { return host_.now(); }
  [[nodiscard]] bool emit(std::span<const Record> records) override;
  void advance(std::string_view position, std::string_view token) override {
    host_.advance(kPartition, position, token);
  }
  void unreadable(std::string_view why) override {
    host_.warn(why);
    host_.untaken(CD_LEFT, "inputs that cannot be read to their end", 1, "stdin");
  }

 private:
  static constexpr std::size_t kFields = 3;  // of one record, at most
  Host host_;
  std::vector<cd_field> fields_;  // memory kept between calls
  std::vector<cd_record> records_;
  std::vector<const cd_record*> pointers_;
};

class Stdin : public Source {
 public:
  static constexpr const char* kCodes[] = {"too_large", nullptr};
  static constexpr About kAbout{.name = "stdin",
                                .summary = "Reads records from standard input until it ends.",
                                .state_version = 1,
                                .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      option("records", CD_OPTION_ENUM, "lines",
             "Each line is a record, or all of the input is one document.", nullptr,
             "lines|document"),
      option("limits.record", CD_OPTION_BYTES, "64MiB",
             "Largest record; larger ones are dead letters.", nullptr, "1KiB..1GiB"),
      option("limits.kept", CD_OPTION_BYTES, "64MiB",
             "Most that is kept in memory until it is committed; reading pauses there.", nullptr,
             "1KiB..16GiB"),
  };

  // Tests put another descriptor in the place of standard input.
  inline static int input_fd = 0;

  Stdin(const Host& host, const Options& options);
  void open(const Open& open);
  bool poll(std::uint64_t max_bytes, std::int64_t deadline) {
    return source_.poll(max_bytes, deadline);
  }
  void settle(std::span<const cd_settled* const> items);
  void wake() { source_.wake(); }
  [[nodiscard]] StdinSource& source() noexcept { return source_; }

 private:
  HostPort port_;
  StdinSource source_;
};

}  // namespace copydesk::standard_input
