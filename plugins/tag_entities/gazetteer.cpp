#include "gazetteer.h"

#include <algorithm>
#include <functional>

namespace copydesk::tag_entities {
namespace {

constexpr std::string_view kTypeNames[] = {"PER", "ORG", "LOC", "MISC"};
constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kKindsMax = 1000;

// 0 marks an empty slot.
std::uint64_t key_of(std::uint64_t hash) { return hash == 0 ? 1 : hash; }

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

std::uint32_t Gazetteer::add_entry(std::string_view name, EntityType type, std::string_view id,
                                   std::string_view kind) {
  if (entries_.size() >= kEntriesMax || kinds_.size() >= kKindsMax) return kNone;
  if (arena_.size() + name.size() + id.size() > kArenaBytesMax) return kNone;
  const auto index = static_cast<std::uint32_t>(entries_.size());
  StoredEntry entry;
  entry.name = store(name);
  entry.id = store(id);
  entry.kind = kind_index(kind);
  entry.type = type;
  entry.group = group_of(id, index);
  entries_.push_back(entry);
  return index;
}

AddResult Gazetteer::add_form(std::uint32_t entry, std::string_view text, FormUse use,
                              std::uint32_t* taken_by) {
  if (text.size() > kFormBytesMax) return AddResult::kTooLong;
  tokenize(text, scratch_);
  if (scratch_.empty()) return AddResult::kNoLetters;
  if (scratch_.size() > kFormTokensMax) return AddResult::kTooLong;
  if (arena_.size() + text.size() > kArenaBytesMax) return AddResult::kTooMany;

  StoredForm form;
  form.entry = entry;
  form.tokens = static_cast<std::uint8_t>(scratch_.size());
  form.use = use;
  const std::string_view rest = text.substr(scratch_.back().end);
  if (rest.starts_with('.') || rest.starts_with('+')) form.final = rest.front();
  const std::string_view core =
      text.substr(scratch_.front().begin, scratch_.back().end - scratch_.front().begin);
  if (use == FormUse::kShort) return add_short(form, core);

  std::uint64_t hash = kStart;
  for (const Token& token : scratch_) hash = extend(hash, token.hash);
  Prefix prefix;
  if (find(hash, prefix)) {
    const AddResult answer = check_against(prefix.form, form, core, taken_by);
    if (answer != AddResult::kAdded) return answer;
  }
  form.text = store(core);
  const auto index = static_cast<std::uint32_t>(forms_.size());
  forms_.push_back(form);

  const std::uint64_t first = scratch_.front().hash;
  beginnings_[first >> 6 & (kBeginningWords - 1)] |= 1ULL << (first & 63);
  hash = kStart;
  for (std::size_t i = 0; i + 1 < scratch_.size(); ++i) {
    hash = extend(hash, scratch_[i].hash);
    slot(hash).longer = 1;
  }
  Slot& last = slot(extend(hash, scratch_.back().hash));
  if (last.form == kNone) {
    last.form = index;
  } else {
    std::uint32_t tail = last.form;
    while (forms_[tail].next != kNone) tail = forms_[tail].next;
    forms_[tail].next = index;
  }
  return AddResult::kAdded;
}

AddResult Gazetteer::check_against(std::uint32_t chain, const StoredForm& form,
                                   std::string_view text, std::uint32_t* taken_by) const {
  std::size_t homonyms = 0;
  for (std::uint32_t i = chain; i != kNone; i = forms_[i].next) {
    const StoredForm& other = forms_[i];
    if (++homonyms >= kHomonymsMax) return AddResult::kTooMany;
    if (other.use != form.use || (other.final == '+') != (form.final == '+')) continue;
    if (!same_text(view(other.text), text)) continue;
    if (entries_[other.entry].group == entries_[form.entry].group &&
        entries_[other.entry].type == entries_[form.entry].type) {
      return AddResult::kRepeated;
    }
    if (taken_by != nullptr) *taken_by = other.entry;
    return AddResult::kTaken;
  }
  return AddResult::kAdded;
}

AddResult Gazetteer::add_short(StoredForm form, std::string_view text) {
  const std::uint32_t group = entries_[form.entry].group;
  std::size_t count = 0;
  std::uint32_t tail = kNone;
  for (std::uint32_t i = first_short(group); i != kNone; i = forms_[i].next) {
    if (same_text(view(forms_[i].text), text)) return AddResult::kRepeated;
    if (++count >= kHomonymsMax) return AddResult::kTooMany;
    tail = i;
  }
  form.text = store(text);
  const auto index = static_cast<std::uint32_t>(forms_.size());
  forms_.push_back(form);
  if (tail == kNone) {
    shorts_.emplace(group, index);
  } else {
    forms_[tail].next = index;
  }
  return AddResult::kAdded;
}

Entry Gazetteer::entry(std::uint32_t index) const {
  const StoredEntry& e = entries_[index];
  return {view(e.name), view(e.id), kinds_[e.kind], e.type, e.group};
}

Form Gazetteer::form(std::uint32_t index) const {
  const StoredForm& f = forms_[index];
  return {view(f.text), f.entry, f.tokens, f.use, f.final};
}

bool Gazetteer::find(std::uint64_t hash, Prefix& prefix) const {
  if (slots_.empty()) return false;
  hash = key_of(hash);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask; slots_[i].hash != 0; i = (i + 1) & mask) {
    if (slots_[i].hash != hash) continue;
    prefix = {slots_[i].form, slots_[i].longer != 0};
    return true;
  }
  return false;
}

std::uint32_t Gazetteer::first_short(std::uint32_t group) const {
  const auto found = shorts_.find(group);
  return found == shorts_.end() ? kNone : found->second;
}

std::size_t Gazetteer::memory_bytes() const {
  return arena_.capacity() + entries_.capacity() * sizeof(StoredEntry) +
         forms_.capacity() * sizeof(StoredForm) + slots_.capacity() * sizeof(Slot) +
         (shorts_.size() + groups_by_id_.size()) * 4 * sizeof(void*);
}

Gazetteer::Text Gazetteer::store(std::string_view text) {
  const Text stored{static_cast<std::uint32_t>(arena_.size()),
                    static_cast<std::uint32_t>(text.size())};
  arena_.append(text);
  return stored;
}

std::uint16_t Gazetteer::kind_index(std::string_view kind) {
  auto found = std::find(kinds_.begin(), kinds_.end(), kind);
  if (found == kinds_.end()) found = kinds_.emplace(kinds_.end(), kind);
  return static_cast<std::uint16_t>(found - kinds_.begin());
}

std::uint32_t Gazetteer::group_of(std::string_view id, std::uint32_t entry) {
  const std::uint64_t hash = std::hash<std::string_view>{}(id);
  const auto [first, last] = groups_by_id_.equal_range(hash);
  for (auto i = first; i != last; ++i) {
    if (view(entries_[i->second].id) == id) return i->second;
  }
  groups_by_id_.emplace(hash, entry);
  return entry;
}

Gazetteer::Slot& Gazetteer::slot(std::uint64_t hash) {
  if (slots_used_ * 2 >= slots_.size()) grow();
  hash = key_of(hash);
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].hash != 0 && slots_[i].hash != hash) i = (i + 1) & mask;
  if (slots_[i].hash == 0) {
    slots_[i].hash = hash;
    ++slots_used_;
  }
  return slots_[i];
}

void Gazetteer::grow() {
  std::vector<Slot> old(std::max(kFirstSlots, slots_.size() * 2));
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& moved : old) {
    if (moved.hash == 0) continue;
    std::size_t i = moved.hash & mask;
    while (slots_[i].hash != 0) i = (i + 1) & mask;
    slots_[i] = moved;
  }
}

}  // namespace copydesk::tag_entities
