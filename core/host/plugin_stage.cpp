#include <algorithm>
#include <vector>

#include "host/adapters.h"
#include "host/plugged.h"
#include "host/reasons.h"
#include "host/state_table.h"
#include "host/views.h"

namespace copydesk::host {
namespace {

// What a step hands over is copied into the edit list; what is wrong with it is noted at its article.
struct EditTable {
  EditList& edits;
  StateView* state;  // null in process
  cd_edit table{};
  std::optional<std::string> bad_index;

  EditTable(EditList& list, StateView* view) : edits(list), state(view) {
    table = {sizeof(cd_edit), 0,      this,  &set,    &append, &unset, &patch, &annotate,
             &unannotate,     &label, &drop, &reject, &split,  &put,   &erase};
  }
  static EditTable& of(cd_edit* e) { return *static_cast<EditTable*>(e->impl); }

  // Null for an index that is not in the batch: then the whole step is refused.
  static ArticleEdit* at(cd_edit* e, std::uint32_t i) {
    EditTable& t = of(e);
    if (i < t.edits.size()) return &t.edits.at(i);
    t.bad_index =
        "edit of article " + std::to_string(i) + " of a batch of " + std::to_string(t.edits.size());
    return nullptr;
  }
  static std::optional<Value> copy(ArticleEdit& edit, const cd_value* value) {
    auto out = value == nullptr ? std::nullopt : value_of(*value);
    if (!out) edit.bad = "a value without its data, nested too deep, or no valid JSON";
    return out;
  }

  static void set(cd_edit* e, std::uint32_t i, cd_string field, const cd_value* value) {
    if (ArticleEdit* edit = at(e, i))
      if (auto v = copy(*edit, value)) put_set(*edit, std::string(view(field)), std::move(*v));
  }
  // A later set of the same field wins.
  static void put_set(ArticleEdit& edit, std::string field, Value value) {
    const auto it = std::ranges::find(edit.sets, field, &ArticleEdit::Set::field);
    if (it != edit.sets.end())
      it->value = std::move(value);
    else
      edit.sets.push_back({std::move(field), std::move(value)});
  }
  static void append(cd_edit* e, std::uint32_t i, cd_string field, const cd_value* value) {
    if (ArticleEdit* edit = at(e, i))
      if (auto v = copy(*edit, value))
        edit->appends.push_back({std::string(view(field)), std::move(*v)});
  }
  static void unset(cd_edit* e, std::uint32_t i, cd_string field) {
    if (ArticleEdit* edit = at(e, i)) edit->unsets.push_back({std::string(view(field))});
  }
  static void patch(cd_edit* e, std::uint32_t i, cd_string field, const cd_patch* patches,
                    std::uint32_t count) {
    ArticleEdit* edit = at(e, i);
    if (edit == nullptr) return;
    ArticleEdit::PatchText text{std::string(view(field)), {}};
    if (patches == nullptr && count != 0) edit->bad = "patches without their data";
    for (std::uint32_t p = 0; patches != nullptr && p < count; ++p)
      text.patches.push_back(
          {patches[p].cut.begin, patches[p].cut.end, std::string(view(patches[p].text))});
    edit->patches.push_back(std::move(text));
  }
  static void annotate(cd_edit* e, std::uint32_t i, const cd_annotation* a) {
    ArticleEdit* edit = at(e, i);
    if (edit == nullptr) return;
    if (a == nullptr || a->size < sizeof(cd_annotation)) {
      edit->bad = "an annotation that is too short";
      return;
    }
    edit->annotations.push_back({std::string(view(a->field)), a->span.begin, a->span.end,
                                 std::string(view(a->type)), std::string(view(a->kind)),
                                 std::string(view(a->name)), std::string(view(a->id)), a->score});
  }
  static void unannotate(cd_edit* e, std::uint32_t i, cd_string field) {
    if (ArticleEdit* edit = at(e, i)) edit->unannotates.push_back({std::string(view(field))});
  }
  static void label(cd_edit* e, std::uint32_t i, cd_string name, const cd_value* value) {
    if (ArticleEdit* edit = at(e, i))
      if (auto v = copy(*edit, value))
        put_set(*edit, "labels." + std::string(view(name)), std::move(*v));
  }
  static void drop(cd_edit* e, std::uint32_t i, cd_string reason) {
    if (ArticleEdit* edit = at(e, i)) edit->drop = word(view(reason), "dropped");
  }
  static void reject(cd_edit* e, std::uint32_t i, cd_string code, cd_string detail) {
    if (ArticleEdit* edit = at(e, i))
      edit->rejection = std::pair(word(view(code), "failed"), bounded_text(view(detail)));
  }
  static void split(cd_edit* e, std::uint32_t i, const cd_field* fields, std::uint32_t count) {
    ArticleEdit* edit = at(e, i);
    if (edit == nullptr) return;
    std::vector<Field> child;
    if (fields == nullptr && count != 0) edit->bad = "a child without its data";
    for (std::uint32_t f = 0; fields != nullptr && f < count; ++f)
      if (auto v = copy(*edit, &fields[f].value))
        child.push_back({std::string(view(fields[f].name)), std::move(*v)});
    edit->children.push_back(std::move(child));
  }
  static void add(cd_edit* e, std::uint32_t i, Put p) {
    ArticleEdit* edit = at(e, i);
    if (edit == nullptr) return;
    if (EditTable& t = of(e); t.state != nullptr) t.state->added(i, p);
    edit->puts.push_back(std::move(p));
  }
  static void put(cd_edit* e, std::uint32_t i, cd_string key, cd_bytes value, std::int64_t ttl,
                  std::int32_t kind) {
    add(e, i, {std::string(view(key)), std::string(view(value)), false, kind == CD_CLAIM, ttl});
  }
  static void erase(cd_edit* e, std::uint32_t i, cd_string key, std::int32_t kind) {
    add(e, i, {std::string(view(key)), {}, true, kind == CD_CLAIM, 0});
  }
};

struct CarryTable {
  std::span<std::string> write;
  std::span<const std::string> read;
  cd_carry table{};

