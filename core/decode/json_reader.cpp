#include "decode/json_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "article/json.h"
#include "decode/identity.h"
#include "decode/json_keys.h"
#include "decode/json_versions.h"
#include "decode/sniff.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kUsualFields = 24;

// Parts of an article as we write it that an earlier run made and this one makes again.
constexpr std::array<std::string_view, 7> kOfAnEarlierRun{
    "schema", "ingested_at", "entity_offsets", "entities", "dedup", "quality", "source"};

// Reads one object.
class Reader {
 public:
  Reader(Element e, const Shape& shape, const Map& map, const Surroundings& around)
      : whole_(e),
        object_(*object_of(e)),
        shape_(shape),
        map_(map),
        page_(around.page),
        reading_{shape.own, around.nodes} {}

  JsonArticle read() {
    slots_.clear();
    out_.fields.reserve(kUsualFields);
    if (shape_.keys > kMaxJsonKeys || (page_ != nullptr && page_->others.size() > kMaxJsonKeys))
      return refuse("too_many_keys",
                    "more than " + std::to_string(kMaxJsonKeys) + " keys in one article");
    if (!map_.empty()) mapped_inside();
    for (const auto& field : object_) take(field.key, field.value);
    for (Slot& slot : slots_) keep(slot);
    settle_domain();
    if (out_.body.empty()) return refuse("empty", "no text in it: " + keys());
    if (page_ != nullptr) keep_page();
    return std::move(out_);
  }

 private:
  // The best key so far for one of our fields.
  struct Slot {
    KnownKey known;
    std::string_view key;
    Element element;
    Meant meant;
  };

  // One vector a thread, so that its memory is kept from article to article. Readers do not nest.
  static std::vector<Slot>& kept_slots() {
    thread_local std::vector<Slot> slots;
    return slots;
  }

  auto find(std::string_view name) { return std::ranges::find(out_.fields, name, &Field::name); }
  void set(std::string name, Value value) {
    if (value.none()) return;
    if (const auto it = find(name); it != out_.fields.end())
      it->value = std::move(value);
    else
      out_.fields.push_back({std::move(name), std::move(value)});
  }
  // For a name that no other key gives.
  void add(std::string_view name, Value value) {
    out_.fields.push_back({std::string(name), std::move(value)});
  }
  void extra(std::string_view key, Element e) {
    if (!is_inside(key)) set("extra." + std::string(key), plain_value(e));
  }

  JsonArticle refuse(std::string code, std::string detail) {
    JsonArticle refused;
    refused.code = std::move(code);
    refused.detail = std::move(detail);
    refused.body = simdjson::minify(page_ == nullptr ? whole_ : page_->element);
    return refused;
  }

  std::string keys() const {
    std::string out;
    constexpr std::size_t kMost = 20;
    std::size_t count = 0;
    for (const auto& field : object_) {
      if (++count > kMost) return out + " …";
      if (!out.empty()) out += ", ";
      out += field.key;
    }
    return out.empty() ? "an object without keys" : "its keys are " + out;
  }

  const KnownKey* known(std::string_view key) const {
    if (shape_.linked)
      if (const KnownKey* found = known_linked_key(key)) return found;
    const KnownKey* found = known_key(key);
    if (!shape_.ninjs || found == nullptr) return found;
    const KnownKey* in_ninjs = known_ninjs_key(found->key);
    return in_ninjs == nullptr ? found : in_ninjs;
  }

  void take(std::string_view key, Element e) {
    if (shape_.own && take_own(key, e)) return;
    if (!map_.empty())
      if (const auto it = map_.find(std::string(key)); it != map_.end())
        return map_to(it->second, key, e);
    const KnownKey* meaning = known(key);
    const bool of_a_stage =
        shape_.own && meaning != nullptr && meaning->rank != 0;  // a field that only resembles ours
    if (meaning == nullptr || of_a_stage) return extra(key, e);
    if (!nothing(e)) offer(*meaning, key, e);
  }

  // What an article as we write it has besides the keys everybody may use. True when the key is dealt with.
  bool take_own(std::string_view key, Element e) {
    if (std::ranges::find(kOfAnEarlierRun, key) != kOfAnEarlierRun.end()) return true;
    if (key == "published_precision") {
      if (e.is_string()) set(std::string(key), Value(string_of(e)));
      return true;
    }
    const auto object = object_of(e);
    if (!object || (key != "labels" && key != "extra")) return false;
    for (const auto& field : *object)
      set(std::string(key) + "." + std::string(field.key), plain_value(field.value));
    return true;
  }

  // A key that the configuration leads to a field: read as a key of that name, else as it came.
  void map_to(const std::string& field, std::string_view key, Element e) {
    if (nothing(e)) return;
    const KnownKey* meaning = known_key(field);
    if (meaning == nullptr || meaning->field != field) return set(field, plain_value(e));
    KnownKey first = *meaning;
    first.rank = kMappedRank;
    first.otherwise = nullptr;
    offer(first, key, e);
  }

