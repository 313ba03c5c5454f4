// The model's names and the gazetteer's in one list; see document.h.
#include <algorithm>

#include "document.h"
#include "spans.h"
#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

// Below this the model does not stand against a listed word inside its name.
constexpr float kLongerNameMin = 0.4F;
// From here on the model's type stands against that of a listed single word.
constexpr float kOtherTypeMin = 0.6F;

constexpr std::size_t kPairWordsMax = 8;  // of the name that follows a pair of countries

// Of several words, whatever space is between them.
bool is_full(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i);
    if (d.code_point != kBrokenByte && char_class(d.code_point) == CharClass::kSpace) return true;
    i += d.bytes;
  }
  return false;
}

}  // namespace

void Tagger::find_names(std::span<const std::string_view> fields) {
  token_lists_.clear();
  for (std::size_t i = 0; i < field_count_; ++i) {
    fields_[i].names.clear();
    token_lists_.push_back(&fields_[i].tokens);
  }
  for (const Name& name : finder_->find(fields, token_lists_)) {
    fields_[name.field].names.push_back(name);
  }
  for (std::uint32_t i = 0; i < field_count_; ++i) add_openings(fields_[i], i);
}

// Whether the gazetteer's match stands where it and a name of the model overlap; `has_hyphens`: the
// name is one word of several. One of a priority above 0 does not care what type the model would
// give it.
bool Tagger::stands(const Match& match, const Name& name, bool has_hyphens) const {
  const Entry entry = gazetteer_->entry(gazetteer_->form(match.form).entry);
  if (same_span(match, name)) {
    const bool agree = static_cast<int>(entry.type) == name.type;
    return agree || match.tokens > 1 || entry.priority > 0 || name.probability < kOtherTypeMin;
  }
  if (inside(match, name) && name.probability >= kLongerNameMin) {
    // "China-Russia" is two names, whatever the model makes of it.
    return has_hyphens && match.tokens == 1 && entry.type == EntityType::kLoc;
  }
  return true;
}

// "Mary Lou McDonald's party": whose the thing is that looks like a listed "McDonald's".
bool Tagger::is_owner(const Field& field, const Match& match, const Name& name) {
  if (name.type != static_cast<int>(EntityType::kPer) || name.begin >= match.begin) return false;
  const std::string_view rest = field.text.substr(name.end);
  return (rest.starts_with("'s") && match.end == name.end + 2) ||
         (rest.starts_with("’s") && match.end == name.end + 4);
}

// Decides between matches and names that overlap; of those that lose nothing is left.
void Tagger::settle(Field& field) {
  std::size_t first = 0;
  std::vector<bool> lost(field.matches.size());
  std::erase_if(field.names, [&](const Name& name) {
    while (first < field.matches.size() && field.matches[first].end <= name.begin) ++first;
    // Looked at once: a name may be as long as the article.
    const std::string_view text = field.text.substr(name.begin, name.end - name.begin);
    const bool has_hyphens = text.find('-') != std::string_view::npos && !is_full(text);
    bool beaten = false;
    for (std::size_t i = first; i < field.matches.size() && field.matches[i].begin < name.end;
         ++i) {
      if (!overlap(field.matches[i], name) || lost[i]) continue;
      if (is_owner(field, field.matches[i], name)) continue;
      if (stands(field.matches[i], name, has_hyphens)) beaten = true;
    }
    if (beaten) return true;
    for (std::size_t i = first; i < field.matches.size() && field.matches[i].begin < name.end;
         ++i) {
      if (overlap(field.matches[i], name)) lost[i] = true;
    }
    return false;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < field.matches.size(); ++i) {
    const Match& m = field.matches[i];
    if (lost[i]) {
      for (std::size_t t = 0; t < m.tokens; ++t) field.covered[m.first_token + t] = false;
      continue;
    }
    field.matches[kept++] = m;
  }
  field.matches.resize(kept);
}

// "Sino-Russian" is one adjective, "China-Russia Years of Culture" one name: two countries or their
// adjectives with a hyphen, and what follows in capitals. "China-Russia ties" stays two countries.
void Tagger::join_pairs(Field& field) {
  pairs_.clear();
  std::size_t kept = 0;
  std::vector<Match>& matches = field.matches;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    Name pair;
    if (i + 1 < matches.size() && pairs_up(field, matches[i], matches[i + 1], pair)) {
      pairs_.push_back(pair);
      while (i + 1 < matches.size() && matches[i + 1].begin < pair.end) ++i;
      continue;
    }
    matches[kept++] = matches[i];
  }
  matches.resize(kept);
  take_pairs(field.names);
}

// Both are in order; a pair takes the place of what it overlaps.
void Tagger::take_pairs(std::vector<Name>& names) const {
  if (pairs_.empty()) return;
  auto pair = pairs_.begin();
  std::erase_if(names, [&](const Name& n) {
    while (pair != pairs_.end() && pair->end <= n.begin) ++pair;
    return pair != pairs_.end() && overlap(n, *pair);
  });
  const auto count = static_cast<std::ptrdiff_t>(names.size());
  names.insert(names.end(), pairs_.begin(), pairs_.end());
  std::inplace_merge(names.begin(), names.begin() + count, names.end(),
                     [](const Name& a, const Name& b) { return a.begin < b.begin; });
}

