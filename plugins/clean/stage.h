// The stage `clean`: the algorithms behind html.h and text.h, as the SDK wants them.
#pragma once
#include <copydesk/sdk.hpp>

#include "html.h"
#include "text.h"

namespace copydesk::clean {

struct Clean : Stage {
  static constexpr const char* kAccepts[] = {"text/html", "text/plain", nullptr};
  static constexpr const char* kReads[] = {"title", "body", nullptr};
  static constexpr const char* kWrites[] = {"title",
                                            "body",
                                            "description",
                                            "authors",
                                            "byline",
                                            "dateline",
                                            "section",
                                            "keywords",
                                            "image_url",
                                            "language",
                                            "site_name",
                                            "canonical_url",
                                            "published_at",
                                            "published_precision",
                                            "modified_at",
                                            "quality.words",
                                            "quality.removed_blocks",
                                            "quality.warnings",
                                            nullptr};
  static constexpr About kAbout{
      .name = "clean",
      .summary = "Keeps the article's own text and takes its metadata from the page.",
      .accepts = kAccepts,
      .produces = "text/plain",
      .reads = kReads,
      .writes = kWrites};
  static constexpr cd_option kOptions[] = {
      option("text", CD_OPTION_BOOL, "true",
             "Also clean articles that come as plain text; false passes their body on as it is.",
             nullptr, nullptr, CD_RELOADABLE),
      option("max_html", CD_OPTION_BYTES, "16MiB",
             "How much of a page is read; what lies beyond is left out, with the warning cut.",
             nullptr, "1KiB..256MiB", CD_RELOADABLE)};

  Clean(const Host&, const Options& options) : text_(options.boolean("text", true)) {
    html_options_.max_html_bytes = static_cast<std::size_t>(options.integer("max_html"));
  }

  // [worker] Depends on the article and the options only.
  void process(const Call&, const Batch& batch, Edit& edit, Carry&) const {
    for (const Article article : batch) {
      if (article.media_type() == "text/html") {
        clean_page(article, edit);
      } else if (text_) {
        clean_plain(article, edit);
      }
    }
  }

 private:
  void clean_page(const Article& article, Edit& edit) const {
    CleanedHtml page = clean_html(article.body(), html_options_);
    edit.set(article, "body", page.body);
    set_title(article, edit, page.title);
    set_absent(article, edit, "description", page.description);
    set_absent(article, edit, "site_name", page.site_name);
    set_absent(article, edit, "canonical_url", page.canonical_url);
    set_absent(article, edit, "section", page.section);
    set_absent(article, edit, "image_url", page.image_url);
    set_absent(article, edit, "language", primary_language(page.language));
    set_absent(article, edit, "dateline", page.dateline);
    set_absent(article, edit, "authors", page.authors);
    set_absent(article, edit, "keywords", page.keywords);
    set_times(article, edit, page.published_at, page.modified_at);
    set_quality(article, edit, page.words, page.removed_blocks, page.warnings);
  }

  void clean_plain(const Article& article, Edit& edit) const {
    TextOptions options;
    options.removals_max = 0;
    const CleanedText text = clean_text(article.body(), article.title(), options);
    if (text.body != article.body()) edit.set(article, "body", text.body);
    if (!text.title.empty() && text.title != article.title())
      edit.set(article, "title", text.title);
    set_absent(article, edit, "byline", text.byline);
    set_absent(article, edit, "dateline", text.dateline);
    set_absent(article, edit, "authors", text.authors);
    set_times(article, edit, text.published_at, text.modified_at);
    set_quality(article, edit, text.words, text.removed_lines, text.warnings);
  }

  // The source's title wins, unless it is the page's with a breadcrumb or the site's name.
  static void set_title(const Article& article, Edit& edit, std::string_view title) {
    if (title.empty()) return;
    const std::string given = squeeze(article.title());
    if (given.empty() || is_title_with_extras(given, title)) edit.set(article, "title", title);
  }
  static bool is_absent(const Article& article, std::string_view field) {
    const cd_value* value = article.field(field);
    return !value || value->type == CD_VALUE_NONE ||
           (value->type == CD_VALUE_STRING && value->as.string.size == 0) ||
           (value->type == CD_VALUE_LIST && value->count == 0);
  }
  static void set_absent(const Article& article, Edit& edit, std::string_view field,
                         std::string_view value) {
    if (!value.empty() && is_absent(article, field)) edit.set(article, field, value);
  }
  static void set_absent(const Article& article, Edit& edit, std::string_view field,
                         const std::vector<std::string>& values) {
    if (!values.empty() && is_absent(article, field)) {
      edit.set(article, field, std::span<const std::string>(values));
    }
  }
  static void set_times(const Article& article, Edit& edit, const std::optional<Moment>& published,
                        const std::optional<Moment>& modified) {
    if (published && is_absent(article, "published_at")) {
      edit.set(article, "published_at", to_value(*published));
      edit.set(article, "published_precision",
               published->precision == Precision::kDay ? "day" : "second");
    }
    if (modified && is_absent(article, "modified_at")) {
      edit.set(article, "modified_at", to_value(*modified));
    }
  }
  static cd_value to_value(const Moment& moment) {
    return time_value(moment.unix_seconds * 1'000'000'000);
  }
  static void set_quality(const Article& article, Edit& edit, std::size_t words,
                          std::size_t removed, const std::vector<std::string>& warnings) {
    edit.set(article, "quality.words", int_value(static_cast<std::int64_t>(words)));
    edit.set(article, "quality.removed_blocks", int_value(static_cast<std::int64_t>(removed)));
    for (const std::string& warning : warnings) edit.append(article, "quality.warnings", warning);
  }
  // "en" of "en-GB": what conditions on the language ask for.
  static std::string primary_language(std::string_view tag) {
    std::string language(tag.substr(0, tag.find_first_of("-_ ")));
    for (char& c : language) c = ascii_lower(c);
    const bool code = language.size() == 2 || language.size() == 3;
    return code ? language : std::string();
  }

  bool text_;
  HtmlOptions html_options_;
};

}  // namespace copydesk::clean
