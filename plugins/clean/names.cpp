#include "names.h"

#include <algorithm>
#include <unordered_set>

#include "chars.h"
#include "words.h"

namespace copydesk::clean {
namespace {

using Set = std::unordered_set<std::string_view>;

constexpr std::size_t kNameBytesMax = 80;
constexpr std::size_t kNameWordsMax = 7;
constexpr std::size_t kNamesMax = 50;
constexpr std::size_t kLabelBytesMax = 40;

// In lower case; the longer first where one begins another.
constexpr std::string_view kLabels[] = {"by",
                                        "von",
                                        "vom",
                                        "par",
                                        "por",
                                        "di",
                                        "door",
                                        "av",
                                        "af",
                                        "od",
                                        "text",
                                        "story by",
                                        "blog beitrag von",
                                        "words by",
                                        "posted by",
                                        "written by",
                                        "published by",
                                        "reported by",
                                        "submitted by",
                                        "reviewed by",
                                        "created by",
                                        "article by",
                                        "post by",
                                        "contributed by",
                                        "author",
                                        "authors",
                                        "the author",
                                        "autor",
                                        "autorin",
                                        "autoren",
                                        "autor in",
                                        "author s",
                                        "autor en",
                                        "auteur",
                                        "auteurs",
                                        "auteur s",
                                        "autore",
                                        "autores",
                                        "auteure",
                                        "redacteur",
                                        "erstellt von",
                                        "geschrieben von",
                                        "verfasst von",
                                        "veröffentlicht von",
                                        "gespeichert von",
                                        "eingestellt von",
                                        "gepostet von",
                                        "ein artikel von",
                                        "eine kolumne von",
                                        "ein beitrag von",
                                        "ein gastbeitrag von",
                                        "ein kommentar von",
                                        "ein bericht von",
                                        "eine analyse von",
                                        "beitrag von",
                                        "artikel von",
                                        "text von",
                                        "redaktion",
                                        "von unserem redakteur",
                                        "von unserer redakteurin",
                                        "escrito por",
                                        "publicado por",
                                        "redactado por",
                                        "texto de",
                                        "rédigé par",
                                        "publié par",
                                        "écrit par",
                                        "propos recueillis par",
                                        "une tribune de",
                                        "scritto da",
                                        "pubblicato da",
                                        "a cura di",
                                        "geschreven door",
                                        "skrevet av",
                                        "skrevet af",
                                        "text av",
                                        "автор",
                                        "текст",
                                        "كتب",
                                        "كتبت",
                                        "بقلم",
                                        "إعداد",
                                        "מאת",
                                        "লিখেছেন",
                                        "oleh",
                                        "penulis",
                                        "yazan",
                                        "συντάκτης",
                                        "作者",
                                        "记者",
                                        "本报记者",
                                        "文",
                                        "撰文",
                                        "autor tekstu",
                                        "opinion by",
                                        "analysis by",
                                        "guest post by",
                                        "essay by",
                                        "interview by",
                                        "review by",
                                        "blog by"};
constexpr std::string_view kStrongLabels[] = {
    "author",    "authors",         "the author",   "autor",       "autorin",   "autoren",
    "autor in",  "author s",        "autor en",     "auteur",      "auteurs",   "auteur s",
    "autore",    "autores",         "auteure",      "redacteur",   "автор",     "written by",
    "posted by", "geschrieben von", "verfasst von", "escrito por", "écrit par", "rédigé par"};

const Set& role_words() {
  static const Set set{
      "reporter",      "reporters",     "editor",      "editors",      "writer",    "writers",
      "correspondent", "staff",         "contributor", "contributors", "columnist", "journalist",
      "redaktion",     "redakteur",     "redakteurin", "redacción",    "redazione", "rédaction",
      "korrespondent", "journalistin",  "autor",       "autorin",      "author",    "officer",
      "producer",      "team",          "newsdesk",    "desk",         "newsroom",  "webmaster",
      "admin",         "administrator", "sponsored",   "anonymous",    "unknown",   "moderator",
      "editorial",     "freelance",     "analyst",     "director",     "manager",   "publisher"};
  return set;
}
const Set& role_modifiers() {
  static const Set set{"senior",        "chief",         "staff",     "associate",    "assistant",
                       "deputy",        "managing",      "executive", "contributing", "guest",
                       "special",       "political",     "political", "money",        "news",
                       "sports",        "business",      "science",   "health",       "technology",
                       "national",      "foreign",       "web",       "digital",      "features",
                       "entertainment", "investigative", "lead",      "local",        "city",
                       "the",           "our",           "no",        "freelance",    "in",
                       "editorial",     "content",       "tech",      "commerce",     "shopping"};
  return set;
}
const Set& credentials() {
  static const Set set{"phd", "ph d", "md",   "m d", "jr",   "sr",  "esq", "mba",
                       "msc", "ma",   "ba",   "rn",  "rd",   "mph", "cpa", "jd",
                       "dds", "facp", "mbbs", "dr",  "prof", "ii",  "iii"};
  return set;
}
// Behind a name they are for whom it was written.
constexpr std::string_view kAgencies[] = {"the associated press",
                                          "associated press",
                                          "usa today",
                                          "reuters",
                                          "bloomberg",
                                          "afp",
                                          "dpa",
                                          "ap",
                                          "cnn",
                                          "bbc news"};

bool is_capital_at(std::string_view text, std::size_t at) {
  return at < text.size() && is_upper(decode(text, at).value);
}

// The bytes of a label at the start of the text, with the mark behind it; 0 for none.
std::size_t label_bytes(std::string_view text) {
  const std::string folded = fold_words(text.substr(0, kLabelBytesMax + 20));
  std::string_view label;
  for (const std::string_view candidate : kLabels)
    if (candidate.size() > label.size() && folded.starts_with(candidate) &&
        (folded.size() == candidate.size() || folded[candidate.size()] == ' '))
      label = candidate;
  if (label.empty()) return 0;
  const auto wanted = static_cast<std::size_t>(std::count(label.begin(), label.end(), ' ')) + 1;
  std::size_t words = 0, at = 0;
  bool inside = false;
  while (at < text.size()) {
    const CodePoint c = decode(text, at);
    const bool word = is_word(c.value);
    if (word && !inside && ++words > wanted) break;
    inside = word;
    at += c.length;
  }
  return at;
}

std::string_view without_date(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && !is_digit(text[at])) ++at;
  return text.substr(0, at);
}

std::string_view without_label(std::string_view text) {
  for (int k = 0; k < 2; ++k) text.remove_prefix(label_bytes(text));
  return text;
}

// Words at the end that say what somebody is.
std::string_view without_role(std::string_view name) {
  bool role = false;
  std::string_view rest = name;
  while (true) {
    const std::size_t space = rest.rfind(' ');
    const std::string folded = fold_words(space == rest.npos ? rest : rest.substr(space + 1));
    const bool is_role = role_words().contains(folded);
    if (!is_role && !(role && role_modifiers().contains(folded))) break;
    role = true;
    if (space == rest.npos) return {};
    rest = trim(rest.substr(0, space));
  }
  return role ? rest : name;
}

std::string_view without_agency(std::string_view name) {
  for (const std::string_view mark :
       {" for ", " For ", " für ", " pour ", " avec ", " con ", " mit "}) {
    const std::size_t at = name.find(mark);
    if (at != name.npos && count_words(name.substr(0, at)) >= 2) return trim(name.substr(0, at));
  }
  for (const std::string_view agency : kAgencies) {
    if (name.size() < agency.size() + 6) continue;
    const std::size_t at = name.size() - agency.size();
    if (name[at - 1] != ' ' || !starts_with_ignoring_case(name.substr(at), agency)) continue;
    if (count_words(name.substr(0, at)) >= 2) return trim(name.substr(0, at));
  }
  return name;
}

bool is_address(std::string_view name) {
  return name.find("http") != name.npos || name.find('@') != name.npos ||
         name.find("www.") != name.npos || name.find("://") != name.npos ||
         name.find("[at]") != name.npos;
}

// "Jane Doe in Berlin" without the place.
std::string_view without_place(std::string_view name) {
  const std::size_t at = std::min(name.find(" in "), name.find(" at "));
  const bool place = at != name.npos && is_capital_at(name, at + 4);
  return place && looks_like_name(trim(name.substr(0, at))) ? name.substr(0, at) : name;
}

// "Photos by …", "Video by …", "Edited by …": they did not write it.
bool is_other_credit(std::string_view part) {
  static const Set works{"photo",   "photos",       "photograph", "photographs", "photography",
                         "picture", "pictures",     "image",      "images",      "video",
                         "videos",  "illustration", "graphic",    "graphics",    "illustrations",
                         "edited",  "illustrated",  "translated", "photographed"};
  const std::string folded = fold_words(part.substr(0, kLabelBytesMax));
  const std::size_t space = folded.find(' ');
  if (space == folded.npos) return false;
  const std::string_view rest = std::string_view(folded).substr(space + 1);
  return works.contains(std::string_view(folded).substr(0, space)) && rest.starts_with("by ");
}

// "Doe, Jane" turned round; empty when the text is none such. Two agencies look much like it.
std::string turned_name(std::string_view text) {
  const std::size_t comma = text.find(", ");
  if (comma == text.npos || text.find_first_of(" ,;|/&", comma + 2) != text.npos) return {};
  const std::string_view last = text.substr(0, comma), first = text.substr(comma + 2);
  if (last.find(' ') != last.npos || first.empty() || credentials().contains(fold_words(first)))
    return {};
  for (const std::string_view word : {last, first}) {
    const bool small =
        std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const std::string folded = fold_words(word);
    if (!small || is_house(word) || is_account_or_role(word) ||
        std::find(std::begin(kAgencies), std::end(kAgencies), folded) != std::end(kAgencies))
      return {};
  }
  std::string name = std::string(first) + ' ' + std::string(last);
  return looks_like_name(name) ? name : std::string();
}

// "Download Apps", "Affiliate Links": every word is one of menus and the like.
bool is_of_menu(std::string_view part) {
  constexpr std::uint16_t kMenu = kWordSubscribe | kWordSocial | kWordLegal | kWordComment |
                                  kWordRelated | kWordNavigation | kWordReader;
  const std::string folded = fold_words(part);
  std::size_t words = 0;
  bool all = true;
  for_each_word(folded, [&](std::string_view word) {
    ++words;
    all = word_classes(word_hash(word)) & kMenu;
    if (!all && word.ends_with('s')) {
      word.remove_suffix(1);
      all = word_classes(word_hash(word)) & kMenu;
    }
    return all;
  });
  return all && words >= 2;
}

void add_part(std::vector<std::string>& names, std::string_view part) {
  part = trim(part);
  if (const std::size_t handle = part.find(" @");
      handle != part.npos && count_words(part.substr(0, handle)) >= 2)
    part = trim(part.substr(0, handle));
  if (const std::string_view bare = trim(without_label(part)); !bare.empty()) part = bare;
  while (!part.empty() &&
         (part.back() == ',' || part.back() == ':' || part.back() == '-' || part.back() == '('))
    part.remove_suffix(1);
  part = trim(part);
  if (const std::size_t bracket = part.find(" ("); bracket != part.npos && bracket > 3)
    part = trim(part.substr(0, bracket));
  if (part.empty() || part.size() > kNameBytesMax || is_address(part) ||
      credentials().contains(fold_words(part)))
    return;
  if (count_words(part) > kNameWordsMax || is_of_menu(part)) return;
  part = without_agency(part);
  const std::string_view bare = trim(without_role(part));
  add_name(names, count_words(bare) >= 2 ? bare : part);
}

// A single word behind a whole name and a comma: where that person is, or for whom.
bool is_place_or_agency(std::string_view part, bool behind_comma,
                        const std::vector<std::string>& names) {
  return behind_comma && !names.empty() && names.back().find(' ') != std::string::npos &&
         trim(part).find(' ') == part.npos &&
         std::any_of(part.begin(), part.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

bool is_role(std::string_view folded) {
  return role_words().contains(folded.substr(folded.rfind(' ') + 1));
}

std::vector<std::string> read_names(std::string_view text) {
  std::vector<std::string> names;
  for (int k = 0; k < 2 && !text.empty(); ++k) {  // "06.11.2023 13:30 von Olga"
    if (!is_digit(text[0])) break;
    const std::size_t at = std::min({text.find(" von "), text.find(" by "), text.find(" By "),
                                     text.find(" par "), text.find(" por ")});
    if (at == text.npos) break;
    text.remove_prefix(at + 1);
  }
  text = trim(text);
  bool labelled = false;
  if (const std::string_view bare = trim(without_label(text)); !bare.empty()) {
    labelled = bare.size() < text.size();
    text = bare;
  }
  for (const std::string_view end :
       {" am ", " on ", " | ", " • ", " · ", " – ", " — ", " - ", " // ", " vor ", ". "})
    if (const std::size_t at = text.find(end);
        at != text.npos && at > 3 && (end != ". " || text.substr(0, at).find(' ') != text.npos)) {
      if (end == ". " && text.size() > at + 2 && at >= 2 &&
          (text[at - 2] == ' ' || at < 4 || (at >= 3 && text[at - 3] == ' ')))
        continue;                                                  // an initial, "Dr."
      if (end == " | " || end == " • " || end == " · ") continue;  // split below
      text = text.substr(0, at);
    }
  if (std::string turned = turned_name(text); !turned.empty()) return {std::move(turned)};
  const bool address = is_address(text);
  bool credit = false;  // names of others go on until the next mark that parts more than names
  bool behind_comma = false;
  while (!text.empty() && names.size() < kNamesMax) {
    std::size_t end = text.size(), step = 0;
    for (const std::string_view mark :
         {", ", " and ", " And ", " AND ", " & ", ";", "|", " • ", " · ", " und ", " et ", " y ",
          " og ", " och ", " with ", " mit ", " / ", "/"}) {
      if (address && mark == "/") continue;
      const std::size_t at = text.find(mark);
      if (at < end) end = at, step = mark.size();
    }
    for (std::size_t at = text.find(','); at < end; at = text.find(',', at + 1))
      if (is_capital_at(text, at + 1)) end = at, step = 1;  // "Jane Doe,John Roe"
    const std::string_view part = text.substr(0, end);
    const std::string_view dated = without_date(part);
    credit |= is_other_credit(part);
    if (credit) {
      credit = step > 0 && std::string_view(";|/").find(trim(text.substr(end, step))[0]) ==
                               std::string_view::npos;
    } else if (is_place_or_agency(part, behind_comma, names)) {
      // "Jane Doe, Berlin"
    } else if (dated.size() == part.size()) {
      add_part(names, labelled && names.empty() ? without_place(part) : part);
    } else if (trim(part).find(' ') == part.npos) {
      add_part(names, part);  // an account
    } else {
      add_part(names, dated);
      break;
    }
    if (end == text.size()) break;
    behind_comma = text[end] == ',';
    text.remove_prefix(end + step);
  }
  return names;
}

bool is_byline_label(std::string_view text) {
  return text.size() <= kLabelBytesMax && !text.empty() && label_bytes(text) == text.size();
}
bool is_strong_label(std::string_view text) {
  const std::string folded = fold_words(text);
  return std::find(std::begin(kStrongLabels), std::end(kStrongLabels), folded) !=
         std::end(kStrongLabels);
}
bool starts_like_byline(std::string_view text) {
  if (text.empty()) return false;
  if (is_digit(text[0])) return text.find(" von ") != text.npos || text.find(" by ") != text.npos;
  const std::size_t label = label_bytes(text);
  return label > 0 &&
         (label == text.size() || is_capital_at(text, label) || decode(text, label).value >= 0x590);
}
bool is_connective(std::string_view text) {
  const std::string folded = fold_words(text);
  return folded.empty() || folded == "and" || folded == "und" || folded == "et" || folded == "y" ||
         folded == "with";
}

bool is_house(std::string_view name) {
  static const Set words{
      "news",        "media",    "magazine",  "magazin",   "press",       "presse",
      "times",       "tribune",  "gazette",   "herald",    "journal",     "online",
      "tv",          "radio",    "gmbh",      "ev",        "ag",          "inc",
      "ltd",         "llc",      "verlag",    "stiftung",  "foundation",  "university",
      "universität", "institut", "institute", "verband",   "agency",      "agentur",
      "welle",       "agencia",  "redacción", "redazione", "redaktion",   "rédaction",
      "team",        "staff",    "telegram",  "council",   "association", "society",
      "department",  "ministry", "group",     "network",   "newsroom"};
  const std::string folded = fold_words(name);
  for (std::size_t i = 0; i < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', i), folded.size());
    if (words.contains(std::string_view(folded).substr(i, end - i))) return true;
    i = end + 1;
  }
  return folded.ends_with(" e v");
}

bool is_nobody(std::string_view name) {
  constexpr std::string_view kWords[] = {
      "author",         "comment",   "comments",  "follow",
      "share",          "profile",   "home",      "read",
      "more",           "about",     "no",        "sponsored",
      "mehr",           "alle",      "website",   "view",
      "posts",          "subscribe", "email",     "unknown",
      "anonymous",      "search",    "login",     "kommentare",
      "kommentar",      "über",      "uber",      "gesponserte",
      "weitere",        "teilen",    "folgen",    "foto",
      "fotos",          "photo",     "image",     "kategorie",
      "category",       "published", "updated",   "posted",
      "veröffentlicht", "all",       "see",       "meet",
      "leave",          "reply",     "admin",     "administrator",
      "cookies",        "cookie",    "january",   "february",
      "march",          "april",     "may",       "june",
      "july",           "august",    "september", "october",
      "november",       "december",  "mayo",      "rechtsanwalt"};
  const std::string folded = fold_words(name);
  const std::string_view first = std::string_view(folded).substr(0, folded.find(' '));
  return folded.size() < 2 ||
         std::find(std::begin(kWords), std::end(kWords), first) != std::end(kWords);
}

bool looks_like_pen_name(std::string_view name) {
  return name.size() >= 2 && name.size() <= 40 && count_words(name) <= 4 &&
         !is_account_or_role(name) && !is_nobody(name);
}

bool is_account_or_role(std::string_view name) {
  const std::string folded = fold_words(name);
  if (folded.empty() || folded == "no author") return true;
  const bool account = name.find(' ') == name.npos && is_lower(decode(name, 0).value);
  if (account) return true;
  const std::string_view rest = without_role(name);
  if (rest.empty()) return true;
  if (rest.size() == name.size()) return folded.starts_with("head of ");
  for (std::size_t i = 0;
       i < rest.size();) {  // "Guardian staff reporter" has a name left, "Money Reporter" none
    const std::size_t end = std::min(rest.find(' ', i), rest.size());
    if (!role_modifiers().contains(fold_words(rest.substr(i, end - i))))
      return count_words(rest) < 2;
    i = end + 1;
  }
  return true;
}

void add_name(std::vector<std::string>& names, std::string_view name) {
  if (name.empty() || names.size() >= kNamesMax) return;
  const std::string folded = fold_words(name);
  if (folded.empty()) return;
  for (std::string& other : names) {
    const std::string known = fold_words(other);
    if (known == folded || (known.find(' ') != known.npos && folded.starts_with(known + ' ')))
      return;
    if (folded.find(' ') != folded.npos && known.starts_with(folded + ' ')) {
      other = name;
      return;
    }
  }
  names.emplace_back(name);
}

}  // namespace copydesk::clean
