#include "article/article.h"

#include <algorithm>

#include "base/bytes.h"

namespace copydesk {
namespace {

constexpr std::size_t kSpareFields = 4;

std::size_t memory_of(const Value& value) {
  if (const auto* s = value.string()) return s->capacity();
  if (const auto* j = value.json()) return j->text.capacity();
  std::size_t sum = 0;
  if (const auto* l = value.list())
    for (const Value& item : *l) sum += sizeof(Value) + memory_of(item);
  return sum;
}

}  // namespace

std::string Origin::key() const {
  std::string out;
  out.reserve(key_bound());
  append_key(out);
  return out;
}

void Origin::append_key(std::string& out) const {
  append_string(out, source);
  append_string(out, partition);
  append_u64(out, position);
  out.append(part);
}

const Value* Article::find(std::string_view name) const {
  const auto it = std::ranges::find(fields_, name, &Field::name);
  return it == fields_.end() ? nullptr : &it->value;
}

Value* Article::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

std::string_view Article::text(std::string_view name) const {
  const Value* value = find(name);
  const std::string* s = value ? value->string() : nullptr;
  return s ? std::string_view(*s) : std::string_view();
}

void Article::set(std::string_view name, Value value) {
  if (Value* old = find(name))
    *old = std::move(value);
  else
    fields_.push_back({std::string(name), std::move(value)});
}

void Article::take(std::vector<Field> fields) {
  fields_.reserve(fields_.size() + fields.size() + kSpareFields);
  for (Field& f : fields) {
    if (Value* old = find(f.name))
      *old = std::move(f.value);
    else
      fields_.push_back(std::move(f));
  }
}

// The smaller list moves: an article that gets many fields at once has few before.
void Article::set_all(std::vector<Field> fields) {
  if (fields.size() < fields_.size()) return take(std::move(fields));
  fields.reserve(fields.size() + fields_.size() + kSpareFields);
  for (Field& f : fields_)
    if (std::ranges::find(fields, f.name, &Field::name) == fields.end())
      fields.push_back(std::move(f));
  fields_ = std::move(fields);
}

void Article::unset(std::string_view name) {
  std::erase_if(fields_, [&](const Field& f) { return f.name == name; });
}

void Article::release() {
  std::vector<Field>().swap(fields_);
  std::vector<Annotation>().swap(annotations);
}

std::size_t Article::memory() const {
  std::size_t sum = sizeof(Article) + id.capacity() + origin.partition.capacity();
  for (const Field& f : fields_) sum += sizeof(Field) + memory_of(f.value);
  for (const Annotation& a : annotations)
    sum += sizeof(Annotation) + a.name.capacity() + a.id.capacity();
  return sum;
}

bool is_core_field(std::string_view name) {
  return name == "schema" || name == "id" || name == "ingested_at" || name == "media_type" ||
         name == "entities" || name == "entity_offsets" || name.starts_with("source.") ||
         name == "source" || name.starts_with("labels.");
}

}  // namespace copydesk
