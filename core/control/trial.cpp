#include "control/trial.h"

#include <algorithm>
#include <map>

#include "pipeline/lane.h"
#include "pipeline/resolve_state.h"
#include "state/keys.h"
#include "state/memory_store.h"

namespace copydesk::control {
namespace {

using pipeline::Fate;
using pipeline::Item;

class NothingCommitted final : public host::StateView {
 public:
  std::optional<std::string_view> get(std::string_view) override { return std::nullopt; }
  void multi_get(std::span<const std::string_view>,
                 std::span<std::optional<std::string_view>> values) override {
    std::ranges::fill(values, std::nullopt);
  }
  void scan(std::string_view,
            const std::function<bool(std::string_view, std::string_view)>&) override {}
  void added(std::size_t, const Put&) override {}
};

class NobodyWatches final : public pipeline::CrashWatch {
 public:
  void enter(const std::string&, const std::vector<const Item*>&) override {}
  void leave() override {}
  unsigned suspicion(const Item&) const override { return 0; }
  std::string suspect_key(const Item&) const override { return {}; }
};

std::string key_of(const Origin& o) { return o.partition + "\n" + std::to_string(o.position); }

class Trial {
 public:
  Trial(const pipeline::LinePlan& plan, std::map<std::string, std::string> labels,
        const host::ReasonBook* reasons)
      : plan_(plan),
        lane_(plan, watch_),
        overlay_(store_),
        labels_(std::move(labels)),
        reasons_(reasons) {}

  Result<std::vector<TrialArticle>> run(pipeline::Batch batch) {
    batch_ = std::move(batch);
    for (const Item& item : batch_.items) begin(item);
    for (std::size_t k = 0; k < plan_.stages.size(); ++k)
      if (Status status = stage(k); !status)
        return std::move(status).error().within("stage '" + plan_.stages[k].name + "'");
    for (const Item& item : batch_.items) finish(item);
    std::vector<TrialArticle> out;
    for (const Item& item : batch_.items) out.push_back(std::move(articles_.at(item.number)));
    return out;
  }

 private:
  void begin(const Item& item) {
    TrialArticle& article = articles_[item.number];
    article.label = labels_[key_of(item.article.origin)];
    if (!item.article.origin.part.empty()) article.label += " #" + item.article.origin.part;
    article.decoded = article.result = item.article;
    if (item.fate != Fate::kDead) return;
    article.code = item.failure.code;
    article.detail = item.failure.detail;
  }

  Status stage(std::size_t k) {
    const pipeline::StagePlan& stage = plan_.stages[k];
    NothingCommitted nothing;
    if (Status opened = stage.stage->open(nothing, 0); !opened) return opened;
    std::vector<std::pair<std::uint64_t, TrialStep>> steps;
    for (Item& item : batch_.items) {
      if (item.fate != Fate::kLive || item.entry > k) continue;
      item.selected = !stage.when || stage.when(item.article);
      steps.push_back({item.number,
                       {item.selected ? TrialStep::kGoesOn : TrialStep::kPassedBy,
                        stage.name,
                        {},
                        {},
                        {},
                        item.article,
                        {}}});
    }
    if (stage.stage->has_process())
      if (Status s = attempts(
              stage,
              [&](const auto& only, bool last) { return lane_.process(batch_, k, only, last); });
          !s)
        return s;
    if (stage.stage->has_resolve()) {
      pipeline::CallState state(overlay_, state::keys::stage_state(plan_.name, stage.name), batch_,
                                k);
      if (Status s = attempts(stage,
                              [&](const auto& only, bool last) {
                                return lane_.resolve(batch_, k, state, only, last);
                              });
          !s)
        return s;
      if (state.error()) return *state.error();
    }
    for (auto& [number, step] : steps) end_step(number, std::move(step));
    for (const Item& item : batch_.items)
      if (!articles_.contains(item.number)) begin(item);  // a split's child
    return {};
  }

