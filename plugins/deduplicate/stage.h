// The stage `deduplicate`: the algorithm behind judge.h, as the SDK wants it.
#pragma once
#include <algorithm>
#include <cmath>
#include <copydesk/sdk.hpp>
#include <memory>

#include "copy_watch.h"
#include "fingerprint.h"
#include "html_text.h"
#include "judge.h"
#include "report.h"
#include "shared_options.h"
#include "story_index.h"

namespace copydesk::deduplicate {

// The index's view of the stage's state while one article is resolved.
class ArticleState : public KeyValue {
 public:
  ArticleState(const State& state, Edit& edit, const Article& article)
      : state_(state), edit_(edit), article_(article) {}

  std::optional<std::string> get(std::string_view key) override {
    const auto value = state_.get(key);
    return value ? std::optional<std::string>(*value) : std::nullopt;
  }

  void put(std::string_view key, std::string_view value, Claim claim) override {
    if (claim == Claim::kClaim) {
      edit_.claim(article_, key, value);
    } else {
      edit_.observe(article_, key, value);
    }
  }

 private:
  const State& state_;
  Edit& edit_;
  const Article& article_;
};

struct Deduplicate : Stage {
  static constexpr const char* kAccepts[] = {"text/plain", "text/html", nullptr};
  static constexpr const char* kReads[] = {"title",         "body",   "url",
                                           "canonical_url", "domain", nullptr};
  static constexpr const char* kWrites[] = {"dedup.status",     "dedup.of",       "dedup.group",
                                            "dedup.similarity", "dedup.relation", nullptr};
  static constexpr const char* kCodes[] = {"duplicate", nullptr};
  static constexpr About kAbout{
      .name = "deduplicate",
      .summary = "Finds articles that have already run, word for word or edited.",
      .state_version = 3,  // raise it whenever what is put into the state changes
      .accepts = kAccepts,
      .reads = kReads,
      .writes = kWrites,
      .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      option("action", CD_OPTION_ENUM, "tag",
             "What happens to a copy: it goes on with its verdict, or it is dropped.", nullptr,
             "tag|drop", CD_RELOADABLE),
      only_with(
          "action=drop",
          option("keep", CD_OPTION_ENUM, "longest",
                 "What is not dropped with `action: drop`: first drops every copy, longest lets "
                 "versions that say more or "
                 "correct the story go on, latest also versions edited elsewhere.",
                 nullptr, "first|longest|latest", CD_RELOADABLE)),
      option("window", CD_OPTION_DURATION, "30d",
             "How long after a story ran its copies are recognised.", nullptr, "1s..3650d",
             CD_RELOADABLE),
      option("refresh_on_match", CD_OPTION_BOOL, "false",
             "A copy begins the window of its story anew.", nullptr, nullptr, CD_RELOADABLE),
      only_with("near=true",
                option("threshold", CD_OPTION_REAL, "0.55",
                       "Share of the shorter text that must be found in the longer one.", nullptr,
                       "0.3..0.95", CD_RELOADABLE)),
      option("near", CD_OPTION_BOOL, "true",
             "Also find edited, cut and extended copies, not only texts with the same words.",
             nullptr, nullptr, CD_RELOADABLE),
      option("by_address", CD_OPTION_BOOL, "false",
             "What has the canonical_url of a story (without one: the url) is a version of it, "
             "whatever it says.",
             nullptr, nullptr, CD_RELOADABLE),
      only_with("index.type=embedded", option("index.max_bytes", CD_OPTION_BYTES, "1GiB",
                                              "Memory for the index; the oldest stories go before "
                                              "their time when it is too little.",
                                              nullptr, "16MiB..1TiB", CD_RELOADABLE)),
      option("index.type", CD_OPTION_ENUM, "embedded",
             "Where stories are remembered: in data_dir, or on a Redis or Valkey server that "
             "several daemons share.",
             nullptr, "embedded|redis", CD_STATE),
      option("index.url", CD_OPTION_URL, nullptr,
             "The server: redis://HOST:6379, rediss:// over TLS, or unix:///PATH."),
      option("index.user", CD_OPTION_STRING, nullptr, "User of the server's ACL."),
      option("index.password", CD_OPTION_SECRET, nullptr, "Password for the server."),
      option("index.ca", CD_OPTION_PATH, nullptr,
             "File with the authorities that may vouch for a rediss:// server; without it the "
             "system's."),
      only_with(
          "index.type=redis",
          option("index.prefix", CD_OPTION_STRING, "copydesk",
                 "Begins all keys on the server: daemons with the same one share their stories.")),
      only_with("index.type=redis",
                option("index.reserve", CD_OPTION_DURATION, "30s",
                       "How long stories of a daemon that stopped in the middle are held for it.",
                       nullptr, "1s..1h")),
      only_with("index.type=redis",
                option("index.timeout", CD_OPTION_DURATION, "2s",
                       "How long the server may take to connect and for each answer.", nullptr,
                       "50ms..1m")),
      only_with(
          "index.type=redis",
          option(
              "on_unavailable", CD_OPTION_ENUM, "wait",
              "While the server is not there: the line waits, or articles pass as unique, with the "
              "label dedup_unchecked.",
              nullptr, "wait|pass"))};

