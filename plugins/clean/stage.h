// The stage `clean`: the algorithms behind html.h and text.h, as the SDK wants them.
#pragma once
#include <cmath>
#include <copydesk/sdk.hpp>

#include "double_utf8.h"
#include "explain.h"
#include "html.h"
#include "language.h"
#include "page_kind.h"
#include "site_memory.h"
#include "site_report.h"
#include "site_state.h"
#include "text.h"

namespace copydesk::clean {

struct Clean : Stage {
  static constexpr const char* kAccepts[] = {"text/html", "text/plain", nullptr};
  static constexpr const char* kReads[] = {"title", "body",          "domain",
                                           "url",   "canonical_url", nullptr};
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
                                            "quality.confidence",
                                            "quality.warnings",
                                            nullptr};
  static constexpr About kAbout{
      .name = "clean",
      .summary = "Keeps the article's own text and takes its metadata from the page.",
      .state_version = 2,  // raise it whenever a record of the site memory changes
      .accepts = kAccepts,
      .produces = "text/plain",
      .reads = kReads,
      .writes = kWrites};
  static constexpr cd_option kOptions[] = {
      option("text", CD_OPTION_BOOL, "true",
             "Also clean articles that come as plain text; false passes their body on as it is.",
             nullptr, nullptr, CD_RELOADABLE),
      option("site_memory", CD_OPTION_BOOL, "true",
             "Learn what a site repeats under different titles, and take it out of the body.",
             nullptr, nullptr, CD_RELOADABLE),
      option("max_html", CD_OPTION_BYTES, "16MiB",
             "How much of a page is read; what lies beyond is left out, with the warning cut.",
             nullptr, "1KiB..256MiB", CD_RELOADABLE),
      option("max_tree", CD_OPTION_BYTES, "256MiB",
             "Memory of the tree of one page and its lists; what does not fit is left out, with "
             "the warning cut.",
             nullptr, "1MiB..8GiB", CD_RELOADABLE),
      option("max_depth", CD_OPTION_INT, "512",
             "Elements nested deeper become children of that depth, with the warning deep.",
             "elements", "32..4096", CD_RELOADABLE),
      only_with("text=true", option("max_text", CD_OPTION_BYTES, "8MiB",
                                    "A larger text is only normalised, with the warning too_long.",
                                    nullptr, "1KiB..256MiB", CD_RELOADABLE))};

  Clean(const Host& host, const Options& options)
      : host_(host),
        text_(options.boolean("text", true)),
        site_memory_(options.boolean("site_memory", true)),
        explains_(host.wants_reasons()) {
    html_options_.max_html_bytes = static_cast<std::size_t>(options.integer("max_html"));
    html_options_.max_tree_bytes = static_cast<std::size_t>(options.integer("max_tree"));
    html_options_.max_depth = static_cast<std::size_t>(options.integer("max_depth"));
    max_text_ = static_cast<std::size_t>(options.integer("max_text"));
  }

  // [worker] Depends on the article and the options only.
  void process(const Call&, const Batch& batch, Edit& edit, Carry& carry) const {
    for (const Article article : batch) {
      if (article.media_type() == "text/html") {
        clean_page(article, edit, carry);
      } else if (text_) {
        clean_plain(article, edit, carry);
      }
    }
  }

  // [line] Everything that the batch has of a site goes into one put, behind its last article.
  void resolve(const Call& call, const Batch& batch, Carry& carry, State& state, Edit& edit) const {
    SiteMemory memory(state);
    for (const Article article : batch) {
      const std::string_view carried = carry.get(article);
      if (carried.empty()) continue;
      const auto lines = parse_site_lines(carried);
      if (!lines || lines->body_bytes != article.body().size())
        throw Fatal("carry: not the lines of this article");
      SiteRecord& record = memory.record(lines->site, article.index());
      const SiteVerdict verdict = judge(*lines, record);
      learn(*lines, verdict, article.body(), record);
      record.seen_at = call.time() / 1'000'000'000;
      if (explains_) tell(article, *lines, verdict, record);
      cut(article, *lines, verdict, edit);
    }
    memory.put(batch, edit);
    if (memory.damaged() > 0) host_.warn("Records of sites are damaged and begin anew.");
  }

