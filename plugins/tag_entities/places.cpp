#include "places.h"

#include <algorithm>
#include <cmath>

namespace copydesk::tag_entities {
namespace {

// In powers of ten of the population: a place whose country the article names is as likely as one
// elsewhere with ten times its people, one whose state it names as one with a hundred times.
constexpr double kNamedAround = 1.0;
// And so much less likely is one whose name is as a rule something else.
constexpr double kDoubtful = 1.0;
// By how much the likeliest of one name must lead to be given as the one that is meant.
constexpr double kLeadMin = 0.3;
// A place of so many people is known without its country.
constexpr std::uint32_t kKnownEverywhere = 500'000;
// So many make a mention that nothing else supports.
constexpr std::uint32_t kFoundAnywhere = 1'000'000;
constexpr std::uint32_t kSeveral = Gazetteer::kNone - 1;  // no entry has that number
constexpr double kPeopleMin = 1000;                       // where nobody says how many

bool lies_in(const Gazetteer& gazetteer, std::uint32_t entry, std::string_view id) {
  return gazetteer.locality(entry).any_around([id](std::string_view other) { return other == id; });
}

}  // namespace

void Places::clear() {
  named_.clear();
  // What one huge article needed is not kept for all that follow.
  constexpr std::size_t kBucketsMax = 4096;
  meanings_.clear();
  pairs_.clear();
  if (meanings_.bucket_count() > kBucketsMax) meanings_ = {};
  told_groups_.clear();
  if (pairs_.bucket_count() > kBucketsMax) pairs_ = {};
  if (told_groups_.bucket_count() > kBucketsMax) told_groups_ = {};
}

void Places::tell(const Gazetteer& gazetteer, std::uint32_t form, std::uint32_t entry) {
  Meaning& meaning = meanings_[form];
  if (entry != Gazetteer::kNone) told_groups_.insert(gazetteer.entry(entry).group);
  if (meaning.told) {
    // Of two it is open which is meant elsewhere.
    if (meaning.entry != entry) meaning.clear = meaning.sure = false;
    return;
  }
  meaning.told = meaning.is_name = true;
  meaning.entry = entry;
  meaning.clear = meaning.sure = entry != Gazetteer::kNone;
}

const Places::Relation& Places::relation(const Gazetteer& gazetteer, std::uint32_t form,
                                         std::uint32_t behind) {
  const auto [pair, first] = pairs_.try_emplace(std::uint64_t{form} << 32 | behind);
  if (first) pair->second = find_relation(gazetteer, form, behind);
  return pair->second;
}

Places::Relation Places::find_relation(const Gazetteer& gazetteer, std::uint32_t form,
                                       std::uint32_t behind) {
  Relation found;
  const auto is_around = [&](std::uint32_t outer) {
    const Entry around = gazetteer.entry(outer);
    return around.type == EntityType::kLoc &&
           any_candidate(gazetteer, form, false, [&](const Form& inner) {
             found.inside = lies_in(gazetteer, inner.entry, around.id);
             if (found.inside) found.inner = inner.entry, found.outer = outer;
             return found.inside;
           });
  };
  const std::uint32_t first = gazetteer.form(behind).entry;
  const bool open = !gazetteer.is_locality(first);  // it means something without any context
  if (open && is_around(first)) return found;
  const auto around = [&](const Form& outer) { return is_around(outer.entry); };
  if (any_candidate(gazetteer, behind, true, around)) return found;
  found.abroad = open && gazetteer.type_of(first) == EntityType::kLoc && gazetteer.has_parts(first);
  if (open) return found;
  const bool short_form = gazetteer.form(behind).use == FormUse::kBehind;
  // "Paris, New York": which may be a town beside it.
  found.elsewhere = !any_candidate(gazetteer, behind, true, [&](const Form& outer) {
    if (short_form && outer.use != FormUse::kBehind) return false;
    if (!short_form && !gazetteer.has_parts(outer.entry)) return true;
    found.outer = found.outer == Gazetteer::kNone ? outer.entry : kSeveral;
    return false;
  });
  if (!found.elsewhere || found.outer == kSeveral) found.outer = Gazetteer::kNone;
  return found;
}

std::uint32_t Places::around_of_same_name(const Gazetteer& gazetteer, std::uint32_t form,
                                          std::uint32_t entry) {
  std::uint32_t around = Gazetteer::kNone;
  any_candidate(gazetteer, form, false, [&](const Form& outer) {
    const bool is = lies_in(gazetteer, entry, gazetteer.entry(outer.entry).id);
    if (is) around = outer.entry;
    return is;
  });
  return around;
}

void Places::weigh(const Gazetteer& gazetteer) {
  std::sort(named_.begin(), named_.end());
  for (auto& [form, meaning] : meanings_) {
    if (!meaning.told) weigh(gazetteer, form, meaning);
  }
}

void Places::weigh(const Gazetteer& gazetteer, std::uint32_t form, Meaning& meaning) const {
  double best = -1, next = -1;
  const bool behind = gazetteer.form(form).use == FormUse::kBehind;
  any_candidate(gazetteer, form, behind, [&](const Form& candidate) {
    const Locality locality = gazetteer.locality(candidate.entry);
    const int named = named_around(gazetteer, form, locality);
    const std::uint32_t people = locality.population;
    const bool doubtful = candidate.use == FormUse::kDoubtful;
    const double weight =
        std::log10(people + kPeopleMin) + named * kNamedAround - (doubtful ? kDoubtful : 0);
    if (weight > best) {
      next = best;
      best = weight;
      meaning.entry = candidate.entry;
      meaning.sure = named > 0 || people >= kKnownEverywhere;
      meaning.found_alone = !doubtful && (named > 0 || people >= kFoundAnywhere);
    } else {
      next = std::max(next, weight);
    }
    return false;
  });
  meaning.clear = best - next >= kLeadMin;
  if (!meaning.clear) meaning.sure = meaning.found_alone = false;
}

// 0 when the article names nothing of what it lies in, more the closer around it that is. What has
// the same name does not count: "Quebec" does not speak for the city in it.
int Places::named_around(const Gazetteer& gazetteer, std::uint32_t form,
                         const Locality& locality) const {
  int depth = 0, named = 0;
  locality.any_around([&](std::string_view id) {
    ++depth;
    const auto is_it = [&](const Form& f) { return gazetteer.entry(f.entry).id == id; };
    if (std::binary_search(named_.begin(), named_.end(), id) &&
        !any_candidate(gazetteer, form, true, is_it)) {
      named = depth;
    }
    return false;
  });
  return named;
}

}  // namespace copydesk::tag_entities