  CarryTable(std::span<std::string> w, std::span<const std::string> r) : write(w), read(r) {
    table = {sizeof(cd_carry), 0, this, &set, &get};
  }
  static void set(cd_carry* c, std::uint32_t i, cd_bytes bytes) {
    auto& t = *static_cast<CarryTable*>(c->impl);
    if (i < t.write.size()) t.write[i] = std::string(view(bytes));
  }
  static cd_bytes get(const cd_carry* c, std::uint32_t i) {
    const auto& t = *static_cast<const CarryTable*>(c->impl);
    return i < t.read.size() && !t.read[i].empty() ? to_bytes(t.read[i]) : cd_bytes{};
  }
};

class PluginStage final : public Plugged<Stage> {
 public:
  explicit PluginStage(std::unique_ptr<Instance> instance)
      : Plugged(std::move(instance)), ops_(*instance_->component().stage) {}

  bool has_process() const override { return ops_.process != nullptr; }
  bool has_resolve() const override { return ops_.resolve != nullptr; }

  Status open(StateView& committed, std::uint64_t commit) override {
    if (instance_->component().open == nullptr) return {};
    StateTable state(committed);
    const cd_open open{sizeof(cd_open),
                       0,
                       commit,
                       &state.table,
                       {},
                       to_c(instance_->context().data_id),
                       to_c(instance_->context().line)};
    return instance_->call("open",
                           [&] { return instance_->component().open(instance_->self(), &open); });
  }

  Status process(const StepCall& step, Articles articles, EditList& edits,
                 std::span<std::string> carry) override {
    if (ReasonBook* reasons = instance_->context().reasons)
      reasons->begin(instance_->name(), ReasonBook::kProcess, articles);
    const BatchView batch(articles);
    EditTable edit(edits, nullptr);
    CarryTable carried(carry, {});
    const cd_call call{sizeof(cd_call), 0, step.time, step.sequence};
    Status status = instance_->call("process", [&] {
      return ops_.process(instance_->self(), &call, batch.get(), &edit.table, &carried.table);
    });
    return finish(std::move(status), edit);
  }

  Status resolve(const StepCall& step, Articles articles, std::span<const std::string> carry,
                 StateView& view, EditList& edits) override {
    if (ReasonBook* reasons = instance_->context().reasons)
      reasons->begin(instance_->name(), ReasonBook::kResolve, articles);
    const BatchView batch(articles);
    EditTable edit(edits, &view);
    CarryTable carried({}, carry);
    StateTable state(view);
    const cd_call call{sizeof(cd_call), 0, step.time, step.sequence};
    Status status = instance_->call("resolve", [&] {
      return ops_.resolve(instance_->self(), &call, batch.get(), &carried.table, &state.table,
                          &edit.table);
    });
    return finish(std::move(status), edit);
  }

