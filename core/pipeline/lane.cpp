#include "pipeline/lane.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/assert.h"

namespace copydesk::pipeline {
namespace {

using Items = std::span<Item* const>;

void end_dead(Item& item, int stage, Failure failure) {
  item.fate = Fate::kDead;
  item.failed_stage = stage;
  item.failure = std::move(failure);
}

void end_as_fixed(Item& item, const FixedFate& fixed) {
  item.fate = fixed.fate;
  item.failed_stage = fixed.stage;
  item.reason = fixed.reason;
  item.failure = fixed.failure;
}

// One pass of one step over the items that take part in it. Halves what is refused as a whole until the one article
// that causes it stands alone; the depth is bounded by the logarithm of the batch.
class StepRun {
 public:
  StepRun(const LinePlan& plan, CrashWatch& watch, Batch& batch, std::size_t k, bool last)
      : stage_(plan.stages[k]), watch_(watch), batch_(batch), k_(k), last_(last) {}
  virtual ~StepRun() = default;

  StepEnd run(const std::vector<Item*>& items) {
    std::size_t begin = 0;
    while (begin < items.size() && !end_.error) {
      std::size_t end = begin + 1;
      if (!alone(*items[begin]))
        while (end < items.size() && !alone(*items[end])) ++end;
      const Items range(items.data() + begin, end - begin);
      if (stopped_)
        owe(range);
      else
        range_step(range);
      begin = end;
    }
    insert_children();
    return std::move(end_);
  }

 protected:
  // Calls the step; OK when everything in the range is done with it.
  virtual Status call(Items items) = 0;

  // Puts the edits of an OK step into the articles. Wrong ones make their article a dead letter.
  void adopt(Items items, EditList& edits) {
    for (std::size_t i = 0; i < items.size(); ++i) adopt_one(*items[i], edits.at(i));
  }

  void adopt_one(Item& item, ArticleEdit& edit) {
    if (edit.empty()) return produce(item);
    if (Status bad = check(edit, item.article); !bad)
      return end_dead(item, static_cast<int>(k_), failure(bad.error().code, bad.error().message));
    if (edit.rejection)
      return end_dead(item, static_cast<int>(k_),
                      failure(edit.rejection->first, edit.rejection->second));
    if (edit.drop) {
      item.fate = Fate::kDropped;
      item.failed_stage = static_cast<int>(k_);
      item.reason = *edit.drop;
      return;
    }
    if (!edit.children.empty()) return split(item, edit);
    apply(std::move(edit), item.article);
    produce(item);
  }

  [[nodiscard]] Failure failure(std::string code, std::string detail) const {
    return {stage_.name, std::move(code), std::move(detail)};
  }
  [[nodiscard]] host::StepCall step_call() const { return {batch_.time, batch_.sequence}; }

  const StagePlan& stage_;
  CrashWatch& watch_;
  Batch& batch_;
  std::size_t k_;
  bool last_;
  bool stops_at_retry_ = false;  // what comes behind a retry must wait for it

 private:
  // A suspect of a crash runs by itself, and so does an article whose claims are withheld.
  [[nodiscard]] bool alone(const Item& item) const {
    return item.fixed != nullptr || watch_.suspicion(item) > 0;
  }

  void range_step(Items items) {
    if (stopped_) return owe(items);
    std::vector<const Item*> in_hand(items.begin(), items.end());
    watch_.enter(stage_.name, in_hand);
    Status status = call(items);
    watch_.leave();
    if (status) return;
    Error& error = status.error();
    if (error.cls == ErrorClass::kFatal || error.cls == ErrorClass::kConfig) {
      end_.error = std::move(error).within(stage_.name);
      return;
    }
    const bool waits = error.cls == ErrorClass::kRetry && error.code == host::kWaitCode;
    if (waits || (error.cls == ErrorClass::kRetry && !last_)) {
      end_.why = error.message;
      end_.waits = waits;
      stopped_ = stops_at_retry_;
      return owe(items);
    }
    if (items.size() == 1)
      return end_dead(*items[0], static_cast<int>(k_),
                      failure(error.code.empty() ? "failed" : error.code, error.message));
    range_step(items.first(items.size() / 2));
    if (!end_.error) range_step(items.subspan(items.size() / 2));
  }

