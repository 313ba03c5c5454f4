#include "text.h"

#include <algorithm>

#include "models.h"
#include "text_rules.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kLeftShareMin = 4;      // a quarter of the words must stay
constexpr std::size_t kArticleWordsMin = 60;  // that the model must leave to be believed
constexpr std::size_t kBriefWordsMin = 20;    // or so many, with nearly all of the running text
constexpr std::string_view kModelReason = "model";
constexpr std::size_t kBrokenLineWordsMin = 6;  // shorter lines may be items of a list

std::string excerpt(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// Whether a newline stands in the middle of a sentence between these two.
bool is_broken_between(const Line& line, const Line& next) {
  if (next.blank_before || line.words < kBrokenLineWordsMin || line.sentence) return false;
  if (line.keep.end != line.text.size() || next.keep.begin != 0 || line.text.empty() ||
      next.text.empty())
    return false;
  const char32_t last = decode_last(line.text, line.text.size()).value;
  const char32_t first = decode(next.text, 0).value;
  return (is_lower(last) || last == ',' || last == '-') && is_lower(first);
}

class Report {
 public:
  Report(const Lines& lines, const TextOptions& options, CleanedText& out)
      : lines_(lines), options_(options), out_(out) {}

  void whole(const Line& line) {
    ++out_.removed_lines;
    add(line.span, line.reason, line.text);
  }
  void parts(const Line& line) {
    if (line.keep == Span{0, line.text.size()}) return;
    ++out_.removed_lines;
    const std::size_t begin = lines_.input_offset(line, line.keep.begin);
    const std::size_t end = lines_.input_offset(line, line.keep.end);
    if (line.keep.begin > 0)
      add({line.span.begin, begin}, "glued", line.text.substr(0, line.keep.begin));
    if (line.keep.end < line.text.size())
      add({end, line.span.end}, "glued", line.text.substr(line.keep.end));
  }

 private:
  void add(Span span, std::string_view reason, std::string_view text) {
    if (out_.removals.size() >= options_.removals_max) return;
    out_.removals.push_back({span, reason, excerpt(trim(text), options_.excerpt_bytes_max)});
  }
  const Lines& lines_;
  const TextOptions& options_;
  CleanedText& out_;
};

// A date between two sentences is a heading of a chronicle; dates around the text are gone by rules.
bool is_date_of_chronicle(const std::vector<Line>& list, std::size_t i) {
  constexpr std::size_t kEntryWordsMin = 8;
  const auto entry = [&](const Line& line) {
    return line.sentence && line.words >= kEntryWordsMin;
  };
  return list[i].stamp && i > 0 && i + 1 < list.size() && entry(list[i - 1]) && entry(list[i + 1]);
}

std::size_t words_left(const Lines& lines) {
  std::size_t left = 0;
  for (const Line& line : lines.list())
    if (line.kept()) left += line.words;
  return left;
}

std::size_t running_words_left(const Lines& lines) {
  std::size_t left = 0;
  for (const Line& line : lines.list())
    if (line.kept() && line.is_paragraph()) left += line.words;
  return left;
}

// Keeps everything when the rules have left next to nothing: then they were wrong about this text.
bool keep_all_if_little_left(Lines& lines, std::string_view title) {
  const std::size_t left = words_left(lines);
  const std::size_t title_words = count_words(title);
  if (lines.words() == 0 || (left + title_words) * kLeftShareMin >= lines.words()) return false;
  for (Line& line : lines.list()) {
    if (line.reason != "title" && line.reason != "repeated_title") line.reason = {};
    line.keep = {0, line.text.size()};
  }
  return true;
}

void write_body(Lines& lines, const TextOptions& options, CleanedText& out) {
  Report report(lines, options, out);
  const Line* previous = nullptr;
  for (const Line& line : lines.list()) {
    if (line.reason == "title") continue;
    if (!line.kept()) {
      report.whole(line);
      previous = nullptr;
      continue;
    }
    report.parts(line);
    if (line.keep.end <= line.keep.begin) continue;
    if (!out.body.empty())
      out.body += previous && is_broken_between(*previous, line) ? " " : "\n\n";
    out.body += line.kept_text();
    out.words +=
        line.keep == Span{0, line.text.size()} ? line.words : count_words(line.kept_text());
    previous = &line;
  }
}

// Drops what the model takes for furniture and no rule has dropped. Of a whole page the article may
// be a small part: less than a quarter of the words is then no mistake by itself, but it is flagged.
void ask_model(const TextModel& model, TextRules& rules, Lines& lines, CleanedText& out) {
  const std::vector<Line>& list = lines.list();
  const std::vector<float> scores = model.judge(list, out.title);
  if (scores.empty()) return;
  const std::size_t running = running_words_left(lines);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].kept() || is_date_of_chronicle(list, i)) continue;
    if (scores[i] <= 0) rules.drop(i, kModelReason);
  }
  const std::size_t left = words_left(lines);
  const bool brief =
      left >= kBriefWordsMin && running > 0 && running_words_left(lines) * 4 >= running * 3;
  if (left >= kArticleWordsMin && left * kLeftShareMin < lines.words()) {
    out.warnings.emplace_back("little_left");
  } else if (left < kArticleWordsMin && !brief) {
    for (Line& line : lines.list())
      if (line.reason == kModelReason) line.reason = {};
  }
}

