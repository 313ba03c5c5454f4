#include "gazetteer_builder.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kBitsPerBeginning = 10;

std::vector<std::uint64_t> bits_of(std::vector<std::uint32_t> hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  constexpr std::size_t kWordsMax = std::size_t{1} << 18;  // 2 MB; a fuller table rules out less
  const std::size_t wanted = std::bit_ceil(hashes.size() * kBitsPerBeginning / 64 + 1);
  std::vector<std::uint64_t> bits(std::min(wanted, kWordsMax));
  for (const std::uint32_t h : hashes) bits[h >> 6 & (bits.size() - 1)] |= 1ULL << (h & 63);
  return bits;
}

bool same_use(std::uint32_t a, std::uint32_t b) {
  constexpr auto kHalf = static_cast<std::uint32_t>(FormUse::kFirstHalf);
  return (a == kHalf) == (b == kHalf);
}

}  // namespace

std::uint32_t GazetteerBuilder::add_entry(const NewEntry& added) {
  Gazetteer& g = made_;
  if (g.entries_.size() >= kEntriesMax) return Gazetteer::kNone;
  Gazetteer::StoredEntry entry;
  const auto index = static_cast<std::uint32_t>(g.entries_.size());
  const std::uint32_t kind = kind_index(added.kind);
  if (kind == Gazetteer::kNone) return Gazetteer::kNone;
  std::string both(added.name);
  entry.text = g.texts_.add(both.append(added.id));
  if (entry.text == TextStore::kFull) return Gazetteer::kNone;
  entry.name_size = added.name.size() & 0x3FF;
  entry.id_size = added.id.size() & 0x3FF;
  entry.kind = kind & 0x3FF;
  entry.type = static_cast<std::uint32_t>(added.type) & 3;
  entry.priority = added.priority;
  entry.case_rule = static_cast<std::uint8_t>(added.case_rule);
  entry.last_word_is_short = added.last_word_is_short;
  entry.group = group_of(added.id, index);
  if (!added.within.empty()) {
    entry.is_locality = true;
    const auto size = static_cast<std::uint32_t>(added.within.size());
    const std::uint32_t within = g.texts_.add(added.within);
    if (within == TextStore::kFull) return Gazetteer::kNone;
    g.localities_.push_back({index, added.population, within, size});
  }
  g.entries_.push_back(entry);
  return index;
}

AddResult GazetteerBuilder::add_form(std::uint32_t entry, std::string_view text, FormUse use,
                                     std::uint32_t* taken_by) {
  if (text.size() > kFormBytesMax) return AddResult::kTooLong;
  tokenize(text, scratch_);
  if (scratch_.empty()) return AddResult::kNoLetters;
  if (scratch_.size() > kFormTokensMax) return AddResult::kTooLong;

  StoredForm form;
  form.entry = entry;
  form.tokens = scratch_.size() & 0x1F;
  form.use = static_cast<std::uint32_t>(use) & 7;
  const std::string_view rest = text.substr(scratch_.back().end);
  if (rest.starts_with('.') || rest.starts_with('+')) form.final = rest.front() & 0x7F;
  const std::string_view core =
      text.substr(scratch_.front().begin, scratch_.back().end - scratch_.front().begin);
  if (use == FormUse::kShort) return add_short(form, core);

  std::uint64_t hash = Gazetteer::kStart;
  const auto known = [](std::uint32_t) { return true; };
  for (std::size_t i = 0; i + 1 < scratch_.size(); ++i) {
    hash = Gazetteer::extend(hash, scratch_[i].hash);
    std::uint32_t& prefix = made_.prefixes_.at(hash, known);
    prefix = (prefix == HashIndex::kNone ? Gazetteer::kNoForm : prefix) | Gazetteer::kLonger;
  }
  std::uint32_t& last = made_.prefixes_.at(Gazetteer::extend(hash, scratch_.back().hash), known);
  if (last == HashIndex::kNone) last = Gazetteer::kNoForm;
  const std::uint32_t longer = last & Gazetteer::kLonger, chain = last & ~Gazetteer::kLonger;
  bool took_over = false;
  const AddResult answer = make_room(chain == Gazetteer::kNoForm ? Gazetteer::kNone : chain, form,
                                     core, taken_by, took_over);
  if (answer != AddResult::kAdded) return answer;
  if (!took_over) {
    const auto index = static_cast<std::uint32_t>(made_.forms_.size());
    made_.forms_.push_back(form);
    if (chain == Gazetteer::kNoForm) {
      last = index | longer;
    } else {
      chain_up(chain, index);
    }
  }
  if (use == FormUse::kBehind) made_.entries_[made_.entries_[entry].group].has_parts = true;
  const Token& first = scratch_.front();
  const bool any_case =
      made_.entries_[entry].case_rule == static_cast<std::uint8_t>(CaseRule::kAny);
  (first.all_lower() || any_case ? small_ : capital_)
      .push_back(static_cast<std::uint32_t>(first.hash));
  return AddResult::kAdded;
}

