#include "control/console.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "control/dead_letters.h"
#include "control/dead_record.h"
#include "control/metrics.h"
#include "control/status.h"
#include "io/clock.h"
#include "pipeline/engine.h"
#include "state/keys.h"
#include "state/ttl.h"

namespace copydesk::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxNames = 1000;  // numbers that one replay may name

Json refusal(std::string_view why) { return {{"ok", false}, {"error", why}}; }
Json refusal(const Error& error) { return refusal(error.message); }

// An answer is a line: bytes that are no UTF-8 must not stop it.
std::string written(const Json& answer) {
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json line_json(const pipeline::LineStatus& line) {
  const pipeline::Counters& c = line.counters;
  Json out = {{"name", line.name}, {"state", to_string(line.state)}};
  if (!line.component.empty()) out["component"] = line.component;
  if (!line.why.empty()) out["why"] = line.why;
  if (!line.words.empty()) out["words"] = line.words;
  for (const auto& [source, untaken] : line.untaken)
    for (const host::Untaken& u : untaken)
      out["untaken"].push_back({{"source", source},
                                {"left", u.left},
                                {"what", u.what},
                                {"count", u.count},
                                {"example", u.example}});
  out.update({{"received", c.received},
              {"children", c.children},
              {"delivered", c.delivered},
              {"dropped", c.dropped},
              {"dead_letters", c.dead_letters},
              {"split", c.split},
              {"replayed", c.replayed},
              {"delivered_to", c.delivered_to},
              {"dropped_by", c.dropped_by},
              {"dead_letters_by", c.dead_letters_by},
              {"commit", line.commit},
              {"batches", line.batches},
              {"bytes", line.bytes},
              {"rewinds", line.rewinds},
              {"withdrawals", line.withdrawals}});
  return out;
}

Json status(const Console::About& about, const Console::Daemon& daemon) {
  Json lines = Json::array();
  for (const pipeline::LineStatus& line : daemon.status()) lines.push_back(line_json(line));
  return {{"ok", true},
          {"status",
           {{"version", about.version},
            {"pid", about.pid},
            {"instance", about.instance},
            {"config", about.config},
            {"started_at", format_time(about.started_at - about.started_at % kSecond)},
            {"lines", std::move(lines)}}}};
}

Json health(const Console::Daemon& daemon) {
  const std::vector<std::string> why = ailments(daemon.status());
  return {{"ok", true}, {"well", why.empty()}, {"why", why}};
}

// Reads typed members; the first of the wrong type is remembered.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  std::string text(const char* key) {
    const auto it = object_.find(key);
    if (it == object_.end()) return {};
    if (it->is_string()) return it->get<std::string>();
    complain(key, "a string");
    return {};
  }
  std::optional<std::uint64_t> number(const char* key) {
    const auto it = object_.find(key);
    if (it == object_.end()) return std::nullopt;
    if (it->is_number_unsigned()) return it->get<std::uint64_t>();
    complain(key, "a whole number");
    return std::nullopt;
  }
  std::vector<std::uint64_t> numbers(const char* key) {
    return list<std::uint64_t>(key, &Json::is_number_unsigned, "whole numbers");
  }
  std::vector<std::string> texts(const char* key) {
    return list<std::string>(key, &Json::is_string, "strings");
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  template <class T>
  std::vector<T> list(const char* key, bool (Json::*is_one)() const noexcept, const char* wanted) {
    const auto it = object_.find(key);
    if (it == object_.end()) return {};
    if (it->is_array() && it->size() <= kMaxNames && std::ranges::all_of(*it, is_one))
      return it->get<std::vector<T>>();
    complain(key, "a list of at most " + std::to_string(kMaxNames) + " " + wanted);
    return {};
  }
  void complain(std::string_view key, const std::string& wanted) {
    if (error_.empty()) error_ = "'" + std::string(key) + "' wants " + wanted;
  }
  const Json& object_;
  std::string error_;
};

DeadFilter filter_of(Members& members) {
  DeadFilter filter;
  filter.pipeline = members.text("pipeline");
  filter.numbers = members.numbers("numbers");
  filter.component = members.text("component");
  filter.code = members.text("code");
  filter.attempts = static_cast<unsigned>(members.number("attempts").value_or(0));
  filter.origins = members.texts("origins");
  return filter;
}

Json summary_json(const DeadSummary& d) {
  Json out = {{"pipeline", d.pipeline}, {"number", d.number},       {"id", d.id},
              {"from", d.from},         {"component", d.component}, {"code", d.code}};
  if (!d.detail.empty()) out["detail"] = d.detail;
  out.update({{"failures", d.failures}, {"attempts", d.attempts}, {"at", format_time(d.at)}});
  return out;
}

Json dead_list(state::Store& store, Members& members) {
  const DeadFilter filter = filter_of(members);
  const std::uint64_t limit = members.number("limit").value_or(Console::kListed);
  if (!members.error().empty()) return refusal(members.error());
  const Result<DeadListing> listing =
      list_dead(store, filter, std::min<std::uint64_t>(limit, Console::kListedMost));
  if (!listing) return refusal(listing.error());
  Json letters = Json::array();
  for (const DeadSummary& d : listing->letters) letters.push_back(summary_json(d));
  return {{"ok", true}, {"total", listing->total}, {"dead_letters", std::move(letters)}};
}

