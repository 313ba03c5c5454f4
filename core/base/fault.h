#pragma once

#include <atomic>
#include <string>
#include <string_view>

// Places where a test can have the process killed. The environment variable COPYDESK_FAULT=<point>[:count] names one: when
// it is reached for the count-th time (from 1, the default) the process gets SIGKILL, so nothing is closed, flushed or
// marked. Without the variable a point costs one relaxed load.
namespace copydesk {

namespace fault {
inline std::atomic<bool> armed{false};
void reached(std::string_view point);  // [any]

// What the variable holds; empty disarms. An error for an unknown point or a count that is no number above zero; empty
// when it was taken. Called with the variable before main; a bad value ends the process with exit code 2.
[[nodiscard]] std::string arm(std::string_view spec);
}  // namespace fault

// Points: after_poll, after_resolve, after_write, after_flush, before_commit, after_commit, before_settle, after_settle; of a
// commit that a transaction decides: prepared, sent, decided, applied.
inline void fault_point(std::string_view point) {
  if (fault::armed.load(std::memory_order_relaxed)) [[unlikely]]
    fault::reached(point);
}

}  // namespace copydesk
