#include "pipeline/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "base/assert.h"
#include "base/bytes.h"
#include "io/files.h"
#include "state/keys.h"
#include "telemetry/log.h"

namespace copydesk::pipeline {
namespace keys = state::keys;

// Who had what in hand when a plugin crashed: written to the page by every step, read back by the next start.
class Engine::Watch final : public CrashWatch {
 public:
  Watch(state::Store& store, state::CrashPage& page) : store_(store), page_(page) {}

  // Adds the last run's marks to the suspicions that are stored, durably, before anything is given to a plugin again.
  Status book(const std::vector<state::CrashPage::Marked>& marked) {
    Status read = store_.scan(
        keys::table(keys::kCrashSuspect), [&](std::string_view key, std::string_view value) {
          if (const auto hash = keys::crash_suspect_hash(key))
            suspects_[*hash] = static_cast<unsigned>(ByteReader(value).varint());
          return true;
        });
    if (!read) return read;
    const std::string epoch = std::to_string(page_.epoch());
    const auto booked = store_.get(keys::meta("crash_page"));
    if (!booked) return booked.error();
    if (*booked == epoch) {  // the process died between the commit below and the reset
      page_.reset();
      return {};
    }
    for (const auto& m : marked) {
      log::error("A plugin crashed the daemon; the articles it had in hand are tried one by one.",
                 {"component", m.component}, {"signal", m.signal}, {"articles", m.origins.size()});
      for (std::uint64_t hash : m.origins) ++suspects_[hash];
    }
    state::WriteSet writes;
    for (const auto& [hash, count] : suspects_) {
      std::string value;
      append_varint(value, count);
      writes.put(keys::crash_suspect(hash), std::move(value));
    }
    if (!marked.empty()) writes.put(keys::meta("crash_page"), epoch);
    if (!writes.empty())
      if (Status written = store_.commit(writes); !written) return written;
    page_.reset();
    return {};
  }

  void enter(const std::string& component, const std::vector<const Item*>& items) override {
    thread_local bool bound = false;
    if (!bound) bound = page_.bind();
    thread_local std::vector<std::uint64_t> origins;
    origins.clear();
    for (const Item* item : items) origins.push_back(item->origin_hash);
    state::CrashPage::hold(component, origins);
  }
  void leave() override { state::CrashPage::release(); }

  // Read-only once the lines run: an acquitted article is struck from the store, not from here.
  unsigned suspicion(const Item& item) const override {
    if (suspects_.empty()) return 0;
    const auto it = suspects_.find(item.origin_hash);
    return it == suspects_.end() ? 0 : it->second;
  }
  std::string suspect_key(const Item& item) const override {
    return keys::crash_suspect(item.origin_hash);
  }

 private:
  state::Store& store_;
  state::CrashPage& page_;
  std::map<std::uint64_t, unsigned> suspects_;
};

struct Engine::Running {
  std::string name;
  std::unique_ptr<Threads> threads;
  std::unique_ptr<Line> line;
  LineStatus last;
  bool ended = false;
};

Engine::Engine(std::vector<LinePlan> plans, state::Store& store, state::CrashPage& page,
               EngineOptions options, const std::function<Nanos()>& clock,
               std::function<void()> ended)
    : store_(store),
      options_(std::move(options)),
      ended_(std::move(ended)),
      watch_(std::make_unique<Watch>(store, page)) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  workers_ = std::make_unique<Workers>(options_.workers != 0 ? options_.workers : cores);
  for (LinePlan& plan : plans) {
    auto running = std::make_unique<Running>();
    running->name = running->last.name = plan.name;
    running->threads =
        std::make_unique<Threads>(plan.sources.size(), plan.sinks.size(), *workers_, clock);
    running->line =
        std::make_unique<Line>(std::move(plan), store_, *running->threads, *watch_, *this);
    lines_.push_back(std::move(running));
  }
  running_ = lines_.size();
}

Engine::~Engine() { stop(); }

Status Engine::start(const std::vector<state::CrashPage::Marked>& marked) {
  if (Status booked = watch_->book(marked); !booked) return booked;
  if (Status fits = check_identities(); !fits) return fits;
  for (auto& r : lines_) r->threads->line([line = r->line.get()] { line->start(); });
  return {};
}

Result<bool> has_state(state::Store& store, const std::string& pipeline, const std::string& stage) {
  bool any = false;
  const Status status =
      store.scan(keys::stage_state(pipeline, stage),
                 [&any](std::string_view, std::string_view) { return !(any = true); });
  if (!status) return status.error();
  return any;
}