// The share of the kept words that stands in paragraphs; less of a text of few words, and of one
// that a guard doubts.
float confidence_of(const Lines& lines, const CleanedText& text) {
  constexpr float kDoubted = 0.5f, kFewWords = 20;
  if (text.words == 0) return 0;
  std::size_t paragraphs = 0, kept = 0;
  for (const Line& line : lines.list()) {
    if (!line.kept()) continue;
    kept += line.words;
    paragraphs += line.is_paragraph() ? line.words : 0;
  }
  const auto words = static_cast<float>(text.words);
  float out = kept == 0 ? 0 : static_cast<float>(paragraphs) / static_cast<float>(kept);
  out *= words / (words + kFewWords);
  return std::max(text.warnings.empty() ? out : out * kDoubted, 0.01f);
}

CleanedText only_normalised(std::string_view body, std::string_view title) {
  CleanedText out;
  out.title = squeeze(title);
  std::string_view rest = body;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    if (!line.empty()) {
      if (!out.body.empty()) out.body += "\n\n";
      append_squeezed(out.body, line);
    }
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  out.words = count_words(out.body);
  out.warnings.emplace_back("too_long");
  return out;
}

}  // namespace

CleanedText clean_text(std::string_view body, std::string_view title_given,
                       const TextOptions& options) {
  if (is_too_long(body, options)) return only_normalised(body, title_given);
  Lines lines(body);
  TextRules rules(lines, title_given, options);
  rules.run();

  CleanedText out;
  out.title = std::move(rules.title);
  out.byline = std::move(rules.byline);
  out.authors = std::move(rules.authors);
  out.dateline = std::move(rules.dateline);
  out.published_at = rules.published_at;
  out.modified_at = rules.modified_at;
  // Who only says when a text was changed says when this one was published.
  if (!out.published_at) out.published_at = out.modified_at;
  if (keep_all_if_little_left(lines, out.title)) {
    out.warnings.emplace_back("little_left");
  } else if (options.use_model) {
    ask_model(options.model ? *options.model : text_model(), rules, lines, out);
  }
  write_body(lines, options, out);
  if (out.words == 0) out.warnings.emplace_back("empty");
  out.confidence = confidence_of(lines, out);
  return out;
}

bool is_too_long(std::string_view body, const TextOptions& options) {
  return body.size() > options.max_bytes ||
         (body.size() > options.max_lines &&
          static_cast<std::size_t>(std::ranges::count(body, '\n')) > options.max_lines);
}

bool is_title_with_extras(std::string_view given, std::string_view title) {
  return is_glued_before(given, title) || is_title_with_site(given, title);
}

}  // namespace copydesk::clean
