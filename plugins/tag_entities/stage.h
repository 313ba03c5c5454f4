// The stage `tag_entities`: gazetteers and document pass behind document.h, as the SDK wants it.
#pragma once
#include <copydesk/sdk.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "document.h"
#include "live_gazetteer.h"
#include "shipped.h"

namespace copydesk::tag_entities {

struct TagEntities : Stage {
  static constexpr const char* kAccepts[] = {"text/plain", nullptr};
  static constexpr const char* kReads[] = {"title", "body", "language", nullptr};
  static constexpr const char* kWrites[] = {"entities", "quality.warnings", nullptr};
  static constexpr About kAbout{
      .name = "tag_entities",
      .summary = "Finds names of people, organisations and places, with their ids.",
      .accepts = kAccepts,
      .reads = kReads,
      .writes = kWrites};
  static constexpr cd_option kOptions[] = {
      option("gazetteers", CD_OPTION_FILES, nullptr,
             "Files of names to look for, as TSV, CSV or JSONL; where two ids claim a name, the "
             "one of "
             "higher priority has it, of equals that of the earlier file.",
             nullptr, nullptr, CD_RELOADABLE, CD_OPTION_LIST),
      option("shipped", CD_OPTION_BOOL, nullptr,
             "Also look for the names that come with copydesk, after those of `gazetteers`; when "
             "absent, only if there are no `gazetteers`.",
             nullptr, nullptr, CD_RELOADABLE),
      only_with("gazetteers",
                option("reload", CD_OPTION_DURATION, "2s",
                       "How often to look whether files of `gazetteers` have changed; 0s: never.",
                       nullptr, "0s..1h", CD_RELOADABLE)),
      option("matches", CD_OPTION_ENUM, "longest",
             "Where listed names overlap: the longest from left to right, or all of them.", nullptr,
             "longest|all", CD_RELOADABLE),
      option("model", CD_OPTION_STRING, "shipped",
             "What finds names that nobody listed: `shipped`, the model that comes with copydesk; "
             "`none`; or the file of a model of your own, as tools/train_entities writes it.",
             nullptr, nullptr, CD_RELOADABLE),
      option("min_score", CD_OPTION_REAL, "0", "Mentions less sure than this are left out.",
             nullptr, "0..1", CD_RELOADABLE),
      option("min_scores.per", CD_OPTION_REAL, nullptr, "The same for people.", nullptr, "0..1",
             CD_RELOADABLE),
      option("min_scores.org", CD_OPTION_REAL, nullptr, "The same for organisations.", nullptr,
             "0..1", CD_RELOADABLE),
      option("min_scores.loc", CD_OPTION_REAL, nullptr, "The same for places.", nullptr, "0..1",
             CD_RELOADABLE),
      option("min_scores.misc", CD_OPTION_REAL, nullptr, "The same for all other names.", nullptr,
             "0..1", CD_RELOADABLE),
      option("max_bytes", CD_OPTION_BYTES, "1MiB",
             "Of a field only so much is looked at; where that cuts it, `quality.warnings` gets "
             "`names_cut`.",
             nullptr, "1KiB..1GiB", CD_RELOADABLE),
      option(
          "short_forms", CD_OPTION_BOOL, "true",
          "Also tag short forms of names that the article has in full, and acronyms it explains.",
          nullptr, nullptr, CD_RELOADABLE)};

  TagEntities(const Host& host, const Options& options)
      : host_(host),
        reloads_(host.counter("gazetteer_reloads", "reloads",
                              "Changed gazetteers that were taken while running.")),
        refusals_(host.counter("gazetteer_refusals", "reloads",
                               "Changed gazetteers that had a mistake and were not taken.")),
        model_name_(options.string("model", "shipped")),
        max_bytes_(static_cast<std::size_t>(options.integer("max_bytes", 1 << 20))),
        tag_options_{.short_forms = options.boolean("short_forms", true),
                     .all_matches = options.string("matches") == "all"},
        gazetteer_(files_of(options)) {
    constexpr std::array kPerType = {"min_scores.per", "min_scores.org", "min_scores.loc",
                                     "min_scores.misc"};  // as EntityType
    for (std::size_t type = 0; type < kPerType.size(); ++type) {
      tag_options_.min_scores[type] = options.real(kPerType[type], options.real("min_score"));
    }
    if (files_of(options).paths.empty() && !files_of(options).shipped && model_name_ == "none") {
      throw Config(
          "there are no names to look for: set `gazetteers`, or leave `shipped` or `model` on");
    }
  }

  // [control] `check` reads what a start would read.
  void preflight(Findings& findings) {
    try {
      open_model();
    } catch (const Config& e) {
      findings.error("model", e.what());
    }
    std::vector<Diagnostic> diagnostics;
    gazetteer_.load(diagnostics);
    if (diagnostics.size() > kShownMax) diagnostics.resize(kShownMax);
    for (const Diagnostic& d : diagnostics) {
      const std::string line = d.line > 0 ? ":" + std::to_string(d.line) : "";
      const std::string text = d.file + line + ": " + d.message;
      if (d.severity == Diagnostic::Severity::kError) {
        findings.error("gazetteers", text);
      } else {
        findings.warning("gazetteers", text);
      }
    }
  }

