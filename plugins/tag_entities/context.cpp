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
  if (at == 0 || between(text, tokens, at - 1) != " ") return false;
  return is_part_of_name(text, tokens, covered, at - 1) && mid_sentence(text, tokens, at - 1) &&
         line_case(text, tokens, at) == LineCase::kRunning;
}

bool name_goes_on_after(std::string_view text, std::span<const Token> tokens,
                        const Covered& covered, const Match& match) {
  const std::size_t last = match.first_token + match.tokens - 1;
  if (last + 1 >= tokens.size() || between(text, tokens, last) != " ") return false;
  return is_part_of_name(text, tokens, covered, last + 1) &&
         line_case(text, tokens, last) == LineCase::kRunning;
}

}  // namespace copydesk::tag_entities
