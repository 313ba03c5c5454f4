#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "article/article.h"
#include "article/edit.h"
#include "decode/decode.h"

namespace copydesk::pipeline {

// What became of an article inside the line. Delivered or not is known only when every sink has answered.
enum class Fate : std::uint8_t { kLive, kDropped, kDead, kSplit };

struct Failure {
  std::string component, code, detail;
};

// A sink's final answer for one article.
struct SinkAnswer {
  std::size_t sink = 0;
  bool ok = true;
  Failure failure;
};

struct StagePut {
  std::size_t stage = 0;
  Put put;
};

inline constexpr int kDecode = -1;  // as a stage index: before the first stage

// An article's end that a rewind has fixed: the next time it comes along, its claims are withheld and it ends the same.
struct FixedFate {
  Fate fate = Fate::kLive;  // kLive: refused by the sinks below
  int stage = kDecode;      // where, unless kLive
  std::string reason;
  Failure failure;
  std::vector<SinkAnswer> refused;
};
using FixedFates = std::map<std::string, FixedFate>;  // by origin key

// Null when the article's end is open. `fates` may be null.
[[nodiscard]] const FixedFate* fixed_fate(const FixedFates* fates, const Origin& origin);

// How a replayed dead letter comes back: only to where it was refused.
struct Replay {
  std::uint64_t dead_sequence = 0;  // its number among the dead letters
  unsigned attempts = 0;            // so far
  std::vector<std::size_t> owed;    // sinks; empty: all, after the stages
};

// What the crash page knows an article by.
[[nodiscard]] std::uint64_t hash_of(const Origin& origin);

struct Item {
  Article article;
  std::uint64_t origin_hash = 0;
  std::uint64_t number = 0;  // in its batch; stays when children are put in between
  Fate fate = Fate::kLive;
  int failed_stage = kDecode;
  std::string reason;     // of a drop
  Failure failure;        // of a dead letter
  std::size_t entry = 0;  // first stage it takes part in
  bool selected = false;  // by the current stage's `when`, for its resolve
  bool is_child = false;
  std::string carry;  // from the current stage's process to its resolve
  std::vector<StagePut> puts;
  std::vector<SinkAnswer> answers;
  const FixedFate* fixed = nullptr;
  std::optional<Replay> replay;
};

struct Advance {
  std::string partition;
  std::string position;  // empty: forget the partition
  std::optional<std::string> token;
};

// Some hundred articles of one pipeline, in order: the unit of work, memory and commit. Touched by one thread at a time:
// the line's, or while `busy` the worker's.
struct Batch {
  std::uint64_t sequence = 0;
  Nanos time = 0;
  std::size_t source = 0;  // index; kReplaySource for replays
  std::vector<decode::RawRecord> records;
  std::vector<Replay> record_replays;  // beside records, for dead letters of decode
  std::vector<Advance> advances;
  std::vector<Item> items;
  std::uint64_t next_number = 0;
  std::shared_ptr<const FixedFates> fixed;

  std::size_t step = 0;                                     // the next one
  bool busy = false;                                        // on a worker
  unsigned attempts = 0;                                    // of the step
  unsigned waits = 0;                                       // of the step, for something outside
  Nanos first_failure = 0;                                  // of the step, for the deadline
  std::optional<std::vector<std::uint64_t>> retry_numbers;  // items that the step still owes
  bool waiting = false;                                     // for its backoff
  bool handed_out = false;                                  // to the outlet
  bool dead_told = false;  // its dead letters are with the sink for them
  std::size_t open_writes = 0;

  std::uint64_t charged = 0;  // bytes of the budget

  void step_done() {
    retry_numbers.reset();
    attempts = waits = 0;
    first_failure = 0;
  }
};
inline constexpr std::size_t kReplaySource = SIZE_MAX;

}  // namespace copydesk::pipeline
