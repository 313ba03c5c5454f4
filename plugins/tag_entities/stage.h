// The stage `tag_entities`: gazetteers and document pass behind document.h, as the SDK wants it.
#pragma once
#include <copydesk/sdk.hpp>

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "document.h"
#include "gazetteer_file.h"
#include "shipped.h"

namespace copydesk::tag_entities {

struct TagEntities : Stage {
  static constexpr const char* kAccepts[] = {"text/plain", nullptr};
  static constexpr const char* kReads[] = {"title", "body", nullptr};
  static constexpr const char* kWrites[] = {"entities", nullptr};
  static constexpr About kAbout{
      .name = "tag_entities",
      .summary = "Finds names of people, organisations and places, with their ids.",
      .accepts = kAccepts,
      .reads = kReads,
      .writes = kWrites};
  static constexpr cd_option kOptions[] = {
      option("gazetteers", CD_OPTION_FILES, nullptr,
             "Files of names to look for; where two ids claim a name, the earlier file has it.",
             nullptr, nullptr, CD_RELOADABLE, CD_OPTION_LIST),
      option("shipped", CD_OPTION_BOOL, nullptr,
             "Also look for the names that come with copydesk, after those of `gazetteers`; when "
             "absent, only if there are no `gazetteers`.",
             nullptr, nullptr, CD_RELOADABLE),
      option("min_score", CD_OPTION_REAL, "0", "Mentions less sure than this are left out.",
             nullptr, "0..1", CD_RELOADABLE),
      option(
          "short_forms", CD_OPTION_BOOL, "true",
          "Also tag short forms of names that the article has in full, and acronyms it explains.",
          nullptr, nullptr, CD_RELOADABLE)};

  TagEntities(const Host& host, const Options& options)
      : host_(host),
        files_(options.strings("gazetteers")),
        shipped_(options.boolean("shipped", files_.empty())),
        tag_options_{.min_score = options.real("min_score"),
                     .short_forms = options.boolean("short_forms", true)} {
    if (files_.empty() && !shipped_) {
      throw Config("there are no names to look for: set `gazetteers`, or leave `shipped` on");
    }
  }

  // On an open stage this is a seek, and the names are there already.
  void open(const Open&) {
    if (loaded_) return;
    Gazetteer gazetteer;
    std::vector<Diagnostic> diagnostics;
    for (const std::string& file : files_) add_file(gazetteer, file, diagnostics);
    if (shipped_) {
      for (const ShippedFile& file : shipped_gazetteers()) {
        add_tsv(gazetteer, file.content, file.name, diagnostics);
      }
    }
    report(diagnostics);
    gazetteer_ = std::move(gazetteer);
    loaded_ = true;
  }

  void process(const Call&, const Batch& batch, Edit& edit, Carry&) const {
    std::unique_ptr<Tagger> tagger = borrow();
    for (const Article article : batch) annotate(article, *tagger, edit);
    give_back(std::move(tagger));
  }

 private:
  static constexpr std::size_t kShownMax = 20;  // diagnostics, of either severity
  static constexpr std::array<const char*, 2> kFields = {"title", "body"};

  void report(const std::vector<Diagnostic>& diagnostics) const {
    std::string errors;
    std::size_t error_count = 0, warning_count = 0;
    for (const Diagnostic& d : diagnostics) {
      const bool error = d.severity == Diagnostic::Severity::kError;
      if ((error ? error_count++ : warning_count++) >= kShownMax) continue;
      if (error) {
        if (!errors.empty()) errors += '\n';
        errors += d.text();
      } else {
        host_.warn(d.text());
      }
    }
    if (error_count > kShownMax) {
      errors += "\nand " + std::to_string(error_count - kShownMax) + " more errors";
    }
    if (error_count > 0) throw Config(errors);
  }

  void annotate(const Article& article, Tagger& tagger, Edit& edit) const {
    std::array<std::string_view, kFields.size()> texts;
    for (std::size_t i = 0; i < kFields.size(); ++i) texts[i] = article.text(kFields[i]);
    for (const Mention& mention : tagger.tag(texts)) {
      const Entry entry = gazetteer_.entry(mention.entry);
      cd_annotation annotation{};
      annotation.size = sizeof(annotation);
      annotation.field = to_c(kFields[mention.field]);
      annotation.span = {mention.begin, mention.end};
      annotation.type = to_c(type_name(entry.type));
      annotation.kind = to_c(entry.kind);
      annotation.name = to_c(entry.name);
      annotation.id = to_c(entry.id);
      annotation.score = mention.score;
      edit.annotate(article, annotation);
    }
  }

  // A tagger keeps its scratch memory from batch to batch; there are as many as workers were ever
  // at once in here.
  std::unique_ptr<Tagger> borrow() const {
    const std::lock_guard lock(mutex_);
    if (taggers_.empty()) return std::make_unique<Tagger>(gazetteer_, tag_options_);
    std::unique_ptr<Tagger> tagger = std::move(taggers_.back());
    taggers_.pop_back();
    return tagger;
  }
  void give_back(std::unique_ptr<Tagger> tagger) const {
    const std::lock_guard lock(mutex_);
    taggers_.push_back(std::move(tagger));
  }

  Host host_;
  std::vector<std::string> files_;
  bool shipped_;
  TagOptions tag_options_;
  Gazetteer gazetteer_;
  bool loaded_ = false;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Tagger>> taggers_;
};

}  // namespace copydesk::tag_entities