bool Tagger::pairs_up(const Field& field, const Match& a, const Match& b, Name& pair) const {
  if (field.text.substr(a.end, b.begin - a.end) != "-") return false;
  const auto entry_type = [this](const Match& m) {
    return gazetteer_->type_of(gazetteer_->form(m.form).entry);
  };
  const EntityType type = entry_type(a);
  if (type != entry_type(b) || (type != EntityType::kLoc && type != EntityType::kMisc))
    return false;
  const std::span<const Token> tokens(field.tokens);
  std::size_t end = b.first_token + b.tokens;
  const auto space_before = [&](std::size_t t) {
    return is_gap_in_line(field.text.substr(tokens[t - 1].end, tokens[t].begin - tokens[t - 1].end),
                          " ");
  };
  std::size_t last = end;
  for (std::size_t t = end; t < tokens.size() && t < end + kPairWordsMax && space_before(t); ++t) {
    const std::string_view word = tokens[t].in(field.text);
    if (tokens[t].first_upper && !is_bystander(word)) {
      last = t + 1;
    } else if (t == end || (word != "of" && word != "on" && word != "for" && word != "and")) {
      break;
    }
  }
  if (line_case(field.text, tokens, a.first_token) != LineCase::kRunning) last = end;
  if (last == end && type == EntityType::kLoc) return false;
  pair.begin = a.begin;
  pair.end = last == end ? b.end : tokens[last - 1].end;
  pair.type = static_cast<int>(EntityType::kMisc);
  pair.probability = kScoreAcronym;
  return true;
}

void Tagger::collect_acronyms_of_names(const Field& field, std::uint32_t index) {
  for (const Name& name : field.names) {
    const auto at = [&](std::uint32_t byte) {
      return static_cast<std::size_t>(
          std::lower_bound(field.tokens.begin(), field.tokens.end(), byte,
                           [](const Token& t, std::uint32_t b) { return t.begin < b; }) -
          field.tokens.begin());
    };
    const std::size_t first = at(name.begin), end = at(name.end);
    std::string_view acronym;
    std::size_t token = 0;
    if (end <= first || !explains(field, first, end - first, acronym, token)) continue;
    Mention full;
    full.type = static_cast<EntityType>(name.type);
    full.full_field = index;
    full.full_begin = name.begin;
    full.full_end = name.end;
    acronyms_.push_back({acronym, field.tokens[token].hash, full});
  }
}

// The names that nothing found so far overlaps; a longer one takes the place of short forms in it.
void Tagger::add_names() {
  std::sort(mentions_.begin(), mentions_.end(), by_place);
  const std::size_t count = mentions_.size();
  std::size_t first = 0;
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    for (const Name& name : fields_[f].names) {
      while (first < count &&
             (mentions_[first].field < f ||
              (mentions_[first].field == f && mentions_[first].end <= name.begin))) {
        ++first;
      }
      bool free = true;
      for (std::size_t i = first;
           i < count && mentions_[i].field == f && mentions_[i].begin < name.end; ++i) {
        const bool longer = inside(mentions_[i], name) && !same_span(mentions_[i], name) &&
                            mentions_[i].score < kScoreAcronym &&
                            name.probability >= kLongerNameMin;
        if (!longer) free = false;
      }
      if (!free) continue;
      for (std::size_t i = first;
           i < count && mentions_[i].field == f && mentions_[i].begin < name.end; ++i) {
        mentions_[i].score = -1;
      }
      Mention m;
      m.field = f;
      m.begin = name.begin;
      m.end = name.end;
      m.score = name.probability;
      m.type = static_cast<EntityType>(name.type);
      m.full_field = f;
      m.full_begin = name.begin;
      m.full_end = name.end;
      mentions_.push_back(m);
    }
  }
  std::erase_if(mentions_, [](const Mention& m) { return m.score < 0; });
}

std::uint64_t Tagger::word_hash(std::string_view word) {
  tokenize(word, scratch_);
  return scratch_.empty() ? 0 : scratch_.front().hash;
}

// A person of one word, or a surname with a title of it, is the one the article has in full.
void Tagger::bind_names() {
  handles_.clear();
  const auto text = [this](const Mention& m) {
    return fields_[m.field].text.substr(m.begin, m.end - m.begin);
  };
  for (std::uint32_t i = 0; i < mentions_.size(); ++i) {
    const Mention& m = mentions_[i];
    if (m.type != EntityType::kPer || !is_full(text(m)) || handles_.size() >= 2 * kShortFormsMax)
      continue;
    tokenize(text(m), scratch_);
    if (scratch_.size() < 2) continue;
    handles_.push_back({scratch_.back().hash, i, true});
    handles_.push_back({scratch_.front().hash, i, false});
  }
  if (handles_.empty()) return;
  std::sort(handles_.begin(), handles_.end(), [](const Handle& a, const Handle& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.last != b.last ? a.last : a.mention < b.mention;
  });
  for (Mention& m : mentions_) {
    if (m.type != EntityType::kPer || m.entry != Gazetteer::kNone || is_full(text(m))) continue;
    const std::uint64_t hash = word_hash(text(m));
    const auto found =
        std::lower_bound(handles_.begin(), handles_.end(), hash,
                         [](const Handle& a, std::uint64_t h) { return a.hash < h; });
    if (found == handles_.end() || found->hash != hash) continue;
    const Mention& full = mentions_[found->mention];
    m.entry = full.entry;
    m.full_field = full.field;
    m.full_begin = full.begin;
    m.full_end = full.end;
  }
}

}  // namespace copydesk::tag_entities