  // On an open stage this is a seek, and the names are there already.
  void open(const Open&) {
    if (loaded_) return;
    open_model();
    std::vector<Diagnostic> diagnostics;
    gazetteer_.load(diagnostics);
    const std::string errors = report(diagnostics);
    if (!errors.empty()) throw Config(errors);
    gazetteer_.watch(
        {[this](const Gazetteer& g, const std::vector<Diagnostic>& d) { reloaded(g, d); },
         [this](const std::vector<Diagnostic>& d) { refused(d); }});
    loaded_ = true;
  }

  // A batch is tagged with one gazetteer from its first article to its last, whatever happens to the
  // files meanwhile.
  void process(const Call&, const Batch& batch, Edit& edit, Carry&) const {
    const std::shared_ptr<const Gazetteer> gazetteer = gazetteer_.current();
    std::unique_ptr<Tagger> tagger = borrow(*gazetteer);
    for (const Article article : batch) annotate(article, *gazetteer, *tagger, edit);
    give_back(std::move(tagger));
  }

 private:
  static GazetteerFiles files_of(const Options& options) {
    GazetteerFiles files;
    files.paths = options.strings("gazetteers");
    files.shipped = options.boolean("shipped", files.paths.empty());
    files.look_every = std::chrono::nanoseconds(options.integer("reload"));
    return files;
  }

  void reloaded(const Gazetteer& gazetteer, const std::vector<Diagnostic>& warnings) const {
    reloads_.add();
    report(warnings);
    host_.info("Took the changed gazetteers: " + std::to_string(gazetteer.entry_count()) +
               " entries.");
  }
  void refused(const std::vector<Diagnostic>& diagnostics) const {
    refusals_.add();
    host_.error("The gazetteers stay as they were: " + report(diagnostics));
  }

  void open_model() {
    if (model_name_ == "none") return;
    std::string problem;
    if (model_name_ == "shipped") {
      auto model = Model::open(shipped_model(), problem);
      if (model) model_ = std::make_shared<const Model>(std::move(*model));
    } else {
      model_ = Model::read(model_name_, problem);
    }
    if (model_ == nullptr) throw Config("model: " + model_name_ + " " + problem);
  }

  static constexpr std::size_t kShownMax = 20;  // diagnostics, of either severity
  static constexpr std::array<const char*, 2> kFields = {"title", "body"};

  // Logs the warnings and returns the errors.
  std::string report(const std::vector<Diagnostic>& diagnostics) const {
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
    return errors;
  }

  void annotate(const Article& article, const Gazetteer& gazetteer, Tagger& tagger,
                Edit& edit) const {
    std::array<std::string_view, kFields.size()> texts;
    bool cut = false;
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      texts[i] = article.text(kFields[i]);
      if (texts[i].size() <= max_bytes_) continue;
      cut = true;
      texts[i] = whole_words(texts[i], max_bytes_);
    }
    if (cut) edit.append(article, "quality.warnings", "names_cut");
    // The model knows English; where the language is said to be another, the lists are all there is.
    const std::string_view language = article.text("language");
    const bool english = language.empty() || language.starts_with("en");
    for (const Mention& mention : tagger.tag(texts, english)) {
      cd_annotation annotation{};
      annotation.size = sizeof(annotation);
      annotation.field = to_c(kFields[mention.field]);
      annotation.span = {mention.begin, mention.end};
      annotation.type = to_c(type_name(mention.type));
      if (mention.entry != Gazetteer::kNone) {
        const Entry entry = gazetteer.entry(mention.entry);
        annotation.kind = to_c(entry.kind);
        annotation.name = to_c(entry.name);
        annotation.id = to_c(entry.id);
      } else if (mention.full_begin != mention.begin || mention.full_field != mention.field) {
        annotation.name = to_c(texts[mention.full_field].substr(
            mention.full_begin, mention.full_end - mention.full_begin));
      }
      annotation.score = std::round(mention.score * 1000) / 1000;
      edit.annotate(article, annotation);
    }
  }

  // At most so many bytes, and no character cut; no word either, so that of "Chinatown" no "China" is
  // left, unless it is a very long one, as whole texts are in scripts without spaces.
  static std::string_view whole_words(std::string_view text, std::size_t bytes) {
    constexpr std::size_t kWordBytesMax = 64;
    const std::size_t space = text.find_last_of(" \t\r\n", bytes);
    if (space != std::string_view::npos && bytes - space < kWordBytesMax) {
      return text.substr(0, space);
    }
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
    return text.substr(0, bytes);
  }

  // A tagger keeps its scratch memory from batch to batch; there are as many as workers were ever
  // at once in here.
  std::unique_ptr<Tagger> borrow(const Gazetteer& gazetteer) const {
    const std::lock_guard lock(mutex_);
    if (taggers_.empty()) return std::make_unique<Tagger>(gazetteer, tag_options_, model_.get());
    std::unique_ptr<Tagger> tagger = std::move(taggers_.back());
    taggers_.pop_back();
    tagger->use(gazetteer);
    return tagger;
  }
  void give_back(std::unique_ptr<Tagger> tagger) const {
    const std::lock_guard lock(mutex_);
    taggers_.push_back(std::move(tagger));
  }

  Host host_;
  Counter reloads_, refusals_;
  std::string model_name_;
  std::size_t max_bytes_;
  TagOptions tag_options_;
  std::shared_ptr<const Model> model_;
  LiveGazetteer gazetteer_;
  bool loaded_ = false;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Tagger>> taggers_;
};

}  // namespace copydesk::tag_entities
