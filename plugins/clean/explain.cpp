#include "explain.h"

#include <algorithm>

#include "main_text.h"
#include "metadata.h"
#include "models.h"
#include "page.h"
#include "page_choice.h"
#include "text_rules.h"

namespace copydesk::clean {
namespace {

constexpr std::string_view kModel = "model";

// The model's verdict on each line, where it was asked: in English, of lines that no rule dropped.
std::vector<std::optional<float>> text_scores(const Lines& lines, std::string_view title,
                                              const TextOptions& options) {
  std::vector<std::optional<float>> out(lines.list().size());
  if (!options.use_model) return out;
  const TextModel& model = options.model ? *options.model : text_model();
  const std::vector<float> scores = model.judge(lines.list(), title);
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (lines.list()[i].kept()) out[i] = scores[i];
  return out;
}

class TextExplainer {
 public:
  TextExplainer(std::string_view body, std::string_view title_given, const TextOptions& options)
      : cleaned_(cleaned(body, title_given, options)),
        lines_(body),
        rules_(lines_, title_given, options) {
    rules_.run();
    scores_ = text_scores(lines_, rules_.title, options);
  }

  std::vector<LineReason> explain() {
    for (std::size_t i = 0; i < lines_.list().size(); ++i) one(i);
    return std::move(out_);
  }

 private:
  static CleanedText cleaned(std::string_view body, std::string_view title,
                             const TextOptions& options) {
    TextOptions all = options;
    all.removals_max = static_cast<std::size_t>(-1);
    all.excerpt_bytes_max = LineReason::kTextBytesMax;
    return clean_text(body, title, all);
  }

  // What clean_text removed is final; the rest of what there was to say is found again.
  void one(std::size_t i) {
    const Line& line = lines_.list()[i];
    if (line.text.empty()) return;
    while (next_ < cleaned_.removals.size() && cleaned_.removals[next_].span.end <= line.span.begin)
      ++next_;
    bool whole = line.reason == "title";
    if (whole) out_.push_back({false, "title", {}, beginning_of(line.text)});
    for (; next_ < cleaned_.removals.size(); ++next_) {
      const Removal& removal = cleaned_.removals[next_];
      if (removal.span.begin >= line.span.end) break;
      whole |= removal.span.begin <= line.span.begin && removal.span.end >= line.span.end;
      const bool by_model = removal.reason == kModel;
      out_.push_back(
          {false, removal.reason, by_model ? scores_[i] : std::nullopt, removal.excerpt});
    }
    if (whole) return;
    const bool liked = scores_[i] && *scores_[i] > 0;
    out_.push_back({true,
                    liked        ? kModel
                    : scores_[i] ? "guard"
                                 : "rules",
                    scores_[i],
                    beginning_of(line.keep.end > line.keep.begin ? line.kept_text() : line.text)});
  }

  CleanedText cleaned_;
  Lines lines_;
  TextRules rules_;
  std::vector<std::optional<float>> scores_;
  std::vector<LineReason> out_;
  std::size_t next_ = 0;  // removal
};

// The lines of a page: the chosen ones as the text cleaner judges them, the others with what left
// them out.
class PageExplainer {
 public:
  explicit PageExplainer(const PageChoice& choice) : choice_(choice) {}

  std::vector<LineReason> explain(const CleanedHtml& page) {
    TextOptions options;
    options.use_model = false;
    options.heading = page.heading;
    options.authors = page.authors;
    options.names_alone = false;
    rest_ = explain_text(choice_.text(), page.title, options);
    for (std::size_t i = 0; i < choice_.lines().size(); ++i) {
      const std::string_view line = choice_.lines()[i].text;
      if (choice_.chosen(i))
        take(line, choice_.score(i));
      else
        out_.push_back({false, cut_rule(i), choice_.score(i), beginning_of(line)});
    }
    for (; next_ < rest_.size(); ++next_) out_.push_back(rest_[next_]);
    return std::move(out_);
  }

 private:
  std::string_view cut_rule(std::size_t i) const {
    if (choice_.by_model()) return kModel;
    return choice_.is_furniture(i) ? "furniture" : "outside";
  }

  // A chosen line comes back from the text cleaner: whole, or as the parts that it was cut into.
  void take(std::string_view line, std::optional<float> score) {
    const std::string whole = beginning_of(line);
    std::size_t end = next_;
    if (end < rest_.size() && rest_[end].text == whole) {
      ++end;
    } else {
      while (end < rest_.size() && line.find(rest_[end].text) != line.npos) ++end;
    }
    for (; next_ < end; ++next_) {
      LineReason reason = rest_[next_];
      reason.score = score;
      if (choice_.by_model() && reason.kept) reason.rule = kModel;
      out_.push_back(std::move(reason));
    }
  }

  const PageChoice& choice_;
  std::vector<LineReason> rest_, out_;
  std::size_t next_ = 0;  // of rest_
};

}  // namespace

std::string beginning_of(std::string_view line) {
  line = trim(line);
  std::size_t end = std::min(line.size(), LineReason::kTextBytesMax);
  while (end < line.size() && end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80)
    --end;
  return std::string(line.substr(0, end));
}

std::vector<LineReason> explain_text(std::string_view body, std::string_view title_given,
                                     const TextOptions& options) {
  if (is_too_long(body, options)) return {};
  return TextExplainer(body, title_given, options).explain();
}

std::vector<LineReason> explain_html(std::string_view html, const HtmlOptions& options) {
  Page page(html, options);
  const MainText main = find_main_text(page);
  CleanedHtml metadata;
  std::string declared_body;
  read_metadata(page, options.url, metadata, declared_body);
  PageChoice choice(page, main);
  if (options.use_model && !main.text.empty())
    choice.ask(options.model ? *options.model : page_model(),
               {metadata.title, metadata.description, declared_body});
  return PageExplainer(choice).explain(metadata);
}

}  // namespace copydesk::clean