// The article goes through as it is written, not through a parser.
std::string dead_show(state::Store& store, Members& members) {
  const std::string pipeline = members.text("pipeline");
  const std::optional<std::uint64_t> number = members.number("number");
  if (!members.error().empty()) return written(refusal(members.error()));
  if (!number) return written(refusal("'number' is missing"));
  const Result<FoundDeadLetter> found = find_dead(store, pipeline, *number);
  if (!found) return written(refusal(found.error()));
  return R"({"ok":true,"dead_letter":)" + dead_letter_json(*found) + "}";
}

Json state_scan(state::Store& store, Members& members) {
  const std::string space =
      state::keys::stage_state(members.text("pipeline"), members.text("stage"));
  const auto prefix = from_hex(members.text("prefix")), from = from_hex(members.text("from"));
  if (!members.error().empty()) return refusal(members.error());
  if (!prefix || !from) return refusal("'prefix' and 'from' want hexadecimal digits");
  const Nanos now = io::SystemClock().now();
  Json entries = Json::array();
  std::size_t bytes = 0;
  std::string next;
  const Status status = store.scan_from(
      space + *prefix, space + *from, [&](std::string_view key, std::string_view stored) {
        if (bytes >= Console::kScannedBytes) {
          next = to_hex(key.substr(space.size()));
          return false;
        }
        bytes += key.size() + stored.size();
        if (const auto value = state::unexpired(stored, now))
          entries.push_back({to_hex(key.substr(space.size())), to_hex(*value)});
        return true;
      });
  if (!status) return refusal(status.error());
  const auto owner =
      store.get(state::keys::identity(members.text("pipeline"), members.text("stage")));
  if (!owner) return refusal(owner.error());
  const Result<bool> any =
      pipeline::has_state(store, members.text("pipeline"), members.text("stage"));
  if (!any) return refusal(any.error());
  Json answer = {{"ok", true}, {"entries", std::move(entries)}};
  if (*owner && *any) answer["identity"] = **owner;
  if (!next.empty()) answer["next"] = std::move(next);
  return answer;
}

std::string cannot_replay(const std::vector<pipeline::LineStatus>& lines,
                          const std::string& pipeline) {
  const auto line = std::ranges::find(lines, pipeline, &pipeline::LineStatus::name);
  if (line == lines.end()) return "the daemon runs no pipeline '" + pipeline + "'";
  if (line->state == pipeline::LineState::kFailed || line->state == pipeline::LineState::kFinished)
    return "pipeline '" + pipeline + "' is " + std::string(to_string(line->state));
  return {};
}

Json dead_adopt(state::Store& store, const Console::Daemon& daemon, const Json& request) {
  const auto letter = request.find("letter");
  if (letter == request.end() || !letter->is_object()) return refusal("'letter' is missing");
  const std::string json = letter->dump();
  const Result<DeadRecord> record = read_dead_record(json);
  if (!record) return refusal(record.error());
  if (const std::string why = cannot_replay(daemon.status(), record->pipeline); !why.empty())
    return refusal(why);
  Result<pipeline::Adoption> taken = adoption(json, io::SystemClock().now());
  if (!taken) return refusal(taken.error());
  const auto known = adopted_as(store, record->pipeline, taken->identity);
  if (!known) return refusal(known.error());
  if (*known)
    daemon.replay(record->pipeline, {**known});  // passed over when it has ended
  else
    daemon.adopt(record->pipeline, {std::move(*taken)});
  return {{"ok", true}, {"new", !*known}};
}

Json dead_replay(state::Store& store, const Console::Daemon& daemon, Members& members) {
  const DeadFilter filter = filter_of(members);
  if (!members.error().empty()) return refusal(members.error());
  const Result<DeadNumbers> numbers = select_dead(store, filter);
  if (!numbers) return refusal(numbers.error());
  const std::vector<pipeline::LineStatus> lines = daemon.status();
  for (const auto& [pipeline, of_it] : *numbers)
    if (const std::string why = cannot_replay(lines, pipeline); !why.empty()) return refusal(why);
  for (const auto& [pipeline, of_it] : *numbers) daemon.replay(pipeline, of_it);
  return {{"ok", true}, {"replaying", *numbers}};
}

}  // namespace

std::string Console::answer(std::string_view request) {
  const Json parsed = Json::parse(request, nullptr, false);
  if (!parsed.is_object()) return written(refusal("a request is one JSON object on one line"));
  Members members(parsed);
  const std::string command = members.text("command");
  const bool running = daemon_.status && daemon_.replay;
  if (command == "dead_list") return written(dead_list(store_, members));
  if (command == "state_scan") return written(state_scan(store_, members));
  if (command == "dead_show") return dead_show(store_, members);
  if (command != "status" && command != "health" && command != "metrics" &&
      command != "dead_replay" && command != "dead_adopt")
    return written(refusal("unknown command '" + command + "'"));
  if (!running) return written(refusal("no daemon is running"));
  if (command == "status") return written(status(about_, daemon_));
  if (command == "health") return written(health(daemon_));
  if (command == "metrics")
    return written({{"ok", true}, {"metrics", metrics_text(about_, daemon_.status())}});
  if (command == "dead_adopt") return written(dead_adopt(store_, daemon_, parsed));
  return written(dead_replay(store_, daemon_, members));
}

}  // namespace copydesk::control
