#include "state/overlay.h"

#include <algorithm>
#include <utility>

namespace copydesk::state {
namespace {

std::size_t cost(const std::string& key, const std::optional<std::string>& value) {
  return key.size() + (value ? value->size() : 0);
}

}  // namespace

void Overlay::add(std::uint64_t batch, std::uint32_t article, std::string_view key,
                  std::optional<std::string> value, bool claim) {
  const std::lock_guard lock(mutex_);
  auto it = versions_.find(key);
  if (it == versions_.end()) {
    it = versions_.emplace(std::string(key), Versions()).first;
    if (is_ordered_) ordered_.insert(&it->first);
  }
  Put& put =
      batches_[batch].emplace_back(Put{&it->first, batch, article, claim, false, std::move(value)});
  Versions& versions = it->second;
  versions.insert(std::ranges::upper_bound(versions, batch, {}, &Put::batch), &put);
  bytes_ += cost(*put.key, put.value);
  ++size_;
}

Overlay::Put* Overlay::visible(const Versions& versions, std::uint64_t batch) {
  const auto it = std::ranges::upper_bound(versions, batch, {}, &Put::batch);
  return it == versions.begin() ? nullptr : *std::prev(it);
}

// The put a reader sees, marked as read; nullptr where the store has the word. The caller holds the lock.
const Overlay::Put* Overlay::read(std::uint64_t batch, std::string_view key) {
  const auto it = versions_.find(key);
  if (it == versions_.end()) return nullptr;
  Put* put = visible(it->second, batch);
  if (put != nullptr) put->read = true;
  return put;
}

Result<std::optional<std::string>> Overlay::get(std::uint64_t batch, std::string_view key) {
  {
    const std::lock_guard lock(mutex_);
    if (const Put* put = read(batch, key)) return put->value;
  }
  // A commit that happens here adds only what is older than the reader and was in the overlay before it.
  return store_.get(key);
}

Status Overlay::multi_get(std::uint64_t batch, std::span<const std::string_view> keys,
                          std::vector<std::optional<std::string>>& out) {
  // by place in keys, ascending
  std::vector<std::pair<std::size_t, std::optional<std::string>>> held;
  {
    const std::lock_guard lock(mutex_);
    if (size_ != 0)
      for (std::size_t i = 0; i < keys.size(); ++i)
        if (const Put* put = read(batch, keys[i])) held.emplace_back(i, put->value);
  }
  if (held.empty()) return store_.multi_get(keys, out);
  std::vector<std::string_view> asked;
  for (std::size_t i = 0, h = 0; i < keys.size(); ++i) {
    if (h < held.size() && held[h].first == i)
      ++h;
    else
      asked.push_back(keys[i]);
  }
  std::vector<std::optional<std::string>> stored;
  if (Status bad = store_.multi_get(asked, stored); !bad) return bad;
  out.assign(keys.size(), std::nullopt);
  for (std::size_t i = 0, h = 0; i < keys.size(); ++i) {
    if (h < held.size() && held[h].first == i)
      out[i] = std::move(held[h++].second);
    else
      out[i] = std::move(stored[i - h]);
  }
  return {};
}

void Overlay::order() {
  if (is_ordered_) return;
  for (const auto& [key, versions] : versions_) ordered_.insert(&key);
  is_ordered_ = true;
}

// What a reader sees under the prefix, in order; nullopt hides the store's. The caller holds the lock.
std::vector<std::pair<std::string, std::optional<std::string>>> Overlay::pending(
    std::uint64_t batch, std::string_view prefix) {
  std::vector<std::pair<std::string, std::optional<std::string>>> out;
  order();
  for (auto it = ordered_.lower_bound(prefix); it != ordered_.end() && (*it)->starts_with(prefix);
       ++it) {
    Put* put = visible(versions_.find(**it)->second, batch);
    if (put == nullptr) continue;
    put->read = true;
    out.emplace_back(**it, put->value);
  }
  return out;
}

Status Overlay::scan(std::uint64_t batch, std::string_view prefix, const Store::Visit& visit) {
  std::vector<std::pair<std::string, std::optional<std::string>>> held;
  {
    const std::lock_guard lock(mutex_);
    held = pending(batch, prefix);
  }
  auto next = held.begin();
  bool go_on = true;
  const auto visit_held_before = [&](const std::string_view* key) {
    for (; go_on && next != held.end() && (key == nullptr || next->first < *key); ++next)
      if (next->second) go_on = visit(next->first, *next->second);
  };
  Status status = store_.scan(prefix, [&](std::string_view key, std::string_view value) {
    visit_held_before(&key);
    if (!go_on) return false;
    // the put's word counts; it comes before the next key
    if (next != held.end() && next->first == key) return true;
    return go_on = visit(key, value);
  });
  if (!status) return status;
  visit_held_before(nullptr);
  return status;
}

bool Overlay::any_claim(std::uint64_t batch, std::uint32_t article, bool read) const {
  const std::lock_guard lock(mutex_);
  const auto found = batches_.find(batch);
  if (found == batches_.end()) return false;
  return std::ranges::any_of(found->second, [&](const Put& p) {
    return p.article == article && p.claim && (p.read || !read);
  });
}

bool Overlay::was_read(std::uint64_t batch, std::uint32_t article) const {
  return any_claim(batch, article, true);
}
bool Overlay::has_claims(std::uint64_t batch, std::uint32_t article) const {
  return any_claim(batch, article, false);
}

// Takes a put out of its key's versions, and the key with its last one. The put itself is the caller's to erase.
void Overlay::forget(Put& put) {
  bytes_ -= cost(*put.key, put.value);
  --size_;
  const auto it = versions_.find(*put.key);
  std::erase(it->second, &put);
  if (!it->second.empty()) return;
  if (is_ordered_) ordered_.erase(&it->first);
  versions_.erase(it);
}

void Overlay::withdraw(std::uint64_t batch, std::uint32_t article) {
  const std::lock_guard lock(mutex_);
  const auto found = batches_.find(batch);
  if (found == batches_.end()) return;
  for (Put& put : found->second) {
    if (put.key == nullptr || put.article != article || !put.claim) continue;
    forget(put);
    // stays in its place, so that the others keep theirs
    put = Put{nullptr, batch, article, false, false, std::nullopt};
  }
}

void Overlay::collect(std::uint64_t upto, WriteSet& out) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, puts] : batches_) {
    if (number > upto) break;
    for (const Put& put : puts) {
      if (put.key == nullptr) continue;
      if (put.value)
        out.put(*put.key, *put.value);
      else
        out.erase(*put.key);
    }
  }
}

void Overlay::forget_batch(std::map<std::uint64_t, std::deque<Put>>::iterator batch) {
  for (Put& put : batch->second)
    if (put.key != nullptr) forget(put);
  batches_.erase(batch);
}

void Overlay::retire(std::uint64_t upto) {
  const std::lock_guard lock(mutex_);
  while (!batches_.empty() && batches_.begin()->first <= upto) forget_batch(batches_.begin());
}

void Overlay::drop_from(std::uint64_t batch) {
  const std::lock_guard lock(mutex_);
  while (!batches_.empty() && batches_.rbegin()->first >= batch)
    forget_batch(std::prev(batches_.end()));
}

std::size_t Overlay::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::size_t Overlay::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

}  // namespace copydesk::state
