// What a stage changed, told apart by comparing the article before it with the one behind it.

#include <algorithm>
#include <map>
#include <tuple>

#include "article/json.h"
#include "control/trial.h"

namespace copydesk::control {
namespace {

std::string json_of(const Value* value) {
  std::string out;
  if (value != nullptr) write_json_value(*value, out);
  return out;
}

bool is_text(std::string_view name) { return name == "title" || name == "body"; }

std::vector<FieldChange> field_changes(const Article& before, const Article& after) {
  std::vector<FieldChange> out;
  for (const Field& f : before.fields()) {
    const Value* now = after.find(f.name);
    if (!is_text(f.name) && (now == nullptr || !(*now == f.value)))
      out.push_back({f.name, json_of(&f.value), json_of(now)});
  }
  for (const Field& f : after.fields())
    if (!is_text(f.name) && before.find(f.name) == nullptr)
      out.push_back({f.name, {}, json_of(&f.value)});
  if (before.media_type != after.media_type)
    out.push_back({"media type", before.media_type, after.media_type});
  return out;
}

// Entities by what they mean, each with how often it was found: places move whenever text is cut, meanings do not.
using Meanings =
    std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t>;

Meanings meanings(const Article& article) {
  Meanings out;
  for (const Annotation& a : article.annotations) {
    std::string name = a.name;
    const std::string_view text = article.text(a.field);
    if (name.empty() && a.begin <= a.end && a.end <= text.size())
      name = text.substr(a.begin, a.end - a.begin);
    ++out[{a.type, a.kind, std::move(name), a.id}];
  }
  return out;
}

std::vector<EntityChange> more_in(const Meanings& many, const Meanings& few) {
  std::vector<EntityChange> out;
  for (const auto& [key, count] : many) {
    const auto it = few.find(key);
    const std::size_t had = it == few.end() ? 0 : it->second;
    if (count > had)
      out.push_back(
          {std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), count - had});
  }
  return out;
}

}  // namespace

bool Changes::empty() const {
  return title_before.empty() && title_after.empty() && body.empty() && fields.empty() &&
         added.empty() && removed.empty();
}

Changes changes(const Article& before, const Article& after) {
  Changes out;
  if (before.text("title") != after.text("title")) {
    out.title_before = before.text("title");
    out.title_after = after.text("title");
  }
  out.body = diff_lines(before.text("body"), after.text("body"));
  out.fields = field_changes(before, after);
  const Meanings old = meanings(before), now = meanings(after);
  out.added = more_in(now, old);
  out.removed = more_in(old, now);
  return out;
}

}  // namespace copydesk::control
