#pragma once

#include <copydesk/plugin.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "config/catalog.h"

namespace copydesk::host {

// The memory that a loaded module's own segments take up: nothing of a descriptor may lie outside.
class ModuleMemory {
 public:
  explicit ModuleMemory(void* dl_handle);
  [[nodiscard]] bool holds(const void* address, std::size_t size) const;
  [[nodiscard]] bool holds_string(const char* text) const;  // up to its NUL

 private:
  struct Range {
    std::uintptr_t begin, end;
  };
  std::vector<Range> ranges_;
};

// Everything a descriptor says is checked before anything is believed: version, sizes, that each pointer leads into the
// module itself. An error names the first thing wrong.
[[nodiscard]] Status check_descriptor(const cd_plugin& plugin, const ModuleMemory& memory);

// A checked component's declaration.
[[nodiscard]] config::ComponentSpec spec_of(const cd_component& component,
                                            const std::string& plugin_id);

}  // namespace copydesk::host
