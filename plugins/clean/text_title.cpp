// The rules for the title and for the lines around it.
#include <algorithm>

#include "date_words.h"
#include "language.h"
#include "names.h"
#include "text_rules.h"
#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kHeadLinesMax = 15;   // lines among which the title is looked for first
constexpr std::size_t kTitleWordsMax = 40;  // ideographs count as words
constexpr std::size_t kTitleBytesMax = 300;
constexpr std::size_t kBreadcrumbBytesMax = 120;

// An address of a page or of a mailbox.
bool contains_url(std::string_view text) {
  if (text.find("http://") != text.npos || text.find("https://") != text.npos ||
      text.find("www.") != text.npos)
    return true;
  const std::size_t at = text.find('@');
  return at != text.npos && at > 0 && text[at - 1] != ' ' && text.find('.', at) != text.npos;
}

// Words that the parts of a news site are called by.
constexpr WordTable<256>::List kSectionLists[] = {
    {1,
     "home news world national local politics business economy markets money tech technology "
     "science health sport sports opinion opinions culture arts lifestyle life style travel food "
     "weather video videos photos podcasts obituaries classifieds jobs events entertainment "
     "features education search menu subscribe login edition more"}};
constexpr WordTable<256> kSections(kSectionLists);
bool is_section(std::string_view word) { return kSections.find(word_hash(word)) != 0; }

// "Home > World > Asia", "News Sports Life Opinion Obituaries", "Oil falls • Senate votes • Storm".
bool is_menu(const Line& line) {
  constexpr std::size_t kTitleWordsMin = 4;  // at the end of a breadcrumb
  const auto has = [&](char c) { return line.text.find(c) != line.text.npos; };
  if (has('>') || has('|') || has('/') || has('\xC2') || has('\xE2')) {
    for (const std::string_view mark : {" > ", " › ", " » ", " • ", " | ", " / "}) {
      const std::size_t first = line.text.find(mark), last = line.text.rfind(mark);
      if (first == last) continue;
      if (mark == " • " || count_words(line.text.substr(last + mark.size())) < kTitleWordsMin)
        return true;
    }
  }
  // "U.S. News World Politics Sports" ends like one, though it begins otherwise.
  if (!is_section(line.folded.substr(0, line.folded.find(' '))) &&
      !is_section(line.folded.substr(line.folded.rfind(' ') + 1)))
    return false;
  std::size_t words = 0, sections = 0;
  for_each_word(line.folded, [&](std::string_view word) {
    ++words;
    sections += is_section(word);
    return true;
  });
  return words >= 3 && sections * 5 >= words * 3;
}

// Two to four ideographs, as the names of Chinese and Japanese writers are.
bool is_chinese_name(std::string_view text) {
  constexpr std::size_t kMin = 2, kMax = 4;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const CodePoint c = decode(text, i);
    if (!is_ideograph(c.value)) return false;
    i += c.length;
  }
  return count >= kMin && count <= kMax;
}

// "New York", "San Francisco", "Hong Kong": towns look like names.
bool begins_like_place(std::string_view folded) {
  static constexpr std::string_view kWords[] = {
      "new",    "san",   "santa",  "santo", "saint", "st",    "los",        "las",
      "el",     "la",    "le",     "port",  "fort",  "north", "south",      "east",
      "west",   "great", "united", "hong",  "cape",  "mount", "lake",       "rio",
      "buenos", "são",   "sao",    "tel",   "abu",   "kuala", "washington", "mexico",
      "the",    "den",   "bad",    "sri",   "saudi", "costa", "puerto"};
  return std::ranges::find(kWords, folded.substr(0, folded.find(' '))) != std::end(kWords);
}

// "SectionSection": a capital behind a small letter, but for "McKay" and "DeVito".
bool is_glued(std::string_view name) {
  constexpr std::size_t kPrefixMax = 3;
  std::size_t word = 0;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (name[i] == ' ' || name[i] == '-') word = i + 1;
    const bool capital = name[i] >= 'A' && name[i] <= 'Z';
    if (capital && name[i - 1] >= 'a' && name[i - 1] <= 'z' && i - word > kPrefixMax) return true;
  }
  return false;
}

