#include "article/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace copydesk {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Whether one of eight bytes needs an escape (A. Mycroft's test for a zero byte, in "Bit Twiddling Hacks").
bool any_needs_escape(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kTops = 0x8080808080808080;
  const auto below = [&](std::uint64_t x, std::uint64_t n) { return (x - kOnes * n) & ~x & kTops; };
  return (below(eight, 0x20) | below(eight ^ kOnes * '"', 1) | below(eight ^ kOnes * '\\', 1)) != 0;
}

// Number of bytes at the front that can be copied as they are.
std::size_t plain_prefix(std::string_view s) {
  std::size_t i = 0;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
  const auto hits = [&](std::size_t at) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + at));
    return _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, control), v), _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)));
  };
  while (i + 64 <= s.size() &&
         _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(hits(i), hits(i + 16)), _mm_or_si128(hits(i + 32), hits(i + 48)))) == 0)
    i += 64;
  for (; i + 16 <= s.size(); i += 16)
    if (const int mask = _mm_movemask_epi8(hits(i)); mask != 0) return i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
#endif
  for (std::uint64_t eight = 0; i + 8 <= s.size(); i += 8) {
    std::memcpy(&eight, s.data() + i, 8);
    if (any_needs_escape(eight)) break;
  }
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
constexpr std::size_t kNowhere = kOrder.size();

// Places in kOrder by length of the name, so that finding one compares with two or three.
constexpr std::size_t kLongestName = 19;
constexpr auto kByLength = [] {
  std::array<std::array<std::uint8_t, 6>, kLongestName + 1> table{};
  for (auto& row : table) row.fill(kNowhere);
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    auto& row = table[kOrder[i].size()];
    std::size_t at = 0;
    while (row.at(at) != kNowhere) ++at;
    row[at] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

// The place of a name, or of a group with its dot; kNowhere for others.
std::size_t place_of(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return kNowhere;
  for (const std::uint8_t i : kByLength[name.size()])
    if (i == kNowhere || kOrder[i] == name) return i;
  return kNowhere;
}

bool is_group(std::string_view name) {
  return std::ranges::any_of(kOrder, [&](std::string_view o) { return o.size() == name.size() + 1 && o.ends_with('.') && o.starts_with(name); });
}

class Writer {
 public:
  Writer(const Article& article, std::string& out) : article_(article), out_(out) {}

  void write() {
    out_ += "{\"schema\":\"copydesk/article/1\",\"id\":";
    write_json_string(article_.id, out_);
    sort_fields();
    for (std::size_t i = 0; i < kOrder.size(); ++i) {
      const std::string_view name = kOrder[i];
      if (name == "ingested_at") time("ingested_at", article_.ingested_at);
      else if (name == "entities") entities();
      else if (name.empty()) others();
      else if (name.ends_with('.')) group(i);
      else if (const Field* f = first_[i]) member(f->name, f->value);
    }
    out_ += '}';
  }

 private:
  // Each field is looked at once: it has a place of its own, is a member of a group, or one of the others. Members of a
  // group are chained in the order they were set.
  void sort_fields() {
    const std::vector<Field>& fields = article_.fields();
    next_.assign(fields.size(), nullptr);
    for (const Field& f : fields) {
      if (f.value.none()) continue;
      const std::size_t dot = f.name.find('.');
      const std::size_t place = place_of(std::string_view(f.name).substr(0, dot == std::string::npos ? dot : dot + 1));
      if (place == kNowhere) {
        if (dot != std::string::npos || !is_group(f.name)) others_.push_back(&f);  // a bare group is written with it
        continue;
      }
      if (first_[place] == nullptr) first_[place] = &f;
      else next_[static_cast<std::size_t>(last_[place] - fields.data())] = &f;
      last_[place] = &f;
    }
  }

  // Names of the written form that hold something else than an object of fields.
  static bool is_taken(std::string_view name) { return name == "schema" || name == "id" || place_of(name) != kNowhere; }

  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    write_json_string(name, out_);
    out_ += ':';
  }

  void member(std::string_view name, const Value& value) {
    key(name);
    write_json_value(value, out_);
  }
  void text_member(std::string_view name, std::string_view text) {
    key(name);
    write_json_string(text, out_);
  }
  void number_member(std::string_view name, std::size_t number) {
    key(name);
    write_number(number, out_);
  }

  void time(std::string_view name, Nanos nanos) {
    if (nanos == 0) return;
    key(name);
    out_ += '"';
    out_ += format_time(nanos);
    out_ += '"';
  }

  void group(std::size_t place) {
    const std::string_view prefix = kOrder[place], name = prefix.substr(0, prefix.size() - 1);
    const bool is_source = prefix == "source.";
    const Value* bare = article_.find(name);
    if (bare != nullptr && bare->none()) bare = nullptr;
    if (!is_source && first_[place] == nullptr) {
      if (bare != nullptr) member(name, *bare);
      return;
    }
    key(name);
    out_ += '{';
    if (is_source) text_member("component", article_.origin.source);
    if (bare != nullptr) member(name_for_bare(prefix), *bare);
    for (const Field* f = first_[place]; f != nullptr; f = next_[static_cast<std::size_t>(f - article_.fields().data())])
      member(std::string_view(f->name).substr(prefix.size()), f->value);
    if (is_source) {
      if (!article_.origin.part.empty()) text_member("part", article_.origin.part);
      time("received_at", article_.received_at);
    }
    out_ += '}';
  }

  // A field "x" beside fields "x.y" is written inside the object x, under a name that is free there.
  std::string name_for_bare(std::string_view prefix) const {
    std::string name = "value";
    while (article_.find(std::string(prefix) + name) != nullptr) name += '_';
    return name;
  }

  // Fields that are not in the order: as they are, groups of their own nested.
  void others() {
    std::ranges::stable_sort(others_, {}, [](const Field* f) { return std::string_view(f->name).substr(0, f->name.find('.')); });
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
      text_member("text", mention);
      text_member("type", a.type);
      if (!a.kind.empty()) text_member("kind", a.kind);
      text_member("field", a.field);
      number_member("start", points);
      number_member("end", points + count(mention));
      if (!a.name.empty()) text_member("name", a.name);
      if (!a.id.empty()) text_member("id", a.id);
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
  std::array<const Field*, kOrder.size()> first_{}, last_{};  // by place in kOrder; several in a group
  std::vector<const Field*> next_;                            // in its group, by place in the article
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