  void owe(Items items) {
    for (const Item* item : items)
      if (item->fate == Fate::kLive) end_.retry.push_back(item->number);
  }

  void produce(Item& item) {
    if (!stage_.produces.empty()) item.article.media_type = stage_.produces;
  }

  // Each child is the parent with fields of its own; it goes on behind this stage.
  void split(Item& parent, ArticleEdit& edit) {
    for (std::size_t i = 0; i < edit.children.size(); ++i) {
      Item child;
      child.article = parent.article;
      child.article.annotations.clear();
      child.article.id = parent.article.id + "/" + std::to_string(i);
      std::string& part = child.article.origin.part;
      part = part.empty() ? std::to_string(i) : part + "/" + std::to_string(i);
      for (Field& f : edit.children[i]) child.article.set(f.name, std::move(f.value));
      child.origin_hash = hash_of(child.article.origin);
      child.number = batch_.next_number++;
      child.entry = k_ + 1;
      child.is_child = true;
      child.fixed = fixed_fate(batch_.fixed.get(), child.article.origin);
      produce(child);
      children_.emplace_back(parent.number, std::move(child));
    }
    parent.fate = Fate::kSplit;
  }

  void insert_children() {
    for (auto it = children_.rbegin(); it != children_.rend(); ++it) {
      const auto parent = std::ranges::find(batch_.items, it->first, &Item::number);
      batch_.items.insert(std::next(parent), std::move(it->second));
    }
  }

  StepEnd end_;
  bool stopped_ = false;
  std::vector<std::pair<std::uint64_t, Item>> children_;
};

std::vector<const Article*> articles_of(Items items) {
  std::vector<const Article*> out;
  out.reserve(items.size());
  for (const Item* item : items) out.push_back(&item->article);
  return out;
}

class ProcessRun : public StepRun {
 public:
  using StepRun::StepRun;

 private:
  Status call(Items items) override {
    const auto articles = articles_of(items);
    EditList edits(items.size());
    std::vector<std::string> carry(items.size());
    if (Status status = stage_.stage->process(step_call(), articles, edits, carry); !status)
      return status;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!edits.at(i).puts.empty()) edits.at(i).bad = "state is put by resolve only";
      items[i]->carry = std::move(carry[i]);
    }
    adopt(items, edits);
    return {};
  }
};

class ResolveRun : public StepRun {
 public:
  ResolveRun(const LinePlan& plan, CrashWatch& watch, Batch& batch, std::size_t k, bool last,
             ResolveState& state)
      : StepRun(plan, watch, batch, k, last), state_(state) {
    stops_at_retry_ = true;
  }

 private:
  // A put of a refused article has perhaps been read by one behind it in the same call: those are judged anew.
  Status call(Items all) override {
    std::vector<Item*> items;
    for (Item* item : all)
      if (item->fate == Fate::kLive) items.push_back(item);
    while (!items.empty()) {
      const auto articles = articles_of(items);
      std::vector<std::string> carry;
      carry.reserve(items.size());
      for (const Item* item : items) carry.push_back(item->carry);
      EditList edits(items.size());
      state_.begin();
      if (Status status = stage_.stage->resolve(step_call(), articles, carry, state_, edits);
          !status) {
        state_.forget();
        return status;
      }
      std::vector<Item*> good;
      for (std::size_t i = 0; i < items.size(); ++i)
        if (!refused(*items[i], edits.at(i))) good.push_back(items[i]);
      if (good.size() == items.size()) {
        for (std::size_t i = 0; i < items.size(); ++i) take_puts(*items[i], edits.at(i));
        state_.keep(items);
        adopt(items, edits);
        return {};
      }
      state_.forget();
      items = std::move(good);
    }
    return {};
  }

  // True when the article ends in this step and the others must run without it.
  bool refused(Item& item, ArticleEdit& edit) {
    const bool had_claims = std::ranges::any_of(edit.puts, &Put::claim);
    if (Status bad = check(edit, item.article); !bad) {
      end_dead(item, static_cast<int>(k_), failure(bad.error().code, bad.error().message));
      return true;
    }
    if (!had_claims || (!edit.rejection && !edit.drop && edit.children.empty())) return false;
    // It ends here, so its claims never count: whoever read them in this call is judged again without it.
    edit.puts.clear();
    adopt_one(item, edit);
    return true;
  }

