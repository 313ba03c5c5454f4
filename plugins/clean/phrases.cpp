#include "phrases.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <unordered_map>

#include "chars.h"
#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kChromeWordsMax = 40;  // longer lines are never chrome by their wording

// Phrases of one reason, each ended by "|".
struct Group {
  std::string_view reason;
  std::string_view phrases;
};

#include "phrase_lists.h"

// Lists that a word of a bar of buttons or of a counter is in.
enum : std::uint16_t { kSocialName = 1, kSocialFiller = 2, kCounterUnit = 4, kCounterMark = 8 };
using Words = WordTable<1024>;
// clang-format off
constexpr Words::List kWordLists[] = {
  {kSocialName,
    "facebook twitter whatsapp telegram linkedin pinterest reddit instagram youtube tumblr messenger threads pocket "
    "flipboard viber vk vkontakte sms bluesky tiktok tweet email mail print skype weibo wechat odnoklassniki rss line "
    "x pinit mastodon truth gab stumbleupon google digg"},
  {kSocialFiller,
    "share on via to this by in opens new window copy link url save follow us article post page send click a friend "
    "with more comment comments plus and app social or story icon logo the pin it news like listen 0 "
    "auf teilen per senden sur partager par envoyer en por compartir no compartilhar compartilhe condividi su invia "
    "поделиться в paylaş ile udostępnij na via delen op dela på"},
  {kCounterUnit,
    "second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year years "
    "h d m s k a an one by updated published posted last on about of time reading"},
  {kCounterMark, "ago views view comments comment shares share likes like reads read listen watch replies votes"},
};
// clang-format on
constexpr Words kWords(kWordLists);

std::uint16_t lists_of(std::string_view word) { return kWords.find(word_hash(word)); }

template <std::size_t n, class Visit>
void for_each_phrase(const Group (&groups)[n], Visit visit) {
  for (const Group& group : groups) {
    std::string_view rest = group.phrases;
    for (std::size_t end = rest.find('|'); end != rest.npos; end = rest.find('|')) {
      visit(rest.substr(0, end), group.reason);
      rest.remove_prefix(end + 1);
    }
  }
}

// Phrase to reason; built once for each list.
using Table = std::unordered_map<std::string_view, std::string_view, TextHash>;
template <const auto& groups>
const Table& table() {
  static const Table map = [] {
    Table built;
    for_each_phrase(groups, [&](std::string_view phrase, std::string_view reason) {
      built.emplace(phrase, reason);
    });
    return built;
  }();
  return map;
}

constexpr std::size_t kPrefixWordsMax = 6;

std::size_t start_of(std::string_view folded) {
  return TextHash()(folded.substr(0, folded.find(' '))) & 0xFFFF;
}

// The first words of phrases: most lines begin otherwise and need no look-up.
struct Starts {
  std::bitset<65536> of_lines;  // of those that are the whole line
  std::bitset<65536> of_prefixes;
};
const Starts& phrase_starts() {
  static const auto starts = [] {
    auto bits = std::make_unique<Starts>();
    const auto add = [](const auto& entries, std::bitset<65536>& to) {
      for_each_phrase(entries,
                      [&](std::string_view phrase, std::string_view) { to.set(start_of(phrase)); });
    };
    add(kWholeLines, bits->of_lines);
    add(kMarkedPrefixes, bits->of_prefixes);
    add(kPrefixes, bits->of_prefixes);
    return bits;
  }();
  return *starts;
}

// The reason of the longest of the table's phrases that the folded line begins with; `accept` sees
// its word count.
template <class Accept>
std::string_view longest_prefix(const Table& phrases, std::string_view folded, Accept accept) {
  std::array<std::size_t, kPrefixWordsMax> ends{};
  std::size_t count = 0;
  for (std::size_t i = 0; i <= folded.size() && count < kPrefixWordsMax; ++i)
    if (i == folded.size() || folded[i] == ' ') ends[count++] = i;
  for (std::size_t k = count; k-- > 0;) {
    const auto hit = phrases.find(folded.substr(0, ends[k]));
    if (hit != phrases.end() && accept(k + 1)) return hit->second;
  }
  return {};
}

// The byte after the first n words of the raw text. Apostrophes do not end a word, as in
// fold_words.
std::size_t after_words(std::string_view raw, std::size_t n) {
  bool inside = false;
  for (std::size_t i = 0; i < raw.size();) {
    const CodePoint c = decode(raw, i);
    const bool joins = c.value == '\'' || c.value == 0x2019 || is_invisible(c.value);
    const bool word = is_word(c.value);
    if (inside && !word && !joins && --n == 0) return i;
    if (!joins) inside = word;
    i += c.length;
  }
  return raw.size();
}

