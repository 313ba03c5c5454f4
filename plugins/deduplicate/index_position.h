// Where the index stood at a commit: what the stage's state says of its files.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "story_log.h"

namespace copydesk::deduplicate {

// The state's keys: of the position, of stories that an operator has forgotten, of stories behind the log.
inline constexpr std::string_view kPositionKey = "l", kForgetPrefix = "f", kStoryPrefix = "r";

struct IndexNumbers {
  std::uint64_t stories = 0;                    // in the log
  std::uint64_t hot_bytes = 0, cold_bytes = 0;  // in memory, and the log on the disk
  std::uint32_t segments = 0;
  std::uint32_t oldest = 0, newest = 0;  // seconds since 1970
};

struct IndexPosition {
  StoryLog::Position log;
  std::uint64_t sequence = 0;  // the newest story in it
  IndexNumbers numbers;
};
std::string serialize(const IndexPosition& position);
// Nothing when the bytes are damaged or of another version of the stage.
std::optional<IndexPosition> parse_position(std::string_view bytes);

}  // namespace copydesk::deduplicate
