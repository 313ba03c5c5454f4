#include "daemon/service.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "control/console.h"
#include "control/plans.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "host/in_call.h"
#include "io/clock.h"
#include "io/event_loop.h"
#include "pipeline/engine.h"
#include "state/crash_page.h"
#include "telemetry/log.h"

namespace copydesk::daemon {
namespace {

using pipeline::LineState;
using pipeline::LineStatus;

constexpr Nanos kTick = kSecond;  // between looks at the disk and at the lines
constexpr Nanos kProgressTick = 250 * kMillisecond;
constexpr Nanos kStatusTimeout = 200 * kMillisecond;  // how long a look waits for a busy line
// ticks that a line waits before it is worth a line in the log
constexpr unsigned kWaitsLogged = 2;
// for components to give their threads back at the end
constexpr auto kStopLimit = std::chrono::seconds(5);

// Ends the process when stopping takes too long: a component may be stuck in a call. What is not committed comes again.
class StopLimit {
  // Where the threads are that do not come back.
  static std::string in_hand() {
    std::string out;
    for (const std::string& call : host::calls_under_way()) out += (out.empty() ? "" : ", ") + call;
    return out.empty() ? "no call of a plugin" : out;
  }

 public:
  StopLimit()
      : thread_([this] {
          std::unique_lock lock(mutex_);
          if (done_.wait_for(lock, kStopLimit, [this] { return stopped_; })) return;
          log::error(
              "A component does not end; the process ends without it. What was not committed comes "
              "again.",
              {"in", in_hand()});
          log::flush();
          _exit(kFailed);
        }) {}
  ~StopLimit() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    done_.notify_all();
    thread_.join();
  }
  StopLimit(const StopLimit&) = delete;
  StopLimit& operator=(const StopLimit&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool stopped_ = false;
  std::thread thread_;  // last: it uses the others
};

// Says once in the log what a person should know of the lines: that one waits, fails, or goes on again.
class LineLog {
 public:
  void look(const std::vector<LineStatus>& lines) {
    for (const LineStatus& line : lines) {
      Seen& seen = seen_[line.name];
      if (line.state == LineState::kFailed) {
        if (!seen.failed)
          log::error("Pipeline failed.", {"pipeline", line.name}, {"component", line.component},
                     {"why", line.why});
        seen.failed = true;
        continue;
      }
      if (line.state == LineState::kWaiting) {
        if (++seen.waits == kWaitsLogged)
          log::warn("Pipeline waits.", {"pipeline", line.name}, {"component", line.component},
                    {"why", line.why});
        continue;
      }
      if (seen.waits >= kWaitsLogged && line.state != LineState::kFinished)
        log::info("Pipeline goes on.", {"pipeline", line.name});
      seen.waits = 0;
    }
  }

 private:
  struct Seen {
    unsigned waits = 0;  // ticks in a row
    bool failed = false;
  };
  std::map<std::string, Seen> seen_;
};

class Service {
 public:
  Service(Home& home, const config::Config& config, const ServiceOptions& options)
      : home_(home), config_(config), options_(options) {}

  Result<ServiceEnd> run(std::vector<pipeline::LinePlan> plans, state::CrashPage::Opened crash) {
    const Nanos started = clock_.steady();
    pipeline::EngineOptions engine_options;
    engine_options.workers = static_cast<std::size_t>(config_.engine.workers);
    engine_options.min_free = static_cast<std::uint64_t>(config_.engine.min_free);
    engine_options.disk = home_.folder.path();
    engine_ = std::make_unique<pipeline::Engine>(
        std::move(plans), *home_.store, *crash.page, engine_options,
        [this] { return clock_.now(); }, [this] { loop_.post([this] { loop_.stop(); }); });
    for (const auto& [pipeline, numbers] : options_.replays) engine_->replay(pipeline, numbers);
    for (const auto& [pipeline, letters] : options_.adoptions) engine_->adopt(pipeline, letters);
    listen();
    if (Status status = engine_->start(crash.marked); !status) {
      finish();
      return std::move(status).error();
    }
    log_start();
    loop_.run();
    finish();
    end_.elapsed = clock_.steady() - started;
    return std::move(end_);
  }

