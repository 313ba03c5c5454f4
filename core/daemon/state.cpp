// `state`: what stages tell of what they remember.

#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/bytes.h"
#include "config/suggest.h"
#include "control/console.h"
#include "control/plans.h"
#include "daemon/client.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/service.h"
#include "daemon/terminal.h"
#include "io/clock.h"
#include "io/temporary_folder.h"
#include "pipeline/engine.h"
#include "state/keys.h"
#include "state/ttl.h"

namespace copydesk::daemon {
namespace {

using Json = nlohmann::ordered_json;

// The committed state of one stage: of the running daemon, through its socket, else of the store. The first error stays.
class StoredState final : public host::StateView {
 public:
  using Ask = std::function<Result<std::string>(const std::string& request)>;
  // `identity` is whose state the stage can read, empty: anybody's; `way_out` is said where it is another's.
  StoredState(Ask ask, std::string pipeline, std::string stage, std::string identity,
              std::string way_out)
      : ask_(std::move(ask)),
        pipeline_(std::move(pipeline)),
        stage_(std::move(stage)),
        identity_(std::move(identity)),
        way_out_(std::move(way_out)) {}

  std::optional<std::string_view> get(std::string_view key) override {
    std::optional<std::string_view> out;
    scan(key, [&](std::string_view found, std::string_view value) {
      if (found == key) out = held_.emplace_back(value);
      return false;
    });
    return out;
  }
  void multi_get(std::span<const std::string_view> keys,
                 std::span<std::optional<std::string_view>> values) override {
    for (std::size_t i = 0; i < keys.size(); ++i) values[i] = get(keys[i]);
  }
  void scan(std::string_view prefix,
            const std::function<bool(std::string_view, std::string_view)>& each) override {
    std::string from;
    do {
      const Json answer = page(prefix, from);
      if (!answer.is_object()) return;
      for (const Json& entry : answer["entries"]) {
        const auto key = from_hex(entry[0].get<std::string>()),
                   value = from_hex(entry[1].get<std::string>());
        if (!key || !value || !each(*key, *value)) return;
      }
      from = answer.value("next", "");
    } while (!from.empty());
  }
  void added(std::size_t, const Put&) override {}  // nothing is put

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  Json page(std::string_view prefix, const std::string& from) {
    if (error_) return {};
    const Json request = {{"command", "state_scan"},
                          {"pipeline", pipeline_},
                          {"stage", stage_},
                          {"prefix", to_hex(prefix)},
                          {"from", from}};
    const Result<std::string> reply = ask_(request.dump());
    if (!reply) {
      error_ = reply.error();
      return {};
    }
    Json answer = Json::parse(*reply, nullptr, false);
    if (answer.is_object() && answer.value("ok", false)) {
      const std::string owner = answer.value("identity", "");
      if (identity_.empty() || owner.empty() || owner == identity_) return answer;
      error_ =
          config_error(pipeline::foreign_state(pipeline_, stage_, owner, identity_) + way_out_);
      return {};
    }
    const std::string why = answer.is_object()
                                ? answer.value("error", "the daemon's answer is empty")
                                : "the daemon's answer is no JSON";
    error_ = retry("answer", why);
    return {};
  }

  Ask ask_;
  std::string pipeline_, stage_, identity_, way_out_;
  std::deque<std::string> held_;  // what `get` gave
  std::optional<Error> error_;
};

// Asks the daemon; from the first time that none is there, the store, which stays open.
class Desk {
 public:
  explicit Desk(std::string data_dir) : data_dir_(std::move(data_dir)) {}
  Result<std::string> ask(const std::string& request) {
    if (!home_) {
      Result<std::string> reply = ask_daemon(data_dir_, request);
      if (reply || reply.error().code != "not_found") return reply;
      if (Status owned = own(); !owned) return std::move(owned).error();
    }
    return control::Console({}, *home_->store, {}).answer(request);
  }
  // Nobody else may have the store while it is changed.
  Status own() {
    if (home_) return {};
    Result<Home> home = open_used_home(data_dir_);
    if (!home) return std::move(home).error();
    home_ = std::make_unique<Home>(std::move(*home));
    return {};
  }
  // Where a stage's own files are. Only for who owns it.
  [[nodiscard]] std::string folder(const std::string& pipeline, const std::string& stage) const {
    return components_folder(*home_) + "/" + pipeline + "/" + stage;
  }
  Status write(const std::string& pipeline, const std::string& stage,
               const std::vector<host::Stage::Change>& changes) {
    state::WriteSet writes;
    for (const host::Stage::Change& change : changes) {
      std::string key = state::keys::stage_state(pipeline, stage, change.key);
      if (change.value)
        writes.put(std::move(key), state::with_expiry(state::kNever, *change.value));
      else
        writes.erase(std::move(key));
    }
    return home_->store->commit(writes, true);
  }

