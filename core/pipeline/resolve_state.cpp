#include "pipeline/resolve_state.h"

namespace copydesk::pipeline {

void CallState::begin() {
  local_.clear();
  held_.clear();
}

void CallState::keep(std::vector<Item*>& items) {
  for (const Item* item : items)
    for (const StagePut& p : item->puts) {
      if (p.stage != stage_) continue;
      const auto number = static_cast<std::uint32_t>(item->number);
      if (p.put.erase)
        view_.erase(number, p.put.key, p.put.claim);
      else
        view_.put(number, p.put.key, p.put.value, p.put.ttl, p.put.claim);
      // A claim that somebody in the same call has read counts as read: now, while it is the newest under its key.
      const auto local = local_.find(p.put.key);
      if (p.put.claim && local != local_.end() && local->second.read) (void)view_.get(p.put.key);
    }
  local_.clear();
}

const std::string* CallState::local(std::string_view key, bool& found) {
  const auto it = local_.find(key);
  found = it != local_.end();
  if (!found) return nullptr;
  it->second.read = true;
  return it->second.value ? &*it->second.value : nullptr;
}

std::string_view CallState::hold(std::string value) { return held_.emplace_back(std::move(value)); }

std::optional<std::string_view> CallState::get(std::string_view key) {
  bool found = false;
  if (const std::string* value = local(key, found)) return hold(*value);
  if (found) return std::nullopt;
  auto stored = view_.get(key);
  if (!stored) {
    if (!error_) error_ = std::move(stored).error();
    return std::nullopt;
  }
  if (!*stored) return std::nullopt;
  return hold(std::move(**stored));
}

void CallState::multi_get(std::span<const std::string_view> keys,
                          std::span<std::optional<std::string_view>> values) {
  std::vector<std::string_view> others;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    bool found = false;
    const std::string* value = local(keys[i], found);
    values[i] = std::nullopt;
    if (value != nullptr) values[i] = hold(*value);
    if (found) continue;
    others.push_back(keys[i]);
    places.push_back(i);
  }
  std::vector<std::optional<std::string>> stored;
  if (Status status = view_.multi_get(others, stored); !status) {
    if (!error_) error_ = std::move(status).error();
    return;
  }
  for (std::size_t i = 0; i < stored.size(); ++i)
    if (stored[i]) values[places[i]] = hold(std::move(*stored[i]));
}

void CallState::scan(std::string_view prefix,
                     const std::function<bool(std::string_view, std::string_view)>& each) {
  std::map<std::string, std::string> all;
  Status status = view_.scan(prefix, [&](std::string_view key, std::string_view value) {
    all.emplace(key, value);
    return true;
  });
  if (!status && !error_) error_ = std::move(status).error();
  for (auto& [key, local] : local_) {
    if (!key.starts_with(prefix)) continue;
    local.read = true;
    if (local.value)
      all[key] = *local.value;
    else
      all.erase(key);
  }
  for (auto& [key, value] : all)
    if (!each(key, hold(value))) return;
}

void CallState::added(std::size_t, const Put& put) {
  Local& local = local_[put.key];
  local.value = put.erase ? std::nullopt : std::optional(put.value);
  local.claim = local.claim || put.claim;
}

}  // namespace copydesk::pipeline
