#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/catalog.h"
#include "config/config.h"
#include "host/component.h"

namespace copydesk::host {

class ReasonBook;

// What an instance is created with.
struct InstanceContext {
  std::string folder;            // its own, under data_dir; made when it asks for it
  std::function<Nanos()> clock;  // wall time
  std::string data_id, line;     // cd_open's
  // where stages tell why they decide as they do; null: nobody wants to know
  ReasonBook* reasons = nullptr;
};

// A plugin file that was refused, and why.
struct PluginProblem {
  std::string path, message;
};

struct PluginInfo {
  std::string id, version, path;
  std::vector<const config::ComponentSpec*> components;
};

// The plugins of some folders. Each file is opened from a private copy, so that overwriting it never reaches a running
// daemon, and is never unloaded. A file that cannot be used becomes a problem and nothing else.
class Plugins {
 public:
  // Loads every *.so of the folders, in path order; the first of two components with one name wins.
  explicit Plugins(const std::vector<std::string>& folders);
  ~Plugins();
  Plugins(const Plugins&) = delete;
  Plugins& operator=(const Plugins&) = delete;

  [[nodiscard]] const config::Catalog& catalog() const;
  [[nodiscard]] const std::vector<PluginInfo>& plugins() const;
  [[nodiscard]] const std::vector<PluginProblem>& problems() const;
  // Folders and files that were loaded and that everybody can write: whoever does so runs programs as the daemon's user.
  [[nodiscard]] const std::vector<std::string>& writable_by_all() const;

  // Creates an instance; class config when the component refuses its options. The plugins outlive their instances.
  [[nodiscard]] Result<std::unique_ptr<Source>> source(const config::ComponentConfig& config,
                                                       InstanceContext context) const;
  [[nodiscard]] Result<std::unique_ptr<Stage>> stage(const config::ComponentConfig& config,
                                                     InstanceContext context) const;
  [[nodiscard]] Result<std::unique_ptr<Sink>> sink(const config::ComponentConfig& config,
                                                   InstanceContext context) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace copydesk::host
