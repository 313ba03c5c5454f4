#include "index.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "record.h"

namespace copydesk::deduplicate {
namespace {

// Candidates compared at most, those with most postings in common first. Postings bound them to
// kKeysMax * kStoriesMax anyway; in practice there are a handful.
constexpr std::size_t kCandidatesMax = 64;
// A copy this much longer than every indexed version of its story is indexed as well, so that
// copies of the longer version are found.
constexpr double kLongerMin = 1.15;
// What counts as "all" of a text, given that the share is estimated from a sample.
constexpr double kWhole = 0.85;

struct Candidate {
  StoryKey story = 0;
  std::size_t hits = 0;
  bool exact = false;
  std::optional<Record> record;
  Overlap overlap;  // first: the new text, second: the candidate
};

class Judgement {
 public:
  Judgement(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy,
            KeyValue& state)
      : fingerprint_(fingerprint),
        arrival_(arrival),
        policy_(policy),
        state_(state),
        own_(story_key(arrival.origin)) {}

  Verdict run() {
    verdict_.group = arrival_.id;
    if (fingerprint_.words == 0) return verdict_;
    look_up();
    fetch_records();
    if (const Candidate* exact = find_exact()) {
      call_copy(*exact, Status::kExact, 1, Relation::kCopy);
    } else if (const Candidate* best = find_nearest()) {
      call_copy(*best, Status::kNear, best->overlap.similarity(), relation_to(*best));
      if (is_longest_of(*best->record)) index_as(*best->record, policy_.copies);
    } else {
      index_as(Record{.leader = own_, .leader_id = std::string(arrival_.id)}, Claim::kClaim);
    }
    return verdict_;
  }

 private:
  // The exact entry and all postings, in one read.
  void look_up() {
    std::vector<std::string> keys{exact_state_key(fingerprint_)};
    if (policy_.near) {
      for (const std::uint64_t key : fingerprint_.posting_keys()) {
        keys.push_back(posting_state_key(key));
      }
    }
    const auto values = state_.multi_get(keys);
    postings_.resize(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!values[i]) continue;
      auto posting = parse_posting(*values[i]);
      if (!posting) {
        ++verdict_.unreadable;
        continue;
      }
      postings_[i] = std::move(*posting);
      if (!postings_[i].is_stop()) count_hits(postings_[i], i == 0);
    }
    state_keys_ = std::move(keys);
  }

  void count_hits(const Posting& posting, bool exact) {
    for (const StoryKey story : posting.stories) {
      const auto [at, added] = position_.try_emplace(story, candidates_.size());
      if (added) candidates_.push_back({.story = story});
      candidates_[at->second].hits += 1;
      candidates_[at->second].exact |= exact;
    }
  }

