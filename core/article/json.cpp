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

// Copies text up to the first byte that needs an escape; returns how much. What is copied in one step is looked at only
// then, so up to kOvershoot bytes behind the copy are written over.
constexpr std::size_t kOvershoot = 16;

#if defined(__SSE2__)
__m128i special_bytes(__m128i v) {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
  return _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
                                            _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
}
__m128i load(const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
void store(char* to, __m128i v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), v); }
std::size_t first_of(unsigned mask) { return static_cast<std::size_t>(__builtin_ctz(mask)); }
unsigned mask_of(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

std::size_t copy_plain(const char* from, std::size_t size, char* to) {
  std::size_t n = 0;
  for (; n + 32 <= size; n += 32) {
    const __m128i a = load(from + n), b = load(from + n + 16);
    store(to + n, a);
    store(to + n + 16, b);
    const __m128i in_a = special_bytes(a), in_b = special_bytes(b);
    if (mask_of(_mm_or_si128(in_a, in_b)) != 0)
      return n + first_of(mask_of(in_a) | mask_of(in_b) << 16);
  }
  while (n < size) {
    alignas(16) std::array<char, 16> last;
    const std::size_t some = std::min<std::size_t>(size - n, 16);
    last.fill(' ');
    std::memcpy(last.data(), from + n, some);
    const __m128i v = load(last.data());
    store(to + n, v);
    if (const unsigned mask = mask_of(special_bytes(v)); mask != 0) return n + first_of(mask);
    n += some;
  }
  return n;
}
#else
bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

std::size_t copy_plain(const char* from, std::size_t size, char* to) {
  // Whether one of eight bytes needs an escape (A. Mycroft's test for a zero byte, in "Bit Twiddling Hacks").
  constexpr std::uint64_t kOnes = 0x0101010101010101, kTops = 0x8080808080808080;
  const auto below = [&](std::uint64_t x, std::uint64_t n) { return (x - kOnes * n) & ~x & kTops; };
  std::size_t n = 0;
  for (std::uint64_t eight = 0; n + 8 <= size; n += 8) {
    std::memcpy(&eight, from + n, 8);
    if ((below(eight, 0x20) | below(eight ^ kOnes * '"', 1) | below(eight ^ kOnes * '\\', 1)) != 0)
      break;
    std::memcpy(to + n, &eight, 8);
  }
  for (; n < size && !needs_escape(from[n]); ++n) to[n] = from[n];
  return n;
}
#endif

// A byte that needs an escape, with it; returns the end of what was written.
char* put_escaped(char* to, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  char letter = 'u';
  switch (c) {
    case '"':
    case '\\': letter = c; break;
    case '\n': letter = 'n'; break;
    case '\r': letter = 'r'; break;
    case '\t': letter = 't'; break;
    case '\b': letter = 'b'; break;
    case '\f': letter = 'f'; break;
    default: break;
  }
  *to++ = '\\';
  *to++ = letter;
  if (letter != 'u') return to;
  *to++ = '0';
  *to++ = '0';
  *to++ = kHex[static_cast<unsigned char>(c) >> 4];
  *to++ = kHex[static_cast<unsigned char>(c) & 15];
  return to;
}

template <class Number>
void write_number(Number number, std::string& out) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

// The order of the written form. A name that ends in a dot is a group, the empty one all fields that are not named here.
constexpr std::array<std::string_view, 28> kOrder{"url",
                                                  "canonical_url",
                                                  "domain",
                                                  "site_name",
                                                  "title",
                                                  "subtitle",
                                                  "description",
                                                  "authors",
                                                  "byline",
                                                  "dateline",
                                                  "section",
                                                  "keywords",
                                                  "image_url",
                                                  "published_at",
                                                  "published_precision",
                                                  "modified_at",
                                                  "fetched_at",
                                                  "ingested_at",
                                                  "language",
                                                  "body",
                                                  "entity_offsets",
                                                  "entities",
                                                  "dedup.",
                                                  "quality.",
                                                  "labels.",
                                                  "",
                                                  "source.",
                                                  "extra."};
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
  return std::ranges::any_of(kOrder, [&](std::string_view o) {
    return o.size() == name.size() + 1 && o.ends_with('.') && o.starts_with(name);
  });
}