// Whether it can only be the name of a person.
bool is_person(std::string_view name) {
  const std::string words = fold_words(name);
  const std::string_view folded = words;
  if (!is_upper(decode(name, 0).value) || !looks_like_name(name) || is_house(name) ||
      is_account_or_role(name) || is_nobody(name) || begins_like_place(folded))
    return false;
  if (is_glued(name)) return false;
  constexpr std::uint16_t kNotNames = kWordReader | kWordSubscribe | kWordSocial | kWordLegal |
                                      kWordComment | kWordRelated | kWordPhoto | kWordAuthor |
                                      kWordNavigation;
  bool may_be = true;
  for_each_word(folded, [&](std::string_view word) {
    return may_be = !(word_classes(word_hash(word)) & kNotNames);
  });
  return may_be;
}

}  // namespace

bool is_glued_before(std::string_view whole, std::string_view tail) {
  if (tail.size() < 12 || whole.size() < tail.size() + 3 || !whole.ends_with(tail)) return false;
  const std::string_view front = whole.substr(0, whole.size() - tail.size());
  if (front.size() > kBreadcrumbBytesMax || ends_sentence(front)) return false;
  const char32_t last = decode_last(front, front.size()).value;
  const char32_t first = decode(tail, 0).value;
  if (is_word(last) && is_word(first)) return is_lower(last) || is_upper(first) || last >= 0x590;
  const std::string_view bare = trim(front);
  return bare.ends_with(">") || bare.ends_with("»") || bare.ends_with("/") || bare.ends_with("|") ||
         bare.ends_with("›") || bare.ends_with(":") || starts_with_ignoring_case(front, "home");
}

bool is_title_with_site(std::string_view line, std::string_view title) {
  if (!line.starts_with(title) || line.size() == title.size()) return false;
  const std::string_view rest = trim(line.substr(title.size()));
  if (rest.empty() || count_words(rest) > 6) return false;
  return rest[0] == '|' || rest.starts_with("- ") || rest.starts_with("– ") ||
         rest.starts_with("— ") || rest.starts_with("» ") || rest.starts_with("· ");
}

// --- title ---

void TextRules::decide_title() {
  if (!trim(title_given_).empty()) {
    if (!title_from_given()) title = squeeze(title_given_);
  } else {
    const std::size_t found = find_title();
    if (found == kNone) return;
    title_line_ = without_breadcrumb(found);
    title = list_[title_line_].text;
  }
  drop_title_lines();
}

bool TextRules::title_from_given() {
  const std::string given = squeeze(title_given_);
  const std::string folded = fold_words(given);
  const std::size_t end = std::min(list_.size(), kHeadLinesMax);
  // Of "Title | Site" a line above may be the site: the line with most of it is the title's.
  std::size_t best = kNone;
  for (std::size_t i = 0; i < end; ++i) {
    const Line& line = list_[i];
    if (line.is_paragraph() || line.words < 2) continue;
    if (line.folded != folded && !is_glued_before(given, line.text) &&
        !is_title_with_site(given, line.text))
      continue;
    if (best == kNone || line.text.size() > list_[best].text.size()) best = i;
  }
  if (best == kNone) return false;
  title_line_ = best;
  title = list_[best].folded == folded ? given : std::string(list_[best].text);
  return true;
}

bool TextRules::can_be_title(std::size_t i) const {
  const Line& line = list_[i];
  if (!line.kept() || line.stamp || line.words < 2 || line.words > kTitleWordsMax) return false;
  if (line.text.size() > kTitleBytesMax || line.is_paragraph() || contains_url(line.text))
    return false;
  if (line.sentence && !line.text.ends_with("?") && !line.text.ends_with("!") &&
      !line.text.ends_with("\"") && !line.text.ends_with("”") && !line.text.ends_with("’") &&
      !line.text.ends_with("'") && !line.text.ends_with("？") && !line.text.ends_with("！") &&
      !line.text.ends_with(")"))
    return false;
  return line.chrome.empty() && byline_names(line.text).empty() && !is_menu(line) &&
         !is_posted_line(line);
}

