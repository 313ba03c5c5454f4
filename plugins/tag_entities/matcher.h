#pragma once
// Finds the forms of a gazetteer in a text: from left to right, at each token the longest form that
// fits. A form fits when its letters are the text's and
//
//  - case agrees. Capitals in the text may stand for a form in mixed case ("BEIJING", "Emmanuel
//    MACRON"), but one word of fewer than four letters only in a line that is all in capitals.
//    Small words inside a form may be written either way ("Bosnia And Herzegovina"), and a form
//    all in lower case fits any case. Never does lower case in the text fit a capital in the form:
//    "us" is not US, "turkey" is not Turkey. That is the rule `normal`; an entry may have it that
//    only the text as it is written fits (`exact`), or any case (`any`).
//  - the gaps agree. Any white space is a space, any dash a hyphen, any apostrophe an apostrophe;
//    a space may stand for the form's hyphen, ". " or ", ", and ". " for its ".".
//  - a form that counts only behind a comma or a bracket (FormUse::kBehind) stands behind one, perhaps
//    with a party between, with its dot if it has one.
//  - it stands free: not inside an e-mail address, a host name or a name with an underscore, and
//    after it an apostrophe only with what English hangs on one ("China's", "Putin'll").
//
// Pure; may run on any thread.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gazetteer.h"
#include "tokenizer.h"

namespace copydesk::tag_entities {

struct Match {
  std::uint32_t first_token = 0;
  std::uint32_t tokens = 0;
  std::uint32_t begin = 0;  // bytes, [begin, end)
  std::uint32_t end = 0;
  std::uint32_t form = 0;
  bool capitals = false;  // the text is in capitals where the form is not
};

// How a line is set; decides what capitals mean in it.
enum class LineCase : std::uint8_t { kRunning, kTitle, kCapitals };

// The line (or its part within `kLineTokensMax` tokens) that holds token `at`.
inline constexpr std::size_t kLineTokensMax = 40;
LineCase line_case(std::string_view text, std::span<const Token> tokens, std::size_t at);

// What stands between a name and what says where it is: "Mobile, Alabama", "Nancy (France)".
bool leads_to_addition(std::string_view gap);

// Whether a party stands before the token, as in "(R-Texas)" and ", D-Minn.,".
bool party_before(std::string_view text, std::span<const Token> tokens, std::size_t at);

// Appends to `matches`, ascending and not overlapping.
void match(const Gazetteer& gazetteer, std::string_view text, std::span<const Token> tokens,
           std::vector<Match>& matches);

// Appends every form that fits, also inside and across others; by place, at one place the longest
// first.
void match_all(const Gazetteer& gazetteer, std::string_view text, std::span<const Token> tokens,
               std::vector<Match>& matches);

// Whether `form` stands at token `at`, by the rules above. `form.tokens` tokens must be left there.
bool fits(const Form& form, std::string_view text, std::span<const Token> tokens, std::size_t at,
          Match& match);

}  // namespace copydesk::tag_entities