  void take_puts(Item& item, ArticleEdit& edit) const {
    const bool ends = edit.drop || edit.rejection || !edit.children.empty();
    for (Put& put : edit.puts)
      if (!put.claim || (item.fixed == nullptr && !ends)) item.puts.push_back({k_, std::move(put)});
    edit.puts.clear();
  }

  ResolveState& state_;
};

// The items that take part in a step of stage `k`. An article whose end is fixed at this stage ends here.
std::vector<Item*> take_part(const LinePlan& plan, Batch& batch, std::size_t k,
                             const std::optional<std::vector<std::uint64_t>>& only,
                             bool chosen_before) {
  const StagePlan& stage = plan.stages[k];
  std::vector<Item*> out;
  for (Item& item : batch.items) {
    if (item.fate != Fate::kLive || item.entry > k) continue;
    if (only && std::ranges::find(*only, item.number) == only->end()) continue;
    if (item.fixed != nullptr && item.fixed->fate != Fate::kLive &&
        item.fixed->stage == static_cast<int>(k)) {
      end_as_fixed(item, *item.fixed);
      continue;
    }
    if (!chosen_before) item.selected = !stage.when || stage.when(item.article);
    if (item.selected) out.push_back(&item);
  }
  return out;
}

// An article met twice at a crash is not given to a plugin a third time.
void refuse_crashers(const LinePlan& plan, CrashWatch& watch, std::vector<Item*>& items,
                     std::size_t k) {
  std::erase_if(items, [&](Item* item) {
    if (watch.suspicion(*item) < 2) return false;
    end_dead(
        *item, static_cast<int>(k),
        {plan.stages[k].name, "crashed", "the daemon crashed twice with this article in hand"});
    return true;
  });
}

Item& add_item(Batch& batch, Article article) {
  Item& item = batch.items.emplace_back();
  item.article = std::move(article);
  item.origin_hash = hash_of(item.article.origin);
  item.number = batch.next_number++;
  item.fixed = fixed_fate(batch.fixed.get(), item.article.origin);
  return item;
}

}  // namespace

void Lane::decode(Batch& batch) const {
  // A replayed record is read as its source is configured now.
  static const decode::DecodeOptions kDefault;
  const auto options_of = [&](const decode::RawRecord& record) -> const decode::DecodeOptions& {
    const auto it = plan_.decode_options.find(record.origin.source);
    return it == plan_.decode_options.end() ? kDefault : it->second;
  };
  batch.items.reserve(batch.records.size());
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    decode::RawRecord& record = batch.records[i];
    const decode::DecodeOptions& options =
        batch.source == kReplaySource ? options_of(record) : plan_.sources[batch.source].decode;
    decode::Decoded decoded = decode::decode(std::move(record), options, batch.time);
    // A dead letter that turns out to hold several articles is dealt with by the first; the others are new.
    bool first = true;
    const auto add = [&](Article article) -> Item& {
      Item& item = add_item(batch, std::move(article));
      if (i < batch.record_replays.size() && first) item.replay = batch.record_replays[i];
      item.is_child = i < batch.record_replays.size() && !first;
      first = false;
      return item;
    };
    for (Article& article : decoded.articles) add(std::move(article));
    for (auto& refused : decoded.refused)
      end_dead(add(std::move(refused.article)), kDecode,
               {"decode", std::move(refused.code), std::move(refused.detail)});
  }
  batch.records.clear();
  batch.records.shrink_to_fit();
}

StepEnd Lane::process(Batch& batch, std::size_t k,
                      const std::optional<std::vector<std::uint64_t>>& only, bool last) const {
  std::vector<Item*> items = take_part(plan_, batch, k, only, false);
  refuse_crashers(plan_, watch_, items, k);
  return ProcessRun(plan_, watch_, batch, k, last).run(items);
}

StepEnd Lane::resolve(Batch& batch, std::size_t k, ResolveState& state,
                      const std::optional<std::vector<std::uint64_t>>& only, bool last) const {
  std::vector<Item*> items = take_part(plan_, batch, k, only, plan_.stages[k].stage->has_process());
  refuse_crashers(plan_, watch_, items, k);
  return ResolveRun(plan_, watch_, batch, k, last, state).run(items);
}

}  // namespace copydesk::pipeline
