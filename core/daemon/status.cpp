// `status`, `metrics` and `health`: what the running daemon says of itself.

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/client.h"
#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/summary.h"
#include "daemon/terminal.h"

namespace copydesk::daemon {
namespace {

using Json = nlohmann::ordered_json;

std::string number(const Json& line, const char* key) {
  return std::to_string(line.value(key, std::uint64_t{0}));
}

Ink ink_of(const std::string& state) {
  if (state == "failed") return Ink::kRed;
  return state == "waiting" || state == "paused" ? Ink::kYellow : Ink::kGreen;
}

std::string parts(const Json& counts) {
  std::string out;
  for (const auto& [name, count] : counts.items())
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count.get<std::uint64_t>());
  return out;
}

void print_status(const Json& status, const Paint& paint) {
  print("copydesk " + status.value("version", "") + ", process " +
        std::to_string(status.value("pid", 0L)) + ", since " + status.value("started_at", "") +
        ", " + status.value("config", "") + "\n\n");
  std::vector<std::vector<std::string>> rows = {
      {"PIPELINE", "STATE", "RECEIVED", "DELIVERED", "DROPPED", "DEAD", "BATCHES", "COMMIT"}};
  for (const Json& line : status["lines"])
    rows.push_back({line.value("name", ""), line.value("state", ""), number(line, "received"),
                    number(line, "delivered"), number(line, "dropped"),
                    number(line, "dead_letters"), number(line, "batches"), number(line, "commit")});
  print(table(rows));
  for (const Json& line : status["lines"]) {
    const std::string state = line.value("state", ""), name = line.value("name", "");
    if (const std::string why = line.value("why", ""); !why.empty())
      print("\n" + name + " is " + paint(ink_of(state), state) + ", " +
            line.value("component", "") + ": " + one_line(why, 500) + "\n");
    if (line.contains("words"))
      for (const auto& [component, word] : line["words"].items())
        print(name + " " + component + " says: " + one_line(word.get<std::string>(), 500) + "\n");
    if (line.contains("untaken"))
      for (const Json& u : line["untaken"])
        print(name + " " + u.value("source", "") +
              (u.value("left", false) ? " left: " : " passed by: ") +
              untaken_text(u.value("count", std::uint64_t{0}), u.value("what", ""),
                           u.value("example", "")) +
              "\n");
    for (const auto& [title, key] :
         {std::pair("delivered to", "delivered_to"), std::pair("dropped by", "dropped_by"),
          std::pair("refused by", "dead_letters_by")})
      if (line.contains(key) && !line[key].empty())
        print(name + " " + title + ": " + parts(line[key]) + "\n");
  }
}

// What the running daemon answers; nothing when that was an error, which is printed, with the exit code in `code`.
std::optional<Json> ask(Context& context, const std::string& command, int& code) {
  const auto data_dir = context.data_dir();
  code = kWrongUse;
  if (!data_dir) return std::nullopt;
  const Result<std::string> reply = ask_daemon(*data_dir, R"({"command":")" + command + R"("})");
  if (!reply) {
    code = Context::fail(reply.error());
    return std::nullopt;
  }
  Json answer = Json::parse(*reply, nullptr, false);
  if (answer.is_object() && answer.value("ok", false)) return answer;
  code = Context::fail("the daemon answered: " + one_line(*reply, 500), kFailed);
  return std::nullopt;
}

}  // namespace

int status(Context& context) {
  int code = kDone;
  const std::optional<Json> answer = ask(context, "status", code);
  if (!answer) return code;
  const Json& told = answer->at("status");
  if (context.arguments().has("json"))
    print(told.dump() + "\n");
  else
    print_status(told, Paint(context.color(STDOUT_FILENO)));
  return kDone;
}

int metrics(Context& context) {
  int code = kDone;
  const std::optional<Json> answer = ask(context, "metrics", code);
  if (!answer) return code;
  print(answer->value("metrics", ""));
  return kDone;
}

int health(Context& context) {
  const auto data_dir = context.data_dir();
  if (!data_dir) return kWrongUse;
  const Result<std::string> reply = ask_daemon(*data_dir, R"({"command":"health"})");
  if (!reply) return Context::fail(reply.error().message, kFailed);
  const Json answer = Json::parse(*reply, nullptr, false);
  if (!answer.is_object() || !answer.value("ok", false))
    return Context::fail("the daemon answered: " + one_line(*reply, 500), kFailed);
  if (answer.value("well", false)) return kDone;
  for (const Json& why : answer["why"]) Context::fail(why.get<std::string>(), kFailed);
  return kFailed;
}

}  // namespace copydesk::daemon
