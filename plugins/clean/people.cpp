#include <algorithm>
#include <unordered_set>

#include "chars.h"
#include "phrases.h"

namespace copydesk::clean {
namespace {

using Set = std::unordered_set<std::string_view>;

const Set& roles() {
  static const Set set{
      "president",  "director",  "professor",  "expert",        "editor",      "fellow",
      "researcher", "analyst",   "chairman",   "chairwoman",    "chairperson", "chair",
      "founder",    "cofounder", "ceo",        "correspondent", "columnist",   "lecturer",
      "scholar",    "scientist", "economist",  "journalist",    "reporter",    "author",
      "consultant", "adviser",   "advisor",    "associate",     "dean",        "rector",
      "secretary",  "head",      "manager",    "coordinator",   "contributor", "specialist",
      "writer",     "candidate", "strategist", "ambassador",    "partner",     "dr",
      "prof",       "member",    "historian",  "commentator",   "diplomat",    "officer"};
  return set;
}
const Set& name_particles() {
  static const Set set{"de",  "da",  "van", "von", "der", "den", "del", "di",  "la", "le", "al",
                       "bin", "ibn", "el",  "ul",  "ur",  "dos", "du",  "ter", "zu", "af"};
  return set;
}

bool is_capitalised(std::string_view word) { return is_upper(decode(word, 0).value); }

}  // namespace

bool is_affiliation(const Phrase& line) {
  if (line.words < 2 || line.words > 18 || ends_sentence(line.raw)) return false;
  const std::size_t mark = line.raw.find_first_of(":,");
  if (mark == std::string_view::npos) return false;
  const std::string head = fold_words(line.raw.substr(0, mark));
  if (count_words(head) > 4) return false;
  const std::string_view last = std::string_view(head).substr(head.rfind(' ') + 1);
  if (roles().contains(last)) return true;
  const std::string_view first = std::string_view(head).substr(0, head.find(' '));
  return line.raw[mark] == ',' && (first == "professor" || first == "director" || first == "head");
}

bool looks_like_name(std::string_view raw) {
  if (raw.empty() || raw.size() > 60) return false;
  std::size_t words = 0;
  bool names = true;
  for (std::size_t i = 0; i < raw.size() && names;) {
    const std::size_t end = std::min(raw.find(' ', i), raw.size());
    const std::string_view word = raw.substr(i, end - i);
    i = end + 1;
    if (word.empty()) continue;
    ++words;
    bool letters = is_word(decode(word, 0).value) && !is_digit(word[0]);
    for (std::size_t k = 0; k < word.size();) {
      const CodePoint c = decode(word, k);
      letters &= (is_word(c.value) && !is_digit(word[k])) || c.value == '.' || c.value == '-' ||
                 c.value == '\'' || c.value == 0x2019;
      k += c.length;
    }
    const char32_t first = decode(word, 0).value;
    const bool caseless = first >= 0x590 && !is_upper(first) && !is_lower(first);
    names = letters && (caseless || is_capitalised(word) || name_particles().contains(word));
  }
  return names && words >= 2 && words <= 5;
}

std::string_view byline_names(std::string_view raw) {
  if (!starts_with_ignoring_case(raw, "by ") && !starts_with_ignoring_case(raw, "by: ")) return {};
  if (raw.size() > 160) return {};
  std::string_view names = trim(raw.substr(raw.find(' ')));
  for (const std::string_view separator : {"|", "/", "•", "·"})
    names = trim(names.substr(0, names.find(separator)));
  std::size_t words = 0, capitalised = 0;
  for (std::size_t i = 0; i < names.size();) {
    const std::size_t end = std::min(names.find(' ', i), names.size());
    const std::string_view word = names.substr(i, end - i);
    i = end + 1;
    if (word.empty()) continue;
    ++words;
    capitalised +=
        is_capitalised(word) || word == "and" || word == "&" || name_particles().contains(word);
  }
  return words >= 1 && words <= 14 && capitalised == words ? names : std::string_view{};
}

}  // namespace copydesk::clean
