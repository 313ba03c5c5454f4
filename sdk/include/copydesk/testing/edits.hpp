// The three things a step is given beside its batch, for tests: an edit list that remembers, carries, and state in memory.
#pragma once
#include <copydesk/testing/articles.hpp>

#include <map>
#include <set>

namespace copydesk::testing {

struct Patch {
  std::uint64_t begin = 0, end = 0;
  std::string text;
  bool operator==(const Patch&) const = default;
};

struct Put {
  std::uint32_t index = 0;  // the article it belongs to
  std::string key;
  std::optional<std::string> value;  // absent: erased
  std::int64_t ttl = 0;
  std::int32_t kind = CD_CLAIM;
  bool operator==(const Put&) const = default;
};

// One call on the edit list. Only the members of its kind are set.
struct Change {
  enum Kind {
    kSet,
    kAppend,
    kUnset,
    kPatch,
    kAnnotate,
    kUnannotate,
    kLabel,
    kDrop,
    kReject,
    kSplit
  };
  Kind kind;
  std::uint32_t index = 0;
  std::string field;  // also the label's name, the drop's reason, the reject's code
  std::string detail;
  Value value;
  std::vector<Patch> patches;
  Annotation annotation;
  std::vector<Field> fields;
};

namespace detail {
inline bool is_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto byte = [&](std::size_t k) {
      return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u;
    };
    const unsigned b = byte(i);
    const std::size_t more = b < 0x80   ? 0
                             : b < 0xC2 ? 4
                             : b < 0xE0 ? 1
                             : b < 0xF0 ? 2
                             : b < 0xF5 ? 3
                                        : 4;
    if (more == 4) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    const unsigned second = byte(i + 1);
    if ((b == 0xE0 && second < 0xA0) || (b == 0xED && second > 0x9F) ||
        (b == 0xF0 && second < 0x90) || (b == 0xF4 && second > 0x8F))
      return false;
    i += more + 1;
  }
  return true;
}
inline bool is_utf8(const Value& v) {
  return is_utf8(std::string_view(v.text)) &&
         std::all_of(v.items.begin(), v.items.end(),
                     [](const Value& item) { return is_utf8(item); });
}
}  // namespace detail

// Collects the edits of one step; `apply` does to owned articles what the engine does.
class RecordingEdit {
 public:
  RecordingEdit() {
    edit_ = {sizeof(cd_edit), 0,       this,   &set_,    &append_, &unset_, &patch_, &annotate_,
             &unannotate_,    &label_, &drop_, &reject_, &split_,  &put_,   &erase_};
  }
  RecordingEdit(const RecordingEdit&) = delete;
  RecordingEdit& operator=(const RecordingEdit&) = delete;
  [[nodiscard]] cd_edit& raw() noexcept { return edit_; }
  [[nodiscard]] const std::vector<Change>& changes() const noexcept { return changes_; }
  [[nodiscard]] const std::deque<Put>& puts() const noexcept { return puts_; }
  [[nodiscard]] std::vector<Change> of(std::uint32_t index) const {
    std::vector<Change> out;
    for (const Change& c : changes_)
      if (c.index == index) out.push_back(c);
    return out;
  }

  // Edits articles[i] by the changes of index i. A wrong edit rejects its article as bad_edit and changes nothing else
  // of it; a change of an index that does not exist throws std::out_of_range.
  void apply(std::vector<OwnedArticle>& articles) const {
    for (const Change& c : changes_) (void)articles.at(c.index);
    for (const Put& p : puts_) (void)articles.at(p.index);
    for (std::uint32_t i = 0; i < articles.size(); ++i) {
      const std::vector<Change> mine = of(i);
      const std::string wrong = why_wrong(articles[i], mine);
      if (wrong.empty())
        apply_to(articles[i], mine);
      else
        articles[i].rejected = Rejection{"bad_edit", wrong};
    }
  }

