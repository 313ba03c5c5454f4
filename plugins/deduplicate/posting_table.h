// Which stories have a shingle: a multimap from 40-bit keys to 32-bit story numbers, 8 bytes an entry, at 64 to 80 % load.
//
// Ordered linear probing: an entry's place follows from its tag, entries of a run are sorted by tag. So a search ends at the
// first greater tag, and growing is one sequential copy. The key's upper bits choose one of many shards; only one shard grows
// at a time, by a quarter, so that memory follows what is stored.
//
// Two keys that agree in 40 bits are one key here: whoever looks something up compares what is found. Not thread-safe.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "slots.h"

namespace copydesk::deduplicate {

class PostingTable {
 public:
  // 2^shard_bits shards, at most 2^8.
  explicit PostingTable(unsigned shard_bits);

  void clear();
  // Makes room for about this many entries in all.
  void reserve(std::size_t entries);
  void insert(std::uint64_t key, std::uint32_t number);
  // One entry of that key and number, if there is one.
  void erase(std::uint64_t key, std::uint32_t number);
  // Puts another number in an entry's place; false when there is no such entry.
  bool replace(std::uint64_t key, std::uint32_t number, std::uint32_t by);

  // Calls take(number) for every entry of the key.
  template <class F>
  void each(std::uint64_t key, F&& take) const {
    const Shard& shard = shards_[shard_of(key)];
    const std::uint64_t tag = tag_of(key);
    for (std::size_t i = first(shard, tag); i < shard.slots.size() && shard.slots[i] >> 32 == tag;
         ++i) {
      take(static_cast<std::uint32_t>(shard.slots[i]));
    }
  }

  // Has the processor bring what a search of the key will read.
  void prefetch(std::uint64_t key) const {
    const Shard& shard = shards_[shard_of(key)];
    if (shard.slots.size() != 0) __builtin_prefetch(&shard.slots[home(shard, tag_of(key))]);
  }
  // And what an insertion moves.
  void prefetch_insertion(std::uint64_t key) const {
    const Shard& shard = shards_[shard_of(key)];
    if (shard.slots.size() == 0) return;
    const std::size_t at = home(shard, tag_of(key));
    __builtin_prefetch(&shard.slots[at], 1);
    __builtin_prefetch(&shard.slots[std::min(at + kLine, shard.slots.size() - 1)], 1);
  }

  std::size_t shard_count() const { return shards_.size(); }
  // Keeps only the entries of shard `i` whose number passes.
  template <class F>
  void keep_if(std::size_t i, F&& passes) {
    Shard& shard = shards_[i];
    std::size_t size = 0;
    for (std::uint64_t& slot : shard.slots.all()) {
      if (slot != 0 && !passes(static_cast<std::uint32_t>(slot))) slot = 0;
      size += slot != 0;
    }
    if (size != shard.size) rebuild(shard, size, capacity_for(i, size));
  }

  // What is in shard `i`, in order, to be written down; and brought back: false when it cannot have come from there.
  std::vector<std::uint64_t> entries(std::size_t i) const;
  bool restore(std::size_t i, std::span<const std::uint64_t> entries);
  std::size_t shard_of(std::uint64_t key) const { return key >> 32 & (shards_.size() - 1); }

  std::size_t size() const;
  std::size_t bytes() const { return bytes_; }

 private:
  struct Shard {
    Slots slots;               // tag << 32 | number; 0: empty
    std::size_t capacity = 0;  // homes; the slots beyond are where the last run goes on
    std::size_t size = 0;
  };
  static constexpr std::size_t kOverflow = 64;  // slots beyond the last home
  static constexpr std::size_t kLine = 8;       // slots the processor reads at once

  // Never 0, so that no entry looks empty.
  static std::uint64_t tag_of(std::uint64_t key) {
    const std::uint64_t tag = key & 0xFFFFFFFF;
    return tag == 0 ? 1 : tag;
  }
  static std::size_t home(const Shard& shard, std::uint64_t tag) {
    return static_cast<std::size_t>(tag * shard.capacity >> 32);
  }
  // The first slot from the tag's home on that is empty or not of a smaller tag.
  static std::size_t first(const Shard& shard, std::uint64_t tag) {
    if (shard.slots.size() == 0) return 0;
    std::size_t i = home(shard, tag);
    while (i < shard.slots.size() && shard.slots[i] != 0 && shard.slots[i] >> 32 < tag) ++i;
    return i;
  }
  std::size_t capacity_for(std::size_t i, std::size_t size) const;
  bool place(Shard& shard, std::uint64_t slot);
  void grow(Shard& shard);
  void rebuild(Shard& shard, std::size_t size, std::size_t capacity);
  void fill(Shard& shard, std::span<const std::uint64_t> sorted, std::size_t size,
            std::size_t capacity);

  std::vector<Shard> shards_;
  std::size_t bytes_ = 0;
};

}  // namespace copydesk::deduplicate
