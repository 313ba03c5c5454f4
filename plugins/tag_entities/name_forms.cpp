// What the look of a name says against the model: companies, ships, competitions; and where it begins
// and ends.
#include <algorithm>
#include <array>
#include <iterator>

#include "document.h"

namespace copydesk::tag_entities {
namespace {

// Behind the name of a company, in order. Those of two letters mean other things too ("Texas AG").
constexpr std::array<std::string_view, 19> kSuffixes = {
    "Bhd",  "Corp", "GmbH", "Inc",  "Incorporated", "KGaA", "LLC",  "LLP", "Limited", "Ltd",
    "N.V.", "OJSC", "Oyj",  "PJSC", "PLC",          "Plc",  "S.A.", "SpA", "plc"};
constexpr std::array<std::string_view, 8> kShortSuffixes = {"AB", "AG", "AS", "ASA",
                                                            "Co", "NV", "SA", "SE"};
constexpr std::size_t kSuffixesMax = 3;  // "Sdn Bhd", "Co Ltd"

// Before the name of a ship, in order.
constexpr std::array<std::string_view, 12> kShips = {"BRP", "HMAS", "HMCS", "HMNZS", "HMS",  "INS",
                                                     "KRI", "RMS",  "RRS",  "USCGC", "USNS", "USS"};

// Before a hyphen and a name that they are no part of, in order.
constexpr std::array<std::string_view, 9> kPrefixes = {"Anti", "Ex",  "Mid", "Neo", "Non",
                                                       "Post", "Pre", "Pro", "Then"};

// The last words of names, in order, and what they are names of. Only where the model is not sure.
struct Head {
  std::string_view word;
  EntityType type;
};
constexpr EntityType kOrg = EntityType::kOrg, kMisc = EntityType::kMisc;
constexpr std::array<Head, 38> kHeads = {{
    {"Accord", kMisc},     {"Accords", kMisc},      {"Agency", kOrg},
    {"Airlines", kOrg},    {"Airways", kOrg},       {"Association", kOrg},
    {"Authority", kOrg},   {"Award", kMisc},        {"Awards", kMisc},
    {"Bureau", kOrg},      {"Championship", kMisc}, {"Championships", kMisc},
    {"Club", kOrg},        {"Commission", kOrg},    {"Committee", kOrg},
    {"Corporation", kOrg}, {"Council", kOrg},       {"Cup", kMisc},
    {"Department", kOrg},  {"Federation", kOrg},    {"Festival", kMisc},
    {"Foundation", kOrg},  {"Group", kOrg},         {"Holdings", kOrg},
    {"Institute", kOrg},   {"Masters", kMisc},      {"Ministry", kOrg},
    {"Olympics", kMisc},   {"Organisation", kOrg},  {"Organization", kOrg},
    {"Party", kOrg},       {"Prix", kMisc},         {"Prize", kMisc},
    {"Prizes", kMisc},     {"Protocol", kMisc},     {"Treaty", kMisc},
    {"Trophy", kMisc},     {"University", kOrg},
}};
constexpr float kSure = 0.9F;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

std::string_view last_word(std::string_view text) {
  const std::size_t space = text.rfind(' ');
  return space == text.npos ? std::string_view() : text.substr(space + 1);
}
std::string_view without_dot(std::string_view word) {
  const bool has_others = word.find('.') != word.size() - 1;
  if (!has_others && word.ends_with('.')) word.remove_suffix(1);
  return word;
}

enum class Suffix { kNone, kShort, kCertain };

Suffix suffix_of(std::string_view word, int type) {
  if (word.empty()) return Suffix::kNone;
  const std::string_view bare = without_dot(word);
  if (is_one_of(kSuffixes, word) || is_one_of(kSuffixes, bare)) return Suffix::kCertain;
  const bool is_short =
      type != static_cast<int>(EntityType::kLoc) && is_one_of(kShortSuffixes, bare);
  return is_short ? Suffix::kShort : Suffix::kNone;
}

bool ends_in_suffix(std::string_view name, int type) {
  return suffix_of(last_word(name), type) != Suffix::kNone;
}

// The word behind `at` and a space, or a comma and a space; ends where it does.
std::string_view word_behind(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  if (text.substr(begin).starts_with(',')) ++begin;
  if (!text.substr(begin).starts_with(' ')) return {};
  const std::size_t end = std::min(text.find_first_of(" ,;:)\n'", ++begin), text.size());
  return text.substr(begin, end - begin);
}

}  // namespace

void Tagger::mend_names(Field& field) {
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    Name& name = field.names[i];
    const std::uint32_t from = i > 0 ? field.names[i - 1].end : 0;
    const auto to = i + 1 < field.names.size() ? field.names[i + 1].begin
                                               : static_cast<std::uint32_t>(field.text.size());
    take_suffix(field, name, to);
    take_ship(field, name, from);
    take_first_half(field, name, from);
    set_by_head(field, name);
  }
}

