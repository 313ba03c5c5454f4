#include "directory/prefix_hash.h"

#include <unistd.h>

#define XXH_INLINE_ALL
// The optimiser believes that the header reads a seed it has not set.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <xxhash.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cerrno>

namespace copydesk::directory {
namespace {

Loaded read_exactly(int fd, std::uint64_t at, std::size_t size, std::string& out) {
  out.resize(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, out.data() + done, size - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? Loaded::kUnreadable : Loaded::kShorter;
    done += static_cast<std::size_t>(n);
  }
  return Loaded::kAll;
}

}  // namespace

void PrefixHash::add(std::string_view bytes) {
  length_ += bytes.size();
  if (head_.size() < kWindow) {
    const std::size_t n = std::min(kWindow - head_.size(), bytes.size());
    head_.append(bytes.substr(0, n));
    bytes.remove_prefix(n);
  }
  if (bytes.empty()) return;
  if (bytes.size() >= kWindow) {
    tail_.assign(bytes.substr(bytes.size() - kWindow));
    return;
  }
  tail_.append(bytes);
  if (tail_.size() > kWindow) tail_.erase(0, tail_.size() - kWindow);
}

std::uint64_t PrefixHash::value() const {
  if (tail_.empty()) return XXH3_64bits(head_.data(), head_.size());
  XXH3_state_t state;
  XXH3_64bits_reset_withSeed(&state, length_);
  XXH3_64bits_update(&state, head_.data(), head_.size());
  XXH3_64bits_update(&state, tail_.data(), tail_.size());
  return XXH3_64bits_digest(&state);
}

Loaded PrefixHash::load(int fd, std::uint64_t length) {
  length_ = length;
  tail_.clear();
  const std::size_t head = static_cast<std::size_t>(std::min<std::uint64_t>(length, kWindow));
  if (const Loaded read = read_exactly(fd, 0, head, head_); read != Loaded::kAll) return read;
  const std::size_t tail =
      static_cast<std::size_t>(std::min<std::uint64_t>(length - head, kWindow));
  return read_exactly(fd, length - tail, tail, tail_);
}

std::uint64_t content_hash(std::string_view content) {
  return XXH3_64bits(content.data(), content.size());
}

}  // namespace copydesk::directory
