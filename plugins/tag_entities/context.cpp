#include "context.h"

#include <algorithm>
#include <iterator>

namespace copydesk::tag_entities {
namespace {

// Capitalised words that stand beside a name and are no part of it. Sorted.
constexpr std::string_view kBystanders[] = {
    "A",
    "Admiral",
    "After",
    "Ambassador",
    "An",
    "And",
    "April",
    "Archbishop",
    "As",
    "At",
    "August",
    "Ayatollah",
    "Before",
    "Brother",
    "But",
    "By",
    "CEO",
    "Cardinal",
    "Chair",
    "Chairman",
    "Chairperson",
    "Chairwoman",
    "Chancellor",
    "Chief",
    "Colonel",
    "Commander",
    "Commissioner",
    "Comrade",
    "Congressman",
    "Crown",
    "December",
    "Defence",
    "Defense",
    "Deputy",
    "Director",
    "Doctor",
    "Dr",
    "During",
    "Emir",
    "Emperor",
    "Envoy",
    "Ex",
    "February",
    "Finance",
    "First",
    "For",
    "Foreign",
    "Former",
    "Friday",
    "From",
    "General",
    "Governor",
    "He",
    "Her",
    "His",
    "I",
    "If",
    "Imam",
    "In",
    "Interior",
    "It",
    "January",
    "Judge",
    "July",
    "June",
    "Justice",
    "King",
    "Lady",
    "Leader",
    "Lord",
    "March",
    "Marshal",
    "May",
    "Mayor",
    "Meanwhile",
    "Minister",
    "Miss",
    "Monday",
    "Mr",
    "Mrs",
    "Ms",
    "MP",
    "November",
    "October",
    "Of",
    "On",
    "Opposition",
    "Patriarch",
    "Pope",
    "Premier",
    "President",
    "Presidents",
    "Prime",
    "Prince",
    "Princess",
    "Professor",
    "Queen",
    "Rep",
    "Representative",
    "Saturday",
    "Secretary",
    "Sen",
    "Senator",
    "September",
    "She",
    "Sheikh",
    "Since",
    "Sir",
    "Sister",
    "So",
    "Speaker",
    "Spokesman",
    "Spokesperson",
    "Spokeswoman",
    "State",
    "Sultan",
    "Sunday",
    "Taoiseach",
    "That",
    "The",
    "They",
    "This",
    "Thursday",
    "To",
    "Today",
    "Tuesday",
    "Under",
    "Vice",
    "We",
    "Wednesday",
    "When",
    "While",
    "With",
    "Yesterday",
};

// Offices of a state, their words as they follow each other, and what may stand before them.
constexpr std::size_t kOfficeWordsMax = 3;
constexpr std::string_view kOffices[][kOfficeWordsMax] = {{"Gov"},
                                                          {"Governor"},
                                                          {"Lt", "Gov"},
                                                          {"Lieutenant", "Governor"},
                                                          {"Sen"},
                                                          {"Sens"},
                                                          {"Senator"},
                                                          {"Rep"},
                                                          {"Reps"},
                                                          {"Congressman"},
                                                          {"Congresswoman"},
                                                          {"Attorney", "General"},
                                                          {"Chief", "Minister"},
                                                          {"Premier"},
                                                          {"Secretary", "of", "State"}};
constexpr std::string_view kBeforeOffices[] = {"Democratic", "Republican", "state"};

std::string_view between(std::string_view text, std::span<const Token> tokens, std::size_t left) {
  return text.substr(tokens[left].end, tokens[left + 1].begin - tokens[left].end);
}

bool is_part_of_name(std::string_view text, std::span<const Token> tokens, const Covered& covered,
                     std::size_t word) {
  return tokens[word].first_upper && !covered[word] && !is_bystander(tokens[word].in(text));
}

}  // namespace

bool mid_sentence(std::string_view text, std::span<const Token> tokens, std::size_t at) {
  if (at == 0) return false;
  Gap gap;
  if (!plain_gap(between(text, tokens, at - 1), gap)) return false;
  const std::string_view plain = gap.view();
  return plain == " " || plain == ", " || plain == "-" || plain == "'" || plain == " (" ||
         plain == " & ";
}

bool is_bystander(std::string_view word) {
  return std::find(std::begin(kBystanders), std::end(kBystanders), word) != std::end(kBystanders);
}

bool name_goes_on_before(std::string_view text, std::span<const Token> tokens,
                         const Covered& covered, const Match& match) {
  const std::size_t at = match.first_token;
  if (at == 0 || !is_gap_in_line(between(text, tokens, at - 1), " ")) return false;
  return is_part_of_name(text, tokens, covered, at - 1) && mid_sentence(text, tokens, at - 1) &&
         line_case(text, tokens, at) == LineCase::kRunning;
}

bool name_goes_on_after(std::string_view text, std::span<const Token> tokens,
                        const Covered& covered, const Match& match) {
  const std::size_t last = match.first_token + match.tokens - 1;
  if (last + 1 >= tokens.size() || !is_gap_in_line(between(text, tokens, last), " ")) return false;
  return is_part_of_name(text, tokens, covered, last + 1) &&
         !office_of_state_follows(text, tokens, match) &&
         line_case(text, tokens, last) == LineCase::kRunning;
}

bool office_of_state_follows(std::string_view text, std::span<const Token> tokens,
                             const Match& match) {
  const std::size_t first = match.first_token + match.tokens;
  const auto is = [&](std::size_t at, std::string_view word) {
    return at < tokens.size() && same_letters(tokens[at].in(text), word);
  };
  const auto joined = [&](std::size_t at) {
    const std::string_view gap = between(text, tokens, at - 1);
    return is_gap_in_line(gap, " ") || is_gap_in_line(gap, ". ");
  };
  const auto office_ends = [&](const auto& office, std::size_t at) {
    for (const std::string_view word : office) {
      if (word.empty()) break;
      if (!is(at, word) || !joined(at)) return std::size_t{0};
      ++at;
    }
    return at;
  };
  if (first >= tokens.size() || !is_gap_in_line(between(text, tokens, first - 1), " ")) {
    return false;
  }
  const bool more = std::any_of(std::begin(kBeforeOffices), std::end(kBeforeOffices),
                                [&](std::string_view word) { return is(first, word); });
  const std::size_t begin = more ? first + 1 : first;
  return std::any_of(std::begin(kOffices), std::end(kOffices), [&](const auto& office) {
    const std::size_t end = office_ends(office, begin);
    return end != 0 && end < tokens.size() && tokens[begin].first_upper &&
           tokens[end].first_upper && joined(end);
  });
}

}  // namespace copydesk::tag_entities
