#include "article/edit.h"

#include <algorithm>

#include "base/utf8.h"

namespace copydesk {
namespace {

Error bad_edit(const std::string& what) { return reject("bad_edit", what); }

std::string span_text(std::uint64_t begin, std::uint64_t end) {
  return "[" + std::to_string(begin) + ", " + std::to_string(end) + ")";
}

Status check_span(std::string_view text, std::string_view field, std::uint64_t begin,
                  std::uint64_t end) {
  if (begin > end || end > text.size())
    return bad_edit("span " + span_text(begin, end) + " lies outside '" + std::string(field) +
                    "' of " + std::to_string(text.size()) + " bytes");
  if (!at_character(text, begin) || !at_character(text, end))
    return bad_edit("span " + span_text(begin, end) + " of '" + std::string(field) +
                    "' begins or ends inside a character");
  return {};
}

Status check_value(std::string_view field, const Value& value, int depth = 0) {
  if (depth >= kMaxListDepth && value.list() != nullptr)
    return bad_edit("'" + std::string(field) + "' holds lists more than " +
                    std::to_string(kMaxListDepth) + " deep");
  const std::string* s = value.string();
  const Value::Json* j = value.json();
  if ((s && !is_utf8(*s)) || (j && !is_utf8(j->text)))
    return bad_edit("'" + std::string(field) + "' is not UTF-8");
  if (const auto* list = value.list())
    for (const Value& item : *list)
      if (Status bad = check_value(field, item, depth + 1); !bad) return bad;
  return {};
}

Status check_name(std::string_view field) {
  if (field.empty()) return bad_edit("a field without a name");
  if (!is_utf8(field)) return bad_edit("a field's name is not UTF-8");
  if (field.starts_with("labels.")) return {};
  if (is_core_field(field)) return bad_edit("'" + std::string(field) + "' belongs to the core");
  return {};
}

Status check_patches(const ArticleEdit::PatchText& p, const Article& article) {
  const Value* value = article.find(p.field);
  if (value == nullptr || value->string() == nullptr)
    return bad_edit("patch of '" + p.field + "', which is no text field of this article");
  const std::string& text = *value->string();
  std::uint64_t last = 0;
  for (const Patch& patch : p.patches) {
    if (Status bad = check_span(text, p.field, patch.begin, patch.end); !bad) return bad;
    if (patch.begin < last)
      return bad_edit("patches of '" + p.field + "' overlap or are not ascending");
    if (!is_utf8(patch.text)) return bad_edit("patch of '" + p.field + "' is not UTF-8");
    last = patch.end;
  }
  return {};
}

bool sets_field(const ArticleEdit& edit, std::string_view field) {
  return std::ranges::any_of(edit.sets, [&](const auto& s) { return s.field == field; }) ||
         std::ranges::any_of(edit.unsets, [&](const auto& u) { return u.field == field; });
}

Status check_annotation(const ArticleEdit& edit, const Annotation& a, const Article& article) {
  const Value* value = article.find(a.field);
  if (value == nullptr || value->string() == nullptr)
    return bad_edit("annotation on '" + a.field + "', which is no text field of this article");
  if (sets_field(edit, a.field))
    return bad_edit("annotation on '" + a.field +
                    "', which the same step replaces: its span has no meaning");
  if (a.begin == a.end)
    return bad_edit("empty span " + span_text(a.begin, a.end) + " on '" + a.field + "'");
  for (const std::string* s : {&a.type, &a.kind, &a.name, &a.id})
    if (!is_utf8(*s)) return bad_edit("an annotation's words are not UTF-8");
  return check_span(*value->string(), a.field, a.begin, a.end);
}

// Where a span goes when the patches are made; false when a cut touches it.
bool move_span(const std::vector<Patch>& patches, std::uint64_t& begin, std::uint64_t& end) {
  std::int64_t shift = 0;
  for (const Patch& p : patches) {
    if (p.begin >= end) break;
    if (p.end > begin) return false;
    shift += static_cast<std::int64_t>(p.text.size()) - static_cast<std::int64_t>(p.end - p.begin);
  }
  begin = static_cast<std::uint64_t>(static_cast<std::int64_t>(begin) + shift);
  end = static_cast<std::uint64_t>(static_cast<std::int64_t>(end) + shift);
  return true;
}

std::string patched(const std::string& text, const std::vector<Patch>& patches) {
  std::string out;
  std::size_t at = 0;
  for (const Patch& p : patches) {
    out.append(text, at, p.begin - at);
    out.append(p.text);
    at = p.end;
  }
  out.append(text, at);
  return out;
}

void move_annotations(std::vector<Annotation>& annotations, const ArticleEdit::PatchText& p) {
  std::erase_if(annotations, [&](Annotation& a) {
    return a.field == p.field && !move_span(p.patches, a.begin, a.end);
  });
}

void drop_annotations(std::vector<Annotation>& annotations, std::string_view field) {
  std::erase_if(annotations,
                [&](const Annotation& a) { return field.empty() || a.field == field; });
}

void append_value(Article& article, const std::string& field, Value value) {
  Value* old = article.find(field);
  if (old != nullptr && old->list() != nullptr) return old->list()->push_back(std::move(value));
  drop_annotations(article.annotations, field);  // a list has no spans
  Value::List list;
  if (old != nullptr && !old->none()) list.push_back(std::move(*old));
  list.push_back(std::move(value));
  article.set(field, Value(std::move(list)));
}

}  // namespace

bool ArticleEdit::empty() const {
  return patches.empty() && sets.empty() && appends.empty() && unsets.empty() &&
         unannotates.empty() && annotations.empty() && children.empty() && puts.empty() && !drop &&
         !rejection && !bad;
}

Status check(const ArticleEdit& edit, const Article& article) {
  if (edit.bad) return bad_edit(*edit.bad);
  for (std::size_t i = 0; i < edit.patches.size(); ++i) {
    const auto& p = edit.patches[i];
    if (Status bad = check_name(p.field); !bad) return bad;
    if (Status bad = check_patches(p, article); !bad) return bad;
    if (sets_field(edit, p.field))
      return bad_edit("'" + p.field + "' is patched and replaced by the same step");
    for (std::size_t j = 0; j < i; ++j)
      if (edit.patches[j].field == p.field)
        return bad_edit("'" + p.field + "' is patched twice by the same step");
  }
  for (const auto& s : edit.sets) {
    if (Status bad = check_name(s.field); !bad) return bad;
    if (Status bad = check_value(s.field, s.value); !bad) return bad;
  }
  for (const auto& a : edit.appends) {
    if (Status bad = check_name(a.field); !bad) return bad;
    if (Status bad = check_value(a.field, a.value); !bad) return bad;
  }
  for (const auto& u : edit.unsets)
    if (Status bad = check_name(u.field); !bad) return bad;
  for (const auto& a : edit.annotations)
    if (Status bad = check_annotation(edit, a, article); !bad) return bad;
  for (const auto& child : edit.children)
    for (const Field& f : child) {
      if (Status bad = check_name(f.name); !bad) return bad;
      if (Status bad = check_value(f.name, f.value); !bad) return bad;
    }
  return {};
}

void apply(ArticleEdit edit, Article& article) {
  for (const auto& u : edit.unannotates) drop_annotations(article.annotations, u.field);
  std::move(edit.annotations.begin(), edit.annotations.end(),
            std::back_inserter(article.annotations));
  for (const auto& p : edit.patches) {
    Value* value = article.find(p.field);
    *value = Value(patched(*value->string(), p.patches));
    move_annotations(article.annotations, p);
  }
  for (auto& s : edit.sets) {
    drop_annotations(article.annotations, s.field);
    article.set(s.field, std::move(s.value));
  }
  for (const auto& u : edit.unsets) {
    drop_annotations(article.annotations, u.field);
    article.unset(u.field);
  }
  for (auto& a : edit.appends) append_value(article, a.field, std::move(a.value));
  // Stages mostly annotate in this order already, and an annotation is costly to move.
  const auto place = [](const Annotation& a) {
    return std::pair(a.field == "body" ? 1 : 0, a.begin);
  };
  if (!std::ranges::is_sorted(article.annotations, {}, place))
    std::ranges::stable_sort(article.annotations, {}, place);
}

}  // namespace copydesk
