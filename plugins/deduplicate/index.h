// What the judge asks of an index, whoever keeps it: the stage itself (story_index.h), or a server that several daemons share.
//
// A call is for the article in hand; its puts become final with the commit that makes the article final. All [line], open [control]; an
// index is used by one thread at a time. What cannot be done now throws Wait, what can never be done throws Fatal.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record.h"

namespace copydesk::deduplicate {

enum class Claim : std::uint8_t {
  kClaim,        // final only if the article is delivered
  kObservation,  // final whatever becomes of the article
};

// The state as an index needs it, for the article in hand.
class KeyValue {
 public:
  virtual ~KeyValue() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;
  virtual void put(std::string_view key, std::string_view value, Claim claim) = 0;
};

// What an article is looked up by, and found by later. The first ones say by themselves that two articles are the same (the hash of
// all words, perhaps the address); the others are sampled shingles.
struct SearchKeys {
  static constexpr std::size_t kMax = Fingerprint::kKeysMax + 2;
  std::array<std::uint64_t, kMax> values{};
  std::uint8_t count = 0;
  std::uint8_t exact_count = 0;  // how many of them are of the first kind

  std::span<const std::uint64_t> all() const { return {values.data(), count}; }
};

// Something that is indexed and shares keys with the article.
struct Candidate {
  std::size_t hits = 0;      // keys in common
  bool is_exact = false;     // one of the first kind among them
  std::uint64_t number = 0;  // the index's own name for it
  bool is_pending = false;   // no commit has it yet
  Record record;
};
struct Found {
  std::vector<Candidate> candidates;  // those with most in common first, then older ones
  std::uint16_t listed = 0;           // bit i: key i is not one that everybody has
  std::uint32_t unreadable = 0;       // stories that were skipped as damaged
  // Of a shared index: what other desks have in hand, which may yet come to nothing; and whether it cannot be asked now.
  std::vector<Candidate> held;
  bool is_blind = false;
};

class Index {
 public:
  // A key with more stories than this says nothing about a text (a "stop-shingle"): it is neither searched nor extended.
  static constexpr std::size_t kStoriesMax = 16;
  // A key with more stories than this is often a phrase that is met by chance: alone it makes no story a candidate.
  static constexpr std::size_t kStoriesFew = 8;
  static bool is_weak(const SearchKeys& keys, std::size_t key, std::size_t stories) {
    return key >= keys.exact_count && stories > kStoriesFew;
  }
  // Candidates compared at most.
  static constexpr std::size_t kCandidatesMax = 64;

  virtual ~Index() = default;

  using Each = std::function<bool(std::string_view key, std::string_view value)>;
  using Scan = std::function<void(std::string_view prefix, const Each& each)>;
  // Goes to what the state says is committed; quick when that is what was told last.
  virtual void open(const Scan& scan) = 0;

  // Once a batch, before its first look_up, with what will be looked up, in that order; `batch` stays valid until the last one.
  // What can be fetched at once is fetched here.
  virtual void begin(std::span<const SearchKeys> batch, KeyValue& state) = 0;
  // What shares keys with the text and ran within the window before `time_ms` (since 1970), earlier articles of the line that no
  // commit has yet among them. The answer is valid until the next call.
  virtual const Found& look_up(const SearchKeys& keys, std::int64_t time_ms, KeyValue& state) = 0;
  // Remembers a story under those of the keys that are listed.
  virtual void put(const Record& record, const SearchKeys& keys, std::uint16_t listed, Claim claim,
                   KeyValue& state) = 0;
  // A story that was found goes on from this time. An observation.
  virtual void refresh(const Candidate& story, std::int64_t time_ms, KeyValue& state) = 0;

  // Once a batch, after its last put; `batch` is its number.
  virtual void end(std::uint64_t batch, KeyValue& state) { (void)batch, (void)state; }

  struct Put {
    std::string_view key, value;
  };
  // What a commit made final, in order.
  virtual void committed(std::span<const Put> puts) = 0;
  // Behind it: up to this batch everything is final. What was put there and is in no commit was withdrawn.
  virtual void passed(std::uint64_t batch) { (void)batch; }

  // What people should know of the time since the last call: a sentence, for the log.
  virtual std::optional<std::string> take_warning() = 0;
};

}  // namespace copydesk::deduplicate