// Whether a form may join those of the same letters. Of entries that say the same by themselves one
// of lower priority gives way: its form stays where it is and means the new entry. Places of one
// name all stay, behind what needs no context, be it the same place ("London" the capital, which
// lies in England).
AddResult GazetteerBuilder::make_room(std::uint32_t chain, StoredForm& form, std::string_view text,
                                      std::uint32_t* taken_by, bool& took_over) {
  const auto& mine = made_.entries_[form.entry];
  StoredForm* first_place = nullptr;
  std::size_t homonyms = 0;
  for (std::uint32_t i = chain; i != Gazetteer::kNone; i = made_.forms_[i].next) {
    StoredForm& other = made_.forms_[i];
    if (++homonyms >= kHomonymsMax) return AddResult::kTooMany;
    if (!same_use(other.use, form.use) || (other.final == '+') != (form.final == '+')) continue;
    if (!same_text(made_.texts_.view(other.text, other.size), text)) continue;
    const auto& theirs = made_.entries_[other.entry];
    if (theirs.group == mine.group && theirs.type == mine.type &&
        theirs.is_locality == mine.is_locality) {
      if (taken_by != nullptr) *taken_by = other.entry;
      return AddResult::kRepeated;
    }
    if (theirs.is_locality && first_place == nullptr) first_place = &other;
    if (mine.is_locality || theirs.is_locality) continue;
    if (mine.priority > theirs.priority) {
      other.entry = form.entry;
      took_over = true;
      return AddResult::kAdded;
    }
    if (taken_by != nullptr) *taken_by = other.entry;
    return AddResult::kTaken;
  }
  if (!set_text(form, text)) return AddResult::kTooMany;
  if (!mine.is_locality && first_place != nullptr) swap_meaning(form, *first_place);
  return AddResult::kAdded;
}

// The forms change places in their chains.
void GazetteerBuilder::swap_meaning(StoredForm& a, StoredForm& b) {
  std::swap(a, b);
  std::swap(a.next, b.next);
}

AddResult GazetteerBuilder::add_short(StoredForm form, std::string_view text) {
  const std::uint32_t group = made_.entries_[form.entry].group;
  std::uint32_t& first =
      made_.shorts_.at(Gazetteer::extend(Gazetteer::kStart, group), [&](std::uint32_t other) {
        return made_.entries_[made_.forms_[other].entry].group == group;
      });
  const auto index = static_cast<std::uint32_t>(made_.forms_.size());
  std::size_t count = 0;
  for (std::uint32_t i = first; i != Gazetteer::kNone; i = made_.forms_[i].next) {
    if (same_text(made_.texts_.view(made_.forms_[i].text, made_.forms_[i].size), text)) {
      return AddResult::kRepeated;
    }
    if (++count >= kHomonymsMax) return AddResult::kTooMany;
  }
  if (!set_text(form, text)) return AddResult::kTooMany;
  made_.forms_.push_back(form);
  if (first == HashIndex::kNone) {
    first = index;
  } else {
    chain_up(first, index);
  }
  return AddResult::kAdded;
}

void GazetteerBuilder::chain_up(std::uint32_t first, std::uint32_t form) {
  while (made_.forms_[first].next != Gazetteer::kNone) first = made_.forms_[first].next;
  made_.forms_[first].next = form;
}

// Most forms are the name itself, or a piece of it, whose text is there already.
bool GazetteerBuilder::set_text(StoredForm& form, std::string_view text) {
  const auto& entry = made_.entries_[form.entry];
  const std::size_t at = made_.texts_.view(entry.text, entry.name_size).find(text);
  form.size = text.size() & 0x3FF;
  form.text = at == std::string_view::npos ? made_.texts_.add(text)
                                           : entry.text + static_cast<std::uint32_t>(at);
  return form.text != TextStore::kFull;
}

std::uint32_t GazetteerBuilder::kind_index(std::string_view kind) {
  const auto [found, added] =
      kinds_.try_emplace(std::string(kind), static_cast<std::uint32_t>(made_.kinds_.size()));
  if (!added) return found->second;
  if (made_.kinds_.size() >= kKindsMax) {
    kinds_.erase(found);
    return Gazetteer::kNone;
  }
  made_.kinds_.emplace_back(kind);
  return found->second;
}

std::uint32_t GazetteerBuilder::group_of(std::string_view id, std::uint32_t entry) {
  std::uint32_t& first = groups_.at(std::hash<std::string_view>{}(id), [&](std::uint32_t other) {
    return made_.entry(other).id == id;
  });
  if (first == HashIndex::kNone) first = entry;
  return first;
}

void GazetteerBuilder::mark_what_has_parts() {
  for (std::size_t i = 0; i < made_.localities_.size(); ++i) {
    const auto& stored = made_.localities_[i];
    made_.locality(stored.entry).any_around([this](std::string_view id) {
      const std::uint32_t first =
          groups_.find(std::hash<std::string_view>{}(id),
                       [&](std::uint32_t other) { return made_.entry(other).id == id; });
      if (first != HashIndex::kNone) made_.entries_[first].has_parts = true;
      return false;
    });
  }
}

Gazetteer GazetteerBuilder::finish() {
  mark_what_has_parts();
  made_.capital_.bits = bits_of(std::move(capital_));
  made_.small_.bits = bits_of(std::move(small_));
  return std::exchange(*this, GazetteerBuilder()).made_;
}

}  // namespace copydesk::tag_entities