  Deduplicate(const Host& host, const Options& options)
      : host_(host),
        drops_(options.string("action") == "drop"),
        keep_(options.string("keep") == "first"    ? Keep::kFirst
              : options.string("keep") == "latest" ? Keep::kLatest
                                                   : Keep::kLongest),
        policy_{.window = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::nanoseconds(options.integer("window"))),
                .threshold = options.real("threshold"),
                .near = options.boolean("near"),
                .refresh = options.boolean("refresh_on_match"),
                .by_address = options.boolean("by_address"),
                .longer = drops_ && keep_ == Keep::kFirst ? Claim::kObservation : Claim::kClaim},
        max_bytes_(static_cast<std::uint64_t>(options.integer("index.max_bytes"))),
        shared_(shared_settings(options, policy_.window)),
        unchecked_(host.counter("unchecked_articles", "",
                                "Articles that passed without the shared index.")) {}

  void open(const Open& open) {
    if (!index_) index_ = make_index(open);
    const State state = open.state();
    index_->open(scan_of(state));
  }

  void process(const Call&, const Batch& batch, Edit&, Carry& carry) const {
    for (const Article article : batch) {
      const bool is_page = article.media_type() == "text/html";
      const std::string text = is_page ? text_of_html(article.body()) : std::string();
      carry.set(article, serialize(fingerprint(article.title(), is_page ? text : article.body())));
    }
  }

  void resolve(const Call& call, const Batch& batch, Carry& carry, State& state, Edit& edit) {
    std::vector<Fingerprint> fingerprints;
    std::vector<Arrival> arrivals;
    std::vector<SearchKeys> keys;
    for (const Article article : batch) {
      const auto carried = parse(carry.get(article));
      if (!carried) throw Fatal("carry: not a fingerprint of this version");
      fingerprints.push_back(*carried);
      arrivals.push_back(arrival_of(article, call));
      keys.push_back(keys_of(*carried, arrivals.back(), policy_));
    }
    std::vector<Verdict> verdicts;
    for (const Article article : batch) {
      const std::size_t i = article.index();
      ArticleState article_state(state, edit, article);
      if (i == 0) index_->begin(keys, article_state);
      verdicts.push_back(judge(fingerprints[i], arrivals[i], policy_, *index_, article_state));
      if (!verdicts[i].waits_for.empty())
        throw Wait("an article is like '" + verdicts[i].waits_for +
                   "', which another daemon has in hand");
      if (i + 1 == batch.size()) index_->end(call.sequence(), article_state);
    }
    bool is_damaged = false;
    for (const Article article : batch) {
      const Verdict& verdict = verdicts[article.index()];
      is_damaged |= verdict.unreadable > 0;
      write(article, verdict, edit);
      watch(article, verdict);
    }
    if (is_damaged)
      host_.warn(
          "Stories in the index are damaged and were skipped: copies of them are stories of their "
          "own. `copydesk state dedup rebuild` begins an empty index.");
    if (const auto warning = index_->take_warning()) host_.warn(*warning);
  }

  void committed(const Committed& commit) {
    std::vector<Index::Put> puts;
    puts.reserve(commit.puts().size());
    for (const cd_put& put : commit.puts()) {
      if (put.value.data != nullptr) puts.push_back({view(put.key), view(put.value)});
    }
    if (!puts.empty()) index_->committed(puts);
    index_->passed(commit.sequence());
  }

