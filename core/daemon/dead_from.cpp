// `dead replay --from SOURCE`: dead letters as the pipelines' sinks for them were told them.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "config/suggest.h"
#include "control/dead_record.h"
#include "control/harvest.h"
#include "daemon/client.h"
#include "daemon/dead.h"
#include "daemon/terminal.h"
#include "io/clock.h"
#include "io/temporary_folder.h"

namespace copydesk::daemon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxAdopted = 256 << 20;  // bytes of letters of other daemons, held at once
constexpr std::size_t kOriginsAtOnce = 1000;    // of a request
constexpr std::size_t kMaxRequest = 1 << 20;    // bytes, as the daemon takes them

// What a source held. Of an article that was refused several times the last word counts.
struct Found {
  struct Foreign {
    unsigned attempts = 0;
    bool wanted = true;          // by the last word
    std::string json, pipeline;  // of one that is
  };
  std::map<std::string, std::set<std::string>> own;  // origins by pipeline
  std::map<std::string, Foreign> foreign;            // by instance and origin
  std::size_t strange = 0;                           // records that are no dead letters
  std::size_t held = 0;                              // bytes
};

class Collector {
 public:
  Collector(const control::DeadFilter& filter, std::string instance, bool others)
      : filter_(filter), instance_(std::move(instance)), others_(others) {}

  Status take(decode::RawRecord record) {
    Result<control::DeadRecord> read = control::read_dead_record(record.payload);
    if (!read) return ++found_.strange, Status();
    if (read->instance == instance_) {
      if (filter_.pipeline.empty() || filter_.pipeline == read->pipeline)
        found_.own[read->pipeline].insert(read->origin);
      return {};
    }
    Found::Foreign& known = found_.foreign[read->instance + " " + read->origin];
    if (known.attempts > read->attempts) return {};
    found_.held -= known.json.size();
    const bool wanted = control::matches(filter_, *read);
    known = {read->attempts, wanted, wanted && others_ ? std::move(record.payload) : std::string(),
             read->pipeline};
    found_.held += known.json.size();
    if (found_.held <= kMaxAdopted) return {};
    return config_error(
        "more than 256 MiB of dead letters of other daemons: narrow with --pipeline, --component "
        "or --code");
  }
  Found take() {
    std::erase_if(found_.foreign, [](const auto& f) { return !f.second.wanted; });
    return std::move(found_);
  }

 private:
  const control::DeadFilter& filter_;
  std::string instance_;
  bool others_;
  Found found_;
};

const config::ComponentConfig* find_source(const config::Config& config, const std::string& name) {
  const config::ComponentConfig* source = config.source(name);
  if (source == nullptr) {
    std::vector<std::string> known;
    for (const config::ComponentConfig& s : config.sources) known.push_back(s.name);
    Context::fail("there is no source '" + name + "'" + config::hint(name, known, "sources"),
                  kWrongUse);
    return nullptr;
  }
  for (const config::PipelineConfig& p : config.pipelines)
    if (std::ranges::find(p.from, name) != p.from.end()) {
      Context::fail("pipeline '" + p.name + "' reads source '" + name +
                        "': dead letters need a source of their own, in no 'from'",
                    kWrongUse);
      return nullptr;
    }
  return source;
}

Status collect(const host::Plugins& plugins, const config::ComponentConfig& config,
               Nanos retry_limit, Collector& collector) {
  const io::TemporaryFolder scratch("copydesk-");
  const io::SystemClock clock;
  const auto now = [&clock] { return clock.now(); };
  auto source = plugins.source(config, {scratch.path(), now, "", ""});
  if (!source) return std::move(source).error().within("source '" + config.name + "'");
  const control::HarvestOptions options{now, retry_limit};
  Status status = control::harvest(**source, options, [&](decode::RawRecord record) {
    return collector.take(std::move(record));
  });
  if (!status) return std::move(status).error().within("source '" + config.name + "'");
  return {};
}

// What came of it, for the last line on the terminal.
struct Sum {
  std::size_t own = 0, ended = 0, taken = 0, known = 0;
};

void say(const Found& found, const Sum& sum, const control::DeadFilter& filter, bool others) {
  const bool narrowed = !filter.component.empty() || !filter.code.empty() || filter.attempts != 0;
  print("own dead letters: " + std::to_string(sum.own) + " replayed, " + std::to_string(sum.ended) +
        (narrowed ? " ended already or not asked for\n" : " ended already\n"));
  if (others)
    print("those of other daemons: " + std::to_string(sum.taken) + " taken and replayed, " +
          std::to_string(sum.known) + " taken before\n");
  else if (!found.foreign.empty())
    print("left out: " + counted(found.foreign.size(), "dead letter") +
          " of other daemons, who can replay them; --adopt takes those of a daemon whose data_dir "
          "is gone\n");
  if (found.strange > 0)
    print("left out: " + counted(found.strange, "record") + " that are no dead letters\n");
}

