// Which stories have a shingle: a multimap from 40-bit keys to 32-bit story numbers, 8 bytes an entry, at 70 to 87 % load.
//
// Ordered linear probing: an entry's place follows from its tag, entries of a run are sorted by tag. So a search ends at the
// first greater tag, and growing is one sequential copy. The key's upper bits choose one of many shards; only one shard grows
// at a time, by a quarter, so that memory follows what is stored.
//
// Two keys that agree in 40 bits are one key here: whoever looks something up compares what is found. Not thread-safe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

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

  // Fetches what a search of the key will read.
  void prefetch(std::uint64_t key) const {
    const Shard& shard = shards_[shard_of(key)];
    if (!shard.slots.empty()) __builtin_prefetch(&shard.slots[home(shard, tag_of(key))]);
  }

  std::size_t shard_count() const { return shards_.size(); }
  // Keeps only the entries of shard `i` whose number passes.
  template <class F>
  void keep_if(std::size_t i, F&& passes) {
    std::vector<std::uint64_t> kept;
    for (const std::uint64_t slot : shards_[i].slots) {
      if (slot != 0 && passes(static_cast<std::uint32_t>(slot))) kept.push_back(slot);
    }
    if (kept.size() != shards_[i].size) rebuild(shards_[i], kept, capacity_for(kept.size()));
  }

  std::size_t size() const;
  std::size_t bytes() const { return bytes_; }

 private:
  struct Shard {
    std::vector<std::uint64_t> slots;  // tag << 32 | number; 0: empty
    std::size_t capacity = 0;          // homes; the slots beyond are where the last run goes on
    std::size_t size = 0;
  };
  static constexpr std::size_t kOverflow = 64;  // slots beyond the last home

  std::size_t shard_of(std::uint64_t key) const { return key >> 32 & (shards_.size() - 1); }
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
    if (shard.slots.empty()) return 0;
    std::size_t i = home(shard, tag);
    while (i < shard.slots.size() && shard.slots[i] != 0 && shard.slots[i] >> 32 < tag) ++i;
    return i;
  }
  static std::size_t capacity_for(std::size_t size);
  bool place(Shard& shard, std::uint64_t slot);
  void grow(Shard& shard);
  void rebuild(Shard& shard, const std::vector<std::uint64_t>& sorted, std::size_t capacity);

  std::vector<Shard> shards_;
  std::size_t bytes_ = 0;
};

}  // namespace copydesk::deduplicate