  // "a.b": the member b of the object a; "a.0": the first of the list a. What it is in stays in extra as it is.
  void mapped_inside() {
    for (const auto& [path, field] : map_) {
      // a key with a dot is meant literally
      if (path.find('.') == std::string::npos || member(whole_, path)) continue;
      if (const auto e = at_path(path)) map_to(field, kInside, *e);
    }
  }

  std::optional<Element> at_path(std::string_view path) const {
    std::optional<Element> e = whole_;
    while (e && !path.empty()) {
      const std::size_t end = std::min(path.find('.'), path.size());
      e = e->is_array() ? item(*e, path.substr(0, end)) : member(*e, path.substr(0, end));
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    return e;
  }

  static std::optional<Element> item(Element list, std::string_view number) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
    Element found;
    if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
    if (array_of(list)->at(index).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
  }

  void offer(const KnownKey& known, std::string_view key, Element e) {
    Meant meant = meant_value(e, known, reading_);
    if (meant.value.none()) return lose(known, key, e);
    const auto it =
        std::ranges::find(slots_, known.field, [](const Slot& slot) { return slot.known.field; });
    if (it == slots_.end()) {
      slots_.push_back({known, key, e, std::move(meant)});
    } else if (known.rank < it->known.rank) {
      const Slot old = std::exchange(*it, Slot{known, key, e, std::move(meant)});
      lose(old.known, old.key, old.element);
    } else {
      lose(known, key, e);
    }
  }

  // A value that does not become what its key means first.
  void lose(const KnownKey& known, std::string_view key, Element e) {
    if (known.otherwise != nullptr) return offer(*known.otherwise, key, e);
    const bool no_date = known.meaning == Meaning::kDate &&
                         string_of(e) == "None";  // Python's null, written as a text
    if (!no_date) extra(key, e);
  }

  void keep(Slot& slot) {
    const std::string_view field = slot.known.field;
    Meant& meant = slot.meant;
    if (field == "id") {
      out_.id = *meant.value.string();
    } else if (field == "body") {
      out_.body = std::move(*meant.value.string());
      out_.html = meant.html || looks_like_html(out_.body);
    } else {
      if (field == "published_at" && find("published_precision") == out_.fields.end())
        add("published_precision", Value(meant.day_only ? "day" : "second"));
      add(field, std::move(meant.value));
    }
    if (meant.rest == Rest::kWhole) extra(slot.key, slot.element);
    if (meant.rest == Rest::kOthers && !is_inside(slot.key))
      set("extra." + std::string(slot.key), other_versions(slot.element));
  }

  // The domain follows from the URL; what came stays beside it when it is another.
  void settle_domain() {
    const auto url = find("url");
    std::string domain = url == out_.fields.end() ? std::string() : domain_of(*url->value.string());
    if (domain.empty()) return;
    if (const auto given = find("domain");
        given != out_.fields.end() && domain_of("http://" + *given->value.string()) != domain) {
      const auto slot =
          std::ranges::find(slots_, "domain", [](const Slot& s) { return s.known.field; });
      extra(slot->key, slot->element);
    }
    set("domain", Value(std::move(domain)));
  }

  // What stood beside the article on its page, unless the article says the same of itself.
  void keep_page() {
    const auto wrapper = page_->inside.empty() ? std::nullopt : object_of(page_->element);
    if (wrapper)
      for (const auto& field : *wrapper)
        if (field.key != page_->inside &&
            find("extra." + std::string(field.key)) == out_.fields.end())
          extra(field.key, field.value);
    std::string nodes;
    for (Element other : page_->others)
      (nodes += nodes.empty() ? '[' : ',') += simdjson::minify(other);
    if (!nodes.empty()) set("extra.@graph", Value(Value::Json{nodes + ']'}));
  }

  // Stands for the key of what a mapped path led to. No key of the object, whatever its bytes: it is told by its address.
  static constexpr std::string_view kInside{"inside"};
  static bool is_inside(std::string_view key) { return key.data() == kInside.data(); }

  const Element whole_;
  const Object object_;  // the same
  const Shape shape_;
  const Map& map_;
  const LinkedArticle* const page_;
  const Reading reading_;
  std::vector<Slot>& slots_ = kept_slots();  // empty at the beginning
  JsonArticle out_;
};

}  // namespace

Shape shape_of(Object object) {
  Shape out;
  for (const auto& field : object) {
    if (++out.keys > kMaxJsonKeys) break;
    const std::string_view key = field.key;
    if (key.starts_with('@'))
      out.linked = true;
    else if (key.size() == 6 && key == "schema")
      out.own |= string_of(field.value) == kArticleSchema;
    else if (key.size() == 14 && (key == "versioncreated" || key == "versionCreated"))
      out.ninjs = true;
  }
  return out;
}

JsonArticle read_article(Element e, const Shape& shape, const Map& map,
                         const Surroundings& around) {
  return Reader(e, shape, map, around).read();
}

}  // namespace copydesk::decode
