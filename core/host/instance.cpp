#include "host/instance.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "article/json.h"
#include "host/reasons.h"
#include "host/views.h"
#include "io/files.h"
#include "telemetry/log.h"

namespace copydesk::host {
namespace {

thread_local std::string reason;  // what this thread gave to `fail` last

constexpr std::size_t kMaxCounters = 1024;
constexpr std::chrono::seconds kLongCall{5};  // a call that lasts so long is told by `status`
constexpr std::size_t kMaxUntaken = 16;
constexpr std::size_t kMaxFindings = 64;

Error error_of(cd_status status, std::string code, std::string detail) {
  const ErrorClass cls = status == CD_RETRY || status == CD_WAIT ? ErrorClass::kRetry
                         : status == CD_CONFIG                   ? ErrorClass::kConfig
                         : status == CD_FATAL                    ? ErrorClass::kFatal
                                                                 : ErrorClass::kReject;
  return {cls, std::move(code), std::move(detail)};
}

std::string place_of(const config::ComponentConfig& config) {
  if (config.spec == nullptr) return "'" + config.name + "'";
  return std::string(config::kind_name(config.spec->kind)) + " '" + config.name + "' of plugin " +
         config.spec->plugin;
}

}  // namespace

struct Instance::Table {
  static void log(const cd_host* h, std::int32_t level, cd_string text) {
    const std::string line = bounded_text(view(text));
    const log::Level l = level <= CD_LOG_DEBUG  ? log::Level::kDebug
                         : level == CD_LOG_INFO ? log::Level::kInfo
                         : level == CD_LOG_WARN ? log::Level::kWarn
                                                : log::Level::kError;
    const log::Field field("component", of(h).name_);
    if (log::enabled(l)) log::write(l, line, &field, 1);
  }
  static void fail(const cd_host*, cd_string why) { reason = bounded_text(view(why)); }
  static std::int64_t now(const cd_host* h) { return of(h).context_.clock(); }
  static std::uint32_t counter(const cd_host* h, cd_string name, cd_string, cd_string help) {
    Instance& i = of(h);
    const std::lock_guard lock(i.mutex_);
    if (i.counters_.size() >= kMaxCounters) return kMaxCounters - 1;
    i.counters_.push_back(&i.metrics_.counter(bounded_text(view(name)), bounded_text(view(help))));
    return static_cast<std::uint32_t>(i.counters_.size() - 1);
  }
  static void count(const cd_host* h, std::uint32_t counter, std::uint64_t by) {
    Instance& i = of(h);
    metrics::Counter* found = nullptr;
    {
      const std::lock_guard lock(i.mutex_);
      if (counter < i.counters_.size()) found = i.counters_[counter];
    }
    if (found != nullptr) found->add(by);
  }
  static void status(const cd_host* h, cd_string word) {
    Instance& i = of(h);
    const std::lock_guard lock(i.mutex_);
    std::string next = bounded_text(view(word));
    if (next == i.status_word_) return;
    i.status_word_ = std::move(next);
    if (i.status_word_.empty())
      log::info("Component has nothing more to report.", {"component", i.name_});
    else
      log::warn("Component reports.", {"component", i.name_}, {"status", i.status_word_});
  }
  static cd_status encode(const cd_host* h, const cd_article* article, cd_string format,
                          void (*take)(void*, cd_bytes), void* context) {
    if (view(format) != "json" || article == nullptr || article->host_article == nullptr)
      return CD_CONFIG;
    thread_local std::string out;
    out.clear();
    write_json(*static_cast<const Article*>(article->host_article), out, of(h).offsets_);
    take(context, to_bytes(out));
    if (out.capacity() > (4 << 20)) std::string().swap(out);
    return CD_OK;
  }
  static const void* extension(const cd_host* h, cd_string id) {
    static constexpr cd_reasons kReasons{sizeof(cd_reasons), 0, &tell};
    static constexpr cd_untaken kUntaken{sizeof(cd_untaken), 0, &untaken};
    static constexpr cd_unsettled kUnsettled{sizeof(cd_unsettled), 0, &keep, &settled};
    if (view(id) == CD_UNTAKEN) return &kUntaken;
    if (view(id) == CD_UNSETTLED) return &kUnsettled;
    return of(h).context_.reasons != nullptr && view(id) == CD_REASONS ? &kReasons : nullptr;
  }
  static std::uint64_t keep(const cd_host* h, std::uint32_t item) {
    Instance& i = of(h);
    {
      const std::lock_guard lock(i.mutex_);
      if (item < i.settling_.size()) {
        i.kept_.push_back(item);
        return i.settling_[item].number;
      }
    }
    i.misused("it kept back a settlement outside of its settle, or one that is not there");
    return 0;
  }
  static void settled(const cd_host* h, std::uint64_t number) {
    if (SourceEvents* events = of(h).source_events; events != nullptr && number != 0)
      events->settled(number);
  }
  static void untaken(const cd_host* h, std::int32_t kind, cd_string what, std::uint64_t count,
                      cd_string example) {
    Instance& i = of(h);
    Untaken told{kind == CD_LEFT, bounded_text(view(what)), count, bounded_text(view(example))};
    const std::lock_guard lock(i.mutex_);
    const auto known = std::ranges::find(i.untaken_, told.what, &Untaken::what);
    if (known != i.untaken_.end() && count == 0)
      i.untaken_.erase(known);
    else if (known != i.untaken_.end())
      *known = std::move(told);
    else if (count > 0 && i.untaken_.size() < kMaxUntaken)
      i.untaken_.push_back(std::move(told));
  }
  static void tell(const cd_host* h, const cd_article* article, const cd_reason* told) {
    const Instance& i = of(h);
    if (i.context_.reasons == nullptr || article == nullptr || article->host_article == nullptr ||
        told == nullptr || told->size < sizeof(cd_reason))
      return;
    Reason out{told->verdict == CD_CUT,          bounded_text(view(told->field)),
               bounded_text(view(told->text)),   word(view(told->rule)),
               bounded_text(view(told->detail)), {}};
    if (!std::isnan(told->score)) out.score = told->score;
    i.context_.reasons->tell(i.name_, *static_cast<const Article*>(article->host_article),
                             std::move(out));
  }
  static cd_string private_folder(const cd_host* h) {
    Instance& i = of(h);
    const std::lock_guard lock(i.mutex_);
    if (!i.folder_made_) {
      if (Status made = io::make_folders(i.context_.folder); !made)
        log::error("No private folder.", {"component", i.name_}, {"error", made.error().message});
      i.folder_made_ = true;
    }
    return to_c(i.context_.folder);
  }

