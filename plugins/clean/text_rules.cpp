#include "text_rules.h"

#include <algorithm>
#include <unordered_set>

#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kHeadLinesMax = 30;      // lines above the text that may be captions
constexpr std::size_t kHeadlineWordsMax = 30;  // of a ticker or a list of links
constexpr std::size_t kTickerGapMax = 4;       // lines from one time to the next
constexpr std::size_t kTickerStampsMin = 3;
constexpr std::size_t kCaptionsMax = 16;  // remembered to find them again in paragraphs
constexpr std::size_t kCaptionBytesMax = 600;
constexpr std::size_t kCreditBytesMax =
    100;  // between a glued caption and the end of its paragraph
constexpr std::size_t kRepeatedWordsMin = 8;

bool is_heading_like(const Line& line) {
  return !line.sentence && line.words <= kHeadlineWordsMax && line.words > 0;
}

}  // namespace

void TextRules::run() {
  drop_captions();
  drop_teasers();
  decide_title();
  drop_chrome();
  clean_head();
  drop_tickers();
  drop_author_boxes();
  drop_foreign_blocks();
  drop_trailing_headlines();
  cut_glued_captions();
  drop_repeated();
  find_dateline();
  // The title leaves the body, but not as something removed.
  if (title_line_ != kNone) list_[title_line_].reason = "title";
}

// The guard of every rule: nothing that holds 40 % of the words goes.
bool TextRules::drop(std::size_t i, std::string_view reason) {
  Line& line = list_[i];
  if (!line.kept() || i == title_line_ || line.words * 10 >= lines_.words() * 4) return false;
  line.reason = reason;
  return true;
}

bool TextRules::cut(std::size_t i, Span keep) {
  Line& line = list_[i];
  const std::string_view kept = line.text.substr(keep.begin, keep.end - keep.begin);
  if ((line.words - std::min(line.words, count_words(kept))) * 10 >= lines_.words() * 4)
    return false;
  line.keep = keep;
  return true;
}

void TextRules::add_author(std::string_view name) {
  name = trim(name);
  if (name.empty() || std::find(authors.begin(), authors.end(), name) != authors.end()) return;
  authors.emplace_back(name);
}

std::size_t TextRules::first_paragraph() const {
  for (std::size_t i = 0; i < list_.size(); ++i)
    if (list_[i].kept() && list_[i].is_paragraph()) return i;
  return list_.size();
}

std::size_t TextRules::last_paragraph() const {
  for (std::size_t i = list_.size(); i-- > 0;)
    if (list_[i].kept() && list_[i].is_paragraph()) return i;
  return kNone;
}

// The first line that no more than one paragraph follows.
std::size_t TextRules::before_last_paragraphs() const {
  std::size_t paragraphs = 0;
  for (std::size_t i = list_.size(); i-- > 0;) {
    paragraphs += list_[i].kept() && list_[i].is_paragraph();
    if (paragraphs == 2) return i;
  }
  return 0;
}

void TextRules::drop_chrome() {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (!list_[i].chrome.empty()) drop(i, list_[i].chrome);
  }
}

void TextRules::drop_captions() {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const auto caption = find_caption(list_[i].phrase());
    if (!caption) continue;
    std::string_view words =
        trim(list_[i].text.substr(caption->text_begin, caption->text_end - caption->text_begin));
    while (words.ends_with('|') || words.ends_with('/'))
      words = trim(words.substr(0, words.size() - 1));
    const bool glued =
        std::any_of(captions_.begin(), captions_.end(), [&](const std::string& known) {
          return words.size() >= 2 * known.size() && words.ends_with(known);
        });
    if (glued || !drop(i, "caption")) continue;
    if (words.size() <= kCaptionBytesMax && count_words(words) >= 6 &&
        captions_.size() < kCaptionsMax)
      captions_.emplace_back(words);
  }
  if (captions_.empty()) return;
  for (std::size_t i = 0; i < list_.size(); ++i)  // once more without its credit
    if (list_[i].kept() && std::ranges::find(captions_, list_[i].text) != captions_.end())
      drop(i, "caption");
}

