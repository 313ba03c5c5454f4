#include "host/views.h"

#include <algorithm>

#include "base/utf8.h"
#include "decode/json_text.h"

namespace copydesk::host {
namespace {

constexpr int kMaxDepth = 16;  // of nested lists
constexpr std::uint32_t kMaxItems = 1 << 20;

std::optional<Value> value_at(const cd_value& v, int depth) {
  const auto text = [&]() -> std::optional<std::string> {
    if (v.as.string.data == nullptr && v.as.string.size != 0) return std::nullopt;
    return std::string(view(v.as.string));
  };
  switch (v.type) {
    case CD_VALUE_NONE: return Value();
    case CD_VALUE_INT: return Value(v.as.integer);
    case CD_VALUE_REAL: return Value(v.as.real);
    case CD_VALUE_BOOL: return Value(v.as.integer != 0);
    case CD_VALUE_TIME: return Value(Value::Time{v.as.integer});
    case CD_VALUE_STRING:
      if (auto t = text()) return Value(std::move(*t));
      return std::nullopt;
    case CD_VALUE_JSON:
      if (auto t = text(); t && decode::what_is_wrong(*t, decode::kMaxJsonDepth).empty()) {
        std::ranges::replace_if(
            *t, [](char c) { return c == '\n' || c == '\r'; }, ' ');
        return Value(Value::Json{std::move(*t)});
      }
      return std::nullopt;
    case CD_VALUE_LIST: {
      if (depth >= kMaxDepth || v.count > kMaxItems || (v.as.list == nullptr && v.count != 0))
        return std::nullopt;
      Value::List list;
      for (std::uint32_t i = 0; i < v.count; ++i) {
        auto item = value_at(v.as.list[i], depth + 1);
        if (!item) return std::nullopt;
        list.push_back(std::move(*item));
      }
      return Value(std::move(list));
    }
    default: return std::nullopt;
  }
}

}  // namespace

std::string bounded_text(std::string_view text, std::size_t most) {
  text = text.substr(0, most);
  if (is_utf8(text)) return std::string(text);
  std::size_t replaced = 0;
  return to_utf8(text, replaced);
}

std::string word(std::string_view text, std::string_view absent) {
  std::string out = bounded_text(text.empty() ? absent : text, 64);
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '_');
  return out;
}

std::optional<Value> value_of(const cd_value& value) { return value_at(value, 0); }

cd_value ValueViews::of(const Value& value) {
  cd_value out{};
  if (const auto* s = value.string()) {
    out.type = CD_VALUE_STRING;
    out.as.string = to_c(*s);
  } else if (const auto* i = value.integer()) {
    out.type = CD_VALUE_INT;
    out.as.integer = *i;
  } else if (const auto* d = value.real()) {
    out.type = CD_VALUE_REAL;
    out.as.real = *d;
  } else if (const auto* b = value.boolean()) {
    out.type = CD_VALUE_BOOL;
    out.as.integer = *b ? 1 : 0;
  } else if (const auto* t = value.time()) {
    out.type = CD_VALUE_TIME;
    out.as.integer = t->nanos;
  } else if (const auto* j = value.json()) {
    out.type = CD_VALUE_JSON;
    out.as.string = to_c(j->text);
  } else if (const auto* l = value.list()) {
    std::vector<cd_value> items;
    items.reserve(l->size());
    for (const Value& item : *l) items.push_back(of(item));
    lists_.push_back(std::move(items));
    out.type = CD_VALUE_LIST;
    out.count = static_cast<std::uint32_t>(lists_.back().size());
    out.as.list = lists_.back().data();
  }
  return out;
}

BatchView::BatchView(std::span<const Article* const> articles) {
  std::size_t fields = 0, annotations = 0, origins = 0;
  for (const Article* a : articles) {
    fields += a->fields().size();
    annotations += a->annotations.size();
    origins += a->origin.key_bound();
  }
  // Reserved to the full size, so that addresses stay.
  fields_.reserve(fields);
  annotations_.reserve(annotations);
  annotation_pointers_.reserve(annotations);
  origins_.reserve(origins);
  articles_.reserve(articles.size());
  pointers_.reserve(articles.size());
  for (const Article* a : articles) {
    cd_article c{};
    c.size = sizeof(cd_article);
    c.id = to_c(a->id);
    const std::size_t origin = origins_.size();
    a->origin.append_key(origins_);
    c.origin = to_c(std::string_view(origins_).substr(origin));
    c.media_type = to_c(a->media_type);
    c.host_article = a;
    c.field_count = static_cast<std::uint32_t>(a->fields().size());
    c.fields = fields_.data() + fields_.size();
    for (const Field& f : a->fields()) fields_.push_back({to_c(f.name), values_.of(f.value)});
    c.annotation_count = static_cast<std::uint32_t>(a->annotations.size());
    c.annotations = annotation_pointers_.data() + annotation_pointers_.size();
    for (const Annotation& n : a->annotations) {
      annotations_.push_back({sizeof(cd_annotation),
                              0,
                              to_c(n.field),
                              {n.begin, n.end},
                              to_c(n.type),
                              to_c(n.kind),
                              to_c(n.name),
                              to_c(n.id),
                              n.score});
      annotation_pointers_.push_back(&annotations_.back());
    }
    articles_.push_back(c);
    pointers_.push_back(&articles_.back());
  }
  batch_.size = sizeof(cd_batch);
  batch_.count = static_cast<std::uint32_t>(pointers_.size());
  batch_.articles = pointers_.data();
}

}  // namespace copydesk::host