  // [control] `copydesk state sites [SITE]`
  static constexpr const char* kTopics[] = {"sites", nullptr};
  std::string inspect(std::string_view, std::span<const std::string> arguments,
                      const State& state) const {
    if (arguments.size() > 1) throw Config("sites: one SITE at most");
    const std::int64_t now = host_.now() / 1'000'000'000;
    return arguments.empty() ? tell_sites(state, now) : tell_site(state, arguments[0], now);
  }

 private:
  void clean_page(const Article& article, Edit& edit, Carry& carry) const {
    HtmlOptions options = html_options_;
    options.url = article.text("url");
    CleanedHtml page = clean_html(article.body(), options);
    edit.set(article, "body", page.body);
    set_title(article, edit, page.title);
    set_absent(article, edit, "description", page.description);
    set_absent(article, edit, "site_name", page.site_name);
    set_absent(article, edit, "canonical_url", page.canonical_url);
    set_absent(article, edit, "section", page.section);
    set_absent(article, edit, "image_url", page.image_url);
    set_language(article, edit, primary_language(page.language), page.body);
    set_absent(article, edit, "dateline", page.dateline);
    set_absent(article, edit, "authors", page.authors);
    set_absent(article, edit, "keywords", page.keywords);
    set_times(article, edit, page.published_at, page.modified_at);
    set_quality(article, edit, page.words, page.removed_blocks, page.confidence, page.warnings);
    note(article, page.canonical_url, page.title, page.body, page.around, carry);
    if (explains_) tell(article, explain_html(article.body(), options));
  }

  void clean_plain(const Article& article, Edit& edit, Carry& carry) const {
    TextOptions options;
    options.removals_max = 0;
    options.max_bytes = max_text_;
    const std::optional<std::string> meant = undo_double_utf8(article.body());
    const std::string_view body = meant ? *meant : article.body();
    const std::optional<std::string> meant_title =
        meant ? undo_double_utf8(article.title(), Around::kTwice) : std::nullopt;
    const std::string_view title = meant_title ? *meant_title : article.title();
    CleanedText text = clean_text(body, title, options);
    const std::string_view kind = kind_of_text(text.title, text.body, text.words, body);
    if (!kind.empty()) {
      text.warnings.emplace_back(kind);
      text.confidence /= 2;
    }
    if (has_no_article(kind)) {
      text.warnings.emplace_back("no_article");
      text.body.clear();
      text.dateline.clear();
      text.words = 0;
      text.confidence = 0;
    }
    if (text.body != article.body()) edit.set(article, "body", text.body);
    if (!text.title.empty() && text.title != article.title())
      edit.set(article, "title", text.title);
    set_absent(article, edit, "byline", text.byline);
    set_absent(article, edit, "dateline", text.dateline);
    set_language(article, edit, {}, text.body);
    set_absent(article, edit, "authors", text.authors);
    set_times(article, edit, text.published_at, text.modified_at);
    set_quality(article, edit, text.words, text.removed_lines, text.confidence, text.warnings);
    note(article, {}, text.title, text.body, body, carry);
    if (explains_) tell(article, explain_text(body, title, options));
  }

  void note(const Article& article, std::string_view canonical_url, std::string_view title,
            std::string_view body, std::string_view around, Carry& carry) const {
    if (!site_memory_ || body.empty()) return;
    const std::string site = site_of(article, canonical_url);
    if (site.empty()) return;
    carry.set(article,
              serialize(note_lines(site, title.empty() ? article.title() : title, body, around)));
  }

