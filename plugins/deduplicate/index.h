// Has this story run already? The judgement, as a pure function of a fingerprint and the state.
//
// Only canonical articles are indexed (and longer versions of them, under the same story), and an
// article joins its single best match: stories do not grow together over chains of half-similar
// copies. Nothing here reads a clock or keeps memory, so the same articles in the same order give
// the same verdicts.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint.h"

namespace copydesk::deduplicate {

enum class Claim : std::uint8_t {
  kClaim,        // final only if the article is delivered
  kObservation,  // final whatever becomes of the article
};

// The state as the index needs it. judge() calls it from one thread; it may throw, and judge() then
// has no effect beyond the puts already made.
class KeyValue {
 public:
  virtual ~KeyValue() = default;
  // One value per key, in order; nothing where there is none.
  virtual std::vector<std::optional<std::string>> multi_get(std::span<const std::string> keys) = 0;
  virtual void put(std::string_view key, std::string_view value, std::chrono::milliseconds ttl,
                   Claim claim) = 0;
};

struct Arrival {
  std::string_view origin;  // where exactly the article came from; unique, kept through replay
  std::string_view id;
  std::int64_t time_ms = 0;  // stamped when it came in, since 1970
};

struct Policy {
  std::chrono::milliseconds window = std::chrono::hours(24 * 30);
  double threshold = 0.55;  // smallest similarity that makes a copy
  bool near = true;         // false: only texts with exactly the same words match
  // Longer versions are indexed by a claim when copies are delivered, else by an observation: what
  // is dropped on purpose would withdraw its claims.
  Claim copies = Claim::kClaim;
};

enum class Status : std::uint8_t { kUnique, kExact, kNear };
enum class Relation : std::uint8_t {
  kCopy,      // both texts are all but contained in each other
  kExcerpt,   // the new text is part of the old one
  kExpanded,  // the old text is part of the new one
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
  std::uint32_t unreadable = 0;  // entries that were skipped as damaged or of another version
};

// Looks the article up and, when it is canonical or a longer version, puts its entries. An entry
// whose owner or whose story's canonical article has the same origin does not match.
Verdict judge(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy,
              KeyValue& state);

}  // namespace copydesk::deduplicate