std::string foreign_state(const std::string& pipeline, const std::string& stage,
                          const std::string& owner, const std::string& configured) {
  return "stage '" + stage + "' of pipeline '" + pipeline + "' has stored state that belongs to " +
         owner + ", and is configured as " + configured +
         " now. Put the options back, or give the stage another `name` to begin with empty state";
}

std::string way_to_empty(const host::Stage& stage) {
  const std::vector<std::string> words = stage.amendments(), topics = stage.topics();
  if (topics.empty() || std::ranges::find(words, kEmptyingWord) == words.end()) return {};
  return ", or empty this one with `copydesk state " + topics.front() + " " +
         std::string(kEmptyingWord) + "`";
}

// What a stage has stored means something only to the same plugin with the same state options. One that has nothing is taken over.
Status Engine::check_identities() {
  state::WriteSet writes;
  for (const auto& r : lines_)
    for (const StagePlan& stage : r->line->plan().stages) {
      const std::string key = keys::identity(r->line->plan().name, stage.name);
      auto stored = store_.get(key);
      if (!stored) return std::move(stored).error();
      if (!*stored) {
        writes.put(key, stage.identity);
        continue;
      }
      if (**stored == stage.identity) continue;
      const Result<bool> any = has_state(store_, r->line->plan().name, stage.name);
      if (!any) return any.error();
      if (*any)
        return config_error(
            foreign_state(r->line->plan().name, stage.name, **stored, stage.identity) +
            way_to_empty(*stage.stage));
      writes.put(key, stage.identity);
    }
  return writes.empty() ? Status() : store_.commit(writes);
}

void Engine::drain() {
  for (auto& r : lines_) r->threads->line([line = r->line.get()] { line->drain(); });
}

void Engine::stop() {
  if (stopped_) return;
  stopped_ = true;
  // A source may sleep in its poll.
  for (auto& r : lines_)
    for (const SourcePlan& source : r->line->plan().sources) source.source->wake();
  workers_->stop();
  for (auto& r : lines_) r->threads->stop();
  for (auto& r : lines_) {
    const std::lock_guard lock(mutex_);
    if (!r->ended) r->last = r->line->status();
  }
  for (auto& r : lines_) r->line.reset();
}

void Engine::watch_disk() {
  if (options_.min_free == 0 || options_.disk.empty() || stopped_) return;
  const auto free = io::free_space(options_.disk);
  if (!free) return;
  const bool low = *free < options_.min_free;
  if (low == disk_low_) return;
  disk_low_ = low;
  if (low)
    log::error("The disk is nearly full: sources are held.", {"free_bytes", *free},
               {"min_free_bytes", options_.min_free});
  else
    log::info("There is room on the disk again.", {"free_bytes", *free});
  for (auto& r : lines_)
    r->threads->line([line = r->line.get(), low] {
      line->pause(low, low ? "less than engine.min_free is left on the disk" : "");
    });
}

void Engine::replay(const std::string& pipeline, std::vector<std::uint64_t> dead_sequences) {
  for (auto& r : lines_)
    if (r->name == pipeline && !stopped_)
      return r->threads->line(
          [line = r->line.get(), numbers = std::move(dead_sequences)] { line->replay(numbers); });
}

void Engine::adopt(const std::string& pipeline, std::vector<Adoption> letters) {
  for (auto& r : lines_)
    if (r->name == pipeline && !stopped_)
      return r->threads->line(
          [line = r->line.get(), letters = std::make_shared<std::vector<Adoption>>(
                                     std::move(letters))] { line->adopt(std::move(*letters)); });
}

std::vector<LineStatus> Engine::status(Nanos timeout) {
  struct Wait {
    std::mutex mutex;
    std::condition_variable answered;
    std::size_t missing = 0;
    std::map<std::size_t, LineStatus> answers;
  };
  auto wait = std::make_shared<Wait>();
  std::vector<LineStatus> out;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      out.push_back(lines_[i]->last);
      if (lines_[i]->ended || stopped_) continue;
      ++wait->missing;
      lines_[i]->threads->line([wait, i, line = lines_[i]->line.get()] {
        const std::lock_guard inner(wait->mutex);
        wait->answers[i] = line->status();
        --wait->missing;
        wait->answered.notify_all();
      });
    }
  }
  std::unique_lock lock(wait->mutex);
  wait->answered.wait_for(lock, std::chrono::nanoseconds(timeout),
                          [&] { return wait->missing == 0; });
  for (auto& [i, status] : wait->answers) out[i] = status;
  return out;
}

void Engine::line_ended(const LineStatus& status) {
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto& r : lines_)
      if (r->name == status.name) {
        r->last = status;
        r->ended = true;
      }
    last = --running_ == 0;
  }
  if (last) ended_();
}

}  // namespace copydesk::pipeline