  // Null where the source may not hand anything over: outside of its poll, or on a thread of its own. Noted, so that what is
  // refused here is not lost without a word.
  static Receiver* receiver_of(Instance& i, const char* function) {
    if (i.polling_.load(std::memory_order_relaxed) == std::this_thread::get_id())
      return i.receiver_;
    i.misused(std::string("it called ") + function +
              " outside of its poll, or on another thread than its poll's");
    return nullptr;
  }
  static cd_status emit(const cd_host* h, const cd_record* const* records, std::uint32_t count) {
    Receiver* receiver = receiver_of(of(h), "emit");
    if (receiver == nullptr) return CD_FATAL;
    bool more = true;
    for (std::uint32_t i = 0; i < count; ++i) {
      const cd_record* r = records == nullptr ? nullptr : records[i];
      if (r == nullptr || r->size < sizeof(cd_record) ||
          (r->fields == nullptr && r->field_count != 0) ||
          (r->payload.data == nullptr && r->payload.size != 0)) {
        reason = "emitted a record that is too short or without its data";
        of(h).misused("it emitted a record that is too short or without its data");
        return CD_FATAL;
      }
      more = receiver->emit(record_of(*r, of(h))) && more;
    }
    return more ? CD_OK : CD_RETRY;
  }
  static decode::RawRecord record_of(const cd_record& r, const Instance& i) {
    decode::RawRecord out;
    out.origin.partition = view(r.partition);
    out.origin.position = r.position;
    out.payload.reserve(r.payload.size + decode::kPayloadPadding);
    out.payload = view(r.payload);
    out.format = view(r.format);
    out.received_at = r.received != 0 ? r.received : i.context_.clock();
    out.fields.reserve(r.field_count);
    for (std::uint32_t f = 0; f < r.field_count; ++f) {
      std::string name = bounded_text(view(r.fields[f].name));
      auto value = value_of(r.fields[f].value);
      if (value && may_set(name))
        out.fields.push_back({std::move(name), std::move(*value)});
      else
        log::warn(
            "A field of a record is left out: it belongs to the core, or its value cannot be kept.",
            {"component", i.name_}, {"field", name});
    }
    return out;
  }
  // What of the article is written by the core alone, beside what the source knows.
  static bool may_set(std::string_view name) {
    if (name.starts_with("source."))
      return name != "source.component" && name != "source.received_at" &&
             name != "source.sha256" && name != "source.part";
    return !name.empty() && (name == "id" || name.starts_with("labels.") || !is_core_field(name));
  }
  static void advance(const cd_host* h, cd_string partition, cd_bytes position, cd_bytes token) {
    if (Receiver* receiver = receiver_of(of(h), "advance"))
      receiver->advance(view(partition), view(position),
                        token.data == nullptr ? std::nullopt : std::optional(view(token)));
  }

