#include "document.h"

#include <algorithm>

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kAcronymBytesMin = 2;
constexpr std::size_t kAcronymBytesMax = 12;

void cover(Covered& covered, const Match& match) {
  std::fill_n(covered.begin() + match.first_token, match.tokens, true);
}

bool any_covered(const Covered& covered, std::size_t first, std::size_t count) {
  return std::any_of(covered.begin() + static_cast<std::ptrdiff_t>(first),
                     covered.begin() + static_cast<std::ptrdiff_t>(first + count),
                     [](bool c) { return c; });
}

// The acronym's letters are the initials of the name's words, with or without its small words.
bool spells_initials(std::string_view acronym, std::string_view text,
                     std::span<const Token> words) {
  const auto spells = [&](bool small_words_too) {
    std::size_t at = 0;
    for (const Token& word : words) {
      if (!small_words_too && !word.first_upper) continue;
      if (at >= acronym.size()) return false;
      const char initial = text[word.begin];
      const char upper =
          initial >= 'a' && initial <= 'z' ? static_cast<char>(initial - 32) : initial;
      if (acronym[at++] != upper) return false;
    }
    return at == acronym.size();
  };
  return spells(false) || spells(true);
}

}  // namespace

const std::vector<Mention>& Tagger::tag(std::span<const std::string_view> fields, bool with_model) {
  model_asked_ = with_model && finder_ != nullptr;
  mentions_.clear();
  acronyms_.clear();
  shorts_.clear();
  found_shorts_.clear();
  match_fields(fields);
  if (model_asked_) find_names(fields);
  for (std::uint32_t i = 0; i < field_count_; ++i) {
    tell(i);
    if (model_asked_) {
      cut_names(i);
      mend_names(fields_[i]);
    }
  }
  for (std::size_t i = 0; i < field_count_; ++i) {
    leave_out_pieces(fields_[i]);
    leave_out_lone_halves(fields_[i]);
    leave_out_codes(fields_[i]);
    if (model_asked_) {
      settle(fields_[i]);
      join_pairs(fields_[i]);
    }
  }
  const auto count = static_cast<std::uint32_t>(field_count_);
  if (options_.short_forms) {
    for (std::uint32_t i = 0; i < count; ++i) collect_acronyms(fields_[i]);
    for (std::uint32_t i = 0; i < count; ++i) collect_acronyms_of_names(fields_[i], i);
    for (std::uint32_t i = 0; i < count; ++i) find_acronyms(i);
  }
  for (std::uint32_t i = 0; i < count; ++i) emit_matches(i);
  if (options_.short_forms) {
    collect_short_forms();
    for (std::uint32_t i = 0; i < count; ++i) find_short_forms(i);
    drop_ambiguous();
  }
  if (model_asked_) add_names();
  std::sort(mentions_.begin(), mentions_.end(), by_place);
  if (model_asked_ && options_.short_forms) bind_names();
  if (model_asked_) name_openings();
  locate();
  if (options_.all_matches) add_all_matches();
  std::erase_if(mentions_, [this](const Mention& m) {
    return m.score < options_.min_scores[static_cast<std::size_t>(m.type)];
  });
  return mentions_;
}

void Tagger::match_fields(std::span<const std::string_view> fields) {
  places_.clear();
  told_.clear();
  field_count_ = fields.size();
  if (fields_.size() < field_count_) fields_.resize(field_count_);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Field& field = fields_[i];
    field.text = fields[i];
    tokenize(field.text, field.tokens);
    field.matches.clear();
    field.names.clear();
    match(*gazetteer_, field.text, field.tokens, field.matches);
    find_links(field);
    find_openings(field);
  }
  find_openings_again();
  for (std::size_t i = 0; i < field_count_; ++i) {
    Field& field = fields_[i];
    leave_out_opened(field);
    find_additions(field);
    set_localities_aside(field);
    field.covered.assign(field.tokens.size(), false);
    for (const Match& m : field.matches) cover(field.covered, m);
    cover_links(field);
  }
}

void Tagger::leave_out_pieces(Field& field) {
  std::erase_if(field.matches, [&](const Match& m) {
    if (gazetteer_->type_of(gazetteer_->form(m.form).entry) != EntityType::kLoc) return false;
    const auto confirms = [&](const Name& n) { return n.begin == m.begin && n.end == m.end; };
    const auto near = std::lower_bound(field.names.begin(), field.names.end(), m.begin,
                                       [](const Name& n, std::uint32_t b) { return n.begin < b; });
    if (near != field.names.end() && confirms(*near)) return false;
    return name_goes_on_before(field.text, field.tokens, field.covered, m) ||
           name_goes_on_after(field.text, field.tokens, field.covered, m);
  });
}

