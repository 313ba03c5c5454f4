// What the source needs of the world around it: a clock, somebody who takes records, somewhere to complain. The plugin
// puts the daemon behind it, a test whatever it likes. Called on the source's own thread only.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace copydesk::directory {

struct Record {
  std::string_view partition;
  std::uint64_t position = 0;
  std::string_view payload, format;
  std::string_view path;    // as shown to people: valid UTF-8
  bool has_offset = false;  // line files: where the line begins
  std::uint64_t offset = 0;
  std::string_view refused_code, refused_detail;  // set when the source had to refuse it
};

// What lies in the folder and has become no record.
struct Untaken {
  bool left = false;  // meant, and could not be taken
  std::string_view what;
  std::uint64_t count = 0;
  std::string_view example;  // as shown to people
};

enum class Count { kUnreadable, kStillOpen, kOverflows, kScans, kGivenBack };

class Port {
 public:
  virtual ~Port() = default;
  [[nodiscard]] virtual std::int64_t now() = 0;  // wall clock, ns
  // Always takes them; false asks to return from poll soon.
  [[nodiscard]] virtual bool emit(std::span<const Record> records) = 0;
  virtual void advance(std::string_view partition, std::string_view position,
                       std::string_view token) = 0;
  virtual void inform(std::string_view text) = 0;
  virtual void warn(std::string_view text) = 0;
  virtual void status(std::string_view word) = 0;
  virtual void count(Count what, std::uint64_t by) = 0;
  virtual void untaken(const Untaken& untaken) = 0;
  // Inside settle: its item comes again, later. A number to call it done by, 0 where it does not come.
  [[nodiscard]] virtual std::uint64_t keep(std::uint32_t item) = 0;
  virtual void settled(std::uint64_t number) = 0;
};

}  // namespace copydesk::directory
