#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/bind.h"
#include "config/config.h"
#include "config/load.h"
#include "config/yaml.h"

namespace copydesk::config {

// One reading of one configuration. Internal to load*.cpp. Goes on after every mistake, so that all are told; what it
// returns is whole only when there were no errors.
class Loader {
 public:
  Loader(std::string file, const Catalog& catalog, const Environment& environment,
         Diagnostics& diagnostics);
  [[nodiscard]] Config load(std::string_view text);

 private:
  // A named thing of the file and who uses it.
  struct Declared {
    Spot spot;
    std::string used_by;  // pipeline; empty: none yet
    int used_line = 0;
  };
  struct Section {
    bool readable = true;  // else references into it are not checked
    std::map<std::string, Declared> names;
  };

  // load.cpp
  void read_top(const Node& root);
  void read_version(const Node& root);
  void read_engine(const Node& root);
  void warn_unused(Kind kind, const Section& section);

  // load_components.cpp
  void read_components(const Node& root, Kind kind, Section& section,
                       std::vector<ComponentConfig>& out);
  [[nodiscard]] ComponentConfig read_component(Kind kind, std::string name, const Node& node,
                                               const Spot& spot);
  [[nodiscard]] const ComponentSpec* read_type(Kind kind, const Node& node, const Spot& spot,
                                               const std::string& where, std::string& type);
  void settle_component(const Bound& bound, ComponentConfig& out);
  void check_backoff(const Bound& bound, const Backoff& backoff, const std::string& where);
  void check_map(const Bound& bound, const std::string& where);
  bool check_name(const std::string& name, const Spot& spot, std::string_view what);

  // load_pipelines.cpp
  void read_pipelines(const Node& root);
  void read_pipeline(const Node::Member& member);
  void read_from(const Node& pipeline, PipelineConfig& out);
  void read_stages(const Node& pipeline, PipelineConfig& out);
  [[nodiscard]] std::optional<ComponentConfig> read_stage(const Node& node,
                                                          std::map<std::string, int>& lines);
  void read_to(const Node& pipeline, PipelineConfig& out);
  void read_dead_letters(const Node& pipeline, PipelineConfig& out);
  void read_route(const std::shared_ptr<const Node>& node, PipelineConfig& out);
  void read_route_when(const Node& when, Route& route, PipelineConfig& out);
  bool use(Section& section, Kind kind, const std::string& name, const Spot& spot,
           const std::string& pipeline);
  void check_fields(const When& when, const Node& node, const PipelineConfig& pipeline);
  [[nodiscard]] std::vector<std::shared_ptr<const Node>> list_of(const Node& pipeline,
                                                                 const std::string& key,
                                                                 const std::string& where);

  // flow.cpp
  void check_flow(const PipelineConfig& pipeline);

  // loops.cpp
  void check_loops(const PipelineConfig& pipeline);
  void check_shared_files();

  Places places_;
  const Catalog& catalog_;
  const Environment& environment_;
  std::string folder_;
  Binder binder_;
  Config config_;
  Section sources_, sinks_;
};

// A value that was read without an error, or what its absence stands for.
[[nodiscard]] std::int64_t integer_of(const Bound& bound, const std::string& key);
[[nodiscard]] bool boolean_of(const Bound& bound, const std::string& key);
[[nodiscard]] std::string string_of(const Bound& bound, const std::string& key);

}  // namespace copydesk::config
