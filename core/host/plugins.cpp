#include "host/plugins.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "host/adapters.h"
#include "host/descriptor.h"
#include "host/in_call.h"
#include "host/instance.h"
#include "io/files.h"
#include "io/temporary_folder.h"

namespace copydesk::host {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxPluginBytes = 512 << 20;
constexpr const char* kFull = ": the disk of the temporary folder is full; TMPDIR may name another";
constexpr const char* kNoexec =
    ": the disk of the temporary folder is mounted noexec; TMPDIR may name another";

// The loader maps a file as its headers say; one that was cut short would end the process with SIGBUS.
Status check_elf(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff end = file.tellg();
  const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(end, 0));
  const auto read = [&](std::uint64_t offset, void* to, std::size_t bytes) {
    file.seekg(static_cast<std::streamoff>(offset));
    return static_cast<bool>(
        file.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes)));
  };
  ElfW(Ehdr) header{};
  if (!read(0, &header, sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return config_error("it is no shared object");
  std::vector<ElfW(Phdr)> segments(header.e_phnum);
  const std::size_t bytes = segments.size() * sizeof(ElfW(Phdr));
  if (header.e_phentsize != sizeof(ElfW(Phdr)) || header.e_phoff > size ||
      bytes > size - header.e_phoff || !read(header.e_phoff, segments.data(), bytes))
    return config_error("it is cut short or damaged: its headers do not fit into it");
  for (const ElfW(Phdr) & segment : segments)
    if (segment.p_type == PT_LOAD &&
        (segment.p_offset > size || segment.p_filesz > size - segment.p_offset))
      return config_error("it is cut short: it has " + std::to_string(size) +
                          " bytes and says it has more");
  return {};
}

// Programs and libraries may not be mapped from the disk of this file: it is mounted noexec, as /tmp sometimes is.
bool forbids_programs(const std::string& path) {
  struct statvfs disk {};
  return ::statvfs(fs::path(path).parent_path().c_str(), &disk) == 0 &&
         (disk.f_flag & ST_NOEXEC) != 0;
}

// A folder with the sticky bit, such as /tmp, lets others add files all the same.
bool everybody_can_write(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0;
}

struct Loaded {
  void* handle = nullptr;
  const cd_plugin* plugin = nullptr;
};

Result<Loaded> load(const std::string& path, const std::string& copy) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return config_error("it is no file that can be loaded: " + error.message());
  if (size > kMaxPluginBytes)
    return config_error("it is larger than the " + std::to_string(kMaxPluginBytes) +
                        " bytes allowed");
  // Nothing waits for the disk: no copy is of use after the process.
  if (Status copied = io::copy_file(path, copy); !copied) {
    fs::remove(copy, error);
    const bool full = copied.error().code == "no_space";
    return config_error("it cannot be copied: " + copied.error().message + (full ? kFull : ""));
  }
  if (Status whole = check_elf(copy); !whole) return std::move(whole).error();
  void* handle = nullptr;
  {
    const InCall in("plugin '" + path + "'", "loading");
    handle = ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  fs::remove(copy, error);  // at once: a kill leaves one copy at most, which the next start removes
  if (handle == nullptr)
    return config_error("it cannot be loaded: " + std::string(::dlerror()) +
                        (forbids_programs(copy) ? kNoexec : ""));
  const auto* plugin = static_cast<const cd_plugin*>(::dlsym(handle, "copydesk_plugin"));
  if (plugin == nullptr)
    return config_error("it is no copydesk plugin: it does not export 'copydesk_plugin'");
  if (Status ok = check_descriptor(*plugin, ModuleMemory(handle)); !ok)
    return std::move(ok).error();
  return Loaded{handle, plugin};
}

}  // namespace

struct Plugins::Impl {
  config::Catalog catalog;
  std::vector<PluginInfo> infos;
  std::vector<PluginProblem> problems;
  std::vector<std::string> writable;
  std::map<const config::ComponentSpec*, const cd_component*> components;

  void add(const std::string& path, const std::string& copy) {
    Result<Loaded> loaded = load(path, copy);
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
        problems.push_back({path, added.error().message + where_else(catalog.find(kind, c.name))});
        continue;
      }
      const config::ComponentSpec* kept = catalog.find(kind, c.name);
      components[kept] = &c;
      info.components.push_back(kept);
    }
    infos.push_back(std::move(info));
    if (everybody_can_write(path)) writable.push_back(path);
  }

  // The file that has the component of a name that is taken.
  std::string where_else(const config::ComponentSpec* taken) const {
    for (const PluginInfo& info : infos)
      if (taken != nullptr && std::ranges::find(info.components, taken) != info.components.end())
        return " ('" + info.path + "')";
    return {};
  }

  Result<std::unique_ptr<Instance>> create(const config::ComponentConfig& config,
                                           InstanceContext context) const {
    const auto it = components.find(config.spec);
    if (it == components.end())
      return config_error("'" + config.name + "': its component is not loaded");
    return Instance::create(*it->second, config, std::move(context));
  }
};

Plugins::Plugins(const std::vector<std::string>& folders) : impl_(std::make_unique<Impl>()) {
  const io::TemporaryFolder copies("copydesk-plugins-");
  std::size_t number = 0;  // files of two folders may have one name
  for (const std::string& folder : folders) {
    if (!copies.made()) {
      impl_->problems.push_back(
          {folder, copies.made().error().message + " (TMPDIR may name another)"});
      continue;
    }
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".so") files.push_back(entry.path().string());
    if (error) impl_->problems.push_back({folder, error.message()});
    std::ranges::sort(files);
    if (!files.empty() && everybody_can_write(folder)) impl_->writable.push_back(folder);
    for (const std::string& file : files)
      impl_->add(file, copies.path() + "/" + std::to_string(number++) + "-" +
                           fs::path(file).filename().string());
  }
}

Plugins::~Plugins() = default;

const config::Catalog& Plugins::catalog() const { return impl_->catalog; }
const std::vector<PluginInfo>& Plugins::plugins() const { return impl_->infos; }
const std::vector<PluginProblem>& Plugins::problems() const { return impl_->problems; }
const std::vector<std::string>& Plugins::writable_by_all() const { return impl_->writable; }

Result<std::unique_ptr<Source>> Plugins::source(const config::ComponentConfig& config,
                                                InstanceContext context) const {
  auto instance = impl_->create(config, std::move(context));
  if (!instance) return std::move(instance).error();
  return make_source(std::move(*instance));
}

Result<std::unique_ptr<Stage>> Plugins::stage(const config::ComponentConfig& config,
                                              InstanceContext context) const {
  auto instance = impl_->create(config, std::move(context));
  if (!instance) return std::move(instance).error();
  return make_stage(std::move(*instance));
}

Result<std::unique_ptr<Sink>> Plugins::sink(const config::ComponentConfig& config,
                                            InstanceContext context) const {
  auto instance = impl_->create(config, std::move(context));
  if (!instance) return std::move(instance).error();
  return make_sink(std::move(*instance));
}

}  // namespace copydesk::host
