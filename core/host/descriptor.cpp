#include "host/descriptor.h"

#include <dlfcn.h>
#include <link.h>

#include <cstddef>
#include <cstring>

namespace copydesk::host {
namespace {

constexpr std::uint32_t kMaxStruct = 64 << 10;  // bytes; no struct of the boundary is near it
constexpr std::uint32_t kMaxComponents = 256, kMaxOptions = 1024, kMaxWords = 1024;

Error bad(std::string what) { return config_error(std::move(what)); }

// Since 1.3.
const char* only_with_of(const cd_option& o) {
  return o.size >= offsetof(cd_option, only_with) + sizeof(char*) ? o.only_with : nullptr;
}

class Check {
 public:
  explicit Check(const ModuleMemory& memory) : memory_(memory) {}

  // The smallest size is that of version 1.0; a newer plugin's struct may be longer.
  template <class T>
  Status structure(const T* s, const char* what, std::size_t smallest = sizeof(T)) const {
    if (s == nullptr) return bad(std::string(what) + " is missing");
    if (!memory_.holds(s, sizeof(std::uint32_t)))
      return bad(std::string(what) + " lies outside the plugin");
    if (s->size < smallest)
      return bad(std::string(what) + " says it has " + std::to_string(s->size) +
                 " bytes; version 1.0 has " + std::to_string(smallest));
    if (s->size > kMaxStruct || !memory_.holds(s, s->size))
      return bad(std::string(what) + " says it has " + std::to_string(s->size) +
                 " bytes, which reach beyond the plugin");
    return {};
  }

  Status text(const char* s, const std::string& what, bool required) const {
    if (s == nullptr) return required ? bad(what + " is missing") : Status();
    if (!memory_.holds_string(s)) return bad(what + " lies outside the plugin");
    return {};
  }

  Status words(const char* const* list, const std::string& what) const {
    if (list == nullptr) return {};
    for (std::uint32_t i = 0;; ++i) {
      if (i > kMaxWords || !memory_.holds(list + i, sizeof(char*)))
        return bad(what + " has no end inside the plugin");
      if (list[i] == nullptr) return {};
      if (Status s = text(list[i], what, true); !s) return s;
    }
  }

  Status option(const cd_option* o, const std::string& component) const {
    if (Status s = structure(o, "an option's descriptor", offsetof(cd_option, only_with)); !s)
      return s;
    if (Status s = text(o->key, "an option's key of '" + component + "'", true); !s) return s;
    const std::string what = "option '" + std::string(o->key) + "' of '" + component + "'";
    for (const char* t : {o->fallback, o->allowed, o->unit, only_with_of(*o)})
      if (Status s = text(t, what, false); !s) return s;
    if (Status s = text(o->summary, what + ": the summary", true); !s) return s;
    if (o->type < CD_OPTION_STRING || o->type > CD_OPTION_TEMPLATE)
      return bad(what + " has an unknown type");
    if (o->shape < CD_OPTION_SINGLE || o->shape > CD_OPTION_MAP)
      return bad(what + " has an unknown shape");
    return {};
  }

  Status component(const cd_component* c) const {
    if (Status s = structure(c, "a component's descriptor"); !s) return s;
    if (Status s = text(c->name, "a component's name", true); !s) return s;
    const std::string name = c->name;
    if (Status s = text(c->summary, "the summary of '" + name + "'", true); !s) return s;
    if (Status s = text(c->produces, "what '" + name + "' produces", false); !s) return s;
    for (const char* const* list : {c->accepts, c->reads, c->writes, c->codes})
      if (Status s = words(list, "a list of words of '" + name + "'"); !s) return s;
    if (c->option_count > kMaxOptions)
      return bad("'" + name + "' says it has " + std::to_string(c->option_count) + " options");
    if (c->option_count > 0 && !memory_.holds(c->options, c->option_count * sizeof(cd_option*)))
      return bad("the options of '" + name + "' lie outside the plugin");
    for (std::uint32_t i = 0; i < c->option_count; ++i)
      if (Status s = option(c->options[i], name); !s) return s;
    if (c->create == nullptr || c->destroy == nullptr)
      return bad("'" + name + "' has no create or no destroy");
    return steps(*c, name);
  }

 private:
  Status steps(const cd_component& c, const std::string& name) const {
    switch (c.kind) {
      case CD_SOURCE: {
        if (Status s = structure(c.source, "the functions of a source"); !s) return s;
        if (c.open == nullptr || c.source->poll == nullptr || c.source->settle == nullptr ||
            c.source->wake == nullptr)
          return bad("source '" + name + "' lacks open, poll, settle or wake");
        return {};
      }
      case CD_STAGE: {
        if (Status s = structure(c.stage, "the functions of a stage"); !s) return s;
        if (c.stage->process == nullptr && c.stage->resolve == nullptr)
          return bad("stage '" + name + "' has neither process nor resolve");
        return {};
      }
      case CD_SINK: {
        if (Status s = structure(c.sink, "the functions of a sink"); !s) return s;
        if (c.open == nullptr || c.sink->write == nullptr || c.sink->flush == nullptr ||
            c.sink->cancel == nullptr)
          return bad("sink '" + name + "' lacks open, write, flush or cancel");
        return {};
      }
      default: return bad("'" + name + "' is of an unknown kind");
    }
  }

