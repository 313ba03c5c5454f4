// The places among an article's names: gives them their ids, or makes mentions of them; see places.h.
#include <algorithm>

#include "document.h"

namespace copydesk::tag_entities {
namespace {

bool by_place(const Mention& a, const Mention& b) {
  return a.field != b.field ? a.field < b.field : a.begin < b.begin;
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
  places_.clear();
  told_at_.clear();
  bool any = false;
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    any |= !fields_[f].localities.empty();
    for (const Match& m : fields_[f].localities) note_name(fields_[f], m);
  }
  if (!any) return;
  for (const Mention& m : mentions_) {
    if (m.entry == Gazetteer::kNone) continue;
    if (m.type == EntityType::kLoc || m.type == EntityType::kMisc) {
      places_.name(gazetteer_->entry(m.entry).id);
    }
  }
  for (std::uint32_t f = 0; f < field_count_; ++f) look_behind_places(f);
  places_.weigh(*gazetteer_);
  const std::size_t count = mentions_.size();
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    place(f, count);
    mend_told(f, count);
  }
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

// "Paris, Texas", "Nancy (France)": what stands behind a place may be what it lies in.
void Tagger::look_behind_places(std::uint32_t index) {
  Field& field = fields_[index];
  for (std::size_t i = 0; i < field.localities.size(); ++i) {
    const Match& m = field.localities[i];
    const std::size_t behind = m.first_token + m.tokens;
    if (behind >= field.tokens.size()) continue;
    const std::uint32_t begin = field.tokens[behind].begin;
    const std::string_view gap = field.text.substr(m.end, begin - m.end);
    if (gap != ", " && gap != " (") continue;
    if (i + 1 < field.localities.size() && field.localities[i + 1].begin == begin) {
      if (told_inside(m.form, field.localities[i + 1].form)) {
        told_at_.emplace_back(index, m.begin);
        told_at_.emplace_back(index, begin);
      }
      continue;
    }
    const auto at = std::lower_bound(field.matches.begin(), field.matches.end(), begin,
                                     [](const Match& x, std::uint32_t b) { return x.begin < b; });
    if (at != field.matches.end() && at->begin == begin && told_inside(m.form, at->form)) {
      told_at_.emplace_back(index, m.begin);
    }
  }
}

bool Tagger::told_inside(std::uint32_t form, std::uint32_t outer_form) {
  return places_.inside_once(form, outer_form, [&] { return tell_if_inside(form, outer_form); });
}

// One of the places that the first form can mean lies in one that the second can.
bool Tagger::tell_if_inside(std::uint32_t form, std::uint32_t outer_form) {
  const auto inside = [&](std::uint32_t outer) {
    const Entry around = gazetteer_->entry(outer);
    if (around.type != EntityType::kLoc) return false;
    return Places::any_candidate(*gazetteer_, form, [&](std::uint32_t entry) {
      if (!Places::lies_in(*gazetteer_, entry, around.id)) return false;
      places_.tell(form, entry);
      places_.name(around.id);
      return true;
    });
  };
  const std::uint32_t first = gazetteer_->form(outer_form).entry;
  if (!gazetteer_->is_locality(first) && inside(first)) return true;
  return Places::any_candidate(*gazetteer_, outer_form, [&](std::uint32_t outer) {
    if (!inside(outer)) return false;
    places_.tell(outer_form, outer);
    return true;
  });
}

// Of the first `count` mentions those of this field get their ids; what none of them overlaps may
// become one. Where it is told, a place is one whatever else was thought of it; elsewhere in the
// article its name may be a person's, or a word of its own.
void Tagger::place(std::uint32_t index, std::size_t count) {
  Field& field = fields_[index];
  std::size_t at = static_cast<std::size_t>(
      std::lower_bound(mentions_.begin(), mentions_.begin() + static_cast<std::ptrdiff_t>(count),
                       Mention{index, 0, 0}, by_place) -
      mentions_.begin());
  for (const Match& m : field.localities) {
    while (at < count && mentions_[at].field == index && mentions_[at].end <= m.begin) ++at;
    const Places::Meaning& meaning = places_.meaning(m.form);
    const bool told_here = std::binary_search(told_at_.begin(), told_at_.end(),
                                              std::pair{index, static_cast<std::uint32_t>(m.begin)});
    const bool overlaps = at < count && mentions_[at].field == index && mentions_[at].begin < m.end;
    if (overlaps) {
      Mention& found = mentions_[at];
      const bool same = found.begin == m.begin && found.end == m.end;
      if (!same || found.entry != Gazetteer::kNone) continue;
      if (told_here) found.type = EntityType::kLoc;
      if (found.type == EntityType::kLoc && meaning.sure) found.entry = meaning.entry;
      continue;
    }
    if (told_here) {
      emit(index, m, meaning.entry, kScoreTold);
    } else if (stands_alone(field, m, meaning)) {
      emit(index, m, meaning.entry, kScorePlace);
    }
  }
}

// Behind "Atlanta" the country Georgia is the state.
void Tagger::mend_told(std::uint32_t index, std::size_t count) {
  const auto end = mentions_.begin() + static_cast<std::ptrdiff_t>(count);
  for (const Match& m : fields_[index].matches) {
    const std::uint32_t entry = places_.told(m.form);
    if (entry == Gazetteer::kNone) continue;
    const auto found =
        std::lower_bound(mentions_.begin(), end, Mention{index, m.begin, m.end}, by_place);
    if (found != end && found->field == index && found->begin == m.begin && found->end == m.end) {
      found->entry = entry;
    }
  }
}

bool Tagger::stands_alone(const Field& field, const Match& m,
                          const Places::Meaning& meaning) const {
  if (model_asked_ || !meaning.is_name) return false;
  if (!meaning.told &&
      (!meaning.found_alone || gazetteer_->form(m.form).use == FormUse::kDoubtful)) {
    return false;
  }
  return !name_goes_on_before(field.text, field.tokens, field.covered, m) &&
         !name_goes_on_after(field.text, field.tokens, field.covered, m);
}

}  // namespace copydesk::tag_entities
