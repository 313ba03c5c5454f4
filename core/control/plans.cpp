#include "control/plans.h"

#include <algorithm>
#include <utility>

#include "io/files.h"

namespace copydesk::control {
namespace {

pipeline::Predicate predicate(const std::optional<config::When>& when) {
  if (!when) return {};
  return [when = *when](const Article& article) { return when.eval(article); };
}

pipeline::Backoff backoff(const config::Backoff& b) { return {b.initial, b.max}; }

std::string format_name(config::Format format) {
  switch (format) {
    case config::Format::text: return "text";
    case config::Format::html: return "html";
    case config::Format::json: return "json";
    case config::Format::automatic: break;
  }
  return {};
}

class Builder {
 public:
  Builder(const config::Config& config, const host::Plugins& plugins, const PlanOptions& options,
          config::Diagnostics& diagnostics)
      : config_(config), plugins_(plugins), options_(options), diagnostics_(diagnostics) {}

  pipeline::LinePlan plan(const config::PipelineConfig& pipeline) {
    pipeline::LinePlan plan;
    plan.name = pipeline.name;
    plan.data_id = options_.data_id;
    plan.options = line_options();
    for (const std::string& name : pipeline.from)
      if (const config::ComponentConfig* source = config_.source(name))
        plan.decode_options[name] = decode_options(source->source);
    if (options_.with_sources)
      for (const std::string& name : pipeline.from)
        if (const config::ComponentConfig* source = config_.source(name))
          add_source(pipeline, *source, plan);
    for (const config::ComponentConfig& stage : pipeline.stages) add_stage(pipeline, stage, plan);
    for (const config::Route& route : pipeline.to) add_route(pipeline, route, plan);
    if (!pipeline.dead_letters.empty())
      plan.dead_letters = add_sink(pipeline, pipeline.dead_letters, plan);
    check_decider(pipeline, plan);
    return plan;
  }

 private:
  // The bound on memory is the daemon's; lines share it.
  pipeline::LineOptions line_options() const {
    const config::Engine& engine = config_.engine;
    pipeline::LineOptions out;
    out.memory = static_cast<std::uint64_t>(engine.memory) /
                 std::max<std::size_t>(config_.pipelines.size(), 1);
    out.commit_interval = engine.commit_interval;
    if (engine.batch_articles > 0)
      out.batch_articles = static_cast<std::uint32_t>(engine.batch_articles);
    out.once = options_.once;
    out.once_deadline = engine.once_deadline;
    return out;
  }

  host::InstanceContext context(const config::PipelineConfig& pipeline,
                                const std::string& name) const {
    return {options_.folder + "/" + pipeline.name + "/" + name, options_.clock, options_.data_id,
            pipeline.name, options_.reasons};
  }

  // The instance, or null and a diagnostic.
  template <class T>
  std::unique_ptr<T> take(Result<std::unique_ptr<T>> made,
                          const config::ComponentConfig& component) {
    if (made) return std::move(*made);
    // The message begins with the name.
    diagnostics_.error(component.at, static_cast<int>(component.name.size()),
                       std::string(config::kind_name(component.kind)) + " " + made.error().message);
    return nullptr;
  }

  void add_source(const config::PipelineConfig& pipeline, const config::ComponentConfig& source,
                  pipeline::LinePlan& plan) {
    const std::string& encoding = source.source.encoding;
    if (!encoding.empty() && !decode::known_encoding(encoding)) {
      const auto at = source.option_locations.find("encoding");
      diagnostics_.error(at == source.option_locations.end() ? source.at : at->second, 8,
                         "source '" + source.name + "': unknown encoding '" + encoding +
                             "' (such as utf-8, windows-1251, gb18030)");
    }
    auto made = take(plugins_.source(source, context(pipeline, source.name)), source);
    plan.sources.push_back({source.name, std::move(made), decode_options(source.source)});
  }

  void add_stage(const config::PipelineConfig& pipeline, const config::ComponentConfig& stage,
                 pipeline::LinePlan& plan) {
    pipeline::StagePlan out;
    out.name = stage.name;
    out.stage = take(plugins_.stage(stage, context(pipeline, stage.name)), stage);
    out.when = predicate(stage.stage.when);
    out.produces = stage.spec->produces;
    out.attempts = static_cast<unsigned>(std::max(stage.stage.attempts, 1));
    out.backoff = backoff(stage.stage.backoff);
    out.identity = stage_identity(stage);
    plan.stages.push_back(std::move(out));
  }

