#include "slots.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace copydesk::deduplicate {
namespace {

constexpr std::size_t kLarge = std::size_t{2} << 20;  // a large page

bool is_mapped(std::size_t size) { return size * sizeof(std::uint64_t) >= kLarge; }

}  // namespace

Slots::Slots(std::size_t size) : size_(size) {
  if (size == 0) return;
  const std::size_t bytes = size * sizeof(std::uint64_t);
  if (!is_mapped(size)) {
    data_ = static_cast<std::uint64_t*>(std::calloc(size, sizeof(std::uint64_t)));
    if (data_ == nullptr) throw std::bad_alloc();
    return;
  }
  // Room to begin at a large page; what is before and behind is given back.
  void* const mapped = ::mmap(nullptr, bytes + kLarge, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  constexpr std::size_t kPage = 4096;
  const std::size_t skipped = -reinterpret_cast<std::uintptr_t>(mapped) & (kLarge - 1);
  char* const begin = static_cast<char*>(mapped) + skipped;
  const std::size_t used = (bytes + kPage - 1) & ~(kPage - 1);
  if (skipped > 0) ::munmap(mapped, skipped);
  if (used + skipped < bytes + kLarge) ::munmap(begin + used, kLarge - skipped + bytes - used);
  ::madvise(begin, bytes & ~(kLarge - 1), MADV_HUGEPAGE);
  data_ = reinterpret_cast<std::uint64_t*>(begin);
}

Slots::~Slots() {
  if (is_mapped(size_)) {
    ::munmap(data_, size_ * sizeof(std::uint64_t));
  } else {
    std::free(data_);
  }
}

}  // namespace copydesk::deduplicate
