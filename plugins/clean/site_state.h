// The records of sites as one call of resolve sees them, and the edits that the site memory makes.
//
// State keys: "d" + shelf is the shelf, "s" + shelf + place the record at that place.
#pragma once
#include <copydesk/sdk.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site_memory.h"

namespace copydesk::clean {

inline std::string shelf_key(std::size_t shelf) { return {'d', static_cast<char>(shelf)}; }
inline std::string record_key(std::size_t shelf, std::size_t place) {
  return {'s', static_cast<char>(shelf), static_cast<char>(place)};
}

class SiteMemory {
 public:
  // A site that nobody has seen for so long is forgotten, and so is its record.
  static constexpr std::int64_t kForgottenAfterNs = 90LL * 24 * 3600 * 1'000'000'000;

  explicit SiteMemory(const State& state) : state_(state) {}

  // The record of the site, perhaps a new one, for article `index`. Valid until the next call.
  SiteRecord& record(std::string_view site, std::uint32_t index) {
    const std::size_t number = Shelf::of(site);
    auto& shelf = fetch(shelves_, shelf_key(number), index, Shelf::parse);
    const std::size_t place = shelf.take(site);
    auto& found = fetch(records_, record_key(number, place), index, parse_site_record);
    if (found.site != site) found = SiteRecord{.site = std::string(site)};
    return found;
  }

  // An observation holds whatever becomes of the article that it goes with.
  void put(const Batch& batch, Edit& edit) const {
    for (const auto& [key, held] : shelves_)
      edit.observe(batch[held.last], key, held.value.serialize(), kForgottenAfterNs);
    for (const auto& [key, held] : records_)
      edit.observe(batch[held.last], key, serialize(held.value), kForgottenAfterNs);
  }

  [[nodiscard]] std::size_t damaged() const { return damaged_; }

 private:
  template <class T>
  struct Held {
    T value;
    std::uint32_t last = 0;  // article that used it last
  };

  template <class T>
  T& fetch(std::map<std::string, Held<T>>& held, const std::string& key, std::uint32_t index,
           std::optional<T> (*parse)(std::string_view)) {
    const auto [at, added] = held.try_emplace(key);
    at->second.last = index;
    if (!added) return at->second.value;
    if (const auto stored = state_.get(key)) {
      auto value = parse(*stored);
      if (value)
        at->second.value = std::move(*value);
      else
        ++damaged_;
    }
    return at->second.value;
  }

  const State& state_;
  std::map<std::string, Held<Shelf>> shelves_;
  std::map<std::string, Held<SiteRecord>> records_;
  std::size_t damaged_ = 0;
};

inline std::vector<cd_patch> cut_patches(const SiteLines& lines, const SiteVerdict& verdict) {
  std::vector<cd_patch> out;
  for (const Span& span : cut_spans(lines, verdict)) out.push_back({{span.begin, span.end}, {}});
  return out;
}

}  // namespace copydesk::clean
