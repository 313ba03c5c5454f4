#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "article/value.h"
#include "config/catalog.h"
#include "config/when.h"
#include "config/yaml.h"

namespace copydesk::config {

// What was read of a mapping. Keys are dotted.
struct Bound {
  std::map<std::string, Value> values;         // set, or with a default
  std::map<std::string, Spot> spots;           // of the values that are in the file
  std::map<std::string, std::string> written;  // paths as they were written, for the state digest
  std::map<std::string, std::shared_ptr<const Node>> nodes;  // of the values that are in the file
  std::set<std::string> meant;  // keys that a misspelt one stands for: not missing besides
};

// Reads mappings against the options they may have. Complaints go to `places`; relative paths start at `folder`.
class Binder {
 public:
  Binder(Places& places, std::string folder) : places_(places), folder_(std::move(folder)) {}

  struct Target {
    std::vector<const OptionSpec*> options;
    std::vector<std::string> other_keys;  // read by the caller: neither unknown nor read here
    std::string where;                    // "stage 'deduplicate'"
    Spot spot;                            // where a missing key is complained about
    bool any_key = false;  // the options are not known: read what is, and leave the rest
  };
  [[nodiscard]] Bound bind(const Node& mapping, const Target& target);

  [[nodiscard]] std::string absolute(std::string_view path) const;

 private:
  void read_mapping(const Node& mapping, const std::string& prefix, const Target& target,
                    Bound& out);
  void read_member(const Node::Member& member, const std::string& prefix, const Target& target,
                   Bound& out);
  void unknown_key(const Node::Member& member, const std::string& prefix, const Target& target,
                   Bound& out);
  void read_option(const OptionSpec& spec, const std::shared_ptr<const Node>& node,
                   const std::string& name, const Spot& key, Bound& out);
  void add_fallbacks(const Target& target, Bound& out);
  bool read_item(const OptionSpec& spec, const Node& node, const std::string& name,
                 Value::List& out);
  bool read_items(const OptionSpec& spec, const Node& node, const std::string& name,
                  const Spot& key, Value::List& out);
  bool add_files(const std::string& pattern, const Node& node, const std::string& name,
                 Value::List& out);

  Places& places_;
  std::string folder_;
};

// A default as the tree that its text stands for, as if all of it stood at `spot`; null when it is not in order.
[[nodiscard]] std::shared_ptr<const Node> fallback_node(const OptionSpec& spec, const Spot& spot);

// SHA-256 over the options that state depends on; see ComponentConfig::state_digest. Files that cannot be read are
// complained about.
[[nodiscard]] std::string state_digest(const std::vector<OptionSpec>& options, const Bound& bound,
                                       const Spot& spot, Places& places);

// True for keys like "password" or "api_token": what is written beside them is never shown.
[[nodiscard]] bool looks_secret(std::string_view key);

}  // namespace copydesk::config
