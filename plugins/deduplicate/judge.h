// Has this story run already? The judgement, as a function of a fingerprint and the index.
//
// Only canonical articles are indexed (and longer versions of them, under the same story), and an
// article joins its single best match: stories do not grow together over chains of half-similar
// copies. Nothing here reads a clock, so the same articles in the same order give the same verdicts.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "fingerprint.h"
#include "index.h"

namespace copydesk::deduplicate {

struct Arrival {
  std::string_view origin;  // where exactly the article came from; unique, kept through replay
  std::string_view id;
  std::int64_t time_ms = 0;   // stamped when it came in, since 1970
  std::uint64_t address = 0;  // hash of its canonical address; 0: none
  bool says_update = false;   // its title calls it an update or a correction
};

struct Policy {
  std::chrono::milliseconds window = std::chrono::hours(24 * 30);
  double threshold = 0.55;  // smallest similarity that makes a copy
  bool near = true;         // false: only texts with exactly the same words match
  bool refresh = false;     // a match begins the story's window anew
  bool by_address = false;  // what has the address of a story is a version of it
  // Longer versions are indexed by a claim when they are delivered, else by an observation: what
  // is dropped on purpose would withdraw its claims.
  Claim longer = Claim::kClaim;
};

enum class Status : std::uint8_t { kUnique, kExact, kNear };
enum class Relation : std::uint8_t {
  kCopy,      // both texts are all but contained in each other
  kExcerpt,   // the new text is part of the old one
  kExpanded,  // the old text is part of the new one
  kUpdated,   // a later version: the old text changed in places, and more to it; or it says so
  kEdited,    // each has much the other lacks
};
std::string_view to_string(Status status);
std::string_view to_string(Relation relation);

struct Verdict {
  Status status = Status::kUnique;
  std::string of;         // id of the canonical article; empty when unique
  std::string group;      // the story: id of its canonical article, one's own when unique
  double similarity = 0;  // share of the smaller text found in the larger, 0 to 1; of copies only
  Relation relation = Relation::kCopy;  // of copies only
  std::uint32_t unreadable = 0;         // stories that were skipped as damaged
  bool is_unchecked = false;            // there was no index to ask
  // Unique only if another desk's story, of this id, comes to nothing: to be judged again when that is known. Else empty.
  std::string waits_for;
};

// What the article is looked up by; none when there is nothing to compare.
SearchKeys keys_of(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy);

// Looks the article up and, when it is canonical or a longer version, puts it. A story
// whose owner or whose canonical article has the same origin does not match. The index was told of
// the article's keys when its batch began.
Verdict judge(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy,
              Index& index, KeyValue& state);

}  // namespace copydesk::deduplicate