  void tell(const Article& article, const std::vector<LineReason>& lines) const {
    for (const LineReason& line : lines) {
      host_.tell(article,
                 {.cut = !line.kept, .text = line.text, .rule = line.rule, .score = line.score});
    }
  }
  void tell(const Article& article, const SiteLines& lines, const SiteVerdict& verdict,
            const SiteRecord& record) const {
    if (verdict.seen_before) return;
    for (const std::size_t i : verdict.cut) {
      const BodyLine& line = lines.body[i];
      const std::string text =
          beginning_of(article.body().substr(line.span.begin, line.span.end - line.span.begin));
      const KnownLine* known = record.find(line.hash);
      const std::string detail =
          known ? std::to_string(known->titles) + " titles" : std::string("known");
      host_.tell(article, {.cut = true, .text = text, .rule = "site_memory", .detail = detail});
    }
  }

  static void cut(const Article& article, const SiteLines& lines, const SiteVerdict& verdict,
                  Edit& edit) {
    if (verdict.cut.empty()) return;
    edit.patch(article, "body", cut_patches(lines, verdict));
    const cd_value* removed = article.field("quality.removed_blocks");
    const cd_value* words = article.field("quality.words");
    const cd_value* confidence = article.field("quality.confidence");
    if (!removed || !words || !confidence) {
      throw Fatal("carry: without the fields that process sets");
    }
    std::int64_t words_left = words->as.integer;
    for (const std::size_t i : verdict.cut) {
      const Span span = lines.body[i].span;
      words_left -= static_cast<std::int64_t>(
          count_words(article.body().substr(span.begin, span.end - span.begin)));
    }
    edit.set(article, "quality.words", int_value(words_left));
    set_confidence(article, edit,
                   confidence_after_cut(confidence->as.real, words->as.integer, words_left));
    edit.set(article, "quality.removed_blocks",
             int_value(removed->as.integer + static_cast<std::int64_t>(verdict.cut.size())));
  }

  // The host of the article's address; empty when it has none.
  static std::string site_of(const Article& article, std::string_view canonical_url) {
    if (const std::string_view domain = article.text("domain"); !domain.empty())
      return std::string(domain);
    for (const std::string_view url :
         {article.text("canonical_url"), article.text("url"), canonical_url}) {
      if (std::string host = host_of(url); !host.empty()) return host;
    }
    return {};
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
      edit.set(article, "published_at", to_rfc3339(*published));
      edit.set(article, "published_precision",
               published->precision == Precision::kDay ? "day" : "second");
    }
    if (modified && is_absent(article, "modified_at")) {
      edit.set(article, "modified_at", to_rfc3339(*modified));
    }
  }
  static void set_quality(const Article& article, Edit& edit, std::size_t words,
                          std::size_t removed, float confidence,
                          const std::vector<std::string>& warnings) {
    edit.set(article, "quality.words", int_value(static_cast<std::int64_t>(words)));
    edit.set(article, "quality.removed_blocks", int_value(static_cast<std::int64_t>(removed)));
    set_confidence(article, edit, confidence);
    for (const std::string& warning : warnings) edit.append(article, "quality.warnings", warning);
  }
  // What the page says; where neither it nor the source does, what the body is plainly written in.
  static void set_language(const Article& article, Edit& edit, std::string_view declared,
                           std::string_view body) {
    if (!is_absent(article, "language")) return;
    const std::string_view language = declared.empty() ? detect_language(body) : declared;
    if (!language.empty()) edit.set(article, "language", language);
  }
  static void set_confidence(const Article& article, Edit& edit, double confidence) {
    edit.set(article, "quality.confidence", real_value(std::round(confidence * 100) / 100));
  }
  // "en" of "en-GB": what conditions on the language ask for.
  static std::string primary_language(std::string_view tag) {
    std::string language(tag.substr(0, tag.find_first_of("-_ ")));
    for (char& c : language) c = ascii_lower(c);
    const bool code = language.size() == 2 || language.size() == 3;
    return code ? language : std::string();
  }

  Host host_;
  bool text_;
  bool site_memory_;
  bool explains_;
  HtmlOptions html_options_;
  std::size_t max_text_ = 0;  // bytes
};

}  // namespace copydesk::clean
