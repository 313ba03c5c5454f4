#pragma once
// What the words beside a match say about it. In running text a capital in the middle of a sentence
// begins a name, so a known name that touches an unknown capitalised word is a piece of a longer
// name nobody listed: "Inner Mongolia", "Michael Jordan", "China Daily". Words that stand beside
// names without belonging to them (offices, days, months) do not count, nor do lines set in title
// case or capitals. Pure; may run on any thread.

#include <span>
#include <string_view>
#include <vector>

#include "matcher.h"
#include "tokenizer.h"

namespace copydesk::tag_entities {

// Where known names stand among the tokens of a field.
using Covered = std::vector<bool>;

// The word before (after) the match is capitalised, unknown and joined to it by a space.
bool name_goes_on_before(std::string_view text, std::span<const Token> tokens,
                         const Covered& covered, const Match& match);
bool name_goes_on_after(std::string_view text, std::span<const Token> tokens,
                        const Covered& covered, const Match& match);

// Not the first word of a sentence, where a capital means nothing.
bool mid_sentence(std::string_view text, std::span<const Token> tokens, std::size_t at);

// A capitalised word that stands beside names and is no part of them: "President", "Monday".
bool is_bystander(std::string_view word);

// Behind the match stands an office that states and provinces have and countries do not, and then a
// name: "Georgia Gov. Brian Kemp", "New York Attorney General Letitia James".
bool office_of_state_follows(std::string_view text, std::span<const Token> tokens,
                             const Match& match);

}  // namespace copydesk::tag_entities