  // As often as the line would, without its waits.
  template <class Run>
  static Status attempts(const pipeline::StagePlan& stage, const Run& run) {
    std::optional<std::vector<std::uint64_t>> only;
    std::string waits_for;
    for (unsigned attempt = 1; attempt <= std::max(stage.attempts, 1U); ++attempt) {
      pipeline::StepEnd end = run(only, attempt >= stage.attempts);
      if (end.error) return std::move(*end.error);
      if (end.retry.empty()) return {};
      only = std::move(end.retry);
      waits_for = std::move(end.why);
    }
    return copydesk::retry("wait", waits_for);
  }

  void end_step(std::uint64_t number, TrialStep step) {
    const Item& item = *std::ranges::find(batch_.items, number, &Item::number);
    if (item.fate == Fate::kDropped) {
      step.end = TrialStep::kDropped;
      step.reason = item.reason;
    } else if (item.fate == Fate::kDead) {
      step.end = TrialStep::kRejected;
      step.reason = item.failure.code;
      step.detail = item.failure.detail;
    } else if (item.fate == Fate::kSplit) {
      step.end = TrialStep::kSplit;
    }
    step.after = item.article;
    if (reasons_ != nullptr && step.end != TrialStep::kPassedBy)
      step.reasons = reasons_->of(step.stage, item.article);
    articles_.at(number).steps.push_back(std::move(step));
  }

  void finish(const Item& item) {
    TrialArticle& article = articles_.at(item.number);
    article.result = item.article;
    article.finished = item.fate == Fate::kLive;
    if (!article.finished) return;
    for (const pipeline::RoutePlan& route : plan_.routes) {
      const std::string& sink = plan_.sinks[route.sink].name;
      const bool takes =
          route.otherwise ? article.sinks.empty() : !route.when || route.when(item.article);
      if (takes && std::ranges::find(article.sinks, sink) == article.sinks.end())
        article.sinks.push_back(sink);
    }
  }

  const pipeline::LinePlan& plan_;
  NobodyWatches watch_;
  pipeline::Lane lane_;
  state::MemoryStore store_;
  state::Overlay overlay_;
  std::map<std::string, std::string> labels_;  // by origin
  const host::ReasonBook* reasons_;
  pipeline::Batch batch_;
  std::map<std::uint64_t, TrialArticle> articles_;  // by number
};

// Decoding as the lane does it, with the options of a source that the plan may lack.
void decode_into(pipeline::Batch& batch, decode::RawRecord record,
                 const decode::DecodeOptions& options) {
  const auto add = [&](Article article) -> Item& {
    Item item;
    item.origin_hash = pipeline::hash_of(article.origin);
    item.article = std::move(article);
    item.number = batch.next_number++;
    batch.items.push_back(std::move(item));
    return batch.items.back();
  };
  decode::Decoded decoded = decode::decode(std::move(record), options, batch.time);
  for (Article& article : decoded.articles) add(std::move(article));
  for (decode::Refused& refused : decoded.refused) {
    Item& item = add(std::move(refused.article));
    item.fate = Fate::kDead;
    item.failure = {"decode", std::move(refused.code), std::move(refused.detail)};
  }
}

}  // namespace

Result<std::vector<TrialArticle>> run_trial(const pipeline::LinePlan& plan,
                                            const decode::DecodeOptions& options,
                                            std::vector<TrialRecord> records, Nanos now,
                                            const host::ReasonBook* reasons) {
  pipeline::Batch batch;
  batch.sequence = 1;
  batch.time = now;
  std::map<std::string, std::string> labels;
  for (TrialRecord& r : records) {
    labels[key_of(r.record.origin)] = std::move(r.label);
    decode_into(batch, std::move(r.record), options);
  }
  return Trial(plan, std::move(labels), reasons).run(std::move(batch));
}

}  // namespace copydesk::control