 private:
  static bool is_core_field(std::string_view f) {
    return f.empty() || f == "schema" || f == "id" || f == "ingested_at" || f == "media_type" ||
           f == "entities" || f == "source" || f.starts_with("source.");
  }
  static bool is_boundary(std::string_view text, std::uint64_t at) {
    return at == text.size() || (at < text.size() && (text[at] & 0xC0) != 0x80);
  }
  static bool replaces(const std::vector<Change>& mine, std::string_view field) {
    return std::any_of(mine.begin(), mine.end(), [&](const Change& c) {
      return (c.kind == Change::kSet || c.kind == Change::kUnset) && c.field == field;
    });
  }
  static std::string why_wrong(const OwnedArticle& a, const std::vector<Change>& mine) {
    std::set<std::string> patched;
    for (const Change& c : mine) {
      std::string wrong = why_wrong(c);
      if (wrong.empty() && c.kind == Change::kAnnotate)
        wrong = why_wrong(a, c.annotation, replaces(mine, c.annotation.field));
      if (wrong.empty() && c.kind == Change::kPatch)
        wrong = why_wrong(a, c, replaces(mine, c.field) || !patched.insert(c.field).second);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }
  static std::string why_wrong(const Change& c) {
    const bool names_field = c.kind == Change::kSet || c.kind == Change::kAppend ||
                             c.kind == Change::kUnset || c.kind == Change::kPatch;
    if (names_field && is_core_field(c.field)) return "field '" + c.field + "' belongs to the core";
    if (!detail::is_utf8(c.value)) return "'" + c.field + "' is not UTF-8";
    for (const Patch& p : c.patches)
      if (!detail::is_utf8(std::string_view(p.text)))
        return "a patch of '" + c.field + "' is not UTF-8";
    return {};
  }
  static std::string why_wrong(const OwnedArticle& a, const Annotation& n, bool replaced) {
    const Value* v = a.find(n.field);
    if (!v || v->type != CD_VALUE_STRING || replaced)
      return "annotation on '" + n.field + "', which is no text or is replaced by the same step";
    if (n.begin >= n.end || !is_boundary(v->text, n.begin) || !is_boundary(v->text, n.end))
      return "a span outside '" + n.field + "' or inside a character";
    return {};
  }
  static std::string why_wrong(const OwnedArticle& a, const Change& c, bool twice) {
    const Value* v = a.find(c.field);
    if (!v || v->type != CD_VALUE_STRING || twice)
      return "patch of '" + c.field +
             "', which is no text, or patched twice or replaced by the same step";
    std::uint64_t last = 0;
    for (const Patch& p : c.patches) {
      if (p.begin > p.end || p.begin < last || !is_boundary(v->text, p.begin) ||
          !is_boundary(v->text, p.end))
        return "a patch outside '" + c.field + "', inside a character, or not in order";
      last = p.end;
    }
    return {};
  }
  static void apply_to(OwnedArticle& a, const std::vector<Change>& mine) {
    for (const Change& c : mine)
      if (c.kind == Change::kUnannotate)
        std::erase_if(a.annotations,
                      [&](const Annotation& n) { return c.field.empty() || n.field == c.field; });
    for (const Change& c : mine)  // before the patches: all spans are in the text as it was given
      if (c.kind == Change::kAnnotate) a.annotations.push_back(c.annotation);
    for (const Change& c : mine)
      if (c.kind == Change::kPatch) apply_patches(a, c.field, c.patches);
    for (const Change& c : mine) apply_one(a, c);
    std::stable_sort(
        a.annotations.begin(), a.annotations.end(), [](const Annotation& x, const Annotation& y) {
          return std::pair(x.field == "body", x.begin) < std::pair(y.field == "body", y.begin);
        });
  }
  static void apply_patches(OwnedArticle& a, const std::string& field,
                            const std::vector<Patch>& patches) {
    std::erase_if(a.annotations, [&](const Annotation& n) {
      return n.field == field && std::any_of(patches.begin(), patches.end(), [&](const Patch& p) {
               return p.begin < n.end &&
                      (p.end > n.begin || (p.begin == p.end && p.begin > n.begin));
             });
    });
    for (Annotation& n : a.annotations) {
      if (n.field != field) continue;
      std::int64_t shift = 0;
      for (const Patch& p : patches)
        if (p.end <= n.begin)
          shift +=
              static_cast<std::int64_t>(p.text.size()) - static_cast<std::int64_t>(p.end - p.begin);
      n.begin += static_cast<std::uint64_t>(shift);
      n.end += static_cast<std::uint64_t>(shift);
    }
    const std::string old = a.text(field);
    std::string text;
    std::uint64_t at = 0;
    for (const Patch& p : patches) {
      text.append(old, at, p.begin - at).append(p.text);
      at = p.end;
    }
    a.put(field, text.append(old, at));
  }
  static void apply_one(OwnedArticle& a, const Change& c) {
    switch (c.kind) {
      case Change::kSet:
      case Change::kUnset:
        std::erase_if(a.annotations, [&](const Annotation& n) { return n.field == c.field; });
        if (c.kind == Change::kSet)
          a.put(c.field, c.value);
        else
          a.remove(c.field);
        break;
      case Change::kAppend: {
        Value value = a.has(c.field) ? *a.find(c.field) : list({});
        if (value.type != CD_VALUE_LIST) value = list({std::move(value)});
        value.items.push_back(c.value);
        a.put(c.field, std::move(value));
        break;
      }
      case Change::kLabel: a.put("labels." + c.field, c.value); break;
      case Change::kDrop: a.dropped = c.field; break;
      case Change::kReject: a.rejected = Rejection{c.field, c.detail}; break;
      case Change::kSplit: {
        OwnedArticle child(a.id + "/" + std::to_string(a.children.size()));
        child.origin = a.origin + "/" + std::to_string(a.children.size());
        child.media_type = a.media_type;
        child.fields = c.fields;
        a.children.push_back(std::move(child));
        break;
      }
      case Change::kPatch:
      case Change::kAnnotate:
      case Change::kUnannotate: break;
    }
  }

  static RecordingEdit& self(cd_edit* e) { return *static_cast<RecordingEdit*>(e->impl); }
  Change& add(Change::Kind kind, std::uint32_t i, std::string_view field) {
    Change c{};
    c.kind = kind;
    c.index = i;
    c.field = field;
    changes_.push_back(std::move(c));
    return changes_.back();
  }
  static void set_(cd_edit* e, std::uint32_t i, cd_string f, const cd_value* v) {
    self(e).add(Change::kSet, i, view(f)).value = Value::copy_of(*v);
  }
  static void append_(cd_edit* e, std::uint32_t i, cd_string f, const cd_value* v) {
    self(e).add(Change::kAppend, i, view(f)).value = Value::copy_of(*v);
  }
  static void unset_(cd_edit* e, std::uint32_t i, cd_string f) {
    self(e).add(Change::kUnset, i, view(f));
  }
  static void patch_(cd_edit* e, std::uint32_t i, cd_string f, const cd_patch* p,
                     std::uint32_t count) {
    Change& c = self(e).add(Change::kPatch, i, view(f));
    for (std::uint32_t k = 0; k < count; ++k)
      c.patches.push_back({p[k].cut.begin, p[k].cut.end, std::string(view(p[k].text))});
  }
  static void annotate_(cd_edit* e, std::uint32_t i, const cd_annotation* n) {
    self(e).add(Change::kAnnotate, i, view(n->field)).annotation = {std::string(view(n->field)),
                                                                    n->span.begin,
                                                                    n->span.end,
                                                                    std::string(view(n->type)),
                                                                    std::string(view(n->kind)),
                                                                    std::string(view(n->name)),
                                                                    std::string(view(n->id)),
                                                                    n->score};
  }
  static void unannotate_(cd_edit* e, std::uint32_t i, cd_string f) {
    self(e).add(Change::kUnannotate, i, view(f));
  }
  static void label_(cd_edit* e, std::uint32_t i, cd_string n, const cd_value* v) {
    self(e).add(Change::kLabel, i, view(n)).value = Value::copy_of(*v);
  }
  static void drop_(cd_edit* e, std::uint32_t i, cd_string reason) {
    self(e).add(Change::kDrop, i, view(reason));
  }
  static void reject_(cd_edit* e, std::uint32_t i, cd_string code, cd_string detail) {
    self(e).add(Change::kReject, i, view(code)).detail = view(detail);
  }
  static void split_(cd_edit* e, std::uint32_t i, const cd_field* f, std::uint32_t count) {
    Change& c = self(e).add(Change::kSplit, i, {});
    for (std::uint32_t k = 0; k < count; ++k)
      c.fields.push_back({std::string(view(f[k].name)), Value::copy_of(f[k].value)});
  }
  static void put_(cd_edit* e, std::uint32_t i, cd_string k, cd_bytes v, std::int64_t ttl,
                   std::int32_t kind) {
    self(e).puts_.push_back({i, std::string(view(k)), std::string(view(v)), ttl, kind});
  }
  static void erase_(cd_edit* e, std::uint32_t i, cd_string k, std::int32_t kind) {
    self(e).puts_.push_back({i, std::string(view(k)), std::nullopt, 0, kind});
  }

  cd_edit edit_{};
  std::vector<Change> changes_;
  std::deque<Put> puts_;  // a deque: what a step read stays where it is when the step puts more
};

// What process hands to resolve, one slot an article.
class CarryStore {
 public:
  explicit CarryStore(std::size_t count) : slots_(count) {
    carry_ = {sizeof(cd_carry), 0, this, &set_, &get_};
  }
  CarryStore(const CarryStore&) = delete;
  CarryStore& operator=(const CarryStore&) = delete;
  [[nodiscard]] cd_carry& raw() noexcept { return carry_; }
  [[nodiscard]] std::optional<std::string>& at(std::size_t i) { return slots_.at(i); }

