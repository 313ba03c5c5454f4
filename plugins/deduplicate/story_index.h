// The stories that can be matched: those a commit made final (a table in memory over a log on disk), and those that earlier
// articles of the line want to claim and no commit has yet.
//
//   judged    -> a put "r" + slot in the stage's state, and a note in memory where to find it
//   committed -> appended to the log, entered in the table; the put stays in the state
//   synced    -> the log's position goes into the state with the next article; once that is committed, slots that it
//                covers are used again
//   start     -> the log is cut to the committed position, the table read from its files and the log, puts behind it are applied again
//
// So memory only says where to look. Whether an uncommitted story counts is read from the state each time: what a rewind threw away
// is not there, and the engine learns whose claims were read. Verdicts do not depend on when commits happen.
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
#include <unordered_map>
#include <utility>
#include <vector>

#include "forgotten.h"
#include "index.h"
#include "index_position.h"
#include "posting_table.h"
#include "story_log.h"
#include "table_files.h"

namespace copydesk::deduplicate {

struct IndexLimits {
  std::chrono::milliseconds window = std::chrono::hours(24 * 30);
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  // of memory
  std::uint32_t sync_every = 4096;  // stories; how many the state holds beside the log
  std::uint64_t save_from = std::uint64_t{1}
                            << 17;  // stories, before the table is written to files
};

class StoryIndex : public Index {
 public:
  StoryIndex(std::string folder, IndexLimits limits);

  // Throws Fatal when the log is damaged or another version's.
  void open(const Scan& scan) override;
  // Puts the log's position when it is news, and has the processor fetch what will be looked up.
  void begin(std::span<const SearchKeys> batch, KeyValue& state) override;
  const Found& look_up(const SearchKeys& keys, std::int64_t time_ms, KeyValue& state) override;
  void put(const Record& record, const SearchKeys& keys, std::uint16_t listed, Claim claim,
           KeyValue& state) override;
  void refresh(const Candidate& story, std::int64_t time_ms, KeyValue& state) override;
  void committed(std::span<const Put> puts) override;
  // Of a log that cannot be written, once until it can again; of stories that went before their window ended, for lack of room.
  std::optional<std::string> take_warning() override;

  IndexNumbers numbers() const;

 private:
  struct Pending {
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;
    std::vector<std::uint64_t> keys = {};
  };
  struct Uncovered {
    std::uint64_t sequence;
    std::uint32_t slot;
  };
  struct Hit {
    bool is_pending;
    std::uint64_t number;  // in the log, or the sequence of a pending one
    bool is_exact;
    bool is_weak = false;
    auto operator<=>(const Hit&) const = default;  // older ones first
  };
  struct Ranked {
    bool is_pending, is_exact = false;
    std::uint64_t number;
    std::size_t hits = 0;
  };
  void load(const std::optional<IndexPosition>& position, const Scan& scan);
  void load_table();
  void apply_state(const Scan& scan);
  void forget_pending();
  void put_entry(const Entry& entry, const Record& record, Claim claim, KeyValue& state);
  bool is_forgotten(std::uint64_t number, const Entry& entry);
  void enter(std::uint64_t number, const Entry& entry);
  void apply(std::uint64_t sequence, std::uint32_t slot, Entry entry, std::string_view story);
  void apply_puts(std::span<const Put> puts);
  void settle(std::span<const std::uint64_t> sequences);
  void flush();
  void sync();
  void cover(const IndexPosition& position);
  std::uint32_t take_slot();
  const Pending* pending(std::uint64_t sequence) const;
  const Record* confirm(std::uint64_t sequence, KeyValue& state);
  void collect(std::uint64_t key, bool is_exact, std::uint32_t since, KeyValue& state);
  void read_candidates(KeyValue& state);
  void make_room();
  void sweep();
  void save_shards();
  void fetch(std::size_t ahead);

  std::string folder_;
  IndexLimits limits_;
  StoryLog log_;
  PostingTable table_{5};
  TableFiles files_;
  std::vector<std::uint64_t>
      covered_;                 // up to which story each shard came from its file, at the start
  std::size_t next_shard_ = 0;  // to be written
  std::uint64_t saved_at_ = 0;  // story at which the last one was due
  bool is_open_ = false;
  std::string broken_;
  std::span<const SearchKeys> batch_;
  std::size_t fetched_ = 0;  // articles of it

  PostingTable pending_table_{4};  // by the lower 32 bits of the sequence
  std::deque<Pending> pending_;    // by sequence
  std::unordered_map<std::uint64_t, std::optional<Record>> confirmed_;  // of the article in hand
  std::uint64_t next_sequence_ = 1, last_applied_ = 0;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t next_slot_ = 0;
  std::deque<Uncovered> uncovered_;  // committed, and not in a committed position

  std::optional<IndexPosition> synced_;
  std::uint64_t offered_ = 0;        // sequence of the position that was put last
  std::uint32_t offered_first_ = 0;  // and its first segment
  std::size_t sweep_at_ = 0;
  std::uint64_t given_up_ = 0;
  bool is_stuck_ = false;  // the log could not be written
  std::string stuck_;      // to be said
  std::uint32_t newest_ = 0;
  Forgotten forgotten_;
  Found found_;
  std::vector<Hit> hits_, key_hits_;
  std::vector<Ranked> ranked_;
};

// Whether the index in that folder, as the state has it, knows a story of this canonical article; by a
// hash of 32 bits. Of an index that stands still.
bool has_story(const Index::Scan& scan, const std::string& folder, std::string_view id);

}  // namespace copydesk::deduplicate
