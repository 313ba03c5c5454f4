#include "article/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace copydesk {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Number of bytes at the front that can be copied as they are.
std::size_t plain_prefix(std::string_view s) {
  std::size_t i = 0;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(0x1f);
  for (; i + 16 <= s.size(); i += 16) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + i));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, space), v);
    const __m128i hit = _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)));
    const int mask = _mm_movemask_epi8(hit);
    if (mask != 0) return i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  while (i < s.size() && !needs_escape(s[i])) ++i;
  return i;
}

void write_escaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

template <class Number>
void write_number(Number number, std::string& out) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

// The order of the written form. A name that ends in a dot is a group, the empty one all fields that are not named here.
constexpr std::array<std::string_view, 27> kOrder{
    "url", "canonical_url", "domain", "site_name", "title", "subtitle", "description", "authors", "byline", "dateline", "section",
    "keywords", "image_url", "published_at", "published_precision", "modified_at", "fetched_at", "ingested_at", "language", "body",
    "entities", "dedup.", "quality.", "labels.", "", "source.", "extra."};

class Writer {
 public:
  Writer(const Article& article, std::string& out) : article_(article), out_(out) {}

  void write() {
    out_ += "{\"schema\":\"copydesk/article/1\",\"id\":";
    write_json_string(article_.id, out_);
    sort_fields();
    for (std::string_view name : kOrder) {
      if (name == "ingested_at") time("ingested_at", article_.ingested_at);
      else if (name == "entities") entities();
      else if (name.empty()) others();
      else if (name.ends_with('.')) group(name);
      else if (const Field* f = top(name)) member(f->name, f->value);
    }
    out_ += '}';
  }

 private:
  // Indices of fields by what they are, so that each is looked at once.
  void sort_fields() {
    top_.fill(nullptr);
    for (const Field& f : article_.fields()) {
      if (f.value.none()) continue;
      const auto it = std::ranges::find_if(kOrder, [&](std::string_view o) {
        return o.ends_with('.') ? f.name.starts_with(o) : o == f.name;
      });
      if (it == kOrder.end() && !is_group(f.name)) others_.push_back(&f);
      else if (it == kOrder.end()) continue;  // written with its group
      else if (!it->ends_with('.')) top_[static_cast<std::size_t>(it - kOrder.begin())] = &f;
    }
  }

  static bool is_group(std::string_view name) {
    return std::ranges::any_of(kOrder, [&](std::string_view o) { return o.size() == name.size() + 1 && o.ends_with('.') && o.starts_with(name); });
  }

  // Names of the written form that hold something else than an object of fields.
  static bool is_taken(std::string_view name) { return name == "schema" || name == "id" || std::ranges::find(kOrder, name) != kOrder.end(); }

