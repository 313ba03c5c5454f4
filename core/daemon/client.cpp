#include "daemon/client.h"

#include "control/console.h"
#include "daemon/service.h"
#include "io/event_loop.h"

namespace copydesk::daemon {

constexpr Nanos kAnswerTimeout = 30 * kSecond;  // a long list of dead letters takes its time

Result<std::string> ask_daemon(const std::string& data_dir, const std::string& request) {
  Result<std::string> reply =
      io::ask(data_dir + "/" + std::string(control::kSocketName), request, kAnswerTimeout);
  if (!reply && reply.error().code == "not_found")
    return Error{ErrorClass::kRetry, "not_found", "no daemon is running on '" + data_dir + "'"};
  return reply;
}

Result<std::string> ask_daemon_or_store(const std::string& data_dir, const std::string& request) {
  Result<std::string> reply = ask_daemon(data_dir, request);
  if (reply || reply.error().code != "not_found") return reply;
  Result<Home> home = open_used_home(data_dir);
  if (!home) return std::move(home).error();
  return control::Console({}, *home->store, {}).answer(request);
}

}  // namespace copydesk::daemon
