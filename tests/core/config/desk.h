#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "config/load.h"

// A catalog like that of the bundled plugins, and short ways to load a text against it.
namespace copydesk::config {

inline OptionSpec option(std::string key, OptionType type,
                         std::optional<std::string> fallback = std::nullopt,
                         std::string allowed = "", Shape shape = Shape::single) {
  OptionSpec spec;
  spec.key = std::move(key);
  spec.type = type;
  spec.fallback = std::move(fallback);
  spec.allowed = std::move(allowed);
  spec.shape = shape;
  return spec;
}

inline OptionSpec required(OptionSpec spec) {
  spec.required = true;
  return spec;
}

inline OptionSpec of_state(OptionSpec spec) {
  spec.state = true;
  return spec;
}

inline ComponentSpec component(Kind kind, std::string name, std::vector<OptionSpec> options) {
  ComponentSpec spec;
  spec.kind = kind;
  spec.plugin = spec.name = std::move(name);
  spec.options = std::move(options);
  return spec;
}

inline Catalog desk_catalog() {
  Catalog catalog;
  const auto add = [&](ComponentSpec spec) {
    const Status status = catalog.add(std::move(spec));
    if (!status.ok()) throw std::runtime_error(status.error().message);
  };
  add(component(
      Kind::source, "directory",
      {required(option("path", OptionType::path)),
       option("include", OptionType::glob, "[\"**/*.txt\", \"**/*.{html,json}\"]", "", Shape::list),
       option("exclude", OptionType::glob, "[]", "", Shape::list),
       option("settle", OptionType::duration, "10s", "0s.."),
       option("after.delivered", OptionType::path, "keep", "keep|delete|move:")}));
  add(component(
      Kind::source, "kafka",
      {required(option("brokers", OptionType::string)),
       required(option("topics", OptionType::string, std::nullopt, "", Shape::list)),
       option("password", OptionType::secret), option("group", OptionType::string, "copydesk")}));
  ComponentSpec clean =
      component(Kind::stage, "clean", {option("min_words", OptionType::integer, "0", "0..10000")});
  clean.produces = "text/plain";
  clean.writes = {"title", "body", "language", "quality.words"};
  add(std::move(clean));
  ComponentSpec tag =
      component(Kind::stage, "tag_entities",
                {of_state(option("gazetteers", OptionType::files, std::nullopt, "", Shape::list)),
                 option("fold_case", OptionType::boolean, "false")});
  tag.accepts = {"text/plain"};
  add(std::move(tag));
  ComponentSpec deduplicate =
      component(Kind::stage, "deduplicate",
                {option("action", OptionType::enumeration, "tag", "tag|drop"),
                 of_state(option("threshold", OptionType::real, "0.8", "0.3..0.95")),
                 option("window", OptionType::duration, "30d", "1h..")});
  deduplicate.writes = {"dedup.status", "dedup.of", "dedup.similarity"};
  add(std::move(deduplicate));
  add(component(Kind::sink, "file",
                {required(option("path", OptionType::path)),
                 option("rotate.size", OptionType::bytes, "256MiB", "1KiB.."),
                 option("rotate.every", OptionType::duration),
                 option("compress", OptionType::enumeration, "none", "none|gzip|zstd")}));
  add(component(Kind::sink, "stdout", {}));
  add(component(Kind::sink, "search",
                {required(option("url", OptionType::url)), option("password", OptionType::secret),
                 option("headers", OptionType::string, std::nullopt, "", Shape::map),
                 option("pipeline", OptionType::template_)}));
  return catalog;
}

inline const Catalog& desk() {
  static const Catalog kCatalog = desk_catalog();
  return kCatalog;
}

using Variables = std::map<std::string, std::string>;

inline Loaded load(const std::string& text, const Variables& variables = {},
                   const std::string& file = "/desk/copydesk.yaml") {
  return load_text(text, file, desk(),
                   [variables](const std::string& name) -> std::optional<std::string> {
                     const auto it = variables.find(name);
                     return it == variables.end() ? std::nullopt : std::optional(it->second);
                   });
}

// "line:column: message" of everything that was found, sorted by place.
inline std::vector<std::string> found(const Loaded& loaded) {
  std::vector<std::string> out;
  for (const Diagnostic& d : loaded.diagnostics.sorted())
    out.push_back(std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + ": " +
                  (d.severity == Severity::warning ? "warning: " : "") + d.message);
  return out;
}

inline std::vector<std::string> found_in(const std::string& text, const Variables& variables = {}) {
  return found(load(text, variables));
}

// A configuration that is in order but for what the caller puts into one of its parts.
struct Parts {
  std::string source = "{ type: directory, path: ./inbox }";
  std::string stages = "[clean]";
  std::string to = "[archive]";
  std::string sink = "{ type: file, path: out.jsonl }";
  std::string more;

  [[nodiscard]] std::string text() const {
    return "version: 1\nsources:\n  scraped: " + source +
           "\npipelines:\n  news:\n    from: [scraped]\n    stages: " + stages + "\n    to: " + to +
           "\nsinks:\n  archive: " + sink + "\n" + more;
  }
};
inline constexpr int kSourceLine = 3, kStagesLine = 7, kToLine = 8, kSinkLine = 10;

// A folder of the test's own that goes with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "copydesk_config_XXXXXX").native();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).native(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace copydesk::config