  // The records of the most promising candidates, in one read.
  void fetch_records() {
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) {
                       return std::tie(b.exact, b.hits) < std::tie(a.exact, a.hits);
                     });
    unseen_.clear();
    for (std::size_t i = kCandidatesMax; i < candidates_.size(); ++i) {
      unseen_.push_back(candidates_[i].story);
    }
    if (candidates_.size() > kCandidatesMax) candidates_.resize(kCandidatesMax);
    if (candidates_.empty()) return;
    std::vector<std::string> keys;
    for (const Candidate& candidate : candidates_)
      keys.push_back(record_state_key(candidate.story));
    const auto values = state_.multi_get(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!values[i]) continue;
      candidates_[i].record = parse_record(*values[i]);
      if (!candidates_[i].record) ++verdict_.unreadable;
    }
  }

  bool is_live(const Candidate& candidate) const {
    return candidate.record &&
           arrival_.time_ms - candidate.record->time_ms <= policy_.window.count();
  }

  bool may_match(const Candidate& candidate) const {
    return is_live(candidate) && candidate.record->origin != arrival_.origin &&
           candidate.record->leader != own_;
  }

  const Candidate* find_exact() const {
    for (const Candidate& candidate : candidates_) {
      if (may_match(candidate) && candidate.record->fingerprint.exact == fingerprint_.exact) {
        return &candidate;
      }
    }
    return nullptr;
  }

  const Candidate* find_nearest() {
    const Candidate* best = nullptr;
    for (Candidate& candidate : candidates_) {
      if (!policy_.near || !may_match(candidate)) continue;
      candidate.overlap = overlap(fingerprint_, candidate.record->fingerprint);
      if (!is_near(candidate.overlap)) continue;
      if (best == nullptr || is_better(candidate, *best)) best = &candidate;
    }
    return best;
  }

  bool is_near(const Overlap& found) const {
    return found.shared > 0 && !found.numbers_differ && found.similarity() >= policy_.threshold;
  }

  // Ties go to the text that is more alike in length, then to the older one; the story key makes
  // the order total.
  static bool is_better(const Candidate& a, const Candidate& b) {
    const auto rank = [](const Candidate& c) {
      return std::tuple(-c.overlap.similarity(), -c.overlap.of_first - c.overlap.of_second,
                        c.record->time_ms, c.story);
    };
    return rank(a) < rank(b);
  }

  static Relation relation_to(const Candidate& candidate) {
    const bool new_is_inside = candidate.overlap.of_first >= kWhole;
    const bool old_is_inside = candidate.overlap.of_second >= kWhole;
    if (new_is_inside && old_is_inside) return Relation::kCopy;
    if (new_is_inside) return Relation::kExcerpt;
    return old_is_inside ? Relation::kExpanded : Relation::kEdited;
  }

  void call_copy(const Candidate& match, Status status, double similarity, Relation relation) {
    verdict_.status = status;
    verdict_.of = verdict_.group = match.record->leader_id;
    verdict_.similarity = similarity;
    verdict_.relation = relation;
  }

  bool is_longest_of(const Record& story) const {
    return std::none_of(candidates_.begin(), candidates_.end(), [&](const Candidate& candidate) {
      return may_match(candidate) && candidate.record->leader == story.leader &&
             fingerprint_.words <= kLongerMin * candidate.record->fingerprint.words;
    });
  }

  // Enters the article under the story that `story` names.
  void index_as(const Record& story, Claim claim) {
    const Record record{.time_ms = arrival_.time_ms,
                        .leader = story.leader,
                        .origin = std::string(arrival_.origin),
                        .leader_id = story.leader_id,
                        .fingerprint = fingerprint_};
    put(record_state_key(own_), serialize(record), claim);
    put(state_keys_[0], serialize(Posting{{own_}}), claim);
    for (std::size_t i = 1; i < postings_.size(); ++i) extend(i, claim);
  }

  void extend(std::size_t i, Claim claim) {
    Posting& posting = postings_[i];
    if (posting.is_stop()) return;
    std::erase_if(posting.stories,
                  [&](StoryKey story) { return story != own_ && is_known_gone(story); });
    if (std::find(posting.stories.begin(), posting.stories.end(), own_) == posting.stories.end()) {
      posting.stories.push_back(own_);
    }
    put(state_keys_[i], serialize(posting), claim);
  }

  // Entries that ran out of the window leave the lists they are met in.
  bool is_known_gone(StoryKey story) const {
    if (std::find(unseen_.begin(), unseen_.end(), story) != unseen_.end()) return false;
    return std::none_of(candidates_.begin(), candidates_.end(), [&](const Candidate& candidate) {
      return candidate.story == story && is_live(candidate);
    });
  }

  void put(std::string_view key, std::string_view value, Claim claim) {
    state_.put(key, value, policy_.window, claim);
  }

  const Fingerprint& fingerprint_;
  const Arrival& arrival_;
  const Policy& policy_;
  KeyValue& state_;
  const StoryKey own_;
  Verdict verdict_;
  std::vector<std::string> state_keys_;  // [0] exact, then the postings
  std::vector<Posting> postings_;        // what was found under them
  std::vector<Candidate> candidates_;
  std::vector<StoryKey> unseen_;  // candidates beyond kCandidatesMax: nothing is known of them
  std::unordered_map<StoryKey, std::size_t> position_;
};

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kUnique:
      return "unique";
    case Status::kExact:
      return "exact";
    case Status::kNear:
      return "near";
  }
  return {};
}

std::string_view to_string(Relation relation) {
  switch (relation) {
    case Relation::kCopy:
      return "copy";
    case Relation::kExcerpt:
      return "excerpt";
    case Relation::kExpanded:
      return "expanded";
    case Relation::kEdited:
      return "edited";
  }
  return {};
}

Verdict judge(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy,
              KeyValue& state) {
  return Judgement(fingerprint, arrival, policy, state).run();
}

}  // namespace copydesk::deduplicate
