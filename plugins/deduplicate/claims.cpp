#include "claims.h"

#include <algorithm>
#include <utility>

namespace copydesk::deduplicate {

Claims::Note& Claims::add(StoryKey story, std::span<const std::uint64_t> keys) {
  Note& note =
      notes_.emplace_back(Note{next_sequence_++, take_slot(), story, {keys.begin(), keys.end()}});
  for (const std::uint64_t key : keys)
    table_.insert(key, static_cast<std::uint32_t>(note.sequence));
  return note;
}

void Claims::unlist(const Note& note) {
  for (const std::uint64_t key : note.keys)
    table_.erase(key, static_cast<std::uint32_t>(note.sequence));
}

void Claims::forget_from(std::uint64_t sequence) {
  while (!notes_.empty() && notes_.back().sequence >= sequence) {
    unlist(notes_.back());
    free_slot(notes_.back().slot);
    notes_.pop_back();
  }
}

Claims::Note* Claims::find(std::uint64_t sequence) {
  const auto at = std::partition_point(notes_.begin(), notes_.end(),
                                       [&](const Note& n) { return n.sequence < sequence; });
  return at != notes_.end() && at->sequence == sequence ? &*at : nullptr;
}

Claims::Note Claims::pop_front() {
  Note note = std::move(notes_.front());
  notes_.pop_front();
  unlist(note);
  return note;
}

std::uint32_t Claims::take_slot() {
  if (free_slots_.empty()) return next_slot_++;
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void Claims::take_slots(const std::vector<bool>& used) {
  free_slots_.clear();
  next_slot_ = static_cast<std::uint32_t>(used.size());
  for (std::uint32_t slot = next_slot_; slot-- > 0;) {
    if (!used[slot]) free_slots_.push_back(slot);
  }
}

}  // namespace copydesk::deduplicate
