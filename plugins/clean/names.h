// Names of authors in bylines and in fields that hold authors. Internal. Pure, any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "phrases.h"

namespace copydesk::clean {

// The names in "By Jane Doe and John Roe, Staff Writers | May 3": without the words before them,
// without roles, agencies behind a name, degrees, addresses and what follows a date. `text` must be
// squeezed.
std::vector<std::string> read_names(std::string_view text);

// "By", "Von", "Author:", "Written by": nothing but such words.
bool is_byline_label(std::string_view text);
// "Author:" rather than "by", which may begin a sentence.
bool is_strong_label(std::string_view text);
// Begins with them, or with a date and them ("06.11.2023 von Olga").
bool starts_like_byline(std::string_view text);
// "and", "&", ",".
bool is_connective(std::string_view text);

// One word or more that may be what somebody calls himself; not "admin", not a role.
bool looks_like_pen_name(std::string_view name);
// An account rather than a name: "john.doe.12", "jdoe_", and "Staff Reporter", "No Author".
bool is_account_or_role(std::string_view name);

// "Science reporter", "Staff Writer": what somebody is; folded as by fold_words.
bool is_role(std::string_view folded);

// An organisation by one of its words: "Deutsche Welle", "The Coast Times".
bool is_house(std::string_view name);
// "Comments", "Follow", "No Author": no author at all.
bool is_nobody(std::string_view name);

// Adds it unless it is there; of "Jane Doe" and "Jane Doe Staff" the shorter one stays.
void add_name(std::vector<std::string>& names, std::string_view name);

}  // namespace copydesk::clean
