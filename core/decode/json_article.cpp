#include "decode/json_article.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "article/json.h"
#include "decode/dates.h"
#include "decode/identity.h"
#include "decode/json_keys.h"
#include "decode/json_text.h"
#include "decode/sniff.h"

namespace copydesk::decode {
namespace {

namespace dom = simdjson::dom;
using enum Meaning;

constexpr std::size_t kParserBytes = 64 << 10;    // to begin with
constexpr std::size_t kKeepParserBytes = 1 << 20;  // a parser that grew beyond is not kept
constexpr std::size_t kUsualFields = 24;
constexpr std::size_t kMaxItems = 1000;            // of a list of names or words; longer ones stay in extra

// Parts of an article as we write it that an earlier run made and this one makes again.
constexpr std::array<std::string_view, 6> kOfAnEarlierRun{"schema", "ingested_at", "entities", "dedup", "quality", "source"};

std::string_view string_of(dom::element e) {
  std::string_view text;
  return e.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<dom::object> object_of(dom::element e) {
  dom::object object;
  if (e.get(object) != simdjson::SUCCESS) return std::nullopt;
  return object;
}

std::optional<dom::array> array_of(dom::element e) {
  dom::array array;
  if (e.get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

std::string_view member(dom::element e, std::string_view key) {
  const auto object = object_of(e);
  dom::element found;
  return object && object->at_key(key).get(found) == simdjson::SUCCESS ? string_of(found) : std::string_view();
}

Value json_value(dom::element e) { return Value(Value::Json{simdjson::minify(e)}); }

// A value as it came; none for null.
Value plain_value(dom::element e) {
  switch (e.type()) {
    case dom::element_type::STRING: return Value(string_of(e));
    case dom::element_type::INT64: return Value(std::int64_t(e));
    case dom::element_type::DOUBLE: return Value(double(e));
    case dom::element_type::BOOL: return Value(bool(e));
    case dom::element_type::NULL_VALUE: return {};
    default: return json_value(e);
  }
}

bool nothing(dom::element e) { return e.is_null() || (e.is_string() && is_blank(string_of(e))); }

bool is_web_url(std::string_view s) { return s.starts_with("http://") || s.starts_with("https://") || s.starts_with("HTTP"); }

std::string_view trim(std::string_view s) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = s.find_first_not_of(kSpace);
  return first == std::string_view::npos ? std::string_view() : s.substr(first, s.find_last_not_of(kSpace) - first + 1);
}

std::string_view name_of(dom::element e) { return e.is_string() ? trim(string_of(e)) : trim(member(e, "name")); }

void split_into(std::string_view text, char separator, Value::List& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (const std::string_view item = trim(text.substr(0, end)); !item.empty()) out.emplace_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Names or words from a text with separators or an array of texts and {"name": …}; none when it holds anything else.
Value list_value(dom::element e, bool words) {
  Value::List out;
  if (const auto array = array_of(e)) {
    for (dom::element item : *array) {
      const std::string_view name = name_of(item);
      if (name.empty() && !nothing(item)) return {};
      if (!name.empty()) out.emplace_back(name);
    }
  } else if (e.is_string()) {
    const std::string_view text = string_of(e);
    split_into(text, words && text.find(';') == std::string_view::npos ? ',' : ';', out);
  } else if (!name_of(e).empty()) {
    out.emplace_back(name_of(e));
  }
  if (out.empty() || out.size() > kMaxItems) return {};
  return Value(std::move(out));
}

std::optional<Date> date_of(dom::element e) {
  if (e.is_string()) return read_date(string_of(e));
  double number = 0;
  return e.is_number() && e.get(number) == simdjson::SUCCESS ? read_epoch(number) : std::nullopt;
}

// A text, or paragraphs.
std::string body_of(dom::element e) {
  if (e.is_string()) return std::string(string_of(e));
  std::string out;
  if (const auto array = array_of(e))
    for (dom::element item : *array) {
      if (!item.is_string()) return {};
      if (!out.empty()) out += "\n\n";
      out += string_of(item);
    }
  return out;
}

// What a known key's value becomes; none when it is not of the kind its key promises.
Value meant_value(dom::element e, const KnownKey& known) {
  switch (known.meaning) {
    case kId:
      if (e.is_string()) return Value(trim(string_of(e)));
      return e.is_int64() || e.is_uint64() ? Value(simdjson::minify(e)) : Value();
    case kUrl: return e.is_string() && (known.rank == 0 || is_web_url(trim(string_of(e)))) ? Value(trim(string_of(e))) : Value();
    case kText: return e.is_string() ? Value(string_of(e)) : Value();
    case kName: return name_of(e).empty() ? Value() : Value(name_of(e));
    case kNames: return list_value(e, false);
    case kWords: return list_value(e, true);
    case kImage: {
      const std::string_view url = e.is_string() ? trim(string_of(e)) : trim(member(e, "url"));
      return is_web_url(url) ? Value(url) : Value();
    }
    case kDate: {
      const auto date = date_of(e);
      return date ? Value(date->text) : Value();
    }
    case kBody:
    case kHtml: {
      std::string text = body_of(e);
      return is_blank(text) ? Value() : Value(std::move(text));
    }
  }
  return {};
}

// Reads one object.
class Reader {
 public:
  Reader(dom::element whole, dom::object object, const std::map<std::string, std::string>& map) : whole_(whole), object_(object), map_(map) {}

  JsonArticle read() {
    slots_.clear();
    out_.fields.reserve(kUsualFields);
    std::size_t count = 0;
    for (const auto& field : object_) {
      if (++count > kMaxJsonKeys) return refuse("too_many_keys", "more than " + std::to_string(kMaxJsonKeys) + " keys in one article");
      own_ |= field.key == "schema" && string_of(field.value) == kArticleSchema;
    }
    mapped_inside();
    for (const auto& field : object_) take(field.key, field.value);
    for (Slot& slot : slots_) keep(slot);
    settle_domain();
    if (out_.body.empty()) return refuse("empty", "no text in it: " + keys());
    return std::move(out_);
  }

 private:
  // The best key so far for one of our fields.
  struct Slot {
    std::string_view field;
    KnownKey known;
    std::string_view key;
    dom::element element;
    Value value;
  };

  // One vector a thread, so that its memory is kept from article to article. Readers do not nest.
  static std::vector<Slot>& kept_slots() {
    thread_local std::vector<Slot> slots;
    return slots;
  }

  void set(std::string name, Value value) {
    if (value.none()) return;
    const auto it = std::ranges::find(out_.fields, name, &Field::name);
    if (it != out_.fields.end()) it->value = std::move(value);
    else out_.fields.push_back({std::move(name), std::move(value)});
  }
  void extra(std::string_view key, dom::element e) { set("extra." + std::string(key), plain_value(e)); }

  JsonArticle refuse(std::string code, std::string detail) {
    JsonArticle refused;
    refused.code = std::move(code);
    refused.detail = std::move(detail);
    refused.body = simdjson::minify(whole_);
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

  void take(std::string_view key, dom::element e) {
    if (own_ && take_own(key, e)) return;
    if (const auto it = map_.find(std::string(key)); !map_.empty() && it != map_.end()) return map_to(it->second, key, e);
    const KnownKey* known = known_key(key);
    if (known == nullptr) return extra(key, e);
    if (nothing(e)) return;
    offer(*known, key, e);
  }

  // What an article as we write it has besides the keys everybody may use. True when the key is dealt with.
  bool take_own(std::string_view key, dom::element e) {
    if (std::ranges::find(kOfAnEarlierRun, key) != kOfAnEarlierRun.end()) return true;
    if (key == "published_precision") {
      if (e.is_string()) set(std::string(key), Value(string_of(e)));
      return true;
    }
    const auto object = object_of(e);
    if (!object || (key != "labels" && key != "extra")) return false;
    for (const auto& field : *object) set(std::string(key) + "." + std::string(field.key), plain_value(field.value));
    return true;
  }

  // A key that the configuration leads to a field: read as a key of that name, else as it came.
  void map_to(const std::string& field, std::string_view key, dom::element e) {
    if (nothing(e)) return;
    const KnownKey* known = known_key(field);
    if (known == nullptr || known->field != field) return set(field, plain_value(e));
    KnownKey first = *known;
    first.rank = -1;
    offer(first, key, e);
  }

  // "a.b": the member b of the object a. The object itself stays in extra.
  void mapped_inside() {
    for (const auto& [path, field] : map_) {
      const std::size_t dot = path.find('.');
      if (dot == std::string::npos) continue;
      dom::element e = whole_;
      std::string_view rest = path;
      bool found = !has_key(path);  // a key with a dot in its name is meant literally
      while (found && !rest.empty()) {
        const std::size_t end = std::min(rest.find('.'), rest.size());
        const auto object = object_of(e);
        found = object && object->at_key(rest.substr(0, end)).get(e) == simdjson::SUCCESS;
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      if (found) map_to(field, path, e);
    }
  }
  bool has_key(std::string_view key) const {
    dom::element ignored;
    return object_.at_key(key).get(ignored) == simdjson::SUCCESS;
  }

  void offer(const KnownKey& known, std::string_view key, dom::element e) {
    Value value = meant_value(e, known);
    if (value.none()) return extra(key, e);
    const auto it = std::ranges::find(slots_, known.field, &Slot::field);
    if (it == slots_.end()) {
      slots_.push_back({known.field, known, key, e, std::move(value)});
    } else if (known.rank < it->known.rank) {
      extra(it->key, it->element);
      *it = {known.field, known, key, e, std::move(value)};
    } else {
      extra(key, e);
    }
  }

  void keep(Slot& slot) {
    if (slot.field == "id") {
      out_.id = *slot.value.string();
    } else if (slot.field == "body") {
      out_.body = std::move(*slot.value.string());
      out_.html = slot.known.meaning == kHtml || looks_like_html(out_.body);
    } else {
      const bool published = slot.field == "published_at" && std::ranges::find(out_.fields, "published_precision", &Field::name) == out_.fields.end();
      if (published) set("published_precision", Value(date_of(slot.element)->day_only ? "day" : "second"));
      set(std::string(slot.field), std::move(slot.value));
    }
  }

  // The domain follows from the URL; what came stays beside it when it is another.
  void settle_domain() {
    const auto url = std::ranges::find(out_.fields, "url", &Field::name);
    const std::string domain = url == out_.fields.end() ? std::string() : domain_of(*url->value.string());
    if (domain.empty()) return;
    const auto given = std::ranges::find(slots_, "domain", &Slot::field);
    if (given != slots_.end() && domain_of("http://" + std::string(string_of(given->element))) != domain) extra(given->key, given->element);
    set("domain", Value(domain));
  }

  const dom::element whole_;
  const dom::object object_;  // the same
  const std::map<std::string, std::string>& map_;
  bool own_ = false;  // an article as we write it
  std::vector<Slot>& slots_ = kept_slots();  // empty at the beginning
  JsonArticle out_;
};

JsonArticle read_element(dom::element e, const std::map<std::string, std::string>& map) {
  if (const auto object = object_of(e)) return Reader(e, *object, map).read();
  JsonArticle refused;
  refused.code = "not_object";
  refused.detail = "an article is a JSON object";
  refused.body = simdjson::minify(e);
  return refused;
}

// The thread's parser; its buffers are kept from record to record.
std::unique_ptr<dom::parser>& parser() {
  thread_local std::unique_ptr<dom::parser> parser;
  if (!parser) {
    parser = std::make_unique<dom::parser>();
    const auto ignored = parser->allocate(kParserBytes, kMaxJsonDepth);  // what fails here fails again when parsing
    (void)ignored;
  }
  return parser;
}

simdjson::error_code parse(std::string& text, dom::element& root) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return parser()->parse(text.data(), text.size(), false).get(root);
}

}  // namespace

JsonRecord read_json(std::string& text, const std::map<std::string, std::string>& map, std::size_t& replaced) {
  JsonRecord out;
  dom::element root;
  simdjson::error_code error = parse(text, root);
  std::optional<std::string> mended;
  if (error != simdjson::SUCCESS) {
    std::size_t halves = 0;
    mended = mend_json(text, halves);
    if (mended) error = parse(*mended, root);
    if (error == simdjson::SUCCESS) replaced += halves;
  }
  if (error != simdjson::SUCCESS) {
    out.code = "bad_json";
    out.detail = what_is_wrong(text, kMaxJsonDepth);
    if (out.detail.empty()) out.detail = simdjson::error_message(error);
  } else if (const auto array = array_of(root)) {
    out.array = true;
    for (dom::element e : *array) out.articles.push_back(read_element(e, map));
    if (out.articles.empty()) out.code = "empty", out.detail = "an array without elements";
  } else {
    out.articles.push_back(read_element(root, map));
  }
  if (text.size() > kKeepParserBytes) parser().reset();
  return out;
}

}  // namespace copydesk::decode
