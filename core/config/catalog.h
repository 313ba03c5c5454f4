#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace copydesk::config {

enum class OptionType {
  string,
  integer,
  real,
  boolean,
  duration,  // "200ms": nanoseconds
  bytes,     // "256MiB"
  path,  // made absolute against the file that names it; allowed "keep|move:": also these words, "move:PATH" with it
  files,  // a path with wildcards: the files it names, sorted, at least one; of a list in its order
  glob,   // a pattern on relative names, kept as it is
  url,
  secret,
  enumeration,
  expression,  // a `when`
  template_
};
enum class Shape { single, list, map };
enum class Kind { source, stage, sink };

// One configuration key: validation, defaults and documentation come from it.
struct OptionSpec {
  std::string key;  // dotted: "rotate.size" is written `rotate: {size: …}`
  OptionType type = OptionType::string;
  Shape shape = Shape::single;
  std::optional<std::string> fallback;  // the default as it would be written in the file
  // enumeration: "tag|drop"; numbers, durations, bytes: "0.3..0.95", ends optional
  std::string allowed;
  std::string unit;
  std::string summary;  // one sentence
  // With other values of another option this one changes nothing, and whoever sets it is told: "action=drop",
  // "format=auto|json", "tls!=false", or "names" for one that must be set. Empty: it always matters.
  std::string only_with = {};
  bool required = false;
  bool state = false;       // another value means another state
  bool reloadable = false;  // may change without a new instance
};

// What a plugin's component declares about itself.
struct ComponentSpec {
  Kind kind = Kind::stage;
  std::string name, summary, plugin;
  std::vector<OptionSpec> options;
  std::vector<std::string> accepts;  // media types; empty: any. Stages and sinks
  std::string produces;              // media type after a stage; empty: as before
  std::vector<std::string> reads, writes;
  std::vector<std::string> codes;
  std::uint32_t state_version = 0;
  bool at_least_once = false;
};

// The components there are, by kind and name. Filled once, then read from any thread. Specs keep their address for as
// long as the catalog lives, also when it is moved.
class Catalog {
 public:
  // Refuses (class config) a spec that would make a key mean two things: a name already there, a key of the core's,
  // a key twice or inside another, a default or range that its own type does not read.
  Status add(ComponentSpec spec);
  [[nodiscard]] const ComponentSpec* find(Kind kind, std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names(Kind kind) const;  // sorted

 private:
  std::map<Kind, std::map<std::string, std::unique_ptr<const ComponentSpec>, std::less<>>> specs_;
};

[[nodiscard]] std::string_view kind_name(Kind kind);        // "source", "stage", "sink"
[[nodiscard]] std::string_view type_name(OptionType type);  // "string", "duration", …

// The keys that the core itself reads of every component of a kind (format, when, on_error …) and of `engine`. Lives for
// ever.
[[nodiscard]] const std::vector<OptionSpec>& core_options(Kind kind);
[[nodiscard]] const std::vector<OptionSpec>& engine_options();

}  // namespace copydesk::config