  void committed(std::uint64_t commit, std::uint64_t sequence,
                 std::span<const CommittedPut> puts) override {
    if (ops_.committed == nullptr) return;
    std::vector<cd_put> out;
    for (const CommittedPut& p : puts)
      out.push_back({to_c(p.key), p.value ? to_bytes(*p.value) : cd_bytes{}});
    const cd_committed committed{sizeof(cd_committed), static_cast<std::uint32_t>(out.size()),
                                 commit, out.data(), sequence};
    instance_->tell("committed", [&] { ops_.committed(instance_->self(), &committed); });
  }

  std::vector<std::string> topics() const override {
    std::vector<std::string> out;
    const auto* inspection = instance_->extension<cd_inspect>(CD_INSPECT);
    for (std::size_t i = 0; inspection != nullptr && inspection->topics != nullptr &&
                            i < kMaxTopics && inspection->topics[i] != nullptr;
         ++i)
      out.push_back(word(inspection->topics[i]));
    return out;
  }

  std::vector<std::string> amendments() const override {
    std::vector<std::string> out;
    const auto* amendment = instance_->extension<cd_amend>(CD_AMEND);
    for (std::size_t i = 0; amendment != nullptr && amendment->words != nullptr && i < kMaxTopics &&
                            amendment->words[i] != nullptr;
         ++i)
      out.push_back(word(amendment->words[i]));
    return out;
  }

  Result<std::string> amend(const std::string& topic, std::span<const std::string> arguments,
                            StateView& view, std::vector<Change>& changes) override {
    const auto* amendment = instance_->extension<cd_amend>(CD_AMEND);
    if (amendment == nullptr) return config_error("nothing of its state can be changed");
    StateTable state(view);
    std::vector<cd_string> words;
    for (const std::string& argument : arguments) words.push_back(to_c(argument));
    struct Answer {
      std::string text;
      std::vector<Change>& changes;
    } answer{{}, changes};
    const auto write = [](void* context, cd_string text) {
      static_cast<Answer*>(context)->text.append(copydesk::host::view(text));
    };
    const auto put = [](void* context, cd_string key, cd_bytes value) {
      auto changed = value.data != nullptr ? std::optional(std::string(copydesk::host::view(value)))
                                           : std::nullopt;
      static_cast<Answer*>(context)->changes.push_back(
          {std::string(copydesk::host::view(key)), std::move(changed)});
    };
    Status status = instance_->call("amend", [&] {
      return amendment->amend(instance_->self(), to_c(topic), words.data(),
                              static_cast<std::uint32_t>(words.size()), &state.table, put, write,
                              &answer);
    });
    if (!status) return std::move(status).error();
    return answer.text;
  }

  Result<std::string> inspect(const std::string& topic, std::span<const std::string> arguments,
                              StateView& view) override {
    const auto* inspection = instance_->extension<cd_inspect>(CD_INSPECT);
    if (inspection == nullptr) return config_error("it tells nothing of its state");
    StateTable state(view);
    std::vector<cd_string> words;
    for (const std::string& argument : arguments) words.push_back(to_c(argument));
    std::string out;
    const auto write = [](void* context, cd_string text) {
      static_cast<std::string*>(context)->append(copydesk::host::view(text));
    };
    Status status = instance_->call("inspect", [&] {
      return inspection->inspect(instance_->self(), to_c(topic), words.data(),
                                 static_cast<std::uint32_t>(words.size()), &state.table, write,
                                 &out);
    });
    if (!status) return std::move(status).error();
    return out;
  }

 private:
  static constexpr std::size_t kMaxTopics = 32;
  static Status finish(Status status, const EditTable& edit) {
    if (status && edit.bad_index) return copydesk::reject("bad_edit", *edit.bad_index);
    return status;
  }

  const cd_stage_ops& ops_;
};

}  // namespace

std::unique_ptr<Stage> make_stage(std::unique_ptr<Instance> instance) {
  return std::make_unique<PluginStage>(std::move(instance));
}

}  // namespace copydesk::host
