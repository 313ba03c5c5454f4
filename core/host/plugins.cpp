#include "host/plugins.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>

#include "host/adapters.h"
#include "host/descriptor.h"
#include "host/instance.h"
#include "io/files.h"
#include "state/crash_page.h"

namespace copydesk::host {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxPluginBytes = 512 << 20;

std::string hex(std::uint64_t value) {
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value));
  return out;
}

// A folder for copies that goes away with this object; what is mapped from it stays.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code ignored;
    std::string pattern = (fs::temp_directory_path(ignored) / "copydesk-plugins-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The loader maps a file as its headers say; one that was cut short would end the process with SIGBUS.
Status check_elf(const std::string& content) {
  ElfW(Ehdr) header{};
  if (content.size() < sizeof header || content.compare(0, SELFMAG, ELFMAG) != 0) return config_error("it is no shared object");
  std::memcpy(&header, content.data(), sizeof header);
  if (header.e_phentsize != sizeof(ElfW(Phdr)) || header.e_phoff > content.size() ||
      header.e_phnum > (content.size() - header.e_phoff) / sizeof(ElfW(Phdr)))
    return config_error("it is cut short or damaged: its headers do not fit into it");
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment{};
    std::memcpy(&segment, content.data() + header.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type == PT_LOAD && (segment.p_offset > content.size() || segment.p_filesz > content.size() - segment.p_offset))
      return config_error("it is cut short: it has " + std::to_string(content.size()) + " bytes and says it has more");
  }
  return {};
}

struct Loaded {
  void* handle = nullptr;
  const cd_plugin* plugin = nullptr;
};

Result<Loaded> load(const std::string& path, const std::string& copies) {
  Result<std::string> content = io::read_file(path, kMaxPluginBytes);
  if (!content) return std::move(content).error();
  if (Status whole = check_elf(*content); !whole) return std::move(whole).error();
  const std::string copy = copies + "/" + fs::path(path).stem().string() + "-" + hex(state::origin_hash(*content)) + ".so";
  if (::access(copy.c_str(), R_OK) != 0)
    if (Status written = io::write_file_atomic(copy, *content, 0755); !written) return std::move(written).error();
  void* handle = ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return config_error("it cannot be loaded: " + std::string(::dlerror()));
  const auto* plugin = static_cast<const cd_plugin*>(::dlsym(handle, "copydesk_plugin"));
  if (plugin == nullptr) return config_error("it is no copydesk plugin: it does not export 'copydesk_plugin'");
  if (Status ok = check_descriptor(*plugin, ModuleMemory(handle)); !ok) return std::move(ok).error();
  return Loaded{handle, plugin};
}

}  // namespace

struct Plugins::Impl {
  config::Catalog catalog;
  std::vector<PluginInfo> infos;
  std::vector<PluginProblem> problems;
  std::map<const config::ComponentSpec*, const cd_component*> components;

  void add(const std::string& path, const std::string& copies) {
    Result<Loaded> loaded = load(path, copies);
    if (!loaded) {
      problems.push_back({path, loaded.error().message});
      return;
    }
    const cd_plugin& plugin = *loaded->plugin;
    PluginInfo info{plugin.id, plugin.version, path, {}};
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) {
      const cd_component& c = *plugin.components[i];
      config::ComponentSpec spec = spec_of(c, plugin.id);
      const config::Kind kind = spec.kind;
      if (Status added = catalog.add(std::move(spec)); !added) {
        problems.push_back({path, added.error().message});
        continue;
      }
      const config::ComponentSpec* kept = catalog.find(kind, c.name);
      components[kept] = &c;
      info.components.push_back(kept);
    }
    infos.push_back(std::move(info));
  }

  Result<std::unique_ptr<Instance>> create(const config::ComponentConfig& config, InstanceContext context) const {
    const auto it = components.find(config.spec);
    if (it == components.end()) return config_error("'" + config.name + "': its component is not loaded");
    return Instance::create(*it->second, config, std::move(context));
  }
};

Plugins::Plugins(const std::vector<std::string>& folders, const std::string& copies) : impl_(std::make_unique<Impl>()) {
  TemporaryFolder temporary;
  std::string to = copies;
  if (to.empty()) to = temporary.path();
  else if (Status made = io::make_folders(to); !made) impl_->problems.push_back({to, made.error().message});
  for (const std::string& folder : folders) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".so") files.push_back(entry.path().string());
    if (error) impl_->problems.push_back({folder, error.message()});
    std::ranges::sort(files);
    for (const std::string& file : files) impl_->add(file, to);
  }
}

Plugins::~Plugins() = default;

const config::Catalog& Plugins::catalog() const { return impl_->catalog; }
const std::vector<PluginInfo>& Plugins::plugins() const { return impl_->infos; }
const std::vector<PluginProblem>& Plugins::problems() const { return impl_->problems; }

Result<std::unique_ptr<Source>> Plugins::source(const config::ComponentConfig& config, InstanceContext context) const {
  auto instance = impl_->create(config, std::move(context));
  if (!instance) return std::move(instance).error();
  return make_source(std::move(*instance));
}

Result<std::unique_ptr<Stage>> Plugins::stage(const config::ComponentConfig& config, InstanceContext context) const {
  auto instance = impl_->create(config, std::move(context));
  if (!instance) return std::move(instance).error();
  return make_stage(std::move(*instance));
}

Result<std::unique_ptr<Sink>> Plugins::sink(const config::ComponentConfig& config, InstanceContext context) const {
  auto instance = impl_->create(config, std::move(context));
  if (!instance) return std::move(instance).error();
  return make_sink(std::move(*instance));
}

}  // namespace copydesk::host