 private:
  void listen() {
    loop_.on_signals({SIGINT, SIGTERM, SIGHUP}, [this](int signal) { on_signal(signal); });
    control::Console::About about{version(), home_.folder.instance_id(), config_.file,
                                  static_cast<long>(getpid()), clock_.now()};
    console_ = std::make_unique<control::Console>(
        std::move(about), *home_.store,
        control::Console::Daemon{
            [this] { return engine_->status(); },
            [this](const std::string& pipeline, std::vector<std::uint64_t> numbers) {
              engine_->replay(pipeline, std::move(numbers));
            },
            [this](const std::string& pipeline, std::vector<pipeline::Adoption> letters) {
              engine_->adopt(pipeline, std::move(letters));
            }});
    socket_ = home_.folder.file(control::kSocketName);
    Status served =
        loop_.serve(socket_, [this](const std::string& line, const io::EventLoop::Reply& reply) {
          reply(console_->answer(line));
        });
    if (!served)
      log::warn("No control socket: status, health and replays cannot be asked for.",
                {"why", served.error().message});
    tick_ = loop_.every(kTick, [this] {
      engine_->watch_disk();
      lines_log_.look(engine_->status(kStatusTimeout));
    });
    if (options_.progress)
      progress_ = loop_.every(kProgressTick,
                              [this] { options_.progress(engine_->status(kStatusTimeout)); });
  }

  void on_signal(int signal) {
    if (signal == SIGHUP) {
      log::warn("Reload is not built yet; the configuration stays as it was at the start.");
      return;
    }
    if (end_.stopped) {
      log::warn("Ended at once by a second signal. What was not committed comes again.");
      log::flush();
      _exit(kInterrupted);
    }
    end_.stopped = true;
    log::info("Finishing what is in hand.", {"limit_s", config_.engine.drain / kSecond});
    engine_->drain();
    limit_ = loop_.after(config_.engine.drain, [this] {
      end_.cut_short = true;
      loop_.stop();
    });
  }

  void log_start() const {
    if (options_.once) return;
    log::info("Started.", {"version", version()}, {"config", config_.file},
              {"data_dir", home_.folder.path()}, {"pipelines", config_.pipelines.size()});
  }

  void finish() {
    tick_ = {};
    progress_ = {};
    limit_ = {};
    {
      const StopLimit limit;
      engine_->stop();
    }
    end_.lines = engine_->status(0);
    lines_log_.look(end_.lines);
    for (const LineStatus& line : end_.lines)
      end_.failed = end_.failed || line.state == LineState::kFailed;
    if (end_.cut_short)
      log::warn("The time to finish was over. What was not finished comes again.",
                {"limit_s", config_.engine.drain / kSecond});
    std::error_code ignored;
    std::filesystem::remove(socket_, ignored);
    if (!options_.once) log::info("Stopped.");
    log::flush();
    engine_.reset();
  }

  Home& home_;
  const config::Config& config_;
  const ServiceOptions& options_;
  io::SystemClock clock_;
  io::EventLoop loop_;  // outlives the engine and its own timers
  std::unique_ptr<pipeline::Engine> engine_;
  std::unique_ptr<control::Console> console_;
  std::string socket_;
  LineLog lines_log_;
  ServiceEnd end_;
  io::EventLoop::Timer tick_, progress_, limit_;
};

}  // namespace

Result<Home> open_home(const std::string& data_dir) {
  Result<state::DataFolder> folder = state::DataFolder::open(data_dir, version());
  if (!folder) return std::move(folder).error();
  Result<std::unique_ptr<state::Store>> store = state::open_rocksdb(folder->file("state"));
  if (!store) return std::move(store).error().within("'" + data_dir + "'");
  return Home{std::move(*folder), std::move(*store)};
}

Result<Home> open_used_home(const std::string& data_dir) {
  std::error_code error;
  if (!std::filesystem::exists(data_dir, error))
    return config_error("'" + data_dir + "' is not there: nothing has run on it");
  if (!state::DataFolder::is_one(data_dir))
    return config_error("'" + data_dir + "' is no data_dir: nothing has run on it");
  return open_home(data_dir);
}

std::string components_folder(const Home& home) { return home.folder.file("components"); }

Result<ServiceEnd> serve(Home& home, const config::Config& config, const host::Plugins& plugins,
                         const ServiceOptions& options, config::Diagnostics& diagnostics) {
  // Writes to a closed pipe, and beyond `ulimit -f`, are answers, not ends; leases that the directory source takes are broken by SIGIO.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGIO, SIG_IGN);
  Result<state::CrashPage::Opened> crash = state::CrashPage::open(home.folder.file("crash_page"));
  if (!crash) return std::move(crash).error();

  control::PlanOptions plan_options;
  plan_options.folder = components_folder(home);
  plan_options.once = options.once;
  plan_options.with_sources = options.with_sources;
  plan_options.clock = [] { return io::SystemClock().now(); };
  plan_options.data_id = home.folder.instance_id();
  auto plans = control::build_plans(config, plugins, plan_options, diagnostics);
  if (!plans) return config_error("");
  if (plans->empty())
    return config_error("there are no pipelines in " + config.file + ": nothing to run");
  return Service(home, config, options).run(std::move(*plans), std::move(*crash));
}

}  // namespace copydesk::daemon
