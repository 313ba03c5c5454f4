#pragma once

#include <cstdint>

namespace copydesk::pipeline {

// Bytes of articles handed to the sinks: more is not left to be undone, whatever the interval. While a commit is under way as
// many again are handed out, and no more.
inline constexpr std::uint64_t kCommitBytes = 64 << 20;

}  // namespace copydesk::pipeline