  const ModuleMemory& memory_;
};

std::vector<std::string> words_of(const char* const* list) {
  std::vector<std::string> out;
  for (; list != nullptr && *list != nullptr; ++list) out.emplace_back(*list);
  return out;
}

std::string text_of(const char* s) { return s == nullptr ? std::string() : std::string(s); }

}  // namespace

ModuleMemory::ModuleMemory(void* dl_handle) {
  link_map* map = nullptr;
  if (dlinfo(dl_handle, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return;
  struct Search {
    const link_map* map;
    std::vector<Range>* ranges;
  } search{map, &ranges_};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& s = *static_cast<Search*>(data);
        if (info->dlpi_addr != s.map->l_addr || std::strcmp(info->dlpi_name, s.map->l_name) != 0)
          return 0;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& p = info->dlpi_phdr[i];
          if (p.p_type == PT_LOAD)
            s.ranges->push_back(
                {info->dlpi_addr + p.p_vaddr, info->dlpi_addr + p.p_vaddr + p.p_memsz});
        }
        return 1;
      },
      &search);
}

bool ModuleMemory::holds(const void* address, std::size_t size) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(address);
  for (const Range& r : ranges_)
    if (begin >= r.begin && begin <= r.end && size <= r.end - begin) return true;
  return false;
}

bool ModuleMemory::holds_string(const char* text) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(text);
  for (const Range& r : ranges_)
    if (begin >= r.begin && begin < r.end) return std::memchr(text, 0, r.end - begin) != nullptr;
  return false;
}

Status check_descriptor(const cd_plugin& plugin, const ModuleMemory& memory) {
  const Check check(memory);
  if (!memory.holds(&plugin, 2 * sizeof(std::uint32_t)))
    return bad("its descriptor lies outside the plugin");
  if (plugin.abi_major != CD_ABI_MAJOR)
    return bad("it speaks version " + std::to_string(plugin.abi_major) +
               " of the plugin boundary, this daemon " + std::to_string(CD_ABI_MAJOR) +
               ": build it against this daemon's SDK");
  if (Status s = check.structure(&plugin, "its descriptor"); !s) return s;
  if (plugin.needs_minor > CD_ABI_MINOR)
    return bad("it needs version " + std::to_string(CD_ABI_MAJOR) + "." +
               std::to_string(plugin.needs_minor) + " of the plugin boundary, this daemon has " +
               std::to_string(CD_ABI_MAJOR) + "." + std::to_string(CD_ABI_MINOR) +
               ": a newer copydesk is needed");
  if (Status s = check.text(plugin.id, "its id", true); !s) return s;
  if (Status s = check.text(plugin.version, "its version", true); !s) return s;
  if (plugin.component_count == 0 || plugin.component_count > kMaxComponents)
    return bad("it says it has " + std::to_string(plugin.component_count) + " components");
  if (!memory.holds(plugin.components, plugin.component_count * sizeof(cd_component*)))
    return bad("its list of components lies outside the plugin");
  for (std::uint32_t i = 0; i < plugin.component_count; ++i)
    if (Status s = check.component(plugin.components[i]); !s) return s;
  return {};
}

config::ComponentSpec spec_of(const cd_component& c, const std::string& plugin_id) {
  config::ComponentSpec spec;
  spec.kind = c.kind == CD_SOURCE  ? config::Kind::source
              : c.kind == CD_STAGE ? config::Kind::stage
                                   : config::Kind::sink;
  spec.name = c.name;
  spec.summary = c.summary;
  spec.plugin = plugin_id;
  spec.accepts = words_of(c.accepts);
  spec.produces = text_of(c.produces);
  spec.reads = words_of(c.reads);
  spec.writes = words_of(c.writes);
  spec.codes = words_of(c.codes);
  spec.state_version = c.state_version;
  spec.at_least_once = (c.flags & CD_AT_LEAST_ONCE) != 0;
  using T = config::OptionType;
  constexpr T kTypes[] = {T::string, T::integer,     T::real,       T::boolean,  T::duration,
                          T::bytes,  T::path,        T::files,      T::glob,     T::url,
                          T::secret, T::enumeration, T::expression, T::template_};
  for (std::uint32_t i = 0; i < c.option_count; ++i) {
    const cd_option& o = *c.options[i];
    config::OptionSpec option;
    option.key = o.key;
    option.type = kTypes[o.type - CD_OPTION_STRING];
    option.shape = o.shape == CD_OPTION_LIST  ? config::Shape::list
                   : o.shape == CD_OPTION_MAP ? config::Shape::map
                                              : config::Shape::single;
    if (o.fallback != nullptr) option.fallback = o.fallback;
    option.allowed = text_of(o.allowed);
    option.unit = text_of(o.unit);
    option.summary = o.summary;
    option.only_with = text_of(only_with_of(o));
    option.required = (o.flags & CD_REQUIRED) != 0;
    option.state = (o.flags & CD_STATE) != 0;
    option.reloadable = (o.flags & CD_RELOADABLE) != 0;
    spec.options.push_back(std::move(option));
  }
  return spec;
}

}  // namespace copydesk::host
