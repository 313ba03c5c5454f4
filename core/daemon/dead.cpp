// `dead list`, `dead show`, `dead replay`.

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/utf8.h"
#include "control/status.h"
#include "daemon/client.h"
#include "daemon/dead.h"
#include "daemon/terminal.h"

namespace copydesk::daemon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFromShown = 40;    // code points of where an article came from
constexpr std::size_t kDetailShown = 80;  // code points of a detail in the table

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string dumped(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json request_of(const Arguments& arguments, std::string_view command) {
  Json request = {{"command", command}};
  for (const char* key : {"pipeline", "component", "code"})
    if (arguments.has(key)) request[key] = arguments.value(key);
  return request;
}

// The number that an option wants, when it is there; false: it is none, and said.
bool add_number(const Arguments& arguments, const char* key, Json& request) {
  if (!arguments.has(key)) return true;
  const auto number = number_of(arguments.value(key));
  if (!number)
    Context::fail("'--" + std::string(key) + "' wants a number", kWrongUse);
  else
    request[key] = *number;
  return number.has_value();
}

// The answer when it is an "ok"; else why not is on stderr.
std::optional<Json> read_answer(const Result<std::string>& reply, int& exit_code) {
  if (!reply) {
    exit_code = Context::fail(reply.error());
    return std::nullopt;
  }
  Json answer = Json::parse(*reply, nullptr, false);
  if (answer.is_object() && answer.value("ok", false)) return answer;
  exit_code =
      Context::fail(answer.is_object() ? answer.value("error", "the daemon's answer is empty")
                                       : "the daemon's answer is no JSON",
                    kFailed);
  return std::nullopt;
}

std::optional<Json> numbers_of(const std::vector<std::string>& operands, int& exit_code) {
  Json numbers = Json::array();
  for (const std::string& operand : operands) {
    const auto number = number_of(operand);
    if (!number) {
      exit_code = Context::fail("'" + operand + "' is no number of a dead letter", kWrongUse);
      return std::nullopt;
    }
    numbers.push_back(*number);
  }
  return numbers;
}

// "…T10:00:00.123Z" is "…T10:00:00Z" in a table.
std::string to_the_second(std::string time) {
  if (const std::size_t dot = time.find('.'); dot != std::string::npos)
    time.replace(dot, std::string::npos, "Z");
  return time;
}

// A path says more at its end.
std::string end_of(const std::string& text, std::size_t most) {
  std::string line = one_line(text, text.size());
  const std::size_t all = code_points(line);
  if (all <= most) return line;
  std::size_t begin = 0, skip = all - most;
  while (skip > 0 || !at_character(line, begin))
    if (at_character(line, begin++)) --skip;
  return "…" + line.substr(begin);
}

void print_table(const Json& answer) {
  std::vector<std::vector<std::string>> rows = {
      {"N", "PIPELINE", "COMPONENT", "CODE", "TRIES", "AT", "FROM", "DETAIL"}};
  for (const Json& d : answer["dead_letters"]) {
    const std::size_t failures = d.value("failures", std::size_t{1});
    rows.push_back(
        {std::to_string(d.value("number", std::uint64_t{0})), d.value("pipeline", ""),
         d.value("component", "") + (failures > 1 ? " +" + std::to_string(failures - 1) : ""),
         d.value("code", ""), std::to_string(d.value("attempts", 0U)),
         to_the_second(d.value("at", "")), end_of(d.value("from", ""), kFromShown),
         one_line(d.value("detail", ""), kDetailShown)});
  }
  print(table(rows));
}

int replay_stored(Context& context, const std::string& data_dir, const Json& request) {
  const config::Config* config = context.config();
  if (config == nullptr) return kWrongUse;
  if (!same_folder(config->data_dir, data_dir))
    return Context::fail("no daemon is running on '" + data_dir +
                             "', and the configuration's data_dir is '" + config->data_dir + "'",
                         kWrongUse);
  Result<Home> home = open_used_home(data_dir);
  if (!home) return Context::fail(home.error());

  Result<control::DeadNumbers> numbers = control::select_dead(*home->store, filter_of(request));
  if (!numbers) return Context::fail(numbers.error());
  for (const auto& of_it : *numbers) {
    const std::string& pipeline = of_it.first;
    const bool known =
        std::ranges::any_of(config->pipelines, [&](const auto& p) { return p.name == pipeline; });
    if (!known)
      return Context::fail("the configuration has no pipeline '" + pipeline +
                               "': its dead letters can be replayed by a pipeline of that name "
                               "only (--pipeline NAME replays those of another)",
                           kWrongUse);
  }
  if (numbers->empty()) {
    print("no dead letters to replay\n");
    return kDone;
  }
  return replay_here(context, *config, *home, {std::move(*numbers), {}});
}

}  // namespace

