#include "state/memory_store.h"

#include <algorithm>
#include <utility>

#include "state/keys.h"
#include "state/ttl.h"

namespace copydesk::state {

Status MemoryStore::usable() const {
  if (poisoned_)
    return retry("poisoned", "the store is closed until it is reopened: an earlier write failed");
  return {};
}

Result<std::optional<std::string>> MemoryStore::get(std::string_view key) {
  const std::lock_guard lock(mutex_);
  if (Status bad = usable(); !bad) return std::move(bad).error();
  const auto it = live_.find(key);
  return it == live_.end() ? std::optional<std::string>() : std::optional(it->second);
}

Status MemoryStore::multi_get(std::span<const std::string_view> keys,
                              std::vector<std::optional<std::string>>& out) {
  out.assign(keys.size(), std::nullopt);
  const std::lock_guard lock(mutex_);
  if (Status bad = usable(); !bad) return bad;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (const auto it = live_.find(keys[i]); it != live_.end()) out[i] = it->second;
  return {};
}

Status MemoryStore::scan_from(std::string_view prefix, std::string_view from, const Visit& visit) {
  Content found;
  {
    const std::lock_guard lock(mutex_);
    if (Status bad = usable(); !bad) return bad;
    for (auto it = live_.lower_bound(std::max(prefix, from));
         it != live_.end() && it->first.starts_with(prefix); ++it)
      found.insert(*it);
  }
  for (const auto& [key, value] : found)
    if (!visit(key, value)) break;
  return {};
}

void MemoryStore::apply(const WriteSet& writes, Content& content) {
  for (const Write& w : writes.writes()) {
    if (!w.key_end.empty())
      content.erase(content.lower_bound(w.key), content.lower_bound(w.key_end));
    else if (w.value)
      content[w.key] = *w.value;
    else
      content.erase(w.key);
  }
}

void MemoryStore::write(const WriteSet& writes, bool sync) {
  apply(writes, live_);
  if (sync && !ahead_)
    apply(writes, durable_);
  else if (sync)
    durable_ = live_;
  ahead_ = !sync;
  ++commits_;
}

Status MemoryStore::commit(const WriteSet& writes, bool sync) {
  const std::lock_guard lock(mutex_);
  if (Status bad = usable(); !bad) return bad;
  const Fault fault =
      fault_ != Fault::kNone && skip_-- <= 0 ? std::exchange(fault_, Fault::kNone) : Fault::kNone;
  if (fault == Fault::kNone || fault == Fault::kAfter) write(writes, sync);
  if (fault == Fault::kNone) return {};
  poisoned_ = true;
  if (fault == Fault::kNoSpace) return retry("no_space", "the disk is full (injected)");
  return retry("unknown", "a write failed (injected)");
}

Status MemoryStore::reopen() {
  const std::lock_guard lock(mutex_);
  poisoned_ = fail_reopen_;
  if (fail_reopen_) return retry("no_space", "the store cannot be opened (injected)");
  return {};
}

bool MemoryStore::poisoned() const {
  const std::lock_guard lock(mutex_);
  return poisoned_;
}

void MemoryStore::set_now(Nanos now) {
  const std::lock_guard lock(mutex_);
  now_ = std::max(now_, now);
}

void MemoryStore::fail_commit(Fault fault, int skip) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  skip_ = skip;
}

void MemoryStore::fail_reopen(bool yes) {
  const std::lock_guard lock(mutex_);
  fail_reopen_ = yes;
}

void MemoryStore::crash() {
  const std::lock_guard lock(mutex_);
  live_ = durable_;
  ahead_ = poisoned_ = false;
}

MemoryStore::Content MemoryStore::snapshot() const {
  const std::lock_guard lock(mutex_);
  return live_;
}

void MemoryStore::restore(Content content) {
  const std::lock_guard lock(mutex_);
  live_ = durable_ = std::move(content);
  ahead_ = poisoned_ = false;
}

std::size_t MemoryStore::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

void MemoryStore::erase_expired() {
  const std::lock_guard lock(mutex_);
  const auto expired = [&](const auto& entry) {
    return entry.first.starts_with(keys::kStageState) && !unexpired(entry.second, now_);
  };
  std::erase_if(live_, expired);
  std::erase_if(durable_, expired);
}

}  // namespace copydesk::state