// "Nokia Oyj", "Emirates NBD Bank PJSC", and of "JBS SA of Brazil" no more than that.
void Tagger::take_suffix(const Field& field, Name& name, std::uint32_t to) {
  bool has_suffix = ends_in_suffix(field.text.substr(name.begin, name.end - name.begin), name.type);
  for (std::size_t i = 0; i < kSuffixesMax; ++i) {
    const std::string_view word = word_behind(field.text, name.end);
    const Suffix suffix = suffix_of(word, name.type);
    if (suffix == Suffix::kNone) break;
    const auto begin = static_cast<std::uint32_t>(word.data() - field.text.data());
    auto end = begin + static_cast<std::uint32_t>(word.size());
    const std::string_view rest = field.text.substr(end);
    const bool goes_on = rest.size() > 1 && rest[0] == ' ' && is_capital(rest[1]);
    if (end > to || (suffix == Suffix::kShort && (goes_on || begin != name.end + 1))) break;
    // A dot may end the sentence.
    if (word.ends_with('.') && (goes_on || rest.empty() || rest[0] == '\n'))
      end -= static_cast<std::uint32_t>(word.size() - without_dot(word).size());
    name.end = end;
    has_suffix = true;
  }
  const std::string_view text = field.text.substr(name.begin, name.end - name.begin);
  const std::size_t of = text.find(" of ");
  if (of != text.npos && ends_in_suffix(text.substr(0, of), name.type)) {
    name.end = name.begin + static_cast<std::uint32_t>(of);
    has_suffix = true;
  }
  if (has_suffix) name.type = static_cast<int>(EntityType::kOrg);
}

// "USS Gerald R. Ford".
void Tagger::take_ship(const Field& field, Name& name, std::uint32_t from) {
  const std::string_view text = field.text.substr(name.begin, name.end - name.begin);
  const std::size_t space = text.find(' ');
  if (space != text.npos && is_one_of(kShips, text.substr(0, space))) {
    name.type = static_cast<int>(EntityType::kMisc);
    return;
  }
  constexpr std::size_t kLongest = 5;
  if (name.begin < 4 || field.text[name.begin - 1] != ' ' ||
      !is_capital(field.text[name.begin - 2]))
    return;
  const std::size_t end = name.begin - 1;
  std::size_t begin = end;
  while (begin > from && end - begin <= kLongest && is_capital(field.text[begin - 1])) --begin;
  if (!is_one_of(kShips, field.text.substr(begin, end - begin))) return;
  name.begin = static_cast<std::uint32_t>(begin);
  name.type = static_cast<int>(EntityType::kMisc);
}

// "Mary-Kate O'Brien", where the model begins behind the hyphen.
void Tagger::take_first_half(const Field& field, Name& name, std::uint32_t from) {
  if (name.type != static_cast<int>(EntityType::kPer) || name.begin < 3 ||
      field.text[name.begin - 1] != '-')
    return;
  const auto at = std::lower_bound(field.tokens.begin(), field.tokens.end(), name.begin,
                                   [](const Token& t, std::uint32_t b) { return t.begin < b; });
  if (at == field.tokens.begin()) return;
  const Token& half = *std::prev(at);
  const auto index = static_cast<std::size_t>(std::prev(at) - field.tokens.begin());
  const bool stands_free = half.begin == 0 || field.text[half.begin - 1] == ' ' ||
                           field.text[half.begin - 1] == '\n' || field.text[half.begin - 1] == '(';
  if (half.end + 1 != name.begin || half.begin < from || !stands_free || !half.first_upper ||
      !half.any_lower || field.covered[index] || is_one_of(kPrefixes, half.in(field.text)))
    return;
  name.begin = half.begin;
}

// "São Paulo Grand Prix".
void Tagger::set_by_head(const Field& field, Name& name) {
  if (name.probability >= kSure) return;
  const std::string_view word = last_word(field.text.substr(name.begin, name.end - name.begin));
  const auto head = std::lower_bound(kHeads.begin(), kHeads.end(), word,
                                     [](const Head& h, std::string_view w) { return h.word < w; });
  if (head != kHeads.end() && head->word == word) name.type = static_cast<int>(head->type);
}

}  // namespace copydesk::tag_entities
