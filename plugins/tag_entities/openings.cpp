// The places that lines open with (dateline.h), and addresses, in which nothing is a name; see document.h.
#include <algorithm>
#include <utility>

#include "document.h"
#include "spans.h"

namespace copydesk::tag_entities {
namespace {

constexpr float kOpeningScore = 0.9F;
constexpr std::size_t kOpenedMax = 64;  // that an article is searched for again
constexpr std::string_view kLinkEnds = "<>()[]{}\"'`|*";

bool is_mail_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
         c == '-' || c == '_' || c == '+';
}

// Other scripts may go on right behind an address.
bool is_link_byte(char c) { return c > ' ' && c < 0x7F && kLinkEnds.find(c) == kLinkEnds.npos; }

// What links the words of a name, whichever way it is written.
bool may_link(std::string_view raw) {
  Gap gap;
  if (!plain_gap(raw, gap) || raw.find('\n') != raw.npos) return false;
  const std::string_view plain = gap.view();
  return plain == " " || plain == "-" || plain == "'" || plain == ". ";
}

// Takes out what overlaps one of `spans`; both are in order, and so is what stays.
template <class Item, class Spans>
void erase_overlapping(std::vector<Item>& items, const Spans& spans) {
  std::size_t at = 0;
  std::erase_if(items, [&](const Item& item) {
    while (at < spans.size() && spans[at].end <= item.begin) ++at;
    return at < spans.size() && overlap(item, spans[at]);
  });
}

}  // namespace

// "https://example.com/Berlin", "www.example.com/Paris", "jane@Paris-Review.example".
void Tagger::find_links(Field& field) {
  field.links.clear();
  const std::string_view text = field.text;
  const auto take = [&](std::size_t at, bool (*belongs)(char)) {
    Span span{at, at + 1};
    while (span.begin > 0 && belongs(text[span.begin - 1])) --span.begin;
    while (span.end < text.size() && belongs(text[span.end])) ++span.end;
    return span;
  };
  for (const std::string_view sign : {"://", "www."}) {
    for (std::size_t at = text.find(sign); at != text.npos;) {
      field.links.push_back(take(at, is_link_byte));
      at = text.find(sign, field.links.back().end);
    }
  }
  for (std::size_t at = text.find('@'); at != text.npos;) {
    const Span mail = take(at, is_mail_byte);
    const std::string_view host = text.substr(at + 1, mail.end - at - 1);
    const bool is_mail = mail.begin < at && host.find('.') < host.size() - 1;
    if (is_mail) field.links.push_back(mail);
    at = text.find('@', std::max(mail.end, at + 1));
  }
  if (field.links.empty()) return;
  std::sort(field.links.begin(), field.links.end(), [](const Span& a, const Span& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::size_t end = 0;
  std::erase_if(field.links, [&](const Span& link) {
    const bool is_inside = link.end <= end;
    end = std::max(end, link.end);
    return is_inside;
  });
  leave_out_links(field);
}

void Tagger::leave_out_links(Field& field) { erase_overlapping(field.matches, field.links); }

void Tagger::cover_links(Field& field) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < field.tokens.size() && at < field.links.size(); ++i) {
    while (at < field.links.size() && field.links[at].end <= field.tokens[i].begin) ++at;
    if (at < field.links.size() && overlap(field.tokens[i], field.links[at]))
      field.covered[i] = true;
  }
}

void Tagger::find_openings(Field& field) {
  field.opened.clear();
  std::size_t token = 0;
  for (std::size_t line = 0; line < field.text.size();) {
    const auto first = std::lower_bound(
        field.tokens.begin() + static_cast<std::ptrdiff_t>(token), field.tokens.end(), line,
        [](const Token& t, std::size_t byte) { return t.begin < byte; });
    if (first == field.tokens.end()) return;
    token = static_cast<std::size_t>(first - field.tokens.begin());
    const std::size_t end = std::min(field.text.find('\n', line), field.text.size());
    if (first->begin < end && first->first_upper && opens(field, token)) {
      for (const Dateline& place : opening_.places) {
        if (!is_listed(field, place)) field.opened.push_back({place});
      }
    }
    line = end + 1;
  }
}

const Match* Tagger::match_at(const Field& field, std::size_t token) const {
  const auto found =
      std::lower_bound(field.matches.begin(), field.matches.end(), token,
                       [](const Match& m, std::size_t t) { return m.first_token < t; });
  return found != field.matches.end() && found->first_token == token ? &*found : nullptr;
}

// Whether the line whose first token this is opens with the places in `opening_`.
bool Tagger::opens(const Field& field, std::size_t first) {
  read_opening(field.text, field.tokens, first, opening_);
  if (opening_.places.empty()) return false;
  std::size_t at = opening_.places.back().end;
  const Match* behind = match_at(field, opening_.next_token);
  if (behind != nullptr && !field.text.substr(at).starts_with(", ")) behind = nullptr;
  if (behind != nullptr &&
      gazetteer_->type_of(gazetteer_->form(behind->form).entry) != EntityType::kLoc) {
    behind = nullptr;
  }
  if (behind != nullptr) {
    at = behind->end;
    if (at < field.text.size() && field.text[at] == '.') ++at;
  } else {
    at = skip_addition(field.text, at);
  }
  return ends_dateline(field.text, at, behind != nullptr);
}

// What a list has as one name, or as a longer one ("WASHINGTON, D.C."), and as no town of which there may be more.
bool Tagger::is_listed(const Field& field, const Dateline& place) const {
  const Match* match = match_at(field, place.first_token);
  return match != nullptr && match->end >= place.end &&
         (match->end > place.end || !gazetteer_->is_locality(gazetteer_->form(match->form).entry));
}