// The first line of the head that can be a title; of a long head, which is a menu, the last one
// before the text.
std::size_t TextRules::find_title() const {
  const std::size_t end = first_paragraph();
  std::size_t first = kNone, first_long = kNone, last_long = kNone;
  for (std::size_t i = 0; i < end; ++i) {
    if (!can_be_title(i)) continue;
    if (first == kNone) first = i;
    if (list_[i].words < 4) continue;
    if (first_long == kNone) first_long = i;
    last_long = i;
  }
  const std::size_t chosen = end > kHeadLinesMax && last_long != kNone ? last_long
                             : first_long != kNone                     ? first_long
                                                                       : first;
  if (chosen == kNone) return kNone;
  // A title is above something. Without a paragraph, only a line that is longer counts as that.
  std::size_t below = 0;
  for (std::size_t i = chosen + 1; i < list_.size(); ++i)
    if (list_[i].kept() && list_[i].folded != list_[chosen].folded) below += list_[i].words;
  return below > list_[chosen].words ? chosen : kNone;
}

std::size_t TextRules::without_breadcrumb(std::size_t i) {
  const std::size_t begin = i > 3 ? i - 3 : 0;
  const std::size_t end = std::min(list_.size(), i + 4);
  for (std::size_t k = begin; k < end; ++k) {
    if (k == i || list_[k].words < 2) continue;
    if (is_glued_before(list_[i].text, list_[k].text)) return k;
  }
  return i;
}

void TextRules::drop_title_lines() {
  const std::string folded = fold_words(title);
  if (folded.empty()) return;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (i == title_line_) continue;
    if (list_[i].folded == folded || is_title_with_site(list_[i].text, title)) {
      drop(i, "repeated_title");
    } else if (is_glued_before(list_[i].text, title)) {
      drop(i, "breadcrumb");
    }
  }
  drop_broken(title);
  drop_broken(known_.heading);
  if (title_line_ == kNone || title_line_ > first_paragraph()) return;
  for (std::size_t i = 0; i < title_line_; ++i)
    if (list_[i].words <= 6 && !list_[i].sentence && !list_[i].stamp) drop(i, "navigation");
}

// The lines at the top that are the title, or the page's longer heading, also in several pieces.
void TextRules::drop_broken(std::string_view heading) {
  constexpr std::size_t kPiecesMax = 5;
  const std::string folded = fold_words(heading);
  if (count_words(folded) < 2) return;
  const std::size_t top = std::min(first_paragraph() + 2, list_.size());
  for (std::size_t i = 0; i < top; ++i) {
    std::string_view rest = folded;
    std::size_t end = i;
    for (; end < list_.size() && end < i + kPiecesMax && !rest.empty(); ++end) {
      const std::string_view piece = list_[end].folded;
      const bool next = !piece.empty() && rest.starts_with(piece) &&
                        (rest.size() == piece.size() || rest[piece.size()] == ' ');
      if (!next) break;
      rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
    }
    if (!rest.empty()) continue;
    for (std::size_t k = i; k < end; ++k)
      if (k != title_line_ && list_[k].kept()) list_[k].reason = "repeated_title";
  }
}

// --- around the title ---

void TextRules::clean_head() {
  const std::size_t end = head_end();
  const std::size_t last = last_paragraph();
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const bool head = i < end, tail = last != kNone && i > last;
    if (!list_[i].kept() || i == title_line_ || (head && list_[i].is_paragraph())) continue;
    if (!head && !tail) {
      if (list_[i].stamp && is_clock(list_[i])) drop(i, "date_line");
    } else if (list_[i].stamp) {
      if (head) take_date(list_[i]);
      drop(i, "date_line");
    } else if (head && title_line_ != kNone && i > title_line_ && is_number(list_[i])) {
      drop(i, "counter");
    } else if (head && !take_names_below(i) && !take_byline(i) && !take_name_and_role(i) &&
               !take_name_beside_date(i) && (title_line_ == kNone || i > title_line_) &&
               is_affiliation(list_[i].phrase())) {
      drop(i, "affiliation");
    }
  }
}

