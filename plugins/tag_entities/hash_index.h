#pragma once
// Numbers under 64-bit hashes, 8 bytes a slot: open addressing with linear probing. Of a hash only 32 bits are kept, so
// numbers of different hashes may meet: who looks something up compares what the number stands for.
//
// Written by one thread, then read-only and free to share.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace copydesk::tag_entities {

class HashIndex {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;  // no number

  // The number under `hash` for which same(number) holds, or kNone.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, Same same) const {
    if (slots_.empty()) return kNone;
    const auto check = static_cast<std::uint32_t>(hash);
    for (std::size_t i = place(check); slots_[i].number != kNone; i = after(i)) {
      if (slots_[i].check == check && same(slots_[i].number)) return slots_[i].number;
    }
    return kNone;
  }

  // The place of that number, or a new one that holds kNone and must be set before the next call.
  template <class Same>
  std::uint32_t& at(std::uint64_t hash, Same same) {
    if ((used_ + 1) * 5 > slots_.size() * 4) grow();
    const auto check = static_cast<std::uint32_t>(hash);
    std::size_t i = place(check);
    for (; slots_[i].number != kNone; i = after(i)) {
      if (slots_[i].check == check && same(slots_[i].number)) return slots_[i].number;
    }
    ++used_;
    slots_[i].check = check;
    return slots_[i].number;
  }

  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t check = 0;
    std::uint32_t number = kNone;
  };
  static constexpr std::size_t kSlotsMin = 64;

  std::size_t place(std::uint32_t check) const { return check * slots_.size() >> 32; }
  std::size_t after(std::size_t i) const { return i + 1 == slots_.size() ? 0 : i + 1; }

  // By half: at most eight slots of ten are used, never less than half of them for long.
  void grow() {
    std::vector<Slot> old(std::max(kSlotsMin, slots_.size() + slots_.size() / 2));
    old.swap(slots_);
    for (const Slot& moved : old) {
      if (moved.number == kNone) continue;
      std::size_t i = place(moved.check);
      while (slots_[i].number != kNone) i = after(i);
      slots_[i] = moved;
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace copydesk::tag_entities
