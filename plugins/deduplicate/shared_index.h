// The index that several desks share, on a Redis or Valkey server.
//
//   begin     -> what the batch's keys lead to is read: postings, the stories in them, whose reservations hold
//   judged    -> a put in the stage's state, and a note of it, as in story_index.h
//   end       -> all new stories of the batch are reserved at once, unless others changed a posting meanwhile: then the batch is judged
//                again. So of two desks that judge much the same at the same time one comes first
//   committed -> the reservation becomes final; the put stays in the state until the server has had it for long
//
// A story that another desk has reserved and no commit of it has yet makes nobody a copy, since it may be withdrawn. An article like it
// waits until it is final or void: void with its owner's next generation, when its owner's lease ends, or after kLeasesMax leases.
// A batch waits as a whole and holds nothing while it waits, so nobody waits in a circle.
//
// All [line] (open: [control]); nothing here locks.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "claims.h"
#include "forgotten.h"
#include "index.h"
#include "shared_link.h"

namespace copydesk::deduplicate {

struct SharedSettings {
  SharedStore::Settings store;
  std::uint64_t owner = 0;  // of this stage, the same after a restart
  bool passes = false;      // without a server articles go on unchecked, instead of waiting
};

class SharedIndex : public Index {
 public:
  static constexpr int kLeasesMax = 4;

  explicit SharedIndex(const SharedSettings& settings);

  // Throws Fatal when the state is of an embedded index, or of another version.
  void open(const Scan& scan) override;
  // Throws Wait when the server is not there and articles are not to pass.
  void begin(std::span<const SearchKeys> batch, KeyValue& state) override;
  const Found& look_up(const SearchKeys& keys, std::int64_t time_ms, KeyValue& state) override;
  void put(const Record& record, const SearchKeys& keys, std::uint16_t listed, Claim claim,
           KeyValue& state) override;
  void refresh(const Candidate& story, std::int64_t time_ms, KeyValue& state) override;
  // Throws Wait when others were quicker, or the server is gone.
  void end(std::uint64_t batch, KeyValue& state) override;
  void committed(std::span<const Put> puts) override;
  void passed(std::uint64_t batch) override;
  std::optional<std::string> take_warning() override;

  std::uint64_t round_trips() const { return link_.round_trips(); }

 private:
  // A story on the server, as it counts for this batch.
  struct Known {
    bool is_held = false;  // by another desk, not final
    std::uint64_t sequence = 0;
    std::vector<std::uint64_t> keys;
    std::optional<Record> record;  // nothing: unreadable
  };
  struct Hit {
    bool is_pending = false;
    std::int64_t time_ms = 0;
    std::uint64_t sequence = 0;
    StoryKey story = 0;  // of one on the server
    bool is_exact = false;
    bool is_weak = false;
    auto age() const { return std::tuple(is_pending, time_ms, sequence, story); }
  };
  struct Reserved {  // to be, at the end of the batch
    std::uint64_t sequence = 0;
    StoryKey key = 0;
    std::uint32_t seconds = 0;
    SharedStory story;
  };
  struct Position {
    std::uint64_t sequence = 0;  // the newest story that needs not be kept
    std::string id;              // of the server
    friend bool operator==(const Position&, const Position&) = default;
  };

  static std::string serialize_position(const Position& position);
  static Position parse_position(std::string_view bytes);
  std::deque<SharedLink::Final> read_finals(const Scan& scan, std::uint64_t behind);
  void offer_position(KeyValue& state);
  void reserve();
  void fetch(std::span<const SearchKeys> batch, SharedStore& store);
  void know(StoryKey key, const SharedStory& story, bool is_held);
  void find_held(SharedStore& store, std::span<const StoryKey> keys,
                 std::span<const std::optional<SharedStory>> stories);
  bool is_patient(StoryKey story);
  void collect(std::uint64_t key, bool is_exact, std::uint32_t since, KeyValue& state);
  void read_candidates(std::vector<Hit>& hits, std::vector<Candidate>& out, KeyValue& state);
  const Record* confirm(std::uint64_t sequence, KeyValue& state);
  void put_story(const Record& record, std::vector<std::uint64_t> keys, bool is_found, Claim claim,
                 KeyValue& state);
  std::vector<SharedStore::Change> changes() const;

  const SharedSettings settings_;
  SharedLink link_;
  Claims claims_;
  bool is_open_ = false;
  std::uint64_t last_applied_ = 0;
  std::deque<SharedLink::Covered> covered_;
  Position offered_;
  Forgotten forgotten_;

  // Of the batch in hand.
  bool is_blind_ = false;                        // no server
  bool is_new_ = false;                          // the connection: owners may not have renewed
  std::optional<std::uint64_t> first_sequence_;  // of its notes; none: it has ended
  SharedStore::Postings postings_;
  std::unordered_map<std::uint64_t, std::vector<Reference>> references_;
  std::unordered_map<StoryKey, Known> known_;
  std::unordered_map<StoryKey, std::chrono::steady_clock::time_point> held_since_, held_before_;
  std::vector<Reserved> reserved_;
  // Of the article in hand.
  std::unordered_map<std::uint64_t, std::optional<Record>> confirmed_;
  std::vector<Hit> hits_, held_hits_, key_hits_, key_held_;
  Found found_;
  std::uint64_t not_remembered_ = 0;
};

}  // namespace copydesk::deduplicate
