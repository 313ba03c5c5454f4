// The position that the file sink keeps in the commit: everything it needs to find its output again.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "frame.h"

namespace copydesk::file {

constexpr std::size_t kMarkBytes = 64;

struct Position {
  std::uint64_t segment = 1;  // number of the segment, given for good when it is finished
  std::uint64_t length = 0;   // bytes of it that are durable
  std::int64_t since = 0;     // ns, first write into it; 0: none yet
  bool rotate = false;        // it ends here: the next write goes to segment + 1
  Form form = Form::none;
  // crc32 of the last kMarkBytes before `length`: tells a replaced file from ours
  std::uint32_t mark = 0;
  bool operator==(const Position&) const = default;
};

// "file/1 segment=7 length=1234 since=0 rotate=0 form=gzip mark=2596069104"
std::string to_text(const Position& p);
// Throws Refusal for a text it does not understand: another version, a damaged state.
Position position_from(std::string_view text);

std::uint32_t mark_of(std::string_view last_bytes);

}  // namespace copydesk::file