void TextRules::drop_teasers() {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    Line& line = list_[i];
    const auto end = find_trailing_read_more(line.text);
    if (!end) continue;
    // A teaser repeats or announces an article that is there as well; otherwise it is all there is.
    if (line.words * 3 > lines_.words() || !drop(i, "teaser")) cut(i, {0, *end});
  }
}

// --- tickers ---

// Runs of short headlines with a time between each and the next.
void TextRules::drop_tickers() {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (!list_[i].stamp) continue;
    const std::size_t last = ticker_end(i);
    std::size_t stamps = 0;
    for (std::size_t k = i; k <= last; ++k) stamps += list_[k].stamp;
    if (stamps >= kTickerStampsMin) drop_ticker(i, last);
    i = last;
  }
}

// The last time of the run that begins with this one.
std::size_t TextRules::ticker_end(std::size_t first_stamp) const {
  std::size_t last = first_stamp;
  for (std::size_t i = first_stamp + 1; i < list_.size() && i - last <= kTickerGapMax; ++i) {
    if (list_[i].stamp) {
      if (i == last + 1) break;  // two times in a row are no ticker
      last = i;
    } else if (i == title_line_ || list_[i].is_paragraph() ||
               (list_[i].sentence && list_[i].words >= 6 && list_[i].text.ends_with("."))) {
      break;
    }
  }
  return last;
}

void TextRules::drop_ticker(std::size_t first_stamp, std::size_t last_stamp) {
  std::size_t begin = first_stamp;
  while (begin > 0 && first_stamp - begin < kTickerGapMax - 1 && !list_[begin].blank_before &&
         is_heading_like(list_[begin - 1]))
    --begin;
  // With a blank line between headline and time the block's edge says nothing; the line above is
  // the headline.
  if (begin == first_stamp && begin > 0 && list_[begin].blank_before &&
      is_heading_like(list_[begin - 1]))
    --begin;
  const bool time_first = begin == first_stamp;
  std::size_t end = last_stamp + 1;
  while (time_first && end < list_.size() && end - last_stamp < kTickerGapMax &&
         is_heading_like(list_[end]) && !list_[end].stamp &&
         (end == last_stamp + 1 || !list_[end].blank_before))
    ++end;
  for (std::size_t i = begin; i < end; ++i) drop(i, "ticker");
}

// --- authors' boxes ---

// A line with a name and the same name again, perhaps with an address glued to it.
bool TextRules::is_doubled_name(std::size_t i) const {
  if (i + 1 >= list_.size() || !looks_like_name(list_[i].text)) return false;
  const std::string_view name = list_[i].text, next = list_[i + 1].text;
  if (next == name) return true;
  if (!next.starts_with(name)) return false;
  const std::string_view rest = trim(next.substr(name.size()));
  return rest.starts_with("http") || rest.starts_with("www.") || rest.starts_with("@") ||
         (count_words(rest) <= 6 && !ends_sentence(rest) &&
          (rest[0] == ',' || rest[0] == '|' || rest[0] == '-'));
}

