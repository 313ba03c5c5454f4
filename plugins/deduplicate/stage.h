// The stage `deduplicate`: the algorithm behind index.h, as the SDK wants it.
#pragma once
#include <cmath>
#include <copydesk/sdk.hpp>

#include "fingerprint.h"
#include "index.h"

namespace copydesk::deduplicate {

// The index's view of the stage's state while one article is resolved.
class ArticleState : public KeyValue {
 public:
  ArticleState(const State& state, Edit& edit, const Article& article)
      : state_(state), edit_(edit), article_(article) {}

  std::vector<std::optional<std::string>> multi_get(std::span<const std::string> keys) override {
    std::vector<cd_string> names;
    names.reserve(keys.size());
    for (const std::string& key : keys) names.push_back(to_c(key));
    std::vector<cd_bytes> found(keys.size());
    state_.multi_get(names, found);
    std::vector<std::optional<std::string>> values(keys.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].data) values[i].emplace(view(found[i]));
    }
    return values;
  }

  void put(std::string_view key, std::string_view value, std::chrono::milliseconds ttl,
           Claim claim) override {
    const std::int64_t ttl_ns = std::chrono::nanoseconds(ttl).count();
    if (claim == Claim::kClaim) {
      edit_.claim(article_, key, value, ttl_ns);
    } else {
      edit_.observe(article_, key, value, ttl_ns);
    }
  }

 private:
  const State& state_;
  Edit& edit_;
  const Article& article_;
};

struct Deduplicate : Stage {
  static constexpr const char* kAccepts[] = {"text/plain", nullptr};
  static constexpr const char* kReads[] = {"title", "body", nullptr};
  static constexpr const char* kWrites[] = {"dedup.status",     "dedup.of",       "dedup.group",
                                            "dedup.similarity", "dedup.relation", nullptr};
  static constexpr const char* kCodes[] = {"duplicate", nullptr};
  static constexpr About kAbout{
      .name = "deduplicate",
      .summary = "Finds articles that have already run, word for word or edited.",
      .state_version = 1,  // raise it whenever a fingerprint or an entry changes
      .accepts = kAccepts,
      .reads = kReads,
      .writes = kWrites,
      .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      option("action", CD_OPTION_ENUM, "tag",
             "What happens to a copy: it goes on with its verdict, or it is dropped.", nullptr,
             "tag|drop", CD_RELOADABLE),
      option("window", CD_OPTION_DURATION, "30d",
             "How long after a story ran its copies are recognised.", nullptr, "1s..3650d",
             CD_RELOADABLE),
      option("threshold", CD_OPTION_REAL, "0.55",
             "Share of the shorter text that must be found in the longer one.", nullptr,
             "0.3..0.95", CD_RELOADABLE),
      option("near", CD_OPTION_BOOL, "true",
             "Also find edited, cut and extended copies, not only texts with the same words.",
             nullptr, nullptr, CD_RELOADABLE)};

  Deduplicate(const Host& host, const Options& options)
      : host_(host),
        drops_(options.string("action") == "drop"),
        policy_{.window = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::nanoseconds(options.integer("window"))),
                .threshold = options.real("threshold"),
                .near = options.boolean("near"),
                .copies = drops_ ? Claim::kObservation : Claim::kClaim} {}

  void process(const Call&, const Batch& batch, Edit&, Carry& carry) const {
    for (const Article article : batch) {
      carry.set(article, serialize(fingerprint(article.title(), article.body())));
    }
  }

  void resolve(const Call& call, const Batch& batch, Carry& carry, State& state, Edit& edit) const {
    std::uint64_t unreadable = 0;
    for (const Article article : batch) {
      const auto carried = parse(carry.get(article));
      if (!carried) throw Fatal("carry: not a fingerprint of this version");
      ArticleState article_state(state, edit, article);
      const Arrival arrival{article.origin(), article.id(), call.time() / kNsPerMs};
      const Verdict verdict = judge(*carried, arrival, policy_, article_state);
      unreadable += verdict.unreadable;
      write(article, verdict, edit);
    }
    if (unreadable > 0) host_.warn("Index entries are damaged and were skipped.");
  }

 private:
  static constexpr std::int64_t kNsPerMs = 1'000'000;

  void write(const Article& article, const Verdict& verdict, Edit& edit) const {
    edit.set(article, "dedup.status", to_string(verdict.status));
    edit.set(article, "dedup.group", verdict.group);
    if (verdict.status == Status::kUnique) {
      forget_earlier_verdict(article, edit);
      return;
    }
    constexpr double kSteps = 1000;  // three decimals are more than a sample can tell
    edit.set(article, "dedup.of", verdict.of);
    edit.set(article, "dedup.similarity",
             real_value(std::round(verdict.similarity * kSteps) / kSteps));
    edit.set(article, "dedup.relation", to_string(verdict.relation));
    if (drops_) edit.drop(article, kCodes[0]);
  }

  // An article that comes in with a verdict, as one written by another copydesk does.
  static void forget_earlier_verdict(const Article& article, Edit& edit) {
    for (const char* field : {"dedup.of", "dedup.similarity", "dedup.relation"}) {
      if (article.field(field) != nullptr) edit.unset(article, field);
    }
  }

  Host host_;
  bool drops_;
  Policy policy_;
};

}  // namespace copydesk::deduplicate