class Writer {
 public:
  Writer(const Article& article, std::string& out, OffsetUnit offsets)
      : article_(article), out_(out), offsets_(offsets) {}

  void write() {
    out_ += "{\"schema\":\"copydesk/article/1\",\"id\":";
    write_json_string(article_.id, out_);
    sort_fields();
    for (std::size_t i = 0; i < kOrder.size(); ++i) {
      const std::string_view name = kOrder[i];
      if (name == "ingested_at")
        time("ingested_at", article_.ingested_at);
      else if (name == "entity_offsets")
        continue;
      else if (name == "entities")
        entities();
      else if (name.empty())
        others();
      else if (name.ends_with('.'))
        group(i);
      else if (const Field* f = first_[i]) {
        own_key(name);
        write_json_value(f->value, out_);
      }
    }
    out_ += '}';
  }

 private:
  // Each field is looked at once: it has a place of its own, is a member of a group, or one of the others. Members of a
  // group are chained in the order they were set.
  void sort_fields() {
    const std::vector<Field>& fields = article_.fields();
    if (fields.size() > few_.size()) many_.resize(fields.size());
    next_ = many_.empty() ? few_.data() : many_.data();
    for (const Field& f : fields) {
      if (f.value.none()) continue;
      const std::size_t dot = f.name.find('.');
      const std::size_t place =
          place_of(std::string_view(f.name).substr(0, dot == std::string::npos ? dot : dot + 1));
      if (place == kNowhere) {
        // a bare group is written with it
        if (dot != std::string::npos || !is_group(f.name)) others_.push_back(&f);
        continue;
      }
      if (first_[place] == nullptr)
        first_[place] = &f;
      else
        next_[static_cast<std::size_t>(last_[place] - fields.data())] = &f;
      last_[place] = &f;
    }
  }