// The first paragraph, or the one behind a summary below the title under which the byline and the
// date stand.
std::size_t TextRules::head_end() const {
  constexpr std::size_t kBelowTitleMax = 2, kBetweenMax = 10;
  const std::size_t first = first_paragraph();
  if (title_line_ == kNone || first < title_line_ || first > title_line_ + kBelowTitleMax)
    return first;
  bool dated = false, others = false;
  for (std::size_t i = first + 1; i < list_.size() && i <= first + kBetweenMax; ++i) {
    if (list_[i].kept() && list_[i].is_paragraph()) return dated && others ? i : first;
    // A date alone may head an entry of a chronicle.
    (list_[i].stamp ? dated : others) = true;
  }
  return first;
}

// "11.42 GMT", "Updated at 6:41 PM": of an entry of a live blog.
bool TextRules::is_clock(const Line& line) {
  const bool marked =
      std::ranges::any_of(line.text, [](char c) { return !is_digit(c) && c != '.'; });
  if (!marked || !is_word(decode(line.text, 0).value)) return false;  // "$5.00", "3.14"
  const DateLine date = look_for_date(line.text);
  return date.has_time && !date.has_date && date.other_words == 0;
}

// "212", "1.2K": how often it was read, liked or shared.
bool TextRules::is_number(const Line& line) {
  constexpr std::size_t kBytesMax = 8;
  return line.text.size() <= kBytesMax && line.words <= 2 && is_digit(line.text[0]) &&
         std::ranges::all_of(line.text, [](char c) {
           return is_digit(c) || c == '.' || c == ',' || c == 'K' || c == 'k' || c == 'M';
         });
}

void TextRules::take_date(const Line& line) {
  TextDates found = find_dates(line.text, DayOrder::kUnknown);
  if (!found.first) found = find_dates(line.text, order_of_days());
  for (const auto& date : {found.first, found.second}) {
    if (!date) continue;
    auto& target = date->modified ? modified_at : published_at;
    if (!target) target = date->moment;
  }
}

// How the language of the text writes 05/06/2024: English in both ways.
DayOrder TextRules::order_of_days() const {
  const std::size_t first = first_paragraph();
  if (first == list_.size()) return DayOrder::kUnknown;
  const std::string_view language = detect_language(list_[first].text);
  return language.empty() || language == "en" ? DayOrder::kUnknown : DayOrder::kDayFirst;
}

// "By Jane Doe", also with a date or a counter behind the name, and the label in other languages.
bool TextRules::take_byline(std::size_t i) {
  const Line& line = list_[i];
  const std::string_view names = byline_names(line.text);
  if (names.empty() && !is_posted_line(line) && !is_foreign_byline(i)) return false;
  if (!drop(i, "byline")) return false;
  if (byline.empty() && (!names.empty() || line.folded.starts_with("by "))) byline = line.text;
  take_date(line);
  std::string_view who = names.empty() ? line.text : names;
  if (names.empty()) {
    const std::size_t by = std::min(line.text.find(" by "), line.text.find(" By "));
    if (by != line.text.npos) who = line.text.substr(by + 1);
    for (const std::string_view mark : {"|", "•", "·", " Leave a "})
      who = who.substr(0, who.find(mark));
  }
  for (const std::string& found : read_names(who)) {
    std::string_view name = found;  // "Jane Doe December 18, 2023"
    const std::size_t last = name.rfind(' ');
    if (last != name.npos && date_word(fold_words(name.substr(last))).month > 0)
      name = trim(name.substr(0, last));
    if (looks_like_name(name) || is_chinese_name(name)) add_author(name);
  }
  return true;
}

