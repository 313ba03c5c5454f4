// The places among an article's names: gives them their ids, or makes mentions of them; see places.h.
#include <algorithm>

#include "document.h"

namespace copydesk::tag_entities {
namespace {

// The mention has the place of the match; the dot of "Ala." may be missing.
bool same_place(const Mention& mention, const Match& m, std::string_view text) {
  return mention.begin == m.begin &&
         (mention.end == m.end || (mention.end + 1 == m.end && text[mention.end] == '.'));
}

}  // namespace

void Tagger::set_localities_aside(Field& field) {
  const auto is_other = [this](const Match& m) {
    return !gazetteer_->is_locality(gazetteer_->form(m.form).entry);
  };
  const auto first = std::stable_partition(field.matches.begin(), field.matches.end(), is_other);
  field.localities.assign(first, field.matches.end());
  field.matches.erase(first, field.matches.end());
}

// `mentions_` are in order, and stay so.
void Tagger::locate() {
  bool any = !told_.empty();
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    any |= !fields_[f].localities.empty();
    for (const Match& m : fields_[f].localities) note_name(fields_[f], m);
  }
  if (!any) return;
  if (!told_.empty()) mend_told();
  for (const Mention& m : mentions_) {
    if (m.entry == Gazetteer::kNone) continue;
    if (m.type == EntityType::kLoc || m.type == EntityType::kMisc) {
      places_.name(gazetteer_->entry(m.entry).id);
    }
  }
  places_.weigh(*gazetteer_);
  const std::size_t count = mentions_.size();
  if (name_found_states(count)) places_.weigh(*gazetteer_);
  place(count);
  std::inplace_merge(mentions_.begin(), mentions_.begin() + static_cast<std::ptrdiff_t>(count),
                     mentions_.end(), by_place);
}

// Several words, or a capital in the middle of a sentence, are a name; scripts without capitals have
// nothing to tell them by.
void Tagger::note_name(const Field& field, const Match& m) {
  const bool known = places_.known_as_name(m.form);
  const Token& word = field.tokens[m.first_token];
  const bool caseless = !word.any_upper && !word.any_lower;
  const auto stands_out = [&] {
    return mid_sentence(field.text, field.tokens, m.first_token) &&
           line_case(field.text, field.tokens, m.first_token) == LineCase::kRunning;
  };
  places_.mention(m.form);
  if (!known && (m.tokens > 1 || caseless || stands_out())) places_.is_name(m.form);
}

// Calls each(field, match, at) for every locality; `at` is the first of `count` mentions that does
// not end before it.
template <class Each>
void Tagger::each_locality(std::size_t count, Each each) {
  std::size_t at = 0;
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    for (const Match& m : fields_[f].localities) {
      while (at < count && (mentions_[at].field < f ||
                            (mentions_[at].field == f && mentions_[at].end <= m.begin))) {
        ++at;
      }
      each(f, m, at);
    }
  }
}

// Which place the match is, as far as the article is read; kNone where that is open, where it is
// none or where something else has been found. Where it is told a place is one whatever else was
// thought of it; elsewhere in the article its name may be a person's, or a word of its own.
std::uint32_t Tagger::meant(std::uint32_t index, const Match& m, std::size_t at,
                            std::size_t count) const {
  const Field& field = fields_[index];
  const Places::Meaning& meaning = places_.meaning(m.form);
  const bool overlaps = at < count && mentions_[at].field == index && mentions_[at].begin < m.end;
  const Mention* over = overlaps ? &mentions_[at] : nullptr;
  if (over != nullptr && (over->entry != Gazetteer::kNone || !same_place(*over, m, field.text))) {
    return Gazetteer::kNone;
  }
  if (const Told* told = told_at(index, m.begin)) return told->entry;
  const FormUse use = gazetteer_->form(m.form).use;
  bool is = meaning.clear && gazetteer_->has_parts(meaning.entry) && follows_town(index, m, at);
  if (use != FormUse::kBehind) {
    const bool found = over != nullptr && over->type == EntityType::kLoc;
    if (over != nullptr && !found) return Gazetteer::kNone;
    is &= found || use != FormUse::kDoubtful || m.tokens > 1;
    is |= found ? meaning.sure : stands_alone(field, m, meaning) || told_in_full(field, m, meaning);
  }
  return is ? meaning.entry : Gazetteer::kNone;
}

// "Selma, Ala.", "Uvalde, Texas": a town that nobody listed.
bool Tagger::follows_town(std::uint32_t index, const Match& m, std::size_t at) const {
  if (at == 0) return false;
  const Mention& town = mentions_[at - 1];
  return town.field == index && town.type == EntityType::kLoc &&
         leads_to_addition(fields_[index].text.substr(town.end, m.begin - town.end));
}

bool Tagger::is_behind_listed(std::uint32_t index, const Match& m) const {
  const auto& additions = fields_[index].additions;
  const auto found = std::lower_bound(
      additions.begin(), additions.end(), m.begin,
      [](const Addition& a, std::uint32_t begin) { return a.outer.begin < begin; });
  return found != additions.end() && found->outer.begin == m.begin;
}

// A state that is found, wherever, speaks for its towns. False when there is none.
bool Tagger::name_found_states(std::size_t count) {
  bool any = false;
  each_locality(count, [&](std::uint32_t f, const Match& m, std::size_t at) {
    const std::uint32_t entry = meant(f, m, at, count);
    if (entry == Gazetteer::kNone || !gazetteer_->has_parts(entry)) return;
    places_.name(gazetteer_->entry(entry).id);
    any = true;
  });
  return any;
}

// Of the first `count` mentions some get their ids; what none of them overlaps may become one.
void Tagger::place(std::size_t count) {
  each_locality(count, [&](std::uint32_t f, const Match& m, std::size_t at) {
    std::uint32_t entry = meant(f, m, at, count);
    if (entry == Gazetteer::kNone) return;
    const bool told = told_at(f, m.begin) != nullptr;
    // "Ithaca, New York": behind a town that is not listed it is the state.
    if (!told && follows_town(f, m, at) && !is_behind_listed(f, m)) {
      const std::uint32_t state = Places::around_of_same_name(*gazetteer_, m.form, entry);
      if (state != Gazetteer::kNone) entry = state;
    }
    if (at < count && mentions_[at].field == f && mentions_[at].begin < m.end) {
      mentions_[at].type = EntityType::kLoc;
      mentions_[at].entry = entry;
      mentions_[at].end = m.end;
    } else {
      emit(f, m, entry, told ? kScoreTold : kScorePlace);
    }
  });
}

// "FT. WORTH police", of several words and told elsewhere, needs no model to find it.
bool Tagger::told_in_full(const Field& field, const Match& m,
                          const Places::Meaning& meaning) const {
  return m.tokens > 1 && meaning.told && meaning.sure &&
         !name_goes_on_before(field.text, field.tokens, field.covered, m) &&
         !name_goes_on_after(field.text, field.tokens, field.covered, m);
}

bool Tagger::stands_alone(const Field& field, const Match& m,
                          const Places::Meaning& meaning) const {
  if (model_asked_ || !meaning.is_name) return false;
  if (meaning.told ? !meaning.sure : !meaning.found_alone) return false;
  return !name_goes_on_before(field.text, field.tokens, field.covered, m) &&
         !name_goes_on_after(field.text, field.tokens, field.covered, m);
}

}  // namespace copydesk::tag_entities
