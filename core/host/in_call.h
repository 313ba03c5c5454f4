#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::host {

// Tells, for as long as it lives, that the calling thread is in a plugin: so that a crash there, and one that does not return,
// can be named. `what` is cut at 192 bytes; `function` is a literal.
class InCall {
 public:
  // `owner` is what `longest_call` asks for; it may be null.
  InCall(std::string_view what, const char* function, const void* owner = nullptr);
  ~InCall();
  InCall(const InCall&) = delete;
  InCall& operator=(const InCall&) = delete;
};

// Plugins that threads are in now, as "write of sink 'out' of plugin org.example.out". Any thread.
[[nodiscard]] std::vector<std::string> calls_under_way();

struct LongCall {
  const char* function;
  std::chrono::seconds lasts;
};
// Of the owner's calls under way the one that lasts longest. Any thread.
[[nodiscard]] std::optional<LongCall> longest_call(const void* owner);

// Names on stderr the plugin that the calling thread is in; says nothing when it is in none. Async-signal-safe.
void tell_crash(int signal) noexcept;

}  // namespace copydesk::host
