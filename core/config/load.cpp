#include "config/load.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config/loader.h"
#include "config/substitute.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

constexpr int kVersion = 1;

const OptionSpec& data_dir_option() {
  static const OptionSpec kOption = [] {
    OptionSpec spec;
    spec.key = "data_dir";
    spec.type = OptionType::path;
    spec.fallback = "./data";
    spec.summary = "Folder of the state.";
    return spec;
  }();
  return kOption;
}

std::vector<const OptionSpec*> pointers(const std::vector<OptionSpec>& options) {
  std::vector<const OptionSpec*> out;
  out.reserve(options.size());
  for (const OptionSpec& option : options) out.push_back(&option);
  return out;
}

Loaded failed(const std::string& file, std::string message) {
  Loaded out;
  out.diagnostics.error({file, 0, 0}, 1, std::move(message));
  return out;
}

}  // namespace

std::int64_t integer_of(const Bound& bound, const std::string& key) {
  const auto it = bound.values.find(key);
  return it == bound.values.end() || it->second.integer() == nullptr ? 0 : *it->second.integer();
}

bool boolean_of(const Bound& bound, const std::string& key) {
  const auto it = bound.values.find(key);
  return it != bound.values.end() && it->second.boolean() != nullptr && *it->second.boolean();
}

std::string string_of(const Bound& bound, const std::string& key) {
  const auto it = bound.values.find(key);
  return it == bound.values.end() || it->second.string() == nullptr ? "" : *it->second.string();
}

Loader::Loader(std::string file, const Catalog& catalog, const Environment& environment,
               Diagnostics& diagnostics)
    : places_(file, diagnostics),
      catalog_(catalog),
      environment_(environment),
      folder_(std::filesystem::absolute(file).parent_path().lexically_normal().native()),
      binder_(places_, folder_) {
  config_.file = std::move(file);
}

Config Loader::load(std::string_view text) {
  Scalars scalars;
  const auto root = parse_yaml(text, places_, &scalars);
  if (root == nullptr) return {};
  for (const auto& scalar : scalars) substitute(*scalar, folder_, environment_, places_);
  if (root->kind != Node::Kind::mapping) {
    places_.error(root->spot, "a configuration is a mapping (begin with 'version: 1')");
    return {};
  }
  read_top(*root);
  return std::move(config_);
}

void Loader::read_top(const Node& root) {
  const Binder::Target top{{&data_dir_option()},
                           {"version", "engine", "sources", "pipelines", "sinks"},
                           "the configuration",
                           {1, 1, 1}};
  config_.data_dir = string_of(binder_.bind(root, top), "data_dir");
  read_version(root);
  read_engine(root);
  read_components(root, Kind::source, sources_, config_.sources);
  read_components(root, Kind::sink, sinks_, config_.sinks);
  read_pipelines(root);
  check_shared_files();
  // Where dead letters are told, a source that is in no pipeline may be for `dead replay --from`.
  const auto tells = [](const PipelineConfig& p) { return !p.dead_letters.empty(); };
  if (!std::ranges::any_of(config_.pipelines, tells)) warn_unused(Kind::source, sources_);
  warn_unused(Kind::sink, sinks_);
}

void Loader::read_version(const Node& root) {
  const Node::Member* version = root.find("version");
  if (version == nullptr)
    return places_.error({1, 1, 1},
                         "missing key 'version' in the configuration (write version: 1)");
  const Node& node = *version->value;
  if (node.broken) return;
  if (node.kind != Node::Kind::scalar || node.text != std::to_string(kVersion))
    return places_.error(
        node.kind == Node::Kind::scalar ? node.spot : version->spot,
        (node.kind == Node::Kind::scalar ? "version " + shown(node.text) + " is not known"
                                         : "'version' is a number") +
            " (this copydesk reads version: 1)");
  config_.version = kVersion;
}

void Loader::read_engine(const Node& root) {
  static const Node kEmpty;
  const Node::Member* member = root.find("engine");
  const bool has_keys = member != nullptr && member->value->kind == Node::Kind::mapping;
  if (member != nullptr && !has_keys && !member->value->broken)
    places_.error(member->spot,
                  "'engine' holds keys of its own (such as engine: { memory: 512MiB })");
  const Binder::Target target{
      pointers(engine_options()), {}, "'engine'", member == nullptr ? Spot{} : member->spot};
  const Bound bound = binder_.bind(has_keys ? *member->value : kEmpty, target);
  Engine& engine = config_.engine;
  engine.workers = static_cast<int>(integer_of(bound, "workers"));
  engine.memory = integer_of(bound, "memory");
  engine.commit_interval = integer_of(bound, "commit_interval");
  engine.min_free = integer_of(bound, "min_free");
  engine.drain = integer_of(bound, "drain");
  engine.once_deadline = integer_of(bound, "once_deadline");
  engine.batch_articles = static_cast<int>(integer_of(bound, "batch_articles"));
}

void Loader::warn_unused(Kind kind, const Section& section) {
  for (const auto& [name, declared] : section.names)
    if (declared.used_by.empty())
      places_.warning(declared.spot,
                      std::string(kind_name(kind)) + " '" + name + "' is used by no pipeline");
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Loaded load_text(std::string_view text, const std::string& file, const Catalog& catalog,
                 const Environment& environment) {
  if (text.size() > kMaxFileSize)
    return failed(file, "larger than 1 MiB: this is no configuration");
  Loaded out;
  out.diagnostics.set_source(file, std::string(text));
  Config config = Loader(file, catalog, environment, out.diagnostics).load(text);
  if (!out.diagnostics.has_errors()) out.config = std::move(config);
  return out;
}

Loaded load_file(const std::string& path, const Catalog& catalog, const Environment& environment) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return failed(path, "cannot be read: this is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxFileSize + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in && !in.eof())
    return failed(path, std::string("cannot be read: ") + std::strerror(errno != 0 ? errno : EIO));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return load_text(text, path, catalog, environment);
}

}  // namespace copydesk::config
