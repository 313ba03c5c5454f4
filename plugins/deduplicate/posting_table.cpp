#include "posting_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace copydesk::deduplicate {

PostingTable::PostingTable(unsigned shard_bits) : shards_(std::size_t{1} << shard_bits) {}

void PostingTable::clear() {
  for (Shard& shard : shards_) shard = {};
  bytes_ = 0;
}

std::size_t PostingTable::size() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) sum += shard.size;
  return sum;
}

// From 64 % load to 80 % is the quarter by which a shard grows. All have about as many entries: each begins at a load of its own,
// so that they do not grow all at once.
std::size_t PostingTable::capacity_for(std::size_t i, std::size_t size) const {
  const std::size_t parts = 5 * shards_.size();
  return (size * 25 / 16 + 64) * (parts - i) / parts;
}

void PostingTable::reserve(std::size_t entries) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const std::size_t capacity = capacity_for(i, entries / shards_.size());
    if (shards_[i].capacity < capacity) rebuild(shards_[i], shards_[i].size, capacity);
  }
}

void PostingTable::insert(std::uint64_t key, std::uint32_t number) {
  Shard& shard = shards_[shard_of(key)];
  if (shard.size * 5 >= shard.capacity * 4) grow(shard);
  const std::uint64_t slot = tag_of(key) << 32 | number;
  while (!place(shard, slot)) grow(shard);
}

// False when the run that the entry belongs to has no room before the end.
bool PostingTable::place(Shard& shard, std::uint64_t slot) {
  const std::size_t at = first(shard, slot >> 32);
  std::size_t end = at;
  while (end < shard.slots.size() && shard.slots[end] != 0) ++end;
  if (end == shard.slots.size()) return false;
  std::memmove(&shard.slots[at] + 1, &shard.slots[at], (end - at) * sizeof(std::uint64_t));
  shard.slots[at] = slot;
  ++shard.size;
  return true;
}

void PostingTable::erase(std::uint64_t key, std::uint32_t number) {
  Shard& shard = shards_[shard_of(key)];
  const std::uint64_t slot = tag_of(key) << 32 | number;
  std::size_t at = first(shard, slot >> 32);
  while (at < shard.slots.size() && shard.slots[at] >> 32 == slot >> 32 && shard.slots[at] != slot)
    ++at;
  if (at >= shard.slots.size() || shard.slots[at] != slot) return;
  // Those behind it that are not at their home move up.
  std::size_t next = at + 1;
  for (; next < shard.slots.size() && shard.slots[next] != 0; ++next) {
    if (home(shard, shard.slots[next] >> 32) == next) break;
    shard.slots[next - 1] = shard.slots[next];
  }
  shard.slots[next - 1] = 0;
  --shard.size;
}

bool PostingTable::replace(std::uint64_t key, std::uint32_t number, std::uint32_t by) {
  Shard& shard = shards_[shard_of(key)];
  const std::uint64_t tag = tag_of(key);
  for (std::size_t i = first(shard, tag); i < shard.slots.size() && shard.slots[i] >> 32 == tag;
       ++i) {
    if (static_cast<std::uint32_t>(shard.slots[i]) == number) {
      shard.slots[i] = tag << 32 | by;
      return true;
    }
  }
  return false;
}

void PostingTable::grow(Shard& shard) {
  const auto i = static_cast<std::size_t>(&shard - shards_.data());
  rebuild(shard, shard.size,
          std::max(shard.capacity + shard.capacity / 4, capacity_for(i, shard.size)));
}

// What is in the slots is sorted by tag: it goes into others in one pass.
void PostingTable::rebuild(Shard& shard, std::size_t size, std::size_t capacity) {
  fill(shard, std::as_const(shard.slots).all(), size, capacity);
}

// `size` of the slots given are not empty.
void PostingTable::fill(Shard& shard, std::span<const std::uint64_t> sorted, std::size_t size,
                        std::size_t capacity) {
  for (std::size_t overflow = kOverflow;; overflow *= 2) {
    Shard made{Slots(capacity + overflow), capacity, size};
    std::size_t next = 0;
    const bool fits = std::all_of(sorted.begin(), sorted.end(), [&](std::uint64_t slot) {
      if (slot == 0) return true;
      next = std::max(next, home(made, slot >> 32));
      if (next == made.slots.size()) return false;
      made.slots[next++] = slot;
      return true;
    });
    if (!fits || next + kOverflow / 4 > made.slots.size()) continue;
    bytes_ += (made.slots.size() - shard.slots.size()) * sizeof(std::uint64_t);
    shard = std::move(made);
    return;
  }
}

std::vector<std::uint64_t> PostingTable::entries(std::size_t i) const {
  std::vector<std::uint64_t> out;
  out.reserve(shards_[i].size);
  for (const std::uint64_t slot : shards_[i].slots.all()) {
    if (slot != 0) out.push_back(slot);
  }
  return out;
}

bool PostingTable::restore(std::size_t i, std::span<const std::uint64_t> entries) {
  const auto tag = [](std::uint64_t slot) { return slot >> 32; };
  if (!std::is_sorted(entries.begin(), entries.end(),
                      [&](std::uint64_t a, std::uint64_t b) { return tag(a) < tag(b); }))
    return false;
  if (!entries.empty() && tag(entries.front()) == 0) return false;
  fill(shards_[i], entries, entries.size(), capacity_for(i, entries.size()));
  return true;
}

}  // namespace copydesk::deduplicate