  static void result(const cd_host* h, std::uint64_t ticket, const cd_result* results,
                     std::uint32_t count) {
    std::vector<SinkResult> out;
    if (results == nullptr && count != 0)
      log::error(
          "A sink gave results without their data; the articles count as it says with `done`.",
          {"component", of(h).name_});
    for (std::uint32_t i = 0; results != nullptr && i < count; ++i)
      if (results[i].status != CD_OK) {
        const bool again = results[i].status == CD_RETRY;
        out.push_back(
            {results[i].index, error_of(again ? CD_RETRY : CD_REJECT,
                                        word(view(results[i].code), again ? "retry" : "failed"),
                                        bounded_text(view(results[i].detail)))});
      }
    if (SinkEvents* events = of(h).events; events != nullptr && !out.empty())
      events->results(ticket, std::move(out));
  }
  static void done(const cd_host* h, std::uint64_t ticket, cd_status status) {
    if (SinkEvents* events = of(h).events) events->done(ticket, of(h).status_of(status));
  }
  static void flushed(const cd_host* h, std::uint64_t ticket, cd_status status, cd_bytes position) {
    if (SinkEvents* events = of(h).events)
      events->flushed(ticket, of(h).status_of(status), std::string(view(position)));
  }

  static void rewind(const cd_host* h, cd_string why) {
    if (SourceEvents* events = of(h).source_events)
      events->rewind("'" + of(h).name_ + "': " + bounded_text(view(why)));
  }
};

cd_host Instance::make_host(Instance* instance) {
  return {sizeof(cd_host),   0,
          instance,          &Table::log,
          &Table::fail,      &Table::now,
          &Table::counter,   &Table::count,
          &Table::status,    &Table::encode,
          &Table::extension, &Table::private_folder,
          &Table::emit,      &Table::advance,
          &Table::result,    &Table::done,
          &Table::flushed,   &Table::rewind};
}

Instance::Instance(const cd_component& component, const config::ComponentConfig& config,
                   InstanceContext context)
    : component_(component),
      name_(config.name),
      place_(place_of(config)),
      offsets_(config.sink.offsets),
      context_(std::move(context)),
      host_(make_host(this)) {}

Instance::~Instance() {
  if (self_ == nullptr) return;
  if (component_.close != nullptr)
    tell("close", [this] { component_.close(self_, context_.clock() + kSecond); });
  tell("destroy", [this] { component_.destroy(self_); });
}

Result<std::unique_ptr<Instance>> Instance::create(const cd_component& component,
                                                   const config::ComponentConfig& config,
                                                   InstanceContext context) {
  std::unique_ptr<Instance> instance(new Instance(component, config, std::move(context)));
  ValueViews values;
  std::vector<cd_field> items;
  for (const Field& f : config.options) items.push_back({to_c(f.name), values.of(f.value)});
  const cd_options options{sizeof(cd_options), static_cast<std::uint32_t>(items.size()),
                           items.data()};
  Status status = instance->call(
      "create", [&] { return component.create(&instance->host_, &options, &instance->self_); });
  if (!status) {
    instance->self_ = nullptr;
    return Error{ErrorClass::kConfig, "config", "'" + config.name + "': " + status.error().message};
  }
  if (instance->self_ == nullptr)
    return config_error("'" + config.name + "': create gave no instance");
  return instance;
}

std::vector<Finding> Instance::preflight() {
  const auto* look = extension<cd_preflight>(CD_PREFLIGHT);
  if (look == nullptr) return {};
  std::vector<Finding> out;
  const auto tell = [](void* to, std::int32_t level, cd_string option, cd_string text) {
    auto& findings = *static_cast<std::vector<Finding>*>(to);
    if (findings.size() < kMaxFindings)
      findings.push_back(
          {level >= CD_LOG_ERROR, bounded_text(view(option)), bounded_text(view(text))});
  };
  if (Status status = call("preflight", [&] { return look->look(self_, tell, &out); }); !status)
    out.push_back({false, "", status.error().message});
  return out;
}

Status Instance::status_of(cd_status status) const {
  if (status == CD_OK) return {};
  std::string why = std::exchange(reason, {});
  if (status < CD_OK || status > CD_WAIT || status == CD_END)
    why = "it answered " + std::to_string(status) + ", which means nothing here" +
          (why.empty() ? "" : ": " + why);
  if (why.empty()) why = "no reason given";
  const std::string_view code = status == CD_RETRY    ? "retry"
                                : status == CD_WAIT   ? kWaitCode
                                : status == CD_REJECT ? "failed"
                                : status == CD_CONFIG ? "config"
                                : status == CD_FATAL  ? "fatal"
                                                      : "bad_status";
  return error_of(status, std::string(code), std::move(why));
}

std::string Instance::status_word() const {
  std::string out;
  if (const auto call = longest_call(this); call && call->lasts >= kLongCall)
    out = std::string(call->function) + " has not returned for " +
          std::to_string(call->lasts.count()) + " s";
  const std::lock_guard lock(mutex_);
  if (status_word_.empty()) return out;
  return out.empty() ? status_word_ : status_word_ + "; " + out;
}

void Instance::clear_reason() { reason.clear(); }

void Instance::threw(const char* place, const char* what) const {
  log::error(
      "A plugin let an exception out of a function that answers nothing; the daemon goes on.",
      {"component", name_}, {"function", place}, {"why", bounded_text(what)});
}

void Instance::begin_poll(Receiver& to) {
  receiver_ = &to;
  polling_ = std::this_thread::get_id();
}

std::optional<Error> Instance::end_poll() {
  polling_ = std::thread::id();
  receiver_ = nullptr;
  const std::lock_guard lock(mutex_);
  if (!misuse_) return std::nullopt;
  return fatal("bad_source", *std::exchange(misuse_, std::nullopt));
}

void Instance::begin_settle(std::span<const Settled> items) {
  const std::lock_guard lock(mutex_);
  settling_ = items;
}

std::vector<std::uint32_t> Instance::end_settle() {
  const std::lock_guard lock(mutex_);
  settling_ = {};
  return std::exchange(kept_, {});
}

void Instance::misused(std::string what) {
  log::error("A source hands over what cannot be taken.", {"component", name_}, {"why", what});
  const std::lock_guard lock(mutex_);
  if (!misuse_) misuse_ = std::move(what);
}

}  // namespace copydesk::host
