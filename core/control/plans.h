#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "config/diagnostics.h"
#include "host/plugins.h"
#include "pipeline/plan.h"

namespace copydesk::control {

struct PlanOptions {
  // components get folders of their own below it; made by the host when they ask
  std::string folder;
  bool once = false;
  bool with_sources = true;             // without them a line only has its replays to do
  std::string only_pipeline = {};       // empty: all
  std::function<Nanos()> clock;         // wall time
  std::string data_id = {};             // of the data_dir
  host::ReasonBook* reasons = nullptr;  // for the stages; outlives the plans
};

// Creates the components of a checked configuration and puts them together, one plan a pipeline. What components refuse
// is added to the diagnostics at the place of the component, all of it; the plans are there only if nothing was refused.
// The plugins outlive the plans.
[[nodiscard]] std::optional<std::vector<pipeline::LinePlan>> build_plans(
    const config::Config& config, const host::Plugins& plugins, const PlanOptions& options,
    config::Diagnostics& diagnostics);

// Looks whether what the components of these plans need at their start is there now, as each of them sees it, and whether data_dir
// can be written to. Found things are added to the diagnostics: an error where a start would fail. Changes nothing.
void look_ahead(const config::Config& config, std::vector<pipeline::LinePlan>& plans,
                config::Diagnostics& diagnostics);

// What stored state of a stage belongs to: plugin, component, state version and digest of the options with state.
[[nodiscard]] std::string stage_identity(const config::ComponentConfig& stage);

[[nodiscard]] decode::DecodeOptions decode_options(const config::SourceSettings& settings);

}  // namespace copydesk::control