// A paragraph that tells what somebody is rather than what happened.
bool TextRules::is_biography(std::size_t i) const {
  const std::string_view folded = list_[i].folded.substr(0, 200);
  for (const std::string_view start :
       {"the writer is ", "the author is ", "the writer was ", "the author was ",
        "the writers are ", "the authors are ", "about the author ", "the writer can be reached ",
        "the author can be reached ", "the writer works "})
    if (folded.starts_with(start)) return true;
  constexpr std::size_t kVerbBytesMax = 80;  // from the author's name
  const std::size_t name = author_bytes(list_[i].text);
  const bool named = name > 0 && list_[i].text.substr(name, 1) != ":";
  const bool after_name =
      i > 0 && looks_like_name(list_[i - 1].text) && i - 1 != title_line_ &&
      (list_[i].folded.starts_with(list_[i - 1].folded.substr(0, list_[i - 1].folded.find(' '))) ||
       folded.starts_with("he ") || folded.starts_with("she ") || folded.starts_with("i am ") ||
       folded.starts_with("im "));
  if (!named && !after_name) return false;
  for (const std::string_view verb :
       {" is a ", " is an ", " is the ", " writes ", " covers ", " reports on ", " works ",
        " has been ", " has worked ", " joined ", " studied ", " am a ", " im ",
        " can be reached "})
    if (folded.find(verb) < (after_name ? folded.npos : name + kVerbBytesMax)) return true;
  return folded.starts_with("im ") || folded.starts_with("i am ");
}

// The bytes of the author's name with which the line begins; 0 for none.
std::size_t TextRules::author_bytes(std::string_view line) const {
  const auto begins = [&](const std::string& author) { return line.starts_with(author); };
  for (const std::span<const std::string> list :
       {std::span<const std::string>(authors), known_.authors})
    if (const auto found = std::ranges::find_if(list, begins); found != list.end())
      return found->size();
  return 0;
}

void TextRules::drop_author_boxes() {
  const std::size_t first = first_paragraph();
  const std::size_t end = before_last_paragraphs();
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (!list_[i].kept() || !is_doubled_name(i)) continue;
    const std::size_t text = i + 2;
    const bool at_end = i > first && text >= end;
    if (i > first && !at_end) continue;
    add_author(list_[i].text);
    drop(i, "author_box");
    drop(i + 1, "author_box");
    if (at_end && text < list_.size() && list_[text].words >= 8) drop(text, "author_box");
  }
  const std::size_t last = last_paragraph();
  if (last == kNone || last <= first || !is_biography(last)) return;
  if (!drop(last, "author_box")) return;
  if (last > 0 && last - 1 != title_line_ && list_[last - 1].kept() &&
      looks_like_name(list_[last - 1].text) &&
      (author_bytes(list_[last].text) == 0 ||
       author_bytes(list_[last - 1].text) == list_[last - 1].text.size())) {
    add_author(list_[last - 1].text);
    drop(last - 1, "author_box");
  }
}

// --- what stands under and after the article ---

// Lines under a heading of links, up to the next line that is running text.
void TextRules::drop_foreign_blocks() {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (list_[i].kept() || !opens_foreign_block(list_[i].folded)) continue;
    for (std::size_t k = i + 1; k < list_.size(); ++k) {
      if (k == title_line_ || !is_heading_like(list_[k])) break;
      if (list_[k].kept()) drop(k, "related_link");
      i = k;
    }
  }
}

// One or two headlines between the last paragraph and what has been found to be foreign: nothing
// follows that they could be the headings of.
void TextRules::drop_trailing_headlines() {
  constexpr std::size_t kTrailingMax = 2;
  const std::size_t last = last_paragraph();
  if (last == kNone) return;
  std::size_t count = 0, i = last + 1;
  while (i < list_.size() && list_[i].kept()) ++i, ++count;
  if (i == list_.size() || count == 0 || count > kTrailingMax) return;
  if (list_[i].reason != "ticker" && list_[i].reason != "related_link") return;
  for (std::size_t k = last + 1; k < i; ++k)
    if (is_heading_like(list_[k]) && list_[k].words >= 5) drop(k, "related_link");
}

// --- repetition ---