// "Posted on May 18, 2024 by Jane Doe", "Last Updated: May 18, 2024 By Jane Doe 3 Comments".
bool TextRules::is_posted_line(const Line& line) {
  constexpr std::size_t kWordsMax = 20;
  if (line.words > kWordsMax || line.sentence) return false;
  if (line.folded.starts_with("posted in ")) return line.folded.find("tagged ") != line.folded.npos;
  const std::size_t by = line.folded.find("by ");
  if (by == line.folded.npos || (by > 0 && line.folded[by - 1] != ' ')) return false;
  const TextDates found = find_dates(line.text, DayOrder::kUnknown);
  return found.first && (by == 0 || found.first->published || found.first->modified);
}

// "Von Jens Albrecht" and "Par Élodie Martin avec AFP" below the title, where nothing but names and
// what goes with them stands.
bool TextRules::is_foreign_byline(std::size_t i) const {
  constexpr std::size_t kWordsMax = 8, kBelowTitleMax = 8;
  const Line& line = list_[i];
  if (title_line_ == kNone || i < title_line_ || i > title_line_ + kBelowTitleMax ||
      line.words < 2 || line.words > kWordsMax || line.sentence || !starts_like_byline(line.text) ||
      is_byline_label(line.text))
    return false;
  const std::vector<std::string> names = read_names(line.text);
  return !names.empty() && std::ranges::all_of(names, [](const std::string& name) {
    return looks_like_name(name) || is_account_or_role(name) || is_chinese_name(name);
  });
}

// A name and perhaps for whom it is, and nothing else, below the title and beside the date or what
// it takes to read the text.
bool TextRules::take_name_beside_date(std::size_t i) {
  constexpr std::size_t kWordsMax = 8, kNameWordsMax = 4, kBelowTitleMax = 8, kBesideMax = 2;
  const Line& line = list_[i];
  if (!known_.names_alone || title_line_ == kNone || i < title_line_ ||
      i > title_line_ + kBelowTitleMax || line.words > kWordsMax || line.sentence)
    return false;
  bool beside = list_[i - 1].stamp;
  for (std::size_t k = i + 1; k < list_.size() && k <= i + kBesideMax; ++k)
    beside |= list_[k].stamp;
  if (!beside) return false;
  std::string_view name = line.text.substr(0, line.text.find(','));
  constexpr std::string_view kKoreanReporter = " 기자";
  const bool reporter = line.words == 2 && name.ends_with(kKoreanReporter);
  if (reporter) {
    name.remove_suffix(kKoreanReporter.size());
  } else if (count_words(name) > kNameWordsMax || !is_person(name)) {
    return false;
  }
  if (!drop(i, "byline")) return false;
  add_author(name);
  return true;
}

// "By", and the names in lines of their own.
bool TextRules::take_names_below(std::size_t i) {
  constexpr std::size_t kNamesMax = 6;
  if (!known_.names_alone || !is_byline_label(list_[i].text) || is_role(list_[i].folded))
    return false;
  std::size_t end = i + 1, names = 0;
  for (; end < list_.size() && end <= i + 2 * kNamesMax; ++end) {
    const Line& line = list_[end];
    if (looks_like_name(line.text) && is_person(line.text)) {
      ++names;
    } else if (!is_connective(line.text)) {
      break;
    }
  }
  if (names == 0 || !drop(i, "byline")) return false;
  for (std::size_t k = i + 1; k < end; ++k) {
    if (!is_connective(list_[k].text)) add_author(list_[k].text);
    drop(k, "byline");
  }
  return true;
}

// A name above what the person is: "Maya Osei", "Science reporter".
bool TextRules::take_name_and_role(std::size_t i) {
  constexpr std::size_t kRoleWordsMax = 4;
  if (i + 1 >= list_.size() || (title_line_ != kNone && i < title_line_)) return false;
  const Line &name = list_[i], &role = list_[i + 1];
  if (!looks_like_name(name.text) || !role.kept() || role.words < 1 || role.sentence ||
      role.words > kRoleWordsMax || !is_role(role.folded))
    return false;
  if (!drop(i, "byline") || !drop(i + 1, "byline")) return false;
  add_author(name.text);
  return true;
}

}  // namespace copydesk::clean
