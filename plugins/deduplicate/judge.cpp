#include "judge.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace copydesk::deduplicate {
namespace {

// A copy this much longer than every indexed version of its story is indexed as well, so that
// copies of the longer version are found.
constexpr double kLongerMin = 1.15;
// What counts as "all" of a text, given that the share is estimated from a sample.
constexpr double kWhole = 0.85;
// A match begins a story's window anew when this share of it has passed.
constexpr int kRefreshShare = 8;
constexpr std::size_t kAddressKey = 1;  // its place among the keys, where it has one

class Judgement {
 public:
  Judgement(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy,
            Index& index, KeyValue& state)
      : fingerprint_(fingerprint),
        arrival_(arrival),
        policy_(policy),
        index_(index),
        state_(state),
        own_(story_key(arrival.origin)) {}

  Verdict run() {
    verdict_.group = arrival_.id;
    if (fingerprint_.words == 0) return verdict_;
    found_ = &index_.look_up(keys_, arrival_.time_ms, state_);
    verdict_.unreadable = found_->unreadable;
    verdict_.is_unchecked = found_->is_blind;
    Overlap overlap;
    if (const Candidate* exact = find_exact()) {
      call_copy(*exact, Status::kExact, 1, Relation::kCopy);
    } else if (const Candidate* same_place = find_address(overlap)) {
      call_copy(*same_place, Status::kExact, overlap.similarity(),
                relation_to(*same_place, overlap));
      index_version_of(*same_place, !policy_.near || !is_near(overlap));
    } else if (const Candidate* best = find_nearest(overlap)) {
      call_copy(*best, Status::kNear, overlap.similarity(), relation_to(*best, overlap));
      index_version_of(*best, false);
    } else {
      verdict_.waits_for = find_held();
      index_as(own_, arrival_.id, found_->listed, Claim::kClaim);
    }
    return verdict_;
  }

 private:
  bool may_match(const Candidate& candidate) const {
    const Record& record = candidate.record;
    return arrival_.time_ms - record.time_ms <= policy_.window.count() && record.story != own_ &&
           record.leader != own_;
  }

  const Candidate* find_exact() const {
    for (const Candidate& candidate : found_->candidates) {
      if (may_match(candidate) && candidate.record.fingerprint.exact == fingerprint_.exact)
        return &candidate;
    }
    return nullptr;
  }

  const Candidate* find_address(Overlap& overlap_of_it) const {
    if (!policy_.by_address || arrival_.address == 0) return nullptr;
    for (const Candidate& candidate : found_->candidates) {
      if (candidate.record.address != arrival_.address || !may_match(candidate)) continue;
      overlap_of_it = overlap(fingerprint_, candidate.record.fingerprint);
      return &candidate;
    }
    return nullptr;
  }

  const Candidate* find_nearest(Overlap& overlap_of_best) const {
    const Candidate* best = nullptr;
    for (const Candidate& candidate : found_->candidates) {
      if (!policy_.near || !may_match(candidate)) continue;
      const Overlap found = overlap(fingerprint_, candidate.record.fingerprint);
      if (!is_near(found)) continue;
      if (best != nullptr && !is_better(candidate, found, *best, overlap_of_best)) continue;
      best = &candidate;
      overlap_of_best = found;
    }
    return best;
  }

  // The story of another desk, in its hands still, that the article would be a copy of.
  std::string find_held() const {
    for (const Candidate& held : found_->held) {
      const Record& record = held.record;
      const bool same_address =
          policy_.by_address && arrival_.address != 0 && record.address == arrival_.address;
      const bool matches = record.fingerprint.exact == fingerprint_.exact || same_address ||
                           (policy_.near && is_near(overlap(fingerprint_, record.fingerprint)));
      if (matches && may_match(held)) return record.leader_id;
    }
    return {};
  }

  bool is_near(const Overlap& found) const {
    return found.shared > 0 && !found.is_other_filling && found.similarity() >= policy_.threshold;
  }

  // Ties go to the text that is more alike in length, then to the older one; the story key makes
  // the order total.
  static bool is_better(const Candidate& a, const Overlap& of_a, const Candidate& b,
                        const Overlap& of_b) {
    const auto rank = [](const Candidate& c, const Overlap& o) {
      return std::tuple(-o.similarity(), -o.of_first - o.of_second, c.record.time_ms,
                        c.record.story);
    };
    return rank(a, of_a) < rank(b, of_b);
  }

