#include "html.h"

#include <algorithm>

#include "main_text.h"
#include "metadata.h"
#include "models.h"
#include "page.h"
#include "page_choice.h"
#include "page_kind.h"
#include "text.h"

namespace copydesk::clean {
namespace {

std::size_t count_paragraphs(std::string_view body) {
  if (body.empty()) return 0;
  std::size_t count = 1;
  for (std::size_t at = body.find("\n\n"); at != body.npos; at = body.find("\n\n", at + 2)) ++count;
  return count;
}

// The body in the page's own JSON-LD stands in when the page shows nothing or a fraction of it, as
// behind a script; `warnings` are then those of that text.
void use_declared_body(std::string_view declared, CleanedHtml& out,
                       std::vector<std::string>& warnings) {
  constexpr std::size_t kDeclaredWordsMin = 50;
  const std::size_t words = count_words(declared);
  if (words < kDeclaredWordsMin || out.words * 3 > words) return;
  TextOptions options;
  options.removals_max = 0;
  options.use_model = false;
  options.authors = out.authors;
  options.names_alone = false;
  CleanedText text = clean_text(declared, out.title, options);
  if (text.words <= out.words) return;
  out.body = std::move(text.body);
  out.dateline = std::move(text.dateline);
  out.words = text.words;
  out.warnings.emplace_back("body_from_json_ld");
  warnings = std::move(text.warnings);
}

// How sure it is that the body is the article, in the order of README.md.
float confidence_of(const CleanedHtml& page, const Agreement& agreement, std::string_view kind) {
  constexpr float kRulesAlone = 0.6f, kDoubted = 0.5f, kFewWords = 20;
  if (page.words == 0) return 0;
  const auto words = static_cast<float>(page.words);
  float out = agreement.either == 0
                  ? kRulesAlone
                  : static_cast<float>(agreement.both) / static_cast<float>(agreement.either);
  out *= words / (words + kFewWords);
  for (const std::string& warning : page.warnings)
    if (warning != "deep" && warning != kind) out *= kDoubted;
  if (!kind.empty()) out *= kDoubted;
  return std::max(out, 0.01f);
}

void drop_body(CleanedHtml& out) {
  out.body.clear();
  out.dateline.clear();
  out.words = 0;
}

}  // namespace

CleanedHtml clean_html(std::string_view html, const HtmlOptions& options) {
  CleanedHtml out;
  Page page(html, options);
  if (page.cut()) out.warnings.emplace_back("cut");
  if (page.deep()) out.warnings.emplace_back("deep");
  MainText main = find_main_text(page);
  std::string article_body;
  read_metadata(page, options.url, out, article_body);
  std::optional<PageChoice> choice;
  if (options.use_model && !main.text.empty()) {
    choice.emplace(page, main);
    choice->ask(options.model ? *options.model : page_model(),
                {out.title, out.description, article_body});
  }

  TextOptions text_options;
  text_options.removals_max = 0;
  text_options.use_model = false;
  text_options.heading = out.heading;
  text_options.authors = out.authors;
  text_options.names_alone = false;
  CleanedText text = clean_text(choice ? choice->text() : main.text, out.title, text_options);
  out.body = std::move(text.body);
  out.dateline = std::move(text.dateline);
  out.words = text.words;
  use_declared_body(article_body, out, text.warnings);
  if (out.title.empty()) out.title = std::move(text.title);
  if (out.authors.empty()) out.authors = std::move(text.authors);
  if (!out.published_at) out.published_at = text.published_at, out.is_dated = true;
  out.is_dated = out.is_dated && out.published_at;
  const bool declared = out.is_dated || !article_body.empty();
  const std::string_view kind =
      kind_of_page(page, main.container, out.title, out.body, out.words, declared);
  if (!kind.empty()) out.warnings.emplace_back(kind);
  if (has_no_article(kind)) drop_body(out);
  if (out.words == 0) {
    out.warnings.emplace_back("no_article");
  } else {
    for (std::string& warning : text.warnings) out.warnings.push_back(std::move(warning));
  }
  const std::size_t kept = count_paragraphs(out.body);
  out.removed_blocks = main.blocks > kept ? main.blocks - kept : 0;
  out.confidence = confidence_of(out, choice ? choice->agreement() : Agreement(), kind);
  out.around = std::move(main.text);
  return out;
}

}  // namespace copydesk::clean
