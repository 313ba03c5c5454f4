#pragma once

#include <copydesk/plugin.h>

#include <atomic>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "base/result.h"
#include "config/config.h"
#include "host/component.h"
#include "host/in_call.h"
#include "host/plugins.h"
#include "telemetry/metrics.h"

namespace copydesk::host {

// One instance of a component behind the boundary: the host table it calls, its handle, its errors.
class Instance {
 public:
  static Result<std::unique_ptr<Instance>> create(const cd_component& component,
                                                  const config::ComponentConfig& config,
                                                  InstanceContext context);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  [[nodiscard]] const cd_component& component() const { return component_; }
  [[nodiscard]] void* self() const { return self_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  // Calls into the plugin: `function`, named by `place`, returns a cd_status, which becomes a Status with the reason this
  // thread gave to `fail`.
  template <class F>
  Status call(const char* place, F&& function) {
    clear_reason();
    const InCall in(place_, place, this);
    try {
      return status_of(function());
    } catch (const std::exception& e) {  // against the contract; the daemon lives on
      return Error{ErrorClass::kReject, "threw", e.what()};
    } catch (...) {
      return Error{ErrorClass::kReject, "threw", "an exception of an unknown kind"};
    }
  }
  // The same for a function that answers nothing: what it throws is in the log.
  template <class F>
  void tell(const char* place, F&& function) const {
    const InCall in(place_, place, this);
    try {
      function();
    } catch (const std::exception& e) {
      threw(place, e.what());
    } catch (...) {
      threw(place, "an exception of an unknown kind");
    }
  }
  [[nodiscard]] Status status_of(cd_status status) const;
  static void clear_reason();

  // Of the poll under way. [source]
  void begin_poll(Receiver& to);
  // What the source handed over in a way that could lose it, since the poll before.
  [[nodiscard]] std::optional<Error> end_poll();

  // Of the settle under way. [source]
  void begin_settle(std::span<const Settled> items);
  // Those that the source kept back.
  [[nodiscard]] std::vector<std::uint32_t> end_settle();

  SinkEvents* events = nullptr;           // set before the first write
  SourceEvents* source_events = nullptr;  // set before the first open
  // An extension of the instance, nullptr when it has none or one that is too short to be used.
  template <class Extension>
  [[nodiscard]] const Extension* extension(const char* id) const {
    if (component_.extension == nullptr) return nullptr;
    const Extension* found = nullptr;
    tell("extension", [&] {
      found = static_cast<const Extension*>(
          component_.extension(self_, cd_string{id, std::char_traits<char>::length(id)}));
    });
    return found != nullptr && found->size >= sizeof(Extension) ? found : nullptr;
  }
  [[nodiscard]] const InstanceContext& context() const { return context_; }
  // What its preflight finds, if it has one.
  [[nodiscard]] std::vector<Finding> preflight();
  // What it told last with cd_host.status, and a call that does not return. Any thread.
  [[nodiscard]] std::string status_word() const;
  // What it has counted. Any thread.
  [[nodiscard]] std::vector<metrics::Sample> counted() const { return metrics_.snapshot(); }
  // What it told last of each (cd_untaken). Any thread.
  [[nodiscard]] std::vector<Untaken> untaken() const {
    const std::lock_guard lock(mutex_);
    return untaken_;
  }

 private:
  Instance(const cd_component& component, const config::ComponentConfig& config,
           InstanceContext context);
  static Instance& of(const cd_host* host) { return *static_cast<Instance*>(host->impl); }
  static cd_host make_host(Instance* instance);
  struct Table;  // the functions of cd_host
  void threw(const char* place, const char* what) const;
  void misused(std::string what);

  const cd_component& component_;
  std::string name_;
  std::string place_;   // for people: "sink 'out' of plugin org.example.out"
  OffsetUnit offsets_;  // of entities, in what it encodes
  InstanceContext context_;
  cd_host host_{};
  void* self_ = nullptr;
  mutable std::mutex mutex_;
  metrics::Registry metrics_;
  std::deque<metrics::Counter*> counters_;
  std::string status_word_;
  std::vector<Untaken> untaken_;
  std::span<const Settled> settling_;  // items of the settle under way
  std::vector<std::uint32_t> kept_;    // of them
  std::optional<std::string> misuse_;  // the first since the last poll
  bool folder_made_ = false;
  std::atomic<std::thread::id> polling_;  // the thread of the poll under way
  Receiver* receiver_ = nullptr;          // of that poll; its thread's alone
};

}  // namespace copydesk::host
