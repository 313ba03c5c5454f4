#include "forgotten.h"

#include <algorithm>
#include <copydesk/bytes.hpp>

#include "index_position.h"

namespace copydesk::deduplicate {

void Forgotten::read(const Index::Scan& scan) {
  all_.clear();
  scan(kForgetPrefix, [&](std::string_view key, std::string_view value) {
    const std::string_view id = key.substr(kForgetPrefix.size());
    all_.push_back({id_hash(id), std::string(id), until_of(value)});
    return true;
  });
  std::sort(all_.begin(), all_.end(), [](const One& a, const One& b) { return a.hash < b.hash; });
}

std::vector<Forgotten::One>::const_iterator Forgotten::first_of(std::uint32_t id_hash) const {
  return std::lower_bound(all_.begin(), all_.end(), id_hash,
                          [](const One& one, std::uint32_t hash) { return one.hash < hash; });
}

bool Forgotten::may_have(std::uint32_t id_hash) const {
  const auto at = first_of(id_hash);
  return at != all_.end() && at->hash == id_hash;
}

bool Forgotten::has(const Record& record) const {
  if (all_.empty()) return false;
  const std::uint32_t hash = id_hash(record.leader_id);
  for (auto at = first_of(hash); at != all_.end() && at->hash == hash; ++at) {
    if (at->id == record.leader_id) return record.time_ms <= at->until_ms;
  }
  return false;
}

std::string Forgotten::key_of(std::string_view id) { return std::string(kForgetPrefix).append(id); }

std::string Forgotten::value_of(std::int64_t until_ms) {
  std::string value;
  bytes::append_number(value, until_ms);
  return value;
}

std::int64_t Forgotten::until_of(std::string_view value) {
  return bytes::Reader(value).number<std::int64_t>();
}

}  // namespace copydesk::deduplicate