  // [control] `copydesk state dedup …`
  static constexpr const char* kTopics[] = {"dedup", nullptr};
  std::string inspect(std::string_view, std::span<const std::string> arguments,
                      const State& state) const {
    if (arguments.size() != 1 || arguments[0] != "stats")
      throw Config("dedup: stats, forget ID or rebuild");
    if (shared_) {
      const SharedStore::Settings& store = shared_->store;
      return tell_shared_stats(state, store.server.name() + ", prefix " + store.prefix);
    }
    return tell_stats(state, host_.now() / 1'000'000'000);
  }
  static constexpr const char* kWords[] = {"forget", "rebuild", nullptr};
  std::string amend(std::string_view, std::span<const std::string> arguments, const State& state,
                    Changes& changes) const {
    if (arguments[0] == "rebuild" && arguments.size() == 1) return empty(state, changes);
    if (arguments[0] != "forget" || arguments.size() != 2)
      throw Config("dedup: stats, forget ID or rebuild");
    const std::string& id = arguments[1];
    // What a server has is not asked for.
    if (!shared_ && !has_story(scan_of(state), std::string(host_.private_folder()), id))
      throw Config("no story in the index has the id '" + id +
                   "'; dedup.group of an article is the id of its story");
    const std::int64_t now = host_.now() / kNsPerMs;
    const std::int64_t oldest =
        shared_ ? oldest_shared_story(now, policy_.window) : oldest_story(state);
    return forget(id, now, oldest, state, changes);
  }

 private:
  static constexpr std::int64_t kNsPerMs = 1'000'000;
  enum class Keep : std::uint8_t { kFirst, kLongest, kLatest };

  static Index::Scan scan_of(const State& state) {
    return [&state](std::string_view prefix, const Index::Each& each) {
      state.scan(prefix,
                 [&](std::string_view key, std::string_view value) { return each(key, value); });
    };
  }

  std::unique_ptr<Index> make_index(const Open& open) {
    const std::string folder(host_.private_folder());
    // Who only wants to see what would become of an article changes nothing for others.
    if (!shared_ || host_.wants_reasons())
      return std::make_unique<StoryIndex>(folder, IndexLimits{policy_.window, max_bytes_});
    shared_->owner =
        story_key(std::string(open.data_id()) + "\n" + std::string(open.line()) + "\n" + folder);
    return std::make_unique<SharedIndex>(*shared_);
  }

  static Arrival arrival_of(const Article& article, const Call& call) {
    Arrival arrival{article.origin(), article.id(), call.time() / kNsPerMs};
    std::string_view address = article.text("canonical_url");
    if (address.empty()) address = article.text("url");
    if (!address.empty()) arrival.address = story_key(address);
    arrival.says_update = says_update(article.title());
    return arrival;
  }

  void write(const Article& article, const Verdict& verdict, Edit& edit) const {
    edit.set(article, "dedup.status", to_string(verdict.status));
    edit.set(article, "dedup.group", verdict.group);
    if (verdict.is_unchecked) {
      edit.label(article, "dedup_unchecked", bool_value(true));
      unchecked_.add();
    }
    if (verdict.status == Status::kUnique) {
      forget_earlier_verdict(article, edit);
      return;
    }
    constexpr double kSteps = 1000;  // three decimals are more than a sample can tell
    edit.set(article, "dedup.of", verdict.of);
    edit.set(article, "dedup.similarity",
             real_value(std::round(verdict.similarity * kSteps) / kSteps));
    edit.set(article, "dedup.relation", to_string(verdict.relation));
    if (drops_ && !is_kept(verdict)) edit.drop(article, kCodes[0]);
  }

  // A version that says what the story has not said yet.
  bool is_kept(const Verdict& verdict) const {
    if (keep_ == Keep::kFirst || verdict.status == Status::kExact) return false;
    switch (verdict.relation) {
      case Relation::kExpanded:
      case Relation::kUpdated: return true;
      case Relation::kEdited: return keep_ == Keep::kLatest;
      case Relation::kCopy:
      case Relation::kExcerpt: return false;
    }
    return false;
  }

  void watch(const Article& article, const Verdict& verdict) {
    const std::string_view site = article.text("domain");
    const auto jump = copies_.add(site, verdict.status != Status::kUnique);
    if (!jump) return;
    const auto percent = [](double share) {
      return std::to_string(std::lround(share * 100)) + " %";
    };
    host_.warn(
        (site.empty() ? "Of articles without a domain " : "Of '" + std::string(site) + "' ") +
        percent(jump->now) + " are copies now, after " + percent(jump->before) + " before.");
  }

  // An article that comes in with a verdict, as one written by another copydesk does.
  static void forget_earlier_verdict(const Article& article, Edit& edit) {
    for (const char* field : {"dedup.of", "dedup.similarity", "dedup.relation"}) {
      if (article.field(field) != nullptr) edit.unset(article, field);
    }
  }

  Host host_;
  bool drops_;
  Keep keep_;
  Policy policy_;
  std::uint64_t max_bytes_;
  std::optional<SharedSettings> shared_;
  Counter unchecked_;
  std::unique_ptr<Index> index_;
  CopyWatch copies_;
};

}  // namespace copydesk::deduplicate