// "The South St. Paul school board": of several words, a name that opens a line is the same further on.
void Tagger::find_openings_again() {
  searched_.clear();
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    Field& field = fields_[f];
    for (std::size_t i = 0; i < field.opened.size(); ++i) {
      if (field.opened[i].again) continue;
      Opened first = field.opened[i];
      first.full_field = f;
      first.full_begin = first.place.begin;
      first.full_end = first.place.end;
      if (first.place.tokens > 1) find_again(first, f);
      field.opened[i] = first;
    }
  }
  if (searched_.empty()) return;
  for (std::size_t f = 0; f < field_count_; ++f) {
    std::sort(
        fields_[f].opened.begin(), fields_[f].opened.end(), [](const Opened& a, const Opened& b) {
          return a.place.begin != b.place.begin ? a.place.begin < b.place.begin : a.again < b.again;
        });
    // Two lines may open with one name, or with one inside the other.
    std::uint32_t end = 0;
    std::erase_if(fields_[f].opened, [&](const Opened& o) {
      const bool is_taken = o.place.begin < end;
      if (!is_taken) end = o.place.end;
      return is_taken;
    });
  }
}

void Tagger::find_again(Opened& first, std::uint32_t index) {
  const Field& own = fields_[index];
  const std::span<const Token> name(own.tokens.data() + first.place.first_token,
                                    first.place.tokens);
  std::uint64_t hash = 0;
  for (const Token& token : name) hash = Gazetteer::extend(hash, token.hash);
  const auto before = std::find_if(searched_.begin(), searched_.end(),
                                   [&](const Searched& s) { return s.hash == hash; });
  if (before != searched_.end()) {
    first.full_field = before->full_field;
    first.full_begin = before->full_begin;
    first.full_end = before->full_end;
    return;
  }
  if (searched_.size() >= kOpenedMax) return;
  bool has_full = false;
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    Field& field = fields_[f];
    for (std::size_t i = 0; i + name.size() <= field.tokens.size(); ++i) {
      if (field.tokens[i].hash != name.front().hash) continue;
      const auto fits = [&](std::size_t k) {
        const Token& token = field.tokens[i + k];
        if (token.hash != name[k].hash || !(token.first_upper || k > 0)) return false;
        return k == 0 || may_link(field.text.substr(field.tokens[i + k - 1].end,
                                                    token.begin - field.tokens[i + k - 1].end));
      };
      std::size_t k = 0;
      while (k < name.size() && fits(k)) ++k;
      if (k < name.size() || !field.tokens[i + k - 1].first_upper) continue;
      const Dateline place{static_cast<std::uint32_t>(i), first.place.tokens, field.tokens[i].begin,
                           field.tokens[i + k - 1].end};
      if (f == index && place.begin == first.place.begin) continue;
      if (!has_full && field.tokens[i].any_lower) {
        has_full = true;
        first.full_field = f;
        first.full_begin = place.begin;
        first.full_end = place.end;
      }
      field.opened.push_back({place, true, f, place.begin, place.end});
      i += name.size() - 1;
    }
  }
  searched_.push_back({hash, first.full_field, first.full_begin, first.full_end});
}

// "ST. PAUL" of "SOUTH ST. PAUL" is another town.
void Tagger::leave_out_opened(Field& field) const {
  if (field.opened.empty()) return;
  std::size_t at = 0;
  std::erase_if(field.matches, [&](const Match& m) {
    while (at < field.opened.size() && field.opened[at].place.end <= m.begin) ++at;
    return at < field.opened.size() && inside(m, field.opened[at].place) &&
           !same_span(m, field.opened[at].place);
  });
}

// They take the place of what the model made of their words; only further on may it know a longer name.
void Tagger::add_openings(Field& field, std::uint32_t index) const {
  erase_overlapping(field.names, field.links);
  if (field.opened.empty()) return;
  std::vector<Name> names;
  auto next = field.names.cbegin();
  const auto end = field.names.cend();
  for (const Opened& opened : field.opened) {
    const Dateline& place = opened.place;
    while (next != end && next->end <= place.begin) names.push_back(*next++);
    if (next != end && opened.again && inside(place, *next) && !same_span(place, *next)) continue;
    while (next != end && next->begin < place.end) ++next;
    Name& name = names.emplace_back();
    name.field = index;
    name.begin = place.begin;
    name.end = place.end;
    name.type = static_cast<int>(EntityType::kLoc);
    name.probability = kOpeningScore;
  }
  names.insert(names.end(), next, end);
  field.names = std::move(names);
}

// "SOUTH ST. PAUL" is called as the article writes it elsewhere.
void Tagger::name_openings() {
  for (std::uint32_t f = 0; f < field_count_; ++f) {
    for (const Opened& opened : fields_[f].opened) {
      if (opened.full_field == f && opened.full_begin == opened.place.begin) continue;
      const auto at = std::lower_bound(mentions_.begin(), mentions_.end(),
                                       Mention{f, opened.place.begin, opened.place.end}, by_place);
      if (at == mentions_.end() || at->field != f || at->begin != opened.place.begin ||
          at->end != opened.place.end || at->entry != Gazetteer::kNone) {
        continue;
      }
      at->full_field = opened.full_field;
      at->full_begin = opened.full_begin;
      at->full_end = opened.full_end;
    }
  }
}

}  // namespace copydesk::tag_entities