  void add_route(const config::PipelineConfig& pipeline, const config::Route& route,
                 pipeline::LinePlan& plan) {
    if (const auto index = add_sink(pipeline, route.sink, plan))
      plan.routes.push_back({*index, predicate(route.when), route.otherwise});
  }

  std::optional<std::size_t> add_sink(const config::PipelineConfig& pipeline,
                                      const std::string& name, pipeline::LinePlan& plan) {
    const config::ComponentConfig* sink = config_.sink(name);
    if (sink == nullptr) return std::nullopt;
    if (const auto known = plan.sink_index(name)) return known;
    pipeline::SinkPlan out;
    out.name = sink->name;
    out.sink = take(plugins_.sink(*sink, context(pipeline, sink->name)), *sink);
    out.attempts = static_cast<unsigned>(std::max(sink->sink.attempts, 0));
    out.breaker = static_cast<unsigned>(std::max(sink->sink.breaker, 0));
    out.backoff = backoff(sink->sink.backoff);
    plan.sinks.push_back(std::move(out));
    return plan.sinks.size() - 1;
  }

  // Two transactions cannot end as one.
  void check_decider(const config::PipelineConfig& pipeline, const pipeline::LinePlan& plan) {
    std::string first;
    for (const pipeline::SinkPlan& sink : plan.sinks) {
      if (sink.sink == nullptr || !sink.sink->decides()) continue;
      if (!first.empty())
        diagnostics_.error(config_.sink(sink.name)->at, static_cast<int>(sink.name.size()),
                           "sink '" + sink.name + "': pipeline '" + pipeline.name + "' has '" +
                               first +
                               "' as its exactly_once sink already, and only one can decide; feed "
                               "the other from the first one's topic by a pipeline of its own");
      else
        first = sink.name;
    }
  }

  const config::Config& config_;
  const host::Plugins& plugins_;
  const PlanOptions& options_;
  config::Diagnostics& diagnostics_;
};

void look_ahead(const config::ComponentConfig& config, host::Component& component,
                config::Diagnostics& diagnostics) {
  for (const host::Finding& found : component.preflight()) {
    const auto place = config.option_locations.find(found.option);
    const config::Location& at = place == config.option_locations.end() ? config.at : place->second;
    const std::string text =
        std::string(config::kind_name(config.kind)) + " '" + config.name + "': " + found.text;
    if (found.refuses)
      diagnostics.error(at, 1, text);
    else
      diagnostics.warning(at, 1, text);
  }
}

}  // namespace

void look_ahead(const config::Config& config, std::vector<pipeline::LinePlan>& plans,
                config::Diagnostics& diagnostics) {
  if (Status made = io::can_make_folders(config.data_dir); !made)
    diagnostics.error(
        {config.file, 0, 0}, 1,
        "data_dir '" + config.data_dir + "' cannot be made or written to: " + made.error().message);
  for (pipeline::LinePlan& plan : plans) {
    const auto pipeline =
        std::ranges::find(config.pipelines, plan.name, &config::PipelineConfig::name);
    for (pipeline::SourcePlan& source : plan.sources)
      look_ahead(*config.source(source.name), *source.source, diagnostics);
    for (std::size_t i = 0; i < plan.stages.size(); ++i)
      look_ahead(pipeline->stages[i], *plan.stages[i].stage, diagnostics);
    for (pipeline::SinkPlan& sink : plan.sinks)
      look_ahead(*config.sink(sink.name), *sink.sink, diagnostics);
  }
}

std::string stage_identity(const config::ComponentConfig& stage) {
  return stage.spec->plugin + "/" + stage.spec->name + "/" +
         std::to_string(stage.spec->state_version) + "/" + stage.state_digest;
}

decode::DecodeOptions decode_options(const config::SourceSettings& settings) {
  decode::DecodeOptions out;
  out.format = format_name(settings.format);
  out.map = settings.map;
  out.encoding = settings.encoding;
  if (settings.max_article > 0) out.max_article = static_cast<std::uint64_t>(settings.max_article);
  out.sha256 = settings.sha256;
  return out;
}

std::optional<std::vector<pipeline::LinePlan>> build_plans(const config::Config& config,
                                                           const host::Plugins& plugins,
                                                           const PlanOptions& options,
                                                           config::Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Builder builder(config, plugins, options, diagnostics);
  std::vector<pipeline::LinePlan> plans;
  for (const config::PipelineConfig& pipeline : config.pipelines)
    if (options.only_pipeline.empty() || options.only_pipeline == pipeline.name)
      plans.push_back(builder.plan(pipeline));
  if (diagnostics.errors() != errors_before) return std::nullopt;
  return plans;
}

}  // namespace copydesk::control
