#include "lines.h"

#include <algorithm>

#include "dates.h"
#include "eight_bytes.h"

namespace copydesk::clean {
namespace {

// A block counts as wrapped by hand when its lines, all but the last, have these lengths.
constexpr std::size_t kWrapBytesMin = 50;
constexpr std::size_t kWrapBytesMax = 110;
constexpr std::size_t kWrapSpreadMax = 22;
constexpr std::size_t kWrapLinesMin = 3;

bool has_digit(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  if (std::any_of(text.begin(), text.end(), is_digit)) return true;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < text.size(); i += 8) bytes |= load_eight(text, i);
  if ((bytes & kHighBits) == 0) return false;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    if (decimal_digit(c.value) >= 0) return true;
    i += c.length;
  }
  return false;
}

bool is_stamp(const Line& line) {
  constexpr std::size_t kWordsMax =
      24;  // of two dates with their labels; ideographs count as words
  if (line.words == 0 || line.words > kWordsMax || line.sentence) return false;
  if (line.chrome == "counter") return true;
  if (!has_digit(line.text)) return false;
  const DateLine date = look_for_date(line.text);
  return (date.has_date || date.has_time) &&
         date.other_words <= (date.has_date && date.has_time ? 3 : 1);
}

}  // namespace

Lines::Lines(std::string_view input, bool join) : input_(input) {
  split();
  if (join) join_wrapped();
  describe();
}

void Lines::split() {
  const bool returns = input_.find('\r') != std::string_view::npos;
  bool blank = false;
  std::size_t at = 0;
  while (at < input_.size()) {
    const std::size_t end =
        std::min(returns ? input_.find_first_of("\r\n", at) : input_.find('\n', at), input_.size());
    const std::string_view trimmed = trim(input_.substr(at, end - at));
    if (trimmed.empty()) {
      // The second half of a line end of two bytes is no blank line.
      blank |= !(end == at && at > 0 && input_[at - 1] == '\r' && end < input_.size() &&
                 input_[end] == '\n');
    } else {
      const auto begin = static_cast<std::size_t>(trimmed.data() - input_.data());
      Line line;
      line.span = {begin, begin + trimmed.size()};
      line.blank_before = blank;
      list_.push_back(line);
      blank = false;
    }
    at = end + 1;
  }
}

// Whether most lines of the block, the last apart, break off in a sentence: headlines of a list do
// so too, but their lengths differ.
bool Lines::mostly_unfinished(std::size_t begin, std::size_t end) const {
  std::size_t unfinished = 0;
  for (std::size_t i = begin; i + 1 < end; ++i) {
    const Span next = list_[i + 1].span;
    const char32_t first = decode(input_, next.begin).value;
    unfinished += is_lower(first);
  }
  return unfinished * 2 >= end - 1 - begin;
}

void Lines::join_wrapped() {
  std::size_t joined = 0;
  for (std::size_t i = 0; i < list_.size();) {
    std::size_t end = i + 1;
    while (end < list_.size() && !list_[end].blank_before) ++end;
    std::size_t shortest = kWrapBytesMax + 1, longest = 0;
    for (std::size_t k = i; k + 1 < end; ++k) {
      const std::size_t bytes = list_[k].span.end - list_[k].span.begin;
      shortest = std::min(shortest, bytes);
      longest = std::max(longest, bytes);
    }
    const std::size_t last = list_[end - 1].span.end - list_[end - 1].span.begin;
    const bool wrapped = end - i >= kWrapLinesMin && shortest >= kWrapBytesMin &&
                         longest <= kWrapBytesMax && longest - shortest <= kWrapSpreadMax &&
                         last <= longest + 4 && mostly_unfinished(i, end);
    if (wrapped) list_[i].span.end = list_[end - 1].span.end;
    for (const std::size_t stop = wrapped ? i + 1 : end; i < stop; ++i) list_[joined++] = list_[i];
    i = end;
  }
  list_.resize(joined);
}

void Lines::describe() {
  struct Place {
    Span text, folded;
  };
  std::vector<Place> places;
  places.reserve(list_.size());
  arena_.reserve(input_.size() * 2 + 16);
  for (const Line& line : list_) {
    Place place;
    place.text.begin = arena_.size();
    append_squeezed(arena_, input_.substr(line.span.begin, line.span.end - line.span.begin));
    place.text.end = place.folded.begin = arena_.size();
    const std::size_t bytes = line.span.end - line.span.begin;
    append_folded_words(
        arena_,
        input_.substr(line.span.begin, bytes > kFoldedBytesMax ? kFoldedBytesMax / 2 : bytes));
    place.folded.end = arena_.size();
    places.push_back(place);
  }
  const std::string_view arena = arena_;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    Line& line = list_[i];
    line.text = arena.substr(places[i].text.begin, places[i].text.end - places[i].text.begin);
    line.folded =
        arena.substr(places[i].folded.begin, places[i].folded.end - places[i].folded.begin);
    line.keep = {0, line.text.size()};
    line.words = count_words(line.text);
    line.sentence = ends_sentence(line.text);
    line.chrome = chrome_reason(line.phrase());
    line.stamp = is_stamp(line);
    words_ += line.words;
  }
}

std::size_t Lines::input_offset(const Line& line, std::size_t offset) const {
  if (offset >= line.text.size()) return line.span.end;
  const auto visible = [](char32_t c) { return !is_space(c) && !is_invisible(c); };
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < offset;) {
    const CodePoint c = decode(line.text, i);
    wanted += visible(c.value);
    i += c.length;
  }
  const std::string_view raw = input_.substr(0, line.span.end);
  std::size_t at = line.span.begin;
  while (at < raw.size()) {
    const CodePoint c = decode(raw, at);
    if (visible(c.value) && wanted-- == 0) break;
    at += c.length;
  }
  return at;
}

}  // namespace copydesk::clean
