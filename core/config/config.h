#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "article/article.h"
#include "article/json.h"
#include "config/catalog.h"
#include "config/diagnostics.h"
#include "config/when.h"

namespace copydesk::config {

// Durations are nanoseconds, sizes bytes, paths absolute.
struct Engine {
  int workers = 0;          // 0: one a core
  std::int64_t memory = 0;  // bound on the bytes of articles in hand
  std::int64_t commit_interval =
      0;  // at most this long between commits while there is something to commit
  std::int64_t min_free = 0;       // of the disk; below it sources pause
  std::int64_t drain = 0;          // time SIGTERM may take
  std::int64_t once_deadline = 0;  // how long retries may last under --once; 0: for ever
  int batch_articles = 0;
};

struct Backoff {
  std::int64_t initial = 0, max = 0;
};

enum class Format { automatic, text, html, json };

struct SourceSettings {
  Format format = Format::automatic;
  std::map<std::string, std::string> map;  // name in the incoming JSON → our field
  std::string encoding;                    // empty: told from the content
  std::int64_t max_article = 0;
  bool sha256 = true;
};

struct StageSettings {
  std::optional<When> when;
  int attempts = 0;
  Backoff backoff;
};

struct SinkSettings {
  int attempts = 0;  // 0: for ever
  Backoff backoff;
  int breaker = 0;                               // rejects in a row after which the sink is parked
  OffsetUnit offsets = OffsetUnit::code_points;  // of entities as written
};

// One source, stage or sink as configured. `spec` lives in the catalog it was loaded with.
struct ComponentConfig {
  std::string name, type;
  Kind kind = Kind::stage;
  const ComponentSpec* spec = nullptr;
  // Every declared option that is set or has a default, in the order declared: durations and bytes
  // as integers, files as a list of absolute paths (sorted for each pattern, the patterns in their
  // order, each file once), maps as a list key, value, key, …
  std::vector<Field> options;
  Location at;
  std::map<std::string, Location> option_locations;  // of the keys that are in the file
  // Over the options that state depends on, with the contents of the files they name: another digest, another state.
  // SHA-256 in hex; does not depend on where the configuration lies.
  std::string state_digest;

  SourceSettings source;  // of sources
  StageSettings stage;    // of stages
  SinkSettings sink;      // of sinks

  [[nodiscard]] const Value* option(std::string_view key) const;
};

// One way out of a pipeline.
struct Route {
  std::string sink;
  std::optional<When> when;
  bool otherwise = false;  // takes what no route above it took
  Location at;
};

struct PipelineConfig {
  std::string name;
  std::vector<std::string> from;
  std::vector<ComponentConfig> stages;
  std::vector<Route> to;
  std::string dead_letters;  // name of a sink that gets them besides the store; empty: none
  Location at;
};

struct Config {
  int version = 0;
  std::string file;
  std::string data_dir;
  Engine engine;
  // In the order of the file.
  std::vector<ComponentConfig> sources;
  std::vector<PipelineConfig> pipelines;
  std::vector<ComponentConfig> sinks;

  [[nodiscard]] const ComponentConfig* source(std::string_view name) const;
  [[nodiscard]] const ComponentConfig* sink(std::string_view name) const;
};

}  // namespace copydesk::config
