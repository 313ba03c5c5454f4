#include "dateline.h"

#include <algorithm>
#include <iterator>

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kAgencyBytesMax = 40;
constexpr std::size_t kAdditionBytesMax = 40;

// What opens a line in capitals, and is no place.
constexpr std::string_view kNoPlaces[] = {
    "ABOARD",     "ANALYSIS",  "AND",       "BREAKING",  "BRIEF",   "BY",     "CORRECTED",
    "CORRECTION", "EDITORIAL", "EXCLUSIVE", "EXPLAINER", "FACTBOX", "FILE",   "LIVE",
    "NEWS",       "NOTE",      "OPINION",   "PHOTO",     "PHOTOS",  "REFILE", "TIMELINE",
    "UPDATE",     "UPDATED",   "VIDEO",     "WATCH"};
// What may stand before the name of a place.
constexpr std::string_view kBeforePlaces[] = {"NEAR", "OFF", "OUTSIDE"};
// The words that a dot ends in the middle of a name.
constexpr std::string_view kShortened[] = {"FT", "MT", "PT", "ST", "STE"};
// Beginnings of names whose other letters are capitals: "McALLEN", "DeKALB".
constexpr std::string_view kSmallInside[] = {"Da", "De",  "Di", "Du", "La",
                                             "Le", "Mac", "Mc", "Van"};

template <std::size_t N>
bool one_of(std::string_view word, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool in_capitals(const Token& token, std::string_view text) {
  if (token.all_upper()) return true;
  const std::string_view word = token.in(text);
  return std::any_of(std::begin(kSmallInside), std::end(kSmallInside), [&](std::string_view small) {
    return word.starts_with(small) && word.size() >= small.size() + 2 &&
           std::all_of(word.begin() + static_cast<std::ptrdiff_t>(small.size()), word.end(),
                       is_capital);
  });
}

// How a name goes on from one word to the next.
enum class Link { kNone, kSame, kNextPlace };

Link link(std::string_view text, const Token& left, const Token& right) {
  const std::string_view raw = text.substr(left.end, right.begin - left.end);
  Gap gap;
  if (!in_capitals(right, text) || !plain_gap(raw, gap) || raw.find('\n') != raw.npos)
    return Link::kNone;
  if (gap.view() == "/") return Link::kNextPlace;
  if (gap.view() == " " || gap.view() == "-" || gap.view() == "'") return Link::kSame;
  return gap.view() == ". " && one_of(left.in(text), kShortened) ? Link::kSame : Link::kNone;
}

// Some mark a dateline as bold.
std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '*')) ++at;
  return at;
}

// The end of "(AP)", "(The Canadian Press)" at byte `at`; `at` itself when there is none.
std::size_t skip_agency(std::string_view text, std::size_t at) {
  const std::size_t open = skip_spaces(text, at);
  if (open + 1 >= text.size() || text[open] != '(' || !is_capital(text[open + 1])) return at;
  const std::string_view rest = text.substr(open, kAgencyBytesMax);
  const std::size_t close = rest.find_first_of(")\n");
  return close == rest.npos || rest[close] != ')' ? at : open + close + 1;
}

bool dash_follows(std::string_view text, std::size_t at) {
  const std::size_t dash = skip_spaces(text, at);
  const std::string_view rest = text.substr(dash);
  if (rest.starts_with("—") || rest.starts_with("–") || rest.starts_with("--")) return true;
  return dash > at && (rest.starts_with("- ") || rest.starts_with("_ "));
}

}  // namespace

void read_opening(std::string_view text, std::span<const Token> tokens, std::size_t first,
                  Opening& opening) {
  opening.places.clear();
  opening.next_token = first;
  const auto is_none = [&](std::size_t i) { return one_of(tokens[i].in(text), kNoPlaces); };
  if (first + 1 < tokens.size() && one_of(tokens[first].in(text), kBeforePlaces) &&
      link(text, tokens[first], tokens[first + 1]) == Link::kSame) {
    ++first;
  }
  if (first >= tokens.size() || !in_capitals(tokens[first], text) || is_none(first)) return;
  std::size_t begin = first;
  const auto close = [&](std::size_t end) {
    opening.places.push_back({static_cast<std::uint32_t>(begin),
                              static_cast<std::uint32_t>(end - begin), tokens[begin].begin,
                              tokens[end - 1].end});
    begin = end;
  };
  std::size_t i = first + 1;
  for (; i < tokens.size(); ++i) {
    const Link next = link(text, tokens[i - 1], tokens[i]);
    if (next == Link::kNone) break;
    const bool too_many = opening.places.size() + 1 >= kDatelinePlacesMax;
    if (is_none(i) || i - begin >= kDatelineWordsMax || (next == Link::kNextPlace && too_many))
      return opening.places.clear();
    if (next == Link::kNextPlace) close(i);
  }
  close(i);
  opening.next_token = i;
}

std::size_t skip_addition(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at, kAdditionBytesMax);
  if (!rest.starts_with(", ") || rest.size() < 3 || !is_capital(rest[2])) return at;
  const std::size_t end = rest.find_first_of("(\n—");
  if (end == rest.npos || rest[end] != '(') return at;
  return at + end;
}

bool ends_dateline(std::string_view text, std::size_t at, bool listed) {
  const std::size_t behind = skip_agency(text, at);
  return (listed || behind != at) && dash_follows(text, behind);
}

}  // namespace copydesk::tag_entities