  Relation relation_to(const Candidate& match, const Overlap& overlap) const {
    const bool new_is_inside = overlap.of_first >= kWhole,
               old_is_inside = overlap.of_second >= kWhole;
    const bool same_address = arrival_.address != 0 && arrival_.address == match.record.address;
    if (new_is_inside && !old_is_inside) return Relation::kExcerpt;
    if (arrival_.says_update || same_address) return Relation::kUpdated;
    if (new_is_inside) return Relation::kCopy;
    if (old_is_inside) return Relation::kExpanded;
    const bool is_longer = fingerprint_.words > kLongerMin * match.record.fingerprint.words;
    return is_longer && overlap.of_second > overlap.of_first ? Relation::kUpdated
                                                             : Relation::kEdited;
  }

  void call_copy(const Candidate& match, Status status, double similarity, Relation relation) {
    verdict_.status = status;
    verdict_.of = verdict_.group = match.record.leader_id;
    verdict_.similarity = similarity;
    verdict_.relation = relation;
    refresh(match);
  }

  bool is_longest_of(const Record& story) const {
    return std::none_of(
        found_->candidates.begin(), found_->candidates.end(), [&](const Candidate& candidate) {
          return may_match(candidate) && candidate.record.leader == story.leader &&
                 fingerprint_.words <= kLongerMin * candidate.record.fingerprint.words;
        });
  }

  // Copies of this version are to be found as well when it says much that no indexed one does.
  void index_version_of(const Candidate& match, bool is_unlike) {
    if (!is_unlike && !is_longest_of(match.record)) return;
    // The address leads to the story already.
    std::uint16_t listed = found_->listed;
    if (policy_.by_address && arrival_.address != 0)
      listed = static_cast<std::uint16_t>(listed & ~(1U << kAddressKey));
    index_as(match.record.leader, match.record.leader_id, listed, policy_.longer);
  }

  // Enters the article under the story of that canonical article, unless it came before and is there.
  void index_as(StoryKey leader, std::string_view leader_id, std::uint16_t listed, Claim claim) {
    const bool is_known = std::any_of(
        found_->candidates.begin(), found_->candidates.end(), [&](const Candidate& candidate) {
          return candidate.record.story == own_ &&
                 candidate.record.fingerprint.exact == fingerprint_.exact;
        });
    if (is_known) return;
    const Record record{.time_ms = arrival_.time_ms,
                        .story = own_,
                        .leader = leader,
                        .address = arrival_.address,
                        .leader_id = std::string(leader_id),
                        .fingerprint = fingerprint_};
    index_.put(record, keys_, listed, claim, state_);
  }

  void refresh(const Candidate& match) {
    const std::int64_t age = arrival_.time_ms - match.record.time_ms;
    if (!policy_.refresh || age * kRefreshShare < policy_.window.count()) return;
    index_.refresh(match, arrival_.time_ms, state_);
  }

  const Fingerprint& fingerprint_;
  const Arrival& arrival_;
  const Policy& policy_;
  Index& index_;
  KeyValue& state_;
  const StoryKey own_;
  const SearchKeys keys_ = keys_of(fingerprint_, arrival_, policy_);
  Verdict verdict_;
  const Found* found_ = nullptr;
};

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kUnique: return "unique";
    case Status::kExact: return "exact";
    case Status::kNear: return "near";
  }
  return {};
}

std::string_view to_string(Relation relation) {
  switch (relation) {
    case Relation::kCopy: return "copy";
    case Relation::kExcerpt: return "excerpt";
    case Relation::kExpanded: return "expanded";
    case Relation::kUpdated: return "updated";
    case Relation::kEdited: return "edited";
  }
  return {};
}

SearchKeys keys_of(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy) {
  // So that an address is not taken for a text.
  constexpr std::uint64_t kOfAddress = 0x9E3779B97F4A7C15;
  SearchKeys keys;
  if (fingerprint.words == 0) return keys;
  keys.values[keys.count++] = fingerprint.exact.low;
  if (policy.by_address && arrival.address != 0)
    keys.values[keys.count++] = arrival.address * kOfAddress;
  keys.exact_count = keys.count;
  if (!policy.near) return keys;
  for (const std::uint64_t key : fingerprint.posting_keys()) keys.values[keys.count++] = key;
  return keys;
}

Verdict judge(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy,
              Index& index, KeyValue& state) {
  return Judgement(fingerprint, arrival, policy, index, state).run();
}

}  // namespace copydesk::deduplicate