 private:
  std::string data_dir_;
  std::unique_ptr<Home> home_;
};

// Lines hold what articles brought: nothing in them may change the terminal.
std::string harmless(std::string_view text) {
  constexpr std::size_t kLineShown = 1000;
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += one_line(text.substr(0, end), kLineShown) + "\n";
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

// Why there is none of that name; empty when there is one.
std::string no_pipeline(const config::Config& config, const std::string& name) {
  std::vector<std::string> names;
  for (const config::PipelineConfig& p : config.pipelines) names.push_back(p.name);
  if (std::ranges::find(names, name) != names.end()) return {};
  return "there is no pipeline '" + name + "'" + config::hint(name, names, "pipelines");
}

struct Teller {
  std::string pipeline;
  const config::ComponentConfig* config;
  std::unique_ptr<host::Stage> stage;
};

}  // namespace

int state(Context& context) {
  const Arguments& arguments = context.arguments();
  const std::string topic = arguments.operands.empty() ? "" : arguments.operands[0];
  const config::Config* config = context.config();
  if (config == nullptr) return kWrongUse;
  const auto data_dir = context.data_dir();
  if (!data_dir) return kWrongUse;

  if (const std::string wanted = arguments.value("pipeline"); !wanted.empty())
    if (const std::string why = no_pipeline(*config, wanted); !why.empty())
      return Context::fail(why, kWrongUse);

  const io::TemporaryFolder scratch("copydesk-");
  const io::SystemClock clock;
  std::vector<Teller> tellers;
  std::set<std::string> topics;
  const auto make = [&](const config::ComponentConfig& stage, const std::string& pipeline,
                        const std::string& folder) {
    return context.plugins().stage(stage, {folder, [&clock] { return clock.now(); }, {}, pipeline});
  };
  for (const config::PipelineConfig& pipeline : config->pipelines) {
    if (arguments.has("pipeline") && pipeline.name != arguments.value("pipeline")) continue;
    for (const config::ComponentConfig& stage : pipeline.stages) {
      auto made = make(stage, pipeline.name, scratch.path());
      if (!made) return Context::fail(made.error());
      const std::vector<std::string> own = (*made)->topics();
      topics.insert(own.begin(), own.end());
      if (std::ranges::find(own, topic) != own.end())
        tellers.push_back({pipeline.name, &stage, std::move(*made)});
    }
  }
  if (tellers.empty()) {
    const std::vector<std::string> known(topics.begin(), topics.end());
    if (topic.empty())
      return Context::fail("'state' wants TOPIC [ARG…]" +
                               (known.empty() ? "" : ", TOPIC one of " + config::join(known)),
                           kWrongUse);
    return Context::fail("no stage tells of '" + topic + "'" +
                             (known.empty() ? "" : "; they tell of: " + config::join(known)),
                         kWrongUse);
  }
  Desk desk(*data_dir);
  const std::vector<std::string> words(arguments.operands.begin() + 1, arguments.operands.end());
  const auto ask = [&](Teller& teller) -> Result<std::string> {
    const std::string& name = teller.config->name;
    const bool empties = !words.empty() && words[0] == pipeline::kEmptyingWord;
    StoredState stored([&desk](const std::string& request) { return desk.ask(request); },
                       teller.pipeline, name,
                       empties ? std::string() : control::stage_identity(*teller.config),
                       pipeline::way_to_empty(*teller.stage));
    const std::vector<std::string> amendments = teller.stage->amendments();
    if (words.empty() || std::ranges::find(amendments, words[0]) == amendments.end()) {
      Result<std::string> text = teller.stage->inspect(topic, words, stored);
      if (stored.error()) return *stored.error();
      return text;
    }
    if (Status owned = desk.own(); !owned) return owned.error();
    // Now that its files are nobody else's, one that may look at them.
    auto made = make(*teller.config, teller.pipeline, desk.folder(teller.pipeline, name));
    if (!made) return std::move(made).error();
    teller.stage = std::move(*made);
    std::vector<host::Stage::Change> changes;
    Result<std::string> text = teller.stage->amend(topic, words, stored, changes);
    if (stored.error()) return *stored.error();
    if (!text) return text;
    if (Status written = desk.write(teller.pipeline, name, changes); !written)
      return written.error();
    return text;
  };
  // What one of several does not have another may have.
  std::optional<Error> failed;
  bool is_told = false;
  std::string out;
  for (Teller& teller : tellers) {
    const Result<std::string> text = ask(teller);
    if (tellers.size() > 1)
      out += "pipeline '" + teller.pipeline + "', stage '" + teller.config->name + "'\n";
    if (text) {
      out += harmless(*text);
      is_told = true;
    } else {
      out += harmless(text.error().message);
      if (!failed) failed = text.error();
    }
  }
  if (!is_told) return Context::fail(*failed);
  print(out);
  return kDone;
}

}  // namespace copydesk::daemon