  // Names of the written form that hold something else than an object of fields.
  static bool is_taken(std::string_view name) {
    return name == "schema" || name == "id" || place_of(name) != kNowhere;
  }

  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    write_json_string(name, out_);
    out_ += ':';
  }
  // One of our own names: nothing in it needs an escape.
  void own_key(std::string_view name) {
    out_ += out_.back() == '{' ? "\"" : ",\"";
    out_.append(name).append("\":");
  }

  void member(std::string_view name, const Value& value) {
    key(name);
    write_json_value(value, out_);
  }
  void text_member(std::string_view name, std::string_view text) {
    own_key(name);
    write_json_string(text, out_);
  }
  void number_member(std::string_view name, std::size_t number) {
    own_key(name);
    write_number(number, out_);
  }

  void time(std::string_view name, Nanos nanos) {
    if (nanos == 0) return;
    own_key(name);
    out_ += '"';
    append_time(out_, nanos);
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
    own_key(name);
    out_ += '{';
    if (is_source) text_member("component", article_.origin.source);
    if (bare != nullptr) member(name_for_bare(prefix), *bare);
    for (const Field* f = first_[place]; f != nullptr;
         f = next_[static_cast<std::size_t>(f - article_.fields().data())])
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
    std::ranges::stable_sort(others_, {}, [](const Field* f) {
      return std::string_view(f->name).substr(0, f->name.find('.'));
    });
    for (std::size_t i = 0, end = 0; i < others_.size(); i = end) {
      const std::string_view name =
          std::string_view(others_[i]->name).substr(0, others_[i]->name.find('.'));
      for (end = i;
           end < others_.size() &&
           std::string_view(others_[end]->name).substr(0, others_[end]->name.find('.')) == name;)
        ++end;
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
        if (full == name)
          member(name_for_bare(std::string(name) + "."), others_[k]->value);
        else
          member(full.substr(name.size() + 1), others_[k]->value);
      }
      out_ += '}';
    }
  }

  void entities() {
    if (article_.annotations.empty()) return;
    if (offsets_ != OffsetUnit::code_points)
      text_member("entity_offsets", offset_unit_name(offsets_));
    key("entities");
    char separator = '[';
    std::string_view field;
    std::string_view text;
    std::size_t at = 0, before = 0;  // units of text before byte `at`
    for (const Annotation& a : article_.annotations) {
      if (a.field != field || a.begin < at) {
        field = a.field;
        text = article_.text(field);
        at = before = 0;
      }
      if (a.end > text.size()) continue;  // checked when it was made; never written wrong
      before += count(text.substr(at, a.begin - at));
      at = a.begin;
      const std::string_view mention = text.substr(a.begin, a.end - a.begin);
      out_ += separator;
      separator = ',';
      out_ += '{';
      text_member("text", mention);
      text_member("type", a.type);
      if (!a.kind.empty()) text_member("kind", a.kind);
      text_member("field", a.field);
      number_member("start", before);
      number_member("end", before + count(mention));
      if (!a.name.empty()) text_member("name", a.name);
      if (!a.id.empty()) text_member("id", a.id);
      member("score", Value(a.score));
      out_ += '}';
    }
    if (separator == '[') out_ += '[';
    out_ += ']';
  }

  // How long a text is in the unit of the spans. In UTF-16 a character of four bytes counts twice.
  std::size_t count(std::string_view text) const {
    if (offsets_ == OffsetUnit::bytes) return text.size();
    const bool utf16 = offsets_ == OffsetUnit::utf16;
    std::size_t units = 0;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      units += ((byte & 0xC0) != 0x80 ? 1U : 0U) + (utf16 && byte >= 0xF0 ? 1U : 0U);
    }
    return units;
  }

  const Article& article_;
  std::string& out_;
  const OffsetUnit offsets_;
  // by place in kOrder; several in a group
  std::array<const Field*, kOrder.size()> first_{}, last_{};
  std::array<const Field*, 32> few_{};
  std::vector<const Field*> many_;
  const Field** next_ = nullptr;  // in its group, by place in the article: few_ or many_
  std::vector<const Field*> others_;
};

}  // namespace

void write_json_string(std::string_view text, std::string& out) {
  constexpr std::size_t kEscape = 6;  // bytes, at most
  std::array<char, 2048> written;
  char* to = written.data();
  char* const full = written.data() + written.size() - kOvershoot - kEscape - 1;
  *to++ = '"';
  while (!text.empty()) {
    if (to >= full) {
      out.append(written.data(), to);
      to = written.data();
    }
    const std::size_t room = std::min(text.size(), static_cast<std::size_t>(full - to));
    const std::size_t plain = copy_plain(text.data(), room, to);
    to += plain;
    if (plain < room) to = put_escaped(to, text[plain]);
    text.remove_prefix(std::min(plain + 1, room));
  }
  *to++ = '"';
  out.append(written.data(), to);
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
  if (const auto* t = value.time()) {
    out += '"';
    append_time(out, t->nanos);
    out += '"';
    return;
  }
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

OffsetUnit offset_unit(std::string_view name) {
  if (name == "bytes") return OffsetUnit::bytes;
  return name == "utf16" ? OffsetUnit::utf16 : OffsetUnit::code_points;
}

std::string_view offset_unit_name(OffsetUnit unit) {
  if (unit == OffsetUnit::bytes) return "bytes";
  return unit == OffsetUnit::utf16 ? "utf16" : "code_points";
}

void write_json(const Article& article, std::string& out, OffsetUnit offsets) {
  Writer(article, out, offsets).write();
}

}  // namespace copydesk
