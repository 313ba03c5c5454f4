#include "shared_options.h"

namespace copydesk::deduplicate {
namespace {

std::chrono::milliseconds milliseconds_of(const Options& options, std::string_view key) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::nanoseconds(options.integer(key)));
}

}  // namespace

std::optional<SharedSettings> shared_settings(const Options& options,
                                              std::chrono::milliseconds window) {
  if (options.string("index.type") != "redis") {
    for (const char* key : {"index.url", "index.user", "index.password", "index.ca"}) {
      if (options.has(key)) throw Config(std::string(key) + " is for `index.type: redis`");
    }
    return std::nullopt;
  }
  if (!options.has("index.url"))
    throw Config("`index.type: redis` needs index.url, as in redis://HOST:6379");
  SharedSettings out;
  RedisSettings& server = out.store.server;
  server = parse_redis_url(options.string("index.url"));
  server.user = options.string("index.user");
  server.password = options.string("index.password");
  server.ca = options.string("index.ca");
  server.timeout = milliseconds_of(options, "index.timeout");
  if (!server.ca.empty() && !server.tls) throw Config("index.ca is for rediss:// in index.url");
  out.store.prefix = options.string("index.prefix");
  if (out.store.prefix.empty() || out.store.prefix.find_first_of("{}") != std::string::npos)
    throw Config("index.prefix: '" + out.store.prefix + "' is empty, or has a brace");
  out.store.window = window;
  out.store.lease = milliseconds_of(options, "index.reserve");
  out.passes = options.string("on_unavailable") == "pass";
  return out;
}

}  // namespace copydesk::deduplicate