// The answer when it is an "ok", or why not.
Result<Json> asked(const std::string& data_dir, const Json& request) {
  const std::string text = request.dump();
  if (text.size() >= kMaxRequest)
    return config_error(
        "a dead letter of " + std::to_string(text.size()) +
        " bytes is too large to be handed to a running daemon: end it, and replay then");
  const Result<std::string> reply = ask_daemon(data_dir, text);
  if (!reply) return reply.error();
  Json answer = Json::parse(*reply, nullptr, false);
  if (answer.is_object() && answer.value("ok", false)) return answer;
  return fatal("refused", answer.is_object() ? answer.value("error", "the daemon's answer is empty")
                                             : "the daemon's answer is no JSON");
}

Result<Sum> by_daemon(const std::string& data_dir, const Json& request, const Found& found,
                      bool others) {
  Sum sum;
  for (const auto& [pipeline, origins] : found.own) {
    std::vector<std::string> all(origins.begin(), origins.end());
    for (std::size_t at = 0; at < all.size(); at += kOriginsAtOnce) {
      const std::size_t end = std::min(all.size(), at + kOriginsAtOnce);
      const Json some(std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(at),
                                               all.begin() + static_cast<std::ptrdiff_t>(end)));
      Json narrowed = request;
      narrowed.update({{"pipeline", pipeline}, {"origins", some}});
      const Result<Json> answer = asked(data_dir, narrowed);
      if (!answer) return answer.error();
      for (const Json& numbers : (*answer)["replaying"]) sum.own += numbers.size();
    }
    sum.ended += all.size();
  }
  sum.ended -= std::min(sum.ended, sum.own);
  if (!others) return sum;
  for (const auto& [identity, foreign] : found.foreign) {
    const Result<Json> answer =
        asked(data_dir,
              {{"command", "dead_adopt"}, {"letter", Json::parse(foreign.json, nullptr, false)}});
    if (!answer) return answer.error();
    ++(answer->value("new", false) ? sum.taken : sum.known);
  }
  return sum;
}

// Without a daemon: what its store has, and what is to be taken into it.
Result<Sum> by_store(state::Store& store, const config::Config& config, control::DeadFilter filter,
                     const Found& found, bool others, Replays& out) {
  Sum sum;
  for (const auto& [pipeline, origins] : found.own) {
    filter.pipeline = pipeline;
    filter.origins.assign(origins.begin(), origins.end());
    Result<control::DeadNumbers> numbers = control::select_dead(store, filter);
    if (!numbers) return numbers.error();
    for (auto& [name, of_it] : *numbers) {
      sum.own += of_it.size();
      out.numbers[name] = std::move(of_it);
    }
    sum.ended += origins.size();
  }
  sum.ended -= std::min(sum.ended, sum.own);
  if (!others) return sum;
  for (const auto& one : found.foreign) {
    const auto& foreign = one.second;
    if (std::ranges::none_of(config.pipelines,
                             [&](const auto& p) { return p.name == foreign.pipeline; }))
      return config_error("the configuration has no pipeline '" + foreign.pipeline + "'");
    Result<pipeline::Adoption> letter = control::adoption(foreign.json, io::SystemClock().now());
    if (!letter) return letter.error();
    const auto known = control::adopted_as(store, foreign.pipeline, letter->identity);
    if (!known) return known.error();
    ++(*known ? sum.known : sum.taken);
    if (*known)
      out.numbers[foreign.pipeline].push_back(**known);
    else
      out.adoptions[foreign.pipeline].push_back(std::move(*letter));
  }
  return sum;
}

Result<std::string> instance_of(const std::string& data_dir, const std::optional<Home>& home) {
  if (home) return home->folder.instance_id();
  const Result<Json> answer = asked(data_dir, {{"command", "status"}});
  if (!answer) return answer.error();
  return (*answer)["status"].value("instance", std::string());
}

}  // namespace

int replay_from(Context& context, const std::string& data_dir, const std::string& request) {
  const Json asked_for = Json::parse(request);
  const control::DeadFilter filter = filter_of(asked_for);
  const config::Config* config = context.config();
  if (config == nullptr) return kWrongUse;
  const config::ComponentConfig* source = find_source(*config, context.arguments().value("from"));
  if (source == nullptr) return kWrongUse;
  const bool others = context.arguments().has("adopt");

  std::optional<Home> home;
  if (const auto running = asked(data_dir, {{"command", "health"}});
      !running && running.error().code == "not_found") {
    if (!same_folder(config->data_dir, data_dir))
      return Context::fail("no daemon is running on '" + data_dir +
                               "', and the configuration's data_dir is '" + config->data_dir + "'",
                           kWrongUse);
    Result<Home> opened = open_home(data_dir);
    if (!opened) return Context::fail(opened.error());
    home = std::move(*opened);
  }
  const Result<std::string> instance = instance_of(data_dir, home);
  if (!instance) return Context::fail(instance.error());
  Collector collector(filter, *instance, others);
  if (Status status = collect(context.plugins(), *source, config->engine.once_deadline, collector);
      !status)
    return Context::fail(status.error());
  const Found found = collector.take();
  Replays replays;
  const Result<Sum> sum = home ? by_store(*home->store, *config, filter, found, others, replays)
                               : by_daemon(data_dir, asked_for, found, others);
  if (!sum) return Context::fail(sum.error());
  say(found, *sum, filter, others);
  if (home && (!replays.numbers.empty() || !replays.adoptions.empty()))
    return replay_here(context, *config, *home, std::move(replays));
  return kDone;
}

}  // namespace copydesk::daemon