 private:
  static void set_(cd_carry* c, std::uint32_t i, cd_bytes b) {
    static_cast<CarryStore*>(c->impl)->slots_.at(i) = std::string(view(b));
  }
  static cd_bytes get_(const cd_carry* c, std::uint32_t i) {
    const auto& slot = static_cast<const CarryStore*>(c->impl)->slots_.at(i);
    return slot ? to_bytes(*slot) : cd_bytes{};
  }
  std::vector<std::optional<std::string>> slots_;
  cd_carry carry_{};
};

// A component's durable space. Entries with a ttl end when `set_time` passes them; puts of a RecordingEdit given to
// `overlay` are seen on top, newest first.
class MemoryState {
 public:
  MemoryState() { state_ = {sizeof(cd_state), 0, this, &get_, &multi_get_, &scan_}; }
  MemoryState(const MemoryState&) = delete;
  MemoryState& operator=(const MemoryState&) = delete;
  [[nodiscard]] cd_state& raw() noexcept { return state_; }
  void set_time(std::int64_t ns) noexcept { time_ = ns; }
  void overlay(const RecordingEdit* pending) noexcept { pending_ = pending; }
  void put(std::string key, std::string value, std::int64_t ttl = 0) {
    entries_[std::move(key)] = {std::move(value), ttl ? time_ + ttl : 0};
  }
  void erase(const std::string& key) { entries_.erase(key); }
  [[nodiscard]] std::optional<std::string> get(std::string_view key) const {
    const std::string* v = find(key);
    return v ? std::optional(*v) : std::nullopt;
  }
  [[nodiscard]] std::map<std::string, std::string> all() const {
    std::map<std::string, std::string> out;
    for (const auto& [key, entry] : entries_)
      if (const std::string* v = find(key)) out[key] = *v;
    if (pending_)
      for (const Put& p : pending_->puts())
        if (const std::string* v = find(p.key)) out[p.key] = *v;
    return out;
  }
  void commit(const Put& p) {
    if (p.value)
      put(p.key, *p.value, p.ttl);
    else
      entries_.erase(p.key);
  }

