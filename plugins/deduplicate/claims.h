// What articles of the line put and no commit has yet: where in the stage's state it is, and under which keys it is found.
//
// Only a note of where to look: whether a put counts is read from the state each time, so that what a rewind threw away is not
// there, and the engine learns whose claims were read. Places in the state ("slots") are used again. Not thread-safe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "posting_table.h"
#include "record.h"

namespace copydesk::deduplicate {

class Claims {
 public:
  struct Note {
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;
    StoryKey story = 0;
    std::vector<std::uint64_t> keys = {};  // that find it; none: it is found where it was before
    std::uint64_t batch = 0;               // 0: the one in hand
    std::uint64_t connection = 0;          // on which others were told of it; 0: on none
    bool is_final = false;                 // a commit has it
    bool has_passed(std::uint64_t last) const { return batch != 0 && batch <= last; }
  };

  // The next sequence, one behind everything that is committed.
  void begin_at(std::uint64_t sequence) { next_sequence_ = sequence; }
  std::uint64_t next_sequence() const { return next_sequence_; }
  Note& add(StoryKey story, std::span<const std::uint64_t> keys);
  // Forgets notes from that sequence on.
  void forget_from(std::uint64_t sequence);

  Note* find(std::uint64_t sequence);
  std::deque<Note>& notes() { return notes_; }
  bool empty() const { return notes_.empty(); }
  // Calls take(sequence) for each that has the key, the older ones of equal keys in no order.
  template <class F>
  void each(std::uint64_t key, F&& take) const {
    if (notes_.empty()) return;
    const std::uint64_t base = notes_.front().sequence;
    table_.each(key, [&](std::uint32_t low) {
      take(base + static_cast<std::uint32_t>(low - static_cast<std::uint32_t>(base)));
    });
  }

  // Takes the oldest note out; its slot stays taken.
  Note pop_front();

  std::uint32_t take_slot();
  void free_slot(std::uint32_t slot) { free_slots_.push_back(slot); }
  // The slots that are taken at the start; all others are free.
  void take_slots(const std::vector<bool>& used);

 private:
  void unlist(const Note& note);

  PostingTable table_{4};  // by the lower 32 bits of the sequence
  std::deque<Note> notes_;
  std::uint64_t next_sequence_ = 1;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t next_slot_ = 0;
};

}  // namespace copydesk::deduplicate
