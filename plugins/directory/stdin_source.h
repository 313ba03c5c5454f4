// Records from a stream that can be read only once: each is kept until it is settled, so that a rewind can emit it
// again. What is kept is bounded; while it is full nothing more is read.
//
//   read ─▶ cut ─▶ kept: [settled … │ emitted … │ not yet emitted …]
//                         dropped     next_ ──▶
//
// Offsets go on from the last committed one, so that a later run's records are not taken for an earlier run's.
// All calls on one thread, but wake(). Free of the SDK: the world is behind Port, which outlives the source.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "directory/fd.h"
#include "directory/lines.h"

namespace copydesk::standard_input {

constexpr std::string_view kPartition = "stdin";

struct Record {
  std::uint64_t offset = 0;
  std::string_view text;
  bool too_large = false;
};

class Port {
 public:
  virtual ~Port() = default;
  [[nodiscard]] virtual std::int64_t now() = 0;  // wall clock, ns
  // Always takes them; false asks to return from poll soon.
  [[nodiscard]] virtual bool emit(std::span<const Record> records) = 0;
  virtual void advance(std::string_view position, std::string_view token) = 0;
  virtual void unreadable(std::string_view why) = 0;  // what comes after is left
};

struct Settings {
  bool lines = true;                     // each line a record; else all of it is one
  std::uint64_t record_max = 64u << 20;  // bytes
  std::uint64_t kept_max = 64u << 20;    // bytes emitted and not yet settled
};

class StdinSource {
 public:
  // `fd` stays the caller's.
  StdinSource(int fd, Settings settings, Port& port);

  // `position` of the last commit; empty for none. Again on an open source: a rewind.
  void open(std::string_view position);
  // False when the stream has ended and everything was emitted.
  [[nodiscard]] bool poll(std::uint64_t max_bytes, std::int64_t deadline_ns);
  void settle(std::string_view token);
  void wake();
  [[nodiscard]] std::uint64_t kept_bytes() const noexcept { return kept_bytes_; }

 private:
  struct Kept {
    std::uint64_t offset, end;  // `end`: everything before it is covered with this record
    std::string text;
    bool too_large;
    [[nodiscard]] std::uint64_t cost() const noexcept { return text.size() + sizeof(Kept); }
  };
  enum class Input { kNothing, kData, kEnd };

  [[nodiscard]] bool emit_some(std::uint64_t& left);
  [[nodiscard]] Input read_some();
  void cut(bool at_end);
  void keep(std::uint64_t offset, std::uint64_t end, std::string_view text, bool too_large);
  void drop_to(std::uint64_t offset);
  [[nodiscard]] bool full() const noexcept { return kept_bytes_ >= settings_.kept_max; }
  [[nodiscard]] bool wait(std::int64_t ns);

  int fd_;
  Settings settings_;
  Port& port_;
  directory::Fd wake_;
  std::optional<directory::LineCutter> cutter_;  // lines
  std::string document_;                         // a document, up to record_max + 1 bytes
  std::uint64_t base_ = 0;                       // offset of the stream's first byte
  std::uint64_t read_ = 0;                       // bytes read
  std::deque<Kept> kept_;
  std::uint64_t kept_bytes_ = 0;
  std::size_t next_ = 0;
  bool opened_ = false, ended_ = false;
};

}  // namespace copydesk::standard_input