void Tagger::leave_out_lone_halves(Field& field) {
  for (std::size_t i = field.matches.size(); i-- > 0;) {
    const Match& m = field.matches[i];
    if (gazetteer_->form(m.form).use != FormUse::kFirstHalf) continue;
    const bool goes_on = i + 1 < field.matches.size() &&
                         field.matches[i + 1].first_token == m.first_token + m.tokens;
    if (!goes_on) field.matches.erase(field.matches.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// A name of `count` tokens is followed by its acronym in brackets.
bool Tagger::explains(const Field& field, std::size_t first, std::size_t count,
                      std::string_view& acronym, std::size_t& token) const {
  token = first + count;
  if (count < 2 || token >= field.tokens.size()) return false;
  const Token& word = field.tokens[token];
  acronym = word.in(field.text);
  if (!word.all_upper() || acronym.size() < kAcronymBytesMin || acronym.size() > kAcronymBytesMax) {
    return false;
  }
  const std::size_t end = field.tokens[token - 1].end;
  if (!is_gap_in_line(field.text.substr(end, word.begin - end), " (")) return false;
  if (!field.text.substr(word.end).starts_with(')')) return false;
  const auto known = [&](const Acronym& a) { return a.text == acronym; };
  return acronyms_.size() < kAcronymsMax &&
         std::none_of(acronyms_.begin(), acronyms_.end(), known) &&
         spells_initials(acronym, field.text, {field.tokens.data() + first, count});
}

void Tagger::collect_acronyms(const Field& field) {
  for (const Match& m : field.matches) {
    std::string_view acronym;
    std::size_t token = 0;
    if (!explains(field, m.first_token, m.tokens, acronym, token)) continue;
    Mention full;
    full.entry = gazetteer_->form(m.form).entry;
    full.type = gazetteer_->entry(full.entry).type;
    acronyms_.push_back({acronym, field.tokens[token].hash, full});
  }
}

void Tagger::find_acronyms(std::uint32_t index) {
  if (acronyms_.empty()) return;
  Field& field = fields_[index];
  const auto explained = [&](std::size_t token) -> const Acronym* {
    for (const Acronym& a : acronyms_) {
      if (a.hash == field.tokens[token].hash && a.text == field.tokens[token].in(field.text))
        return &a;
    }
    return nullptr;
  };
  // The article's own meaning takes the place of the gazetteer's.
  std::erase_if(field.matches, [&](const Match& m) {
    if (m.tokens != 1 || explained(m.first_token) == nullptr) return false;
    field.covered[m.first_token] = false;
    return true;
  });
  for (std::size_t i = 0; i < field.tokens.size(); ++i) {
    if (field.covered[i]) continue;
    const Acronym* acronym = explained(i);
    if (acronym == nullptr) continue;
    Match m;
    m.first_token = static_cast<std::uint32_t>(i);
    m.tokens = 1;
    m.begin = field.tokens[i].begin;
    m.end = field.tokens[i].end;
    cover(field.covered, m);
    Mention mention = acronym->full;
    mention.field = index;
    mention.begin = m.begin;
    mention.end = m.end;
    mention.score = kScoreAcronym;
    mentions_.push_back(mention);
  }
}

void Tagger::emit(std::uint32_t field, const Match& match, std::uint32_t entry, double score) {
  mentions_.push_back({field, match.begin, match.end, entry, score, gazetteer_->entry(entry).type});
}

void Tagger::emit_matches(std::uint32_t index) {
  for (const Match& m : fields_[index].matches) {
    emit(index, m, gazetteer_->form(m.form).entry, m.capitals ? kScoreCapitals : kScoreFull);
  }
}

// Of every group the article names in full: what its rows say, and the last words of the names found
// and of the first.
void Tagger::collect_short_forms() {
  entries_.clear();
  groups_.clear();
  for (std::size_t i = 0; i < field_count_; ++i) {
    for (const Match& m : fields_[i].matches) {
      entries_.push_back(gazetteer_->form(m.form).entry);
      groups_.push_back(gazetteer_->entry(entries_.back()).group);
    }
  }
  entries_.insert(entries_.end(), groups_.begin(), groups_.end());
  for (std::vector<std::uint32_t>* list : {&entries_, &groups_}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  for (const std::uint32_t group : groups_) {
    for (std::uint32_t i = gazetteer_->first_short(group); i != Gazetteer::kNone;
         i = gazetteer_->next_form(i)) {
      if (!add_short(gazetteer_->form(i), group)) return;
    }
  }
  for (const std::uint32_t index : entries_) {
    const Entry entry = gazetteer_->entry(index);
    if (!entry.last_word_is_short) continue;
    Form form;
    form.text = last_word(entry.name, scratch_);
    form.entry = index;
    form.tokens = 1;
    form.use = FormUse::kShort;
    form.case_rule = entry.case_rule;
    if (!form.text.empty() && !add_short(form, entry.group)) return;
  }
}

// False when there are enough.
bool Tagger::add_short(const Form& form, std::uint32_t group) {
  if (shorts_.size() >= kShortFormsMax) return false;
  Short s;
  s.form = form;
  s.group = group;
  const Entry entry = gazetteer_->entry(form.entry);
  s.person = entry.type == EntityType::kPer;
  s.family_first = entry.name.starts_with(form.text);
  tokenize(form.text, scratch_);
  s.first_hash = scratch_.front().hash;
  for (Short& other : shorts_) {
    if (other.first_hash == s.first_hash && other.group != group &&
        same_letters(other.form.text, form.text)) {
      other.ambiguous = s.ambiguous = true;
    }
  }
  shorts_.push_back(s);
  return true;
}

void Tagger::find_short_forms(std::uint32_t index) {
  if (shorts_.empty()) return;
  const Field& field = fields_[index];
  // One bit a hash: most words are ruled out by one look.
  std::uint64_t seen[16] = {};
  for (const Short& s : shorts_) seen[s.first_hash >> 6 & 15] |= 1ULL << (s.first_hash & 63);
  for (std::size_t at = 0; at < field.tokens.size(); ++at) {
    const std::uint64_t hash = field.tokens[at].hash;
    if ((seen[hash >> 6 & 15] >> (hash & 63) & 1) == 0 || field.covered[at]) continue;
    for (std::uint32_t which = 0; which < shorts_.size(); ++which) {
      Short& s = shorts_[which];
      if (s.first_hash != hash || s.form.tokens > field.tokens.size() - at) continue;
      if (any_covered(field.covered, at, s.form.tokens)) continue;
      Match m;
      if (!fits(s.form, field.text, field.tokens, at, m)) continue;
      if (s.person &&
          (name_goes_on_before(field.text, field.tokens, field.covered, m) ||
           (s.family_first && name_goes_on_after(field.text, field.tokens, field.covered, m)))) {
        s.ambiguous = true;
      }
      found_shorts_.push_back(
          {{index, m.begin, m.end, s.form.entry, kScoreShort, gazetteer_->entry(s.form.entry).type},
           which});
      at += m.tokens - 1;
      break;
    }
  }
}

// The listed names that are not there yet, among the others: by place, at one place the longest first.
void Tagger::add_all_matches() {
  const auto before = [](const Mention& a, const Mention& b) {
    if (a.field != b.field) return a.field < b.field;
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  };
  const auto count = static_cast<std::ptrdiff_t>(mentions_.size());
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    Field& field = fields_[f];
    field.matches.clear();
    match_all(*gazetteer_, field.text, field.tokens, field.matches);
    std::erase_if(field.matches, [this](const Match& m) {
      const Form form = gazetteer_->form(m.form);
      return form.use == FormUse::kFirstHalf || gazetteer_->is_locality(form.entry);
    });
    leave_out_links(field);
    emit_matches(f);
  }
  // Of one span what was there first stands.
  std::inplace_merge(mentions_.begin(), mentions_.begin() + count, mentions_.end(), before);
  const auto same = [](const Mention& a, const Mention& b) {
    return a.field == b.field && a.begin == b.begin && a.end == b.end;
  };
  mentions_.erase(std::unique(mentions_.begin(), mentions_.end(), same), mentions_.end());
}

void Tagger::drop_ambiguous() {
  for (const Found& found : found_shorts_) {
    if (!shorts_[found.which].ambiguous) mentions_.push_back(found.mention);
  }
}

}  // namespace copydesk::tag_entities
