// Eight-byte slots, zero at first. A large table is read here and there all the time, and with small pages each of those reads costs
// another one in the page table: from 2 MiB on the kernel is asked for large ones, as far as they are filled.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace copydesk::deduplicate {

class Slots {
 public:
  Slots() = default;
  // Throws std::bad_alloc.
  explicit Slots(std::size_t size);
  ~Slots();
  Slots(Slots&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Slots& operator=(Slots&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  std::size_t size() const { return size_; }
  std::uint64_t& operator[](std::size_t i) { return data_[i]; }
  const std::uint64_t& operator[](std::size_t i) const { return data_[i]; }
  std::span<const std::uint64_t> all() const { return {data_, size_}; }
  std::span<std::uint64_t> all() { return {data_, size_}; }

 private:
  std::uint64_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace copydesk::deduplicate