bool is_marker(char32_t c) {
  switch (c) {
    case ':':
    case '|':
    case '-':
    case '>':
    case 0x2013:
    case 0x2014:
    case 0xBB:
    case 0x203A:
    case 0x2192:
    case 0x25B6:
    case 0x2022:
    case 0xFF1A:
    case 0xFF5C: return true;
    default: return false;
  }
}
bool marked_after(std::string_view raw, std::size_t words) {
  const std::string_view after = raw.substr(after_words(raw, words));
  const std::string_view rest = trim(after);
  if (rest.empty()) return true;
  const bool hyphen_inside_word =
      rest[0] == '-' && after[0] == '-' && rest.size() > 1 && rest[1] != ' ';
  return is_marker(decode(rest, 0).value) && !hyphen_inside_word;
}

bool is_social_bar(std::string_view folded) {
  bool named = false, only = true;
  for_each_word(folded, [&](std::string_view word) {
    const std::uint16_t lists = lists_of(word);
    named |= (lists & kSocialName) != 0;
    return only = (lists & (kSocialName | kSocialFiller)) != 0;
  });
  return named && only;
}

bool is_number_with_unit(std::string_view word) {  // 12k, 5min
  std::size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  return digits > 0 &&
         (digits == word.size() || (lists_of(word.substr(digits)) & kCounterUnit) != 0);
}

bool is_copyright(std::string_view raw) {
  const bool sign = raw.starts_with("©") || starts_with_ignoring_case(raw, "(c) ") ||
                    starts_with_ignoring_case(raw, "copyright ©") ||
                    starts_with_ignoring_case(raw, "copyright (c)");
  if (sign) return true;
  return starts_with_ignoring_case(raw, "copyright ") && raw.size() > 10 && is_digit(raw[10]);
}

}  // namespace

bool is_counter(std::string_view folded) {
  bool number = false, mark = false, article = false, only = true;
  for_each_word(folded, [&](std::string_view word) {
    const bool counted = is_number_with_unit(word);
    number |= counted;
    const std::uint16_t lists = lists_of(word);
    mark |= (lists & kCounterMark) != 0;
    article |= word == "a" || word == "an" || word == "one";
    return only = counted || (lists & (kCounterMark | kCounterUnit)) != 0;
  });
  return only && mark && (number || article);
}

namespace {

// "Previous articleVillage shop to reopen": the headline of another article is glued to it.
bool is_way_on(std::string_view raw) {
  for (const std::string_view way : {"Previous article", "Next article"})
    if (raw.starts_with(way) && raw.size() > way.size() && is_upper(decode(raw, way.size()).value))
      return true;
  return false;
}

// "Комментарии (3)", "12 Kommentare".
bool is_count_of_comments(std::string_view folded) {
  const std::size_t first = folded.find(' ');
  if (first == folded.npos || first != folded.rfind(' ')) return false;
  if (!is_digit(folded.front()) && !is_digit(folded.back())) return false;
  const bool behind = is_digit(folded.back());
  const auto word =
      table<kWholeLines>().find(behind ? folded.substr(0, first) : folded.substr(first + 1));
  const std::string_view number = behind ? folded.substr(first + 1) : folded.substr(0, first);
  return word != table<kWholeLines>().end() && word->second == "comments" &&
         std::ranges::all_of(number, is_digit);
}

}  // namespace

std::string_view chrome_reason(const Phrase& line) {
  if (line.words > kChromeWordsMax || line.raw.empty()) return {};
  if (line.folded.empty()) return line.words == 0 && line.raw.size() <= 12 ? "navigation" : "";
  const std::size_t start = start_of(line.folded);
  if (line.words <= 8) {
    const auto whole = phrase_starts().of_lines.test(start) ? table<kWholeLines>().find(line.folded)
                                                            : table<kWholeLines>().end();
    if (whole != table<kWholeLines>().end()) return whole->second;
    if (is_counter(line.folded)) return "counter";
    if (is_count_of_comments(line.folded)) return "comments";
  }
  if (line.words <= 24 && is_social_bar(line.folded)) return "follow_or_share";
  if (is_copyright(line.raw)) return "legal";
  if (is_way_on(line.raw)) return "related_link";
  if (!phrase_starts().of_prefixes.test(start)) return {};
  const auto marked = [&](std::size_t words) { return marked_after(line.raw, words); };
  const std::string_view related = longest_prefix(table<kMarkedPrefixes>(), line.folded, marked);
  if (!related.empty()) return related;
  return longest_prefix(table<kPrefixes>(), line.folded, [](std::size_t) { return true; });
}

bool opens_foreign_block(std::string_view folded) {
  if (!phrase_starts().of_lines.test(start_of(folded)))
    return false;  // "more" and "latest" are in the lists
  const auto whole = table<kWholeLines>().find(folded);
  if (whole != table<kWholeLines>().end())
    return whole->second == "related_link" || whole->second == "comments";
  return folded.starts_with("more from ") || folded.starts_with("more in ") ||
         folded.starts_with("latest from ") || folded.starts_with("more news from ");
}

}  // namespace copydesk::clean
