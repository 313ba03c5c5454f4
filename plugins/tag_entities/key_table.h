#pragma once
// A set of 32-bit keys as it lies in a model file: sorted, with the place where each run of equal
// high bits begins. What belongs to a key lies elsewhere, at the same index. Only views.

#include <cstddef>
#include <cstdint>
#include <span>

namespace copydesk::tag_entities {

struct KeyTable {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::span<const std::uint32_t> starts;  // 2^bits + 1 of them
  std::span<const std::uint32_t> keys;
  int shift = 31;  // 32 - bits

  std::uint32_t find(std::uint32_t key) const {
    const std::uint32_t run = key >> shift;
    for (std::uint32_t i = starts[run]; i < starts[run + 1]; ++i) {
      if (keys[i] == key) return i;
    }
    return kNone;
  }

  // Replaces each key by its index, those not there left out; returns how many are left. The table
  // is larger than the processor's caches: all the fetches of a step are under way at once.
  std::size_t find_all(std::span<std::uint32_t> wanted) const {
    for (const std::uint32_t key : wanted) __builtin_prefetch(&starts[key >> shift]);
    for (const std::uint32_t key : wanted) __builtin_prefetch(keys.data() + starts[key >> shift]);
    std::size_t found = 0;
    for (const std::uint32_t key : wanted) {
      const std::uint32_t at = find(key);
      if (at != kNone) wanted[found++] = at;
    }
    return found;
  }
};

// About two keys a run.
inline int key_bits(std::size_t keys) {
  int bits = 1;
  while (bits < 28 && (std::size_t{2} << bits) < keys) ++bits;
  return bits;
}

// The top half of a hash, what a key table is asked for.
inline std::uint32_t top(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = (a ^ 0x9E3779B97F4A7C15ULL) * 0xD6E8FEB86659FD93ULL;
  x ^= x >> 32;
  x = (x ^ b) * 0xD6E8FEB86659FD93ULL;
  return x ^ x >> 29;
}

}  // namespace copydesk::tag_entities