  const Field* top(std::string_view name) const {
    return top_[static_cast<std::size_t>(std::ranges::find(kOrder, name) - kOrder.begin())];
  }

  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    write_json_string(name, out_);
    out_ += ':';
  }

  void member(std::string_view name, const Value& value) {
    key(name);
    write_json_value(value, out_);
  }

  void time(std::string_view name, Nanos nanos) {
    if (nanos == 0) return;
    key(name);
    out_ += '"';
    out_ += format_time(nanos);
    out_ += '"';
  }

  void group(std::string_view prefix) {
    bool open = false;
    const auto begin = [&] {
      if (open) return;
      key(prefix.substr(0, prefix.size() - 1));
      out_ += '{';
      open = true;
    };
    const Value* bare = article_.find(prefix.substr(0, prefix.size() - 1));
    const bool has_members = std::ranges::any_of(article_.fields(), [&](const Field& f) { return f.name.starts_with(prefix) && !f.value.none(); });
    if (bare != nullptr && !bare->none() && !has_members && prefix != "source.") return member(prefix.substr(0, prefix.size() - 1), *bare);
    if (prefix == "source.") {
      begin();
      member("component", Value(article_.origin.source));
    }
    if (bare != nullptr && !bare->none()) {
      begin();
      member(name_for_bare(prefix), *bare);
    }
    for (const Field& f : article_.fields()) {
      if (!f.name.starts_with(prefix) || f.value.none()) continue;
      begin();
      member(std::string_view(f.name).substr(prefix.size()), f.value);
    }
    if (prefix == "source.") {
      if (!article_.origin.part.empty()) member("part", Value(article_.origin.part));
      time("received_at", article_.received_at);
    }
    if (open) out_ += '}';
  }

  // A field "x" beside fields "x.y" is written inside the object x, under a name that is free there.
  std::string name_for_bare(std::string_view prefix) const {
    std::string name = "value";
    while (article_.find(std::string(prefix) + name) != nullptr) name += '_';
    return name;
  }

  // Fields that are not in the order: as they are, groups of their own nested.
  void others() {
    std::ranges::stable_sort(others_, {}, [](const Field* f) { return f->name.substr(0, f->name.find('.')); });
    for (std::size_t i = 0, end = 0; i < others_.size(); i = end) {
      const std::string_view name = std::string_view(others_[i]->name).substr(0, others_[i]->name.find('.'));
      for (end = i; end < others_.size() && std::string_view(others_[end]->name).substr(0, others_[end]->name.find('.')) == name;) ++end;
      if (end == i + 1 && others_[i]->name == name) {
        member(name, others_[i]->value);
        continue;
      }
      if (is_taken(name)) {  // "title.x": there is no object to nest it in
        for (std::size_t k = i; k < end; ++k) member(others_[k]->name, others_[k]->value);
        continue;
      }
      key(name);
      out_ += '{';
      for (std::size_t k = i; k < end; ++k) {
        const std::string_view full = others_[k]->name;
        if (full == name) member(name_for_bare(std::string(name) + "."), others_[k]->value);
        else member(full.substr(name.size() + 1), others_[k]->value);
      }
      out_ += '}';
    }
  }

  void entities() {
    if (article_.annotations.empty()) return;
    key("entities");
    char separator = '[';
    std::string_view field;
    std::string_view text;
    std::size_t at = 0, points = 0;  // code points of text before byte `at`
    for (const Annotation& a : article_.annotations) {
      if (a.field != field || a.begin < at) {
        field = a.field;
        text = article_.text(field);
        at = points = 0;
      }
      if (a.end > text.size()) continue;  // checked when it was made; never written wrong
      points += count(text.substr(at, a.begin - at));
      at = a.begin;
      const std::string_view mention = text.substr(a.begin, a.end - a.begin);
      out_ += separator;
      separator = ',';
      out_ += '{';
      member("text", Value(mention));
      member("type", Value(a.type));
      if (!a.kind.empty()) member("kind", Value(a.kind));
      member("field", Value(a.field));
      member("start", Value(static_cast<std::int64_t>(points)));
      member("end", Value(static_cast<std::int64_t>(points + count(mention))));
      if (!a.name.empty()) member("name", Value(a.name));
      if (!a.id.empty()) member("id", Value(a.id));
      member("score", Value(a.score));
      out_ += '}';
    }
    if (separator == '[') out_ += '[';
    out_ += ']';
  }

  static std::size_t count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  const Article& article_;
  std::string& out_;
  std::array<const Field*, kOrder.size()> top_{};
  std::vector<const Field*> others_;
};

}  // namespace

void write_json_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    write_escaped(text.front(), out);
    text.remove_prefix(1);
  }
  out += '"';
}

void write_json_value(const Value& value, std::string& out) {
  if (const auto* s = value.string()) return write_json_string(*s, out);
  if (const auto* j = value.json()) {
    out += j->text;
    return;
  }
  if (const auto* i = value.integer()) return write_number(*i, out);
  if (const auto* d = value.real()) {
    if (std::isfinite(*d)) return write_number(*d, out);
    out += "0";
    return;
  }
  if (const auto* b = value.boolean()) {
    out += *b ? "true" : "false";
    return;
  }
  if (const auto* t = value.time()) return write_json_string(format_time(t->nanos), out);
  if (const auto* l = value.list()) {
    out += '[';
    for (std::size_t i = 0; i < l->size(); ++i) {
      if (i > 0) out += ',';
      write_json_value((*l)[i], out);
    }
    out += ']';
    return;
  }
  out += "null";
}

void write_json(const Article& article, std::string& out) { Writer(article, out).write(); }

}  // namespace copydesk