// A caption that the scraper has glued to the end or the beginning of a paragraph.
void TextRules::cut_glued_captions() {
  const std::size_t head = std::min({first_paragraph(), list_.size(), kHeadLinesMax});
  for (std::size_t i = 0; i < head;
       ++i) {  // lines above the text that come again inside it are captions too
    const Line& line = list_[i];
    if (!line.kept() || i == title_line_ || line.words < kRepeatedWordsMin ||
        line.text.size() > kCaptionBytesMax || captions_.size() == kCaptionsMax)
      continue;
    for (std::size_t k = i + 1; k < list_.size(); ++k) {
      if (list_[k].words < line.words * 2 || !list_[k].kept() ||
          !list_[k].text.ends_with(line.text))
        continue;
      captions_.emplace_back(line.text);
      drop(i, "caption");
      break;
    }
  }
  for (std::size_t i = 0; i < list_.size() && !captions_.empty(); ++i) {
    Line& line = list_[i];
    if (!line.kept() || i == title_line_) continue;
    for (const std::string& caption : captions_) {
      if (line.text.size() < caption.size() * 2) continue;
      if (line.text.starts_with(caption)) {
        cut(i, {line.text.size() - trim(line.text.substr(caption.size())).size(), line.keep.end});
        continue;
      }
      const std::size_t from =
          line.text.size() - std::min(line.text.size(), caption.size() + kCreditBytesMax);
      const std::size_t at = line.text.find(caption, from);
      if (at == std::string_view::npos) continue;
      const std::string_view rest = trim(line.text.substr(at + caption.size()));
      const bool only_credit = rest.empty() || rest[0] == '[' || rest[0] == '(';
      if (only_credit) cut(i, {line.keep.begin, trim(line.text.substr(0, at)).size()});
    }
  }
}

void TextRules::drop_repeated() {
  std::unordered_set<std::string_view, TextHash> seen;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const Line& line = list_[i];
    if (!line.kept() || line.words < kRepeatedWordsMin) continue;
    if (!seen.insert(line.text).second) drop(i, "repeated_line");
  }
}

// The bytes of the name before "NAME: ", as transcripts name their speakers; 0 for none.
std::size_t speaker_bytes(std::string_view text) {
  constexpr std::size_t kSpeakerBytesMax = 40;
  const std::size_t colon = text.substr(0, kSpeakerBytesMax).find(": ");
  if (colon == std::string_view::npos || colon < 2) return 0;
  const std::string_view name = text.substr(0, colon);
  return is_upper(decode(name, 0).value) &&
                 std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; })
             ? colon
             : 0;
}

// "BEIJING — ", "Beijing, 18 May 2024 (TDI): ", "PARIS (Agency) - " before the first sentence.
void TextRules::find_dateline() {
  constexpr std::size_t kDatelineBytesMax = 80;
  const std::size_t first = first_paragraph();
  if (first == list_.size()) return;
  const std::string_view text = list_[first].kept_text();
  std::size_t end = std::string_view::npos;
  for (const std::string_view separator :
       {"): ", ") - ", ") – ", ") — ", " — ", " – ", " -- ", " - ", ": "}) {
    const std::size_t at = text.substr(0, kDatelineBytesMax + 4).find(separator);
    if (at == std::string_view::npos) continue;
    const std::size_t stop = at + (separator[0] == ')' ? 1 : 0);
    end = std::min(end, stop);
  }
  if (end == std::string_view::npos || end < 3) return;
  const std::string_view place = text.substr(0, end);
  if (count_words(place) > 10 || !is_upper(decode(place, 0).value) ||
      ends_sentence(place.substr(0, place.find('('))))
    return;
  const std::string_view word = place.substr(0, place.find_first_of(" ,("));
  const bool capitals = word.size() >= 3 && std::none_of(word.begin(), word.end(), [](char c) {
                          return c >= 'a' && c <= 'z';
                        });
  const bool dated = look_for_date(place).has_date;
  const bool agency = place.ends_with(")");
  if (!capitals && !dated && !agency) return;
  const auto speaks = [](const Line& line) { return speaker_bytes(line.text) > 0; };
  if (!dated && !agency && speaker_bytes(text) == end && std::ranges::count_if(list_, speaks) > 1)
    return;
  dateline = place;
  if (dated && !published_at) published_at = parse_moment(place);
}

}  // namespace copydesk::clean
