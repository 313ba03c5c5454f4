#pragma once
// Where a large list keeps its texts and its rows: in blocks, so that growing copies nothing and leaves no gaps behind.
// Written by one thread, then read-only and free to share.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace copydesk::tag_entities {

// Texts one behind the other. A text never crosses the end of a block; it stays where it is.
class TextStore {
 public:
  static constexpr std::uint32_t kFull = 0xFFFFFFFF;
  static constexpr std::size_t kTextBytesMax = 64 * 1024;
  static constexpr std::size_t kBytesMax = std::size_t{1} << 31;

  // Where it lies, or kFull. `text` has at most kTextBytesMax bytes.
  std::uint32_t add(std::string_view text) {
    if (blocks_.empty() || used_ + text.size() > kBlockBytes) {
      if (blocks_.size() * kBlockBytes >= kBytesMax) return kFull;
      blocks_.emplace_back(new char[kBlockBytes]);  // not zeroed: what is not used is not touched
      used_ = 0;
    }
    if (!text.empty()) std::memcpy(blocks_.back().get() + used_, text.data(), text.size());
    const std::size_t at = (blocks_.size() - 1) * kBlockBytes + used_;
    used_ += text.size();
    return static_cast<std::uint32_t>(at);
  }
  std::string_view view(std::uint32_t at, std::size_t size) const {
    if (size == 0) return {};
    return {blocks_[at / kBlockBytes].get() + at % kBlockBytes, size};
  }
  std::size_t memory_bytes() const { return blocks_.size() * kBlockBytes; }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;  // bytes of the last block
};

// Rows by number.
template <class Row>
class Blocks {
 public:
  void push_back(const Row& row) {
    if (size_ % kRows == 0) blocks_.emplace_back(new Row[kRows]);
    (*this)[size_++] = row;
  }
  std::size_t size() const { return size_; }
  Row& operator[](std::size_t i) { return blocks_[i / kRows][i % kRows]; }
  const Row& operator[](std::size_t i) const { return blocks_[i / kRows][i % kRows]; }
  std::size_t memory_bytes() const { return blocks_.size() * kRows * sizeof(Row); }

 private:
  static constexpr std::size_t kRows = 4096;
  std::vector<std::unique_ptr<Row[]>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace copydesk::tag_entities
