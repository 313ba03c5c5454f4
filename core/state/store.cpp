#include "state/store.h"

#include <iterator>

namespace copydesk::state {

void WriteSet::put(std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  writes_.push_back({std::move(key), std::move(value)});
}

void WriteSet::erase(std::string key) {
  bytes_ += key.size();
  writes_.push_back({std::move(key), std::nullopt});
}

void WriteSet::erase_prefix(std::string_view prefix) {
  CD_ASSERT(!prefix.empty());
  std::string end = prefix_end(prefix);
  CD_ASSERT(!end.empty());  // tables are letters, so no key begins with 0xFF
  bytes_ += prefix.size() + end.size();
  writes_.push_back({std::string(prefix), std::nullopt, std::move(end)});
}

void WriteSet::append(WriteSet other) {
  writes_.insert(writes_.end(), std::make_move_iterator(other.writes_.begin()),
                 std::make_move_iterator(other.writes_.end()));
  bytes_ += other.bytes_;
}

void WriteSet::clear() {
  writes_.clear();
  bytes_ = 0;
}

std::string prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace copydesk::state
