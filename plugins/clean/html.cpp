#include "html.h"

#include <algorithm>

#include "main_text.h"
#include "metadata.h"
#include "models.h"
#include "page.h"
#include "page_features.h"
#include "page_kind.h"
#include "text.h"

namespace copydesk::clean {
namespace {

constexpr float kEnglishMin = 0.25f;      // the models know no other language
constexpr std::size_t kLeftShareMin = 4;  // a quarter of what the rules take must stay

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
  options.use_model = false;
  CleanedText text = clean_text(declared, out.title, options);
  if (text.words <= out.words) return;
  out.body = std::move(text.body);
  out.dateline = std::move(text.dateline);
  out.words = text.words;
  out.warnings.emplace_back("body_from_json_ld");
}

// Words of blocks that the rules and the model judge alike, and of all that either takes.
struct Agreement {
  std::size_t both = 0, either = 0;
};

// What the model takes of the page. Empty if it has no say here: then the rules' text stands.
std::string model_text(const Forest& model, const Page& page, const MainText& found,
                       const Declared& declared, Agreement& agreement) {
  const PageBlocks blocks = collect_blocks(page, found);
  const Lines lines(blocks.text, false);
  LineFeatures features(lines.list(), declared.title, model.columns());
  if (features.english() < kEnglishMin) return {};
  add_block_columns(page, found, blocks, lines.list(), declared, features);
  std::string text;
  std::size_t previous = 0;
  for (std::size_t i = 0; i < lines.list().size(); ++i) {
    const Line& line = lines.list()[i];
    const bool taken = blocks.blocks[block_of(blocks, line)].taken;
    const bool accepted = model.quick_score(features.row(i)) > 0;
    if (taken || accepted) agreement.either += line.words;
    if (!accepted) continue;
    if (taken) agreement.both += line.words;
    if (!text.empty()) text += line.blank_before || previous + 1 != i ? "\n\n" : "\n";
    text += line.text;
    previous = i;
  }
  return text;
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
  read_metadata(page, out, article_body);
  std::string chosen;
  Agreement agreement;
  if (options.use_model && !main.text.empty())
    chosen = model_text(options.model ? *options.model : page_model(), page, main,
                        {out.title, out.description, article_body}, agreement);
  // The rules' text stands where the model leaves next to nothing of it.
  const bool believed = count_words(chosen) * kLeftShareMin >= count_words(main.text);
  if (!believed) agreement = {};

  TextOptions text_options;
  text_options.removals_max = 0;
  text_options.use_model = false;
  CleanedText text = clean_text(believed ? chosen : main.text, out.title, text_options);
  out.body = std::move(text.body);
  out.dateline = std::move(text.dateline);
  out.words = text.words;
  use_declared_body(article_body, out);
  if (out.title.empty()) out.title = std::move(text.title);
  if (out.authors.empty()) out.authors = std::move(text.authors);
  if (!out.published_at) out.published_at = text.published_at;
  const bool declared = out.published_at || !article_body.empty();
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
  out.confidence = confidence_of(out, agreement, kind);
  out.around = std::move(main.text);
  return out;
}

}  // namespace copydesk::clean
