#include "places.h"

#include <algorithm>
#include <cmath>

namespace copydesk::tag_entities {
namespace {

// In powers of ten of the population: a place whose country or state the article names is as likely
// as one elsewhere with ten times its people.
constexpr double kNamedAround = 1.0;
// By how much the likeliest of one name must lead to be given as the one that is meant.
constexpr double kLeadMin = 0.3;
// A place of so many people is known without its country.
constexpr std::uint32_t kKnownEverywhere = 500'000;
// So many make a mention that nothing else supports.
constexpr std::uint32_t kFoundAnywhere = 1'000'000;
constexpr double kPeopleMin = 1000;  // where nobody says how many

// Whether each(id) holds for one of the ids between '|'.
template <class Each>
bool any_id(std::string_view ids, Each each) {
  while (!ids.empty()) {
    const std::size_t end = std::min(ids.find('|'), ids.size());
    if (each(ids.substr(0, end))) return true;
    ids.remove_prefix(std::min(end + 1, ids.size()));
  }
  return false;
}

}  // namespace

void Places::clear() {
  named_.clear();
  // What one huge article needed is not kept for all that follow.
  constexpr std::size_t kBucketsMax = 4096;
  meanings_.clear();
  pairs_.clear();
  if (meanings_.bucket_count() > kBucketsMax) meanings_ = {};
  if (pairs_.bucket_count() > kBucketsMax) pairs_ = {};
}

void Places::tell(std::uint32_t form, std::uint32_t entry) {
  Meaning& meaning = meanings_[form];
  if (meaning.told) return;
  meaning.entry = entry;
  meaning.told = meaning.sure = meaning.is_name = true;
}

void Places::weigh(const Gazetteer& gazetteer) {
  std::sort(named_.begin(), named_.end());
  for (auto& [form, meaning] : meanings_) {
    if (!meaning.told) weigh(gazetteer, form, meaning);
  }
}

void Places::weigh(const Gazetteer& gazetteer, std::uint32_t form, Meaning& meaning) const {
  double best = -1, next = -1;
  any_candidate(gazetteer, form, [&](std::uint32_t entry) {
    const bool named = is_named_around(gazetteer, entry);
    const std::uint32_t people = gazetteer.locality(entry).population;
    const double weight = std::log10(people + kPeopleMin) + (named ? kNamedAround : 0);
    if (weight > best) {
      next = best;
      best = weight;
      meaning.entry = entry;
      meaning.sure = named || people >= kKnownEverywhere;
      meaning.found_alone = named || people >= kFoundAnywhere;
    } else {
      next = std::max(next, weight);
    }
    return false;
  });
  if (best - next < kLeadMin) meaning.sure = meaning.found_alone = false;
}

bool Places::is_named_around(const Gazetteer& gazetteer, std::uint32_t entry) const {
  return any_id(gazetteer.locality(entry).within, [this](std::string_view id) {
    return std::binary_search(named_.begin(), named_.end(), id);
  });
}

bool Places::lies_in(const Gazetteer& gazetteer, std::uint32_t entry, std::string_view id) {
  return any_id(gazetteer.locality(entry).within,
                [id](std::string_view other) { return other == id; });
}

}  // namespace copydesk::tag_entities
