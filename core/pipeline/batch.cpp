#include "pipeline/batch.h"

#include "state/crash_page.h"

namespace copydesk::pipeline {

const FixedFate* fixed_fate(const FixedFates* fates, const Origin& origin) {
  if (fates == nullptr || fates->empty()) return nullptr;
  const auto it = fates->find(origin.key());
  return it == fates->end() ? nullptr : &it->second;
}

std::uint64_t hash_of(const Origin& origin) {
  thread_local std::string key;
  key.clear();
  origin.append_key(key);
  return state::origin_hash(key);
}

}  // namespace copydesk::pipeline
