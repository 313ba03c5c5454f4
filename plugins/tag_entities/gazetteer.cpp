#include "gazetteer.h"

#include <algorithm>

#include "gazetteer_builder.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::string_view kTypeNames[] = {"PER", "ORG", "LOC", "MISC"};
constexpr std::size_t kShortFormLettersMin = 3;  // a shorter last word is an initial or a particle

bool is_suffix(std::string_view word) {
  constexpr std::string_view kSuffixes[] = {"Jr", "Sr", "II", "III", "IV", "VI", "VII"};
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), word) != std::end(kSuffixes);
}

}  // namespace

std::string_view type_name(EntityType type) { return kTypeNames[static_cast<int>(type)]; }

bool parse_type(std::string_view text, EntityType& type) {
  for (int i = 0; i < 4; ++i) {
    if (text != kTypeNames[i]) continue;
    type = static_cast<EntityType>(i);
    return true;
  }
  return false;
}

std::string_view last_word(std::string_view name, std::vector<Token>& scratch) {
  tokenize(name, scratch);
  while (scratch.size() > 1 && is_suffix(scratch.back().in(name))) scratch.pop_back();
  if (scratch.size() < 2 || scratch.back().ideographic) return {};
  const std::string_view last = scratch.back().in(name);
  return cased_letters(last) < kShortFormLettersMin ? std::string_view() : last;
}

Entry Gazetteer::entry(std::uint32_t index) const {
  const StoredEntry& e = entries_[index];
  const std::string_view both = texts_.view(e.text, e.name_size + e.id_size);
  Entry entry;
  entry.name = both.substr(0, e.name_size);
  entry.id = both.substr(e.name_size);
  entry.kind = kinds_[e.kind];
  entry.type = static_cast<EntityType>(e.type);
  entry.case_rule = static_cast<CaseRule>(e.case_rule);
  entry.priority = e.priority;
  entry.last_word_is_short = e.last_word_is_short;
  entry.group = e.group;
  return entry;
}

Form Gazetteer::form(std::uint32_t index) const {
  const StoredForm& f = forms_[index];
  Form form;
  form.text = texts_.view(f.text, f.size);
  form.entry = f.entry;
  form.tokens = f.tokens;
  form.use = static_cast<FormUse>(f.use);
  form.case_rule = static_cast<CaseRule>(entries_[f.entry].case_rule);
  form.final = static_cast<char>(f.final);
  return form;
}

Locality Gazetteer::locality(std::uint32_t entry) const {
  std::size_t first = 0, last = localities_.size();
  while (last - first > 1) {
    const std::size_t middle = first + (last - first) / 2;
    (localities_[middle].entry <= entry ? first : last) = middle;
  }
  const StoredLocality& p = localities_[first];
  return {texts_.view(p.within, p.within_size), p.population};
}

bool Gazetteer::find(std::uint64_t hash, Prefix& prefix) const {
  const std::uint32_t found = prefixes_.find(hash, [](std::uint32_t) { return true; });
  if (found == HashIndex::kNone) return false;
  const std::uint32_t form = found & ~kLonger;
  prefix = {form == kNoForm ? kNone : form, (found & kLonger) != 0};
  return true;
}

std::uint32_t Gazetteer::first_short(std::uint32_t group) const {
  return shorts_.find(extend(kStart, group), [&](std::uint32_t form) {
    return entries_[forms_[form].entry].group == group;
  });
}

std::size_t Gazetteer::memory_bytes() const {
  return texts_.memory_bytes() + entries_.memory_bytes() + forms_.memory_bytes() +
         localities_.memory_bytes() + prefixes_.memory_bytes() + shorts_.memory_bytes() +
         (capital_.bits.size() + small_.bits.size()) * sizeof(std::uint64_t);
}

}  // namespace copydesk::tag_entities
