// The places of which the article says outright which they are, by what stands behind their comma;
// see places.h.
#include <algorithm>

#include "document.h"

namespace copydesk::tag_entities {

void Tagger::find_additions(Field& field) const {
  field.additions.clear();
  for (std::size_t i = 0; i + 1 < field.matches.size(); ++i) {
    const Match& m = field.matches[i];
    const Match& next = field.matches[i + 1];
    if (next.first_token == m.first_token + m.tokens &&
        leads_to_addition(field.text.substr(m.end, next.begin - m.end))) {
      field.additions.push_back({m, next, {}});
    }
  }
}

// "Paris, Texas", "Nancy (France)": what stands behind a place may be what it lies in, or say that
// it is none of those we know.
void Tagger::tell(std::uint32_t index) {
  Field& field = fields_[index];
  for (Addition& a : field.additions) {
    a.relation = places_.relation(*gazetteer_, a.inner.form, a.outer.form);
    const Places::Relation& r = a.relation;
    const bool behind = gazetteer_->form(a.outer.form).use == FormUse::kBehind;
    if (r.abroad && ends_there(field, a)) {
      told_.push_back({index, a.inner.begin, a.inner.end, Gazetteer::kNone});
    }
    if (!r.inside && !(r.elsewhere && is_place(a.inner) &&
                       ((behind && !is_post_code(field, a)) || may_be_elsewhere(field, a)))) {
      continue;
    }
    places_.tell(*gazetteer_, a.inner.form, r.inner);
    told_.push_back({index, a.inner.begin, a.inner.end, r.inner});
    if (r.outer == Gazetteer::kNone || !(r.inside || behind)) continue;
    places_.name(gazetteer_->entry(r.outer).id);
    if (!gazetteer_->is_locality(r.outer)) continue;
    places_.tell(*gazetteer_, a.outer.form, r.outer);
    told_.push_back({index, a.outer.begin, a.outer.end, r.outer});
  }
  tell_by_offices(index);
}

void Tagger::tell_by_offices(std::uint32_t index) {
  const std::size_t count = told_.size();
  for (const auto* matches : {&fields_[index].matches, &fields_[index].localities}) {
    for (const Match& m : *matches) {
      tell_by_office(index, m);
      tell_by_party(index, m);
    }
  }
  if (told_.size() == count) return;
  std::stable_sort(told_.begin(), told_.end(), [](const Told& a, const Told& b) {
    return a.field != b.field ? a.field < b.field : a.begin < b.begin;
  });
}

// The state of that name, if there is one alone; kNone else. Sets `city` when one has the name too.
std::uint32_t Tagger::state_of(const Match& m, bool behind, bool& city) const {
  std::uint32_t state = Gazetteer::kNone;
  bool several = false;
  const auto look_at = [&](const Form& form) {
    if (!gazetteer_->has_parts(form.entry)) {
      city = true;
    } else {
      const auto group = [this](std::uint32_t entry) { return gazetteer_->entry(entry).group; };
      several = state != Gazetteer::kNone && group(state) != group(form.entry);
      state = form.entry;
    }
    return several;
  };
  return Places::any_candidate(*gazetteer_, m.form, behind, look_at) ? Gazetteer::kNone : state;
}

// "Georgia Gov. Brian Kemp". In the rest of the article too, but for a name that is a city's: New
// York's governor may well be in New York.
void Tagger::tell_by_office(std::uint32_t index, const Match& m) {
  const Field& field = fields_[index];
  if (!office_of_state_follows(field.text, field.tokens, m)) return;
  bool city = false;
  const std::uint32_t state = state_of(m, false, city);
  if (state == Gazetteer::kNone) return;
  told_.push_back({index, m.begin, m.end, state});
  if (!city) places_.tell(*gazetteer_, m.form, state);
}

// "Sen. Ted Cruz (R-Texas)", "Rep. Ilhan Omar, D-Minn.": where a member of Congress is from.
void Tagger::tell_by_party(std::uint32_t index, const Match& m) {
  const Field& field = fields_[index];
  if (!party_before(field.text, field.tokens, m.first_token)) return;
  bool city = false;
  const std::uint32_t state = state_of(m, true, city);
  if (state != Gazetteer::kNone) told_.push_back({index, m.begin, m.end, state});
}

// Towns, states and countries have namesakes; "Times Square, N.Y." is what it is.
bool Tagger::is_place(const Match& match) const {
  const std::uint32_t entry = gazetteer_->form(match.form).entry;
  if (gazetteer_->type_of(entry) != EntityType::kLoc) return false;
  return gazetteer_->has_parts(entry) ||
         Places::any_candidate(*gazetteer_, match.form, false, [](const Form&) { return true; });
}

// "Guadalajara, Spain.", of a town that can only be another; "in Guadalajara, Spain won" need not
// be.
bool Tagger::ends_there(const Field& field, const Addition& a) const {
  if (!gazetteer_->is_locality(gazetteer_->form(a.inner.form).entry)) return false;
  const std::string_view rest = field.text.substr(a.outer.end);
  return rest.empty() || std::string_view(".,;)\n").find(rest.front()) != std::string_view::npos;
}

// "Lebanon, Pa." tells of a town; "Israel, PA and Egypt", "Iraq (VA hospitals)" need not.
bool Tagger::is_post_code(const Field& field, const Addition& a) const {
  const std::string_view code = field.text.substr(a.outer.begin, a.outer.end - a.outer.begin);
  return code.size() == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z';
}

// Two capitals behind a country that is no such state's are other words: "In Italy, ID cards".
void Tagger::leave_out_codes(Field& field) const {
  auto a = field.additions.begin();
  std::erase_if(field.localities, [&](const Match& m) {
    while (a != field.additions.end() && a->outer.begin < m.begin) ++a;
    return a != field.additions.end() && a->outer.begin == m.begin && !a->relation.inside &&
           gazetteer_->has_parts(gazetteer_->form(a->inner.form).entry) && is_post_code(field, *a);
  });
}

// "Moscow, Idaho" is; "In Moscow, Idaho's envoy", "Oregon, Idaho and Utah" are not.
bool Tagger::may_be_elsewhere(const Field& field, const Addition& a) const {
  const auto has_parts = [this](const Form& f) { return gazetteer_->has_parts(f.entry); };
  if (has_parts(gazetteer_->form(a.inner.form)) ||
      Places::any_candidate(*gazetteer_, a.inner.form, false, has_parts)) {
    return false;
  }
  const std::size_t next = a.outer.first_token + a.outer.tokens;
  if (next >= field.tokens.size()) return true;
  Gap gap;
  if (!plain_gap(field.text.substr(a.outer.end, field.tokens[next].begin - a.outer.end), gap)) {
    return true;
  }
  return gap.view() != "'" && !(gap.view() == " " && field.tokens[next].first_upper);
}

// What the model takes for one name, "Madison, Wisconsin", are two where the lists say so; what it
// makes of pieces of a place that is told is nothing.
void Tagger::cut_names(std::uint32_t index) {
  Field& field = fields_[index];
  std::erase_if(field.names, [&](const Name& name) {
    return is_chain(field, name) || is_piece_of_told(index, name) || is_party(index, name);
  });
  for (Name& name : field.names) {
    cut_state(field, name);
    cut_dash(field, name);
  }
}

// The name consists of places, each told by the next.
bool Tagger::is_chain(const Field& field, const Name& name) {
  std::uint32_t begin = name.begin;
  for (auto a =
           std::lower_bound(field.additions.begin(), field.additions.end(), begin,
                            [](const Addition&x, std::uint32_t b) { return x.inner.begin < b; });
       a != field.additions.end() && a->inner.begin == begin && a->relation.inside; ++a) {
    if (a->outer.end >= name.end) return a->outer.begin < name.end;
    begin = a->outer.begin;
  }
  return false;
}

bool Tagger::is_piece_of_told(std::uint32_t index, const Name& name) const {
  const auto behind = std::upper_bound(told_.begin(), told_.end(), std::pair{index, name.begin},
                                       [](const auto& place, const Told& t) {
                                         return t.field != place.first ? place.first < t.field
                                                                       : place.second < t.begin;
                                       });
  if (behind == told_.begin()) return false;
  const Told& told = *(behind - 1);
  return told.field == index && name.end <= told.end &&
         (told.begin < name.begin || name.end + 1 < told.end);
}

// "R-Texas" of "(R-Texas)".
bool Tagger::is_party(std::uint32_t index, const Name& name) const {
  const Field& field = fields_[index];
  const std::string_view text = field.text.substr(name.begin, name.end - name.begin);
  constexpr std::size_t kPartyBytes = 2;  // the party and the hyphen
  return text.size() > kPartyBytes && text[1] == '-' &&
         told_at(index, name.begin + static_cast<std::uint32_t>(kPartyBytes)) != nullptr;
}

// No name goes on behind a dash between spaces.
void Tagger::cut_dash(const Field& field, Name& name) {
  const std::string_view text = field.text.substr(name.begin, name.end - name.begin);
  for (const std::string_view dash : {" — ", " -- "}) {
    const std::size_t at = text.find(dash);
    if (at != text.npos && at > 0) {
      name.end = std::min(name.end, name.begin + static_cast<std::uint32_t>(at));
    }
  }
}

// "Uvalde, Texas" of a town that nobody listed.
void Tagger::cut_state(const Field& field, Name& name) const {
  const auto state =
      std::lower_bound(field.localities.begin(), field.localities.end(), name.end,
                       [](const Match& m, std::uint32_t end) { return m.end < end; });
  if (state == field.localities.end() || state->first_token == 0 || state->begin >= name.end ||
      !gazetteer_->has_parts(gazetteer_->form(state->form).entry)) {
    return;
  }
  const std::uint32_t end = field.tokens[state->first_token - 1].end;
  if (end > name.begin && leads_to_addition(field.text.substr(end, state->begin - end))) {
    name.end = end;
  }
}

const Tagger::Told* Tagger::told_at(std::uint32_t field, std::uint32_t begin) const {
  const auto found = std::lower_bound(
      told_.begin(), told_.end(), std::pair{field, begin}, [](const Told& t, const auto& place) {
        return t.field != place.first ? t.field < place.first : t.begin < place.second;
      });
  const bool here = found != told_.end() && found->field == field && found->begin == begin;
  return here ? &*found : nullptr;
}

// What needs no context, and a short form, may mean something else where the article says so:
// behind "Atlanta" the country Georgia is the state, "Paris, Texas" is not the capital.
void Tagger::mend_told() {
  const auto found = [this](std::uint32_t field, std::uint32_t begin, std::uint32_t end) {
    const auto at =
        std::lower_bound(mentions_.begin(), mentions_.end(), Mention{field, begin, end}, by_place);
    const bool here = at != mentions_.end() && at->field == field && at->begin == begin &&
                      at->end == end && at->entry != Gazetteer::kNone;
    return here ? &*at : nullptr;
  };
  for (const Told& t : told_) {
    Mention* mention = found(t.field, t.begin, t.end);
    if (mention != nullptr && told_at(t.field, t.begin) == &t) mend(*mention, t.entry);
  }
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    for (const Match& m : fields_[f].matches) {
      const Places::Meaning* told = places_.told(m.form);
      if ((told == nullptr && !told_by_another_name(m)) || told_at(f, m.begin) != nullptr) continue;
      Mention* mention = found(f, m.begin, m.end);
      if (mention == nullptr || mention->type != EntityType::kLoc) continue;
      mend(*mention, told != nullptr && told->sure ? told->entry : Gazetteer::kNone);
    }
  }
}

void Tagger::mend(Mention& mention, std::uint32_t entry) const {
  const bool known = entry != Gazetteer::kNone;
  if (known && gazetteer_->entry(entry).group == gazetteer_->entry(mention.entry).group) return;
  mention.entry = entry;
  if (known) mention.type = EntityType::kLoc;
  mention.full_field = mention.field;
  mention.full_begin = mention.begin;
  mention.full_end = mention.end;
}

// "Atlanta, Ga.": the article means the state by one of its names, so which Georgia is open.
bool Tagger::told_by_another_name(const Match& m) const {
  const std::uint32_t own = gazetteer_->entry(gazetteer_->form(m.form).entry).group;
  return Places::any_candidate(*gazetteer_, m.form, false, [&](const Form& candidate) {
    const std::uint32_t group = gazetteer_->entry(candidate.entry).group;
    return group != own && places_.is_told(group);
  });
}

}  // namespace copydesk::tag_entities
