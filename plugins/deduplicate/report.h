// What the stage tells of itself, and small questions about titles.
#pragma once
#include <chrono>
#include <copydesk/sdk.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace copydesk::deduplicate {

// Lines for a terminal, of the committed state. `now` is in seconds since 1970.
std::string tell_stats(const State& state, std::int64_t now);

// The same for a shared index: what this desk keeps of it; `where` is the server and the prefix.
std::string tell_shared_stats(const State& state, const std::string& where);

// Since when the oldest story ran that may still be in the index, in milliseconds since 1970: all that earlier ones were
// forgotten for is spent. Of an index in data_dir as its last sync says it, 0 before the first; of a shared one by the window.
std::int64_t oldest_story(const State& state);
std::int64_t oldest_shared_story(std::int64_t now_ms, std::chrono::milliseconds window);

// Puts that the stories of this canonical article which ran until now are forgotten at the next start, and erases what is
// spent. Throws Config when Forgotten::kMax are remembered already.
std::string forget(const std::string& id, std::int64_t now_ms, std::int64_t oldest_ms,
                   const State& state, Changes& changes);
// Erases everything, so that the next start begins an empty index.
std::string empty(const State& state, Changes& changes);

// Whether a title says that the text corrects or carries on an earlier one, as agencies put it: "UPDATE 2-…", "CORRECTED-…".
bool says_update(std::string_view title);

}  // namespace copydesk::deduplicate
