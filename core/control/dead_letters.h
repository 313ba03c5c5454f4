#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pipeline/dead_letter.h"
#include "state/store.h"

// Dead letters as they lie in the store, whether a daemon runs on it or not. Any thread.
namespace copydesk::control {

// Which dead letters; what is empty does not narrow.
struct DeadFilter {
  std::string pipeline;
  std::vector<std::uint64_t> numbers;
  std::string component, code;       // of any of its failures
  unsigned attempts = 0;             // tried so often at most; 0: any
  std::vector<std::string> origins;  // as pipeline::origin_text says them
};

struct FoundDeadLetter {
  std::string pipeline;
  std::uint64_t number = 0;  // in its pipeline
  pipeline::DeadLetter letter;
};

// One line of a listing.
struct DeadSummary {
  // the first failure; the detail is cut to kMaxDetail bytes
  std::string pipeline, id, component, code, detail;
  std::string from;  // the file, with the offset or the part in it; without a file the origin
  std::uint64_t number = 0;
  std::size_t failures = 0;
  unsigned attempts = 0;
  Nanos at = 0;
};
inline constexpr std::size_t kMaxDetail = 200;

struct DeadListing {
  std::vector<DeadSummary> letters;  // the first `limit`, by pipeline and number
  std::size_t total = 0;
};

// Component, code and attempts alone.
[[nodiscard]] bool matches(const DeadFilter& filter, const pipeline::DeadLetter& letter);

[[nodiscard]] Result<DeadListing> list_dead(state::Store& store, const DeadFilter& filter,
                                            std::size_t limit);

// The numbers of those that match, by pipeline: what a replay is asked for. Class config: one of the filter's numbers is not
// among them.
using DeadNumbers = std::map<std::string, std::vector<std::uint64_t>>;
[[nodiscard]] Result<DeadNumbers> select_dead(state::Store& store, const DeadFilter& filter);

// The one with this number. Class config: there is none, or several pipelines have one and none was named.
[[nodiscard]] Result<FoundDeadLetter> find_dead(state::Store& store, const std::string& pipeline,
                                                std::uint64_t number);

// The article as written, with the key `failed`: {pipeline, number, component, code, detail, attempts, at}, and `also`
// for the other sinks that refused it. One line.
[[nodiscard]] std::string dead_letter_json(const FoundDeadLetter& found);

}  // namespace copydesk::control