control::DeadFilter filter_of(const Json& request) {
  control::DeadFilter filter;
  filter.pipeline = request.value("pipeline", "");
  filter.component = request.value("component", "");
  filter.code = request.value("code", "");
  filter.attempts = request.value("attempts", 0U);
  if (request.contains("numbers"))
    filter.numbers = request["numbers"].get<std::vector<std::uint64_t>>();
  return filter;
}

bool same_folder(const std::string& one, const std::string& other) {
  std::error_code ignored;
  return one == other || std::filesystem::equivalent(one, other, ignored);
}

int replay_here(Context& context, const config::Config& config, Home& home, Replays replays) {
  ServiceOptions options;
  options.once = true;
  options.with_sources = false;
  options.replays = std::move(replays.numbers);
  options.adoptions = std::move(replays.adoptions);
  config::Diagnostics& diagnostics = context.load()->diagnostics;
  const Result<ServiceEnd> end = serve(home, config, context.plugins(), options, diagnostics);
  if (diagnostics.has_errors()) {
    context.show(diagnostics);
    return kWrongUse;
  }
  if (!end) return Context::fail(end.error());
  const pipeline::Counters c = control::total(end->lines);
  print("replayed " + std::to_string(c.replayed) + ": " + std::to_string(c.delivered) +
        " delivered, " + std::to_string(c.dropped) + " dropped, " + std::to_string(c.dead_letters) +
        " refused again\n");
  if (end->failed || end->cut_short) return kFailed;
  return c.dead_letters > 0 ? kDeadLetters : kDone;
}

int dead_list(Context& context) {
  Json request = request_of(context.arguments(), "dead_list");
  if (!add_number(context.arguments(), "limit", request) ||
      !add_number(context.arguments(), "attempts", request))
    return kWrongUse;
  const auto data_dir = context.data_dir();
  if (!data_dir) return kWrongUse;
  int code = kDone;
  const std::optional<Json> answer =
      read_answer(ask_daemon_or_store(*data_dir, dumped(request)), code);
  if (!answer) return code;
  const Json& letters = (*answer)["dead_letters"];
  if (context.arguments().has("json")) {
    for (const Json& d : letters) print(dumped(d) + "\n");
    return kDone;
  }
  if (letters.empty()) {
    print("no dead letters\n");
    return kDone;
  }
  print_table(*answer);
  const std::size_t total = answer->value("total", letters.size());
  if (total > letters.size()) print("… of " + std::to_string(total) + "; --limit shows more\n");
  return kDone;
}

int dead_show(Context& context) {
  Json request = request_of(context.arguments(), "dead_show");
  const auto number = number_of(context.arguments().operands[0]);
  if (!number)
    return Context::fail("'" + context.arguments().operands[0] + "' is no number of a dead letter",
                         kWrongUse);
  request["number"] = *number;
  const auto data_dir = context.data_dir();
  if (!data_dir) return kWrongUse;
  int code = kDone;
  const std::optional<Json> answer =
      read_answer(ask_daemon_or_store(*data_dir, dumped(request)), code);
  if (!answer) return code;
  print(dumped((*answer)["dead_letter"], 2) + "\n");
  return kDone;
}

int dead_replay(Context& context) {
  const Arguments& arguments = context.arguments();
  Json request = request_of(arguments, "dead_replay");
  int code = kDone;
  const std::optional<Json> numbers = numbers_of(arguments.operands, code);
  if (!numbers) return code;
  if (!numbers->empty()) request["numbers"] = *numbers;
  if (!add_number(arguments, "attempts", request)) return kWrongUse;
  const bool narrowed = !numbers->empty() || arguments.has("component") || arguments.has("code") ||
                        arguments.has("attempts");
  if (!narrowed && !arguments.has("all") && !arguments.has("from"))
    return Context::fail("say which: numbers, --component, --code, --attempts, --from or --all",
                         kWrongUse);
  if (!numbers->empty() && (arguments.has("all") || arguments.has("from")))
    return Context::fail("numbers, or --all, or --from", kWrongUse);
  if (arguments.has("adopt") && !arguments.has("from"))
    return Context::fail("--adopt is for --from", kWrongUse);
  const auto data_dir = context.data_dir();
  if (!data_dir) return kWrongUse;
  if (arguments.has("from")) return replay_from(context, *data_dir, dumped(request));
  const Result<std::string> reply = ask_daemon(*data_dir, dumped(request));
  if (!reply && reply.error().code == "not_found")
    return replay_stored(context, *data_dir, request);
  const std::optional<Json> answer = read_answer(reply, code);
  if (!answer) return code;
  std::size_t count = 0;
  for (const Json& of_it : (*answer)["replaying"]) count += of_it.size();
  print(count == 0 ? "no dead letters to replay\n"
                   : "the daemon replays " + counted(count, "dead letter") +
                         "; `copydesk dead list` shows what it refuses again\n");
  return kDone;
}

}  // namespace copydesk::daemon