 private:
  struct Entry {
    std::string value;
    std::int64_t expires;
  };
  [[nodiscard]] const std::string* find(std::string_view key) const {
    if (pending_)
      for (auto p = pending_->puts().rbegin(); p != pending_->puts().rend(); ++p)
        if (p->key == key) return p->value ? &*p->value : nullptr;
    const auto it = entries_.find(key);
    const bool gone =
        it == entries_.end() || (it->second.expires != 0 && it->second.expires <= time_);
    return gone ? nullptr : &it->second.value;
  }
  static cd_bytes get_(cd_state* s, cd_string key) {
    const std::string* v = static_cast<MemoryState*>(s->impl)->find(view(key));
    return v ? to_bytes(*v) : cd_bytes{};
  }
  static void multi_get_(cd_state* s, const cd_string* keys, std::uint32_t count,
                         cd_bytes* values) {
    for (std::uint32_t i = 0; i < count; ++i) values[i] = get_(s, keys[i]);
  }
  static void scan_(cd_state* s, cd_string prefix, std::int32_t (*each)(void*, cd_string, cd_bytes),
                    void* context) {
    for (const auto& [key, value] : static_cast<MemoryState*>(s->impl)->all())
      if (key.starts_with(view(prefix)) && !each(context, to_c(key), to_bytes(value))) return;
  }

  std::map<std::string, Entry, std::less<>> entries_;
  const RecordingEdit* pending_ = nullptr;
  std::int64_t time_ = 0;
  cd_state state_{};
};

}  // namespace copydesk::testing
