#include <algorithm>
#include <iterator>

#include "chars.h"
#include "phrases.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kCreditBytesMax = 120;  // between the brackets of a photo credit
constexpr std::size_t kCreditTailBytes = 60;  // of a credit without brackets, up to the end
constexpr std::size_t kCaptionWordsMax = 70;

constexpr std::string_view kCreditWords[] = {
    "photo",      "image",      "picture",      "courtesy", "credit", "getty", "handout",
    "screengrab", "screenshot", "illustration", "foto",     "фото",   "صورة",  "图片",
    "图源",       "摄",         "shutterstock", "file pic", "imago"};
constexpr std::string_view kAgencies[] = {
    "xinhua",    "ap",      "afp", "reuters", "epa",   "tass", "ria",    "dpa",
    "anadolu",   "aa",      "upi", "ians",    "pti",   "ani",  "yonhap", "kyodo",
    "bloomberg", "sputnik", "efe", "ansa",    "belga", "anp"};

bool is_credit(std::string_view inside) {
  if (inside.size() > kCreditBytesMax) return false;
  const std::string folded = fold_words(inside);
  for (const std::string_view word : kCreditWords) {
    const std::size_t at = folded.find(word);
    if (at != std::string::npos &&
        (at == 0 || folded[at - 1] == ' ' || static_cast<unsigned char>(word[0]) >= 128))
      return true;
  }
  const std::size_t slash = inside.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string agency = fold_words(inside.substr(0, slash));
  return std::find(std::begin(kAgencies), std::end(kAgencies), agency) != std::end(kAgencies);
}

std::size_t find_opening(std::string_view raw, char open, char close) {
  int depth = 0;
  for (std::size_t i = raw.size(); i-- > 0 && raw.size() - i <= kCreditBytesMax + 2;) {
    if (raw[i] == close) ++depth;
    if (raw[i] == open && --depth == 0) return i;
  }
  return std::string_view::npos;
}

std::optional<Caption> bracketed_credit(std::string_view raw) {
  std::string_view body = raw;
  if (body.ends_with('.')) body.remove_suffix(1);
  if (body.empty()) return std::nullopt;
  const char close = body.back();
  if (close != ')' && close != ']') return std::nullopt;
  const std::size_t open = find_opening(body, close == ')' ? '(' : '[', close);
  if (open == std::string_view::npos) return std::nullopt;
  if (!is_credit(body.substr(open + 1, body.size() - open - 2))) return std::nullopt;
  return Caption{0, trim(raw.substr(0, open)).size()};
}

constexpr std::string_view kCaptionStarts[] = {"photo:",       "photos:",        "image:",
                                               "picture:",     "file photo:",    "file photo -",
                                               "file photo –", "file photo —",   "file -",
                                               "file –",       "file —",         "photo by ",
                                               "photo credit", "image credit",   "image source",
                                               "photograph:",  "photo courtesy", "picture credit",
                                               "credit:",      "foto:",          "bild:"};
constexpr std::string_view kCreditMarks[] = {
    "photo:",        "image:",        "photograph:", "picture:", "photo by ",
    "photo credit:", "image credit:", "credit:",     "foto:"};

// Behind the photographer in Chinese, where a sentence would end with a stop.
constexpr std::string_view kCreditEnds[] = {"摄", "摄影", "新华社发"};

std::optional<Caption> open_credit(std::string_view raw) {
  const std::size_t from = raw.size() > kCreditTailBytes ? raw.size() - kCreditTailBytes : 0;
  // Every mark has a colon or "by": nearly all lines end here.
  const std::string_view tail = raw.substr(from);
  if (tail.find(':') == tail.npos && tail.find("by ") == tail.npos &&
      tail.find("By ") == tail.npos && tail.find("BY ") == tail.npos)
    return std::nullopt;
  for (std::size_t i = from; i + 6 < raw.size(); ++i) {
    if (i > 0 && raw[i - 1] != ' ' && raw[i - 1] != '|' && raw[i - 1] != '.') continue;
    for (const std::string_view mark : kCreditMarks) {
      if (!starts_with_ignoring_case(raw.substr(i), mark)) continue;
      if (count_words(raw.substr(i)) > 8 || ends_sentence(raw)) return std::nullopt;
      return Caption{0, trim(raw.substr(0, i)).size()};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Caption> find_caption(const Phrase& line) {
  const std::string_view raw = line.raw;
  if (raw.empty() || line.words > kCaptionWordsMax) return std::nullopt;
  if (std::string_view("picfb").find(ascii_lower(raw[0])) != std::string_view::npos) {
    for (const std::string_view start : kCaptionStarts)
      if (starts_with_ignoring_case(raw, start)) return Caption{start.size(), raw.size()};
  }
  if (raw.starts_with("Фото:") || raw.starts_with("图片来源") || raw.starts_with("资料图"))
    return Caption{0, raw.size()};
  if (static_cast<unsigned char>(raw.back()) >= 128) {
    for (const std::string_view end : kCreditEnds)
      if (raw.ends_with(end)) return Caption{0, raw.size()};
  }
  if (const auto bracketed = bracketed_credit(raw)) return bracketed;
  return open_credit(raw);
}

std::optional<std::size_t> find_trailing_read_more(std::string_view raw) {
  constexpr std::string_view kEndings[] = {"read more",       "continue reading",
                                           "read full story", "read full article",
                                           "learn more",      "view more"};
  std::size_t end = raw.size();
  while (end > 0) {  // arrows and dots after the words
    const CodePoint c = decode_last(raw, end);
    if (is_word(c.value)) break;
    end -= c.length;
  }
  for (const std::string_view ending : kEndings) {
    if (end < ending.size() || !starts_with_ignoring_case(raw.substr(end - ending.size()), ending))
      continue;
    const std::string_view before = trim(raw.substr(0, end - ending.size()));
    const bool cut = before.ends_with("[") || before.ends_with("»");
    if (cut || ends_sentence(before)) return before.size();
  }
  return std::nullopt;
}

}  // namespace copydesk::clean
