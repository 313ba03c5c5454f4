#include "html.h"

#include "main_text.h"
#include "metadata.h"
#include "page.h"
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
// behind a script.
void use_declared_body(std::string_view declared, CleanedHtml& out) {
  constexpr std::size_t kDeclaredWordsMin = 50;
  const std::size_t words = count_words(declared);
  if (words < kDeclaredWordsMin || out.words * 3 > words) return;
  TextOptions options;
  options.removals_max = 0;
  CleanedText text = clean_text(declared, out.title, options);
  if (text.words <= out.words) return;
  out.body = std::move(text.body);
  out.dateline = std::move(text.dateline);
  out.words = text.words;
  out.warnings.emplace_back("body_from_json_ld");
}

}  // namespace

CleanedHtml clean_html(std::string_view html, const HtmlOptions& options) {
  CleanedHtml out;
  Page page(html, options);
  if (page.cut()) out.warnings.emplace_back("cut");
  if (page.deep()) out.warnings.emplace_back("deep");
  MainText main = find_main_text(page);
  std::string article_body;
  read_metadata(page, out, article_body);

  TextOptions text_options;
  text_options.removals_max = 0;
  CleanedText text = clean_text(main.text, out.title, text_options);
  out.body = std::move(text.body);
  out.dateline = std::move(text.dateline);
  out.words = text.words;
  use_declared_body(article_body, out);
  if (out.title.empty()) out.title = std::move(text.title);
  if (out.authors.empty()) out.authors = std::move(text.authors);
  if (!out.published_at) out.published_at = text.published_at;
  if (out.words == 0) {
    out.warnings.emplace_back("no_article");
  } else {
    for (std::string& warning : text.warnings) out.warnings.push_back(std::move(warning));
  }
  const std::size_t kept = count_paragraphs(out.body);
  out.removed_blocks = main.blocks > kept ? main.blocks - kept : 0;
  out.around = std::move(main.text);
  return out;
}

}  // namespace copydesk::clean
