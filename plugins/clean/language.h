// The language that a text is written in, where it is plain to see. Internal.
//
// A script that one language has says it; else the language whose function words are most frequent,
// if they are frequent enough and no other language is near. After Cavnar and Trenkle's (1994)
// remark that the most frequent words alone tell languages apart; words and not n-grams, because the
// lists can be read and checked.
#pragma once
#include <cstdint>
#include <string_view>

namespace copydesk::clean {

// A code of ISO 639-1 in static storage, or empty where it is not sure: too short, mixed, or none of
// those that language.cpp knows. Looks at the beginning only. Pure, any thread, any bytes.
std::string_view detect_language(std::string_view text);

// A bit for each language, also of those that letters tell, in which the word (word_hash of it in
// lower case) is a function word.
std::uint32_t languages_with(std::uint32_t word);

}  // namespace copydesk::clean
