#include "state/stage_view.h"

#include "state/ttl.h"

namespace copydesk::state {
namespace {

constexpr std::size_t kExpiryBytes = 8;

// Takes the expiry off in place; nothing is left of what has expired.
void strip(std::optional<std::string>& stored, Nanos now) {
  if (!stored) return;
  if (unexpired(*stored, now))
    stored->erase(0, kExpiryBytes);
  else
    stored.reset();
}

}  // namespace

Result<std::optional<std::string>> StageView::get(std::string_view key) {
  auto found = overlay_.get(batch_, full(key));
  if (found) strip(*found, now_);
  return found;
}

Status StageView::multi_get(std::span<const std::string_view> keys,
                            std::vector<std::optional<std::string>>& out) {
  std::string all;  // the full keys one behind the other
  std::size_t total = 0;
  for (std::string_view key : keys) total += prefix_.size() + key.size();
  all.reserve(total);
  std::vector<std::string_view> views;
  views.reserve(keys.size());
  for (std::string_view key : keys) {
    const std::size_t at = all.size();
    all.append(prefix_).append(key);
    views.push_back(std::string_view(all).substr(at));
  }
  if (Status bad = overlay_.multi_get(batch_, views, out); !bad) return bad;
  for (auto& value : out) strip(value, now_);
  return {};
}

Status StageView::scan(std::string_view prefix, const Store::Visit& visit) {
  return overlay_.scan(batch_, full(prefix), [&](std::string_view key, std::string_view stored) {
    const auto value = unexpired(stored, now_);
    return !value || visit(key.substr(prefix_.size()), *value);
  });
}

void StageView::put(std::uint32_t article, std::string_view key, std::string_view value, Nanos ttl,
                    bool claim) {
  overlay_.add(batch_, article, full(key), with_expiry(expiry(now_, ttl), value), claim);
}

void StageView::erase(std::uint32_t article, std::string_view key, bool claim) {
  overlay_.add(batch_, article, full(key), std::nullopt, claim);
}

}  // namespace copydesk::state
