#include "redis_settings.h"

#include <charconv>
#include <copydesk/sdk.hpp>
#include <optional>

#include "redis.h"

namespace copydesk::deduplicate {
namespace {

[[noreturn]] void refuse(std::string_view url, const std::string& why) {
  throw Config("index.url: '" + std::string(url) + "': " + why +
               " (as in redis://HOST:6379, rediss://HOST:6380/1 or unix:///run/redis/redis.sock)");
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "HOST", "HOST:PORT", "[::1]:PORT"
void parse_place(std::string_view url, std::string_view place, RedisSettings& out) {
  std::string_view port;
  if (place.starts_with('[')) {
    const std::size_t end = place.find(']');
    if (end == std::string_view::npos) refuse(url, "']' is missing");
    out.host = place.substr(1, end - 1);
    port = place.substr(end + 1);
  } else {
    const std::size_t colon = place.find(':');
    out.host = place.substr(0, colon);
    if (colon != std::string_view::npos) port = place.substr(colon);
  }
  if (out.host.empty()) refuse(url, "no host");
  if (port.empty()) return;
  const auto number = port.front() == ':' ? number_of<std::uint16_t>(port.substr(1)) : std::nullopt;
  if (!number || *number == 0) refuse(url, "the port is no number from 1 to 65535");
  out.port = *number;
}

}  // namespace

std::string RedisSettings::name() const {
  const std::string at = database == 0 ? "" : "/" + std::to_string(database);
  if (!socket.empty()) return "unix://" + socket;
  const std::string place = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (tls ? "rediss://" : "redis://") + place + ":" + std::to_string(port) + at;
}

RedisSettings parse_redis_url(std::string_view url) {
  RedisSettings out;
  std::string_view rest = url;
  const auto take = [&rest](std::string_view scheme) {
    if (!rest.starts_with(scheme)) return false;
    rest.remove_prefix(scheme.size());
    return true;
  };
  if (take("unix://")) {
    if (!rest.starts_with('/')) refuse(url, "the path of a socket begins with '/'");
    out.socket = rest;
    return out;
  }
  out.tls = take("rediss://");
  if (!out.tls && !take("redis://")) refuse(url, "no redis://, rediss:// or unix:// in front");
  if (out.tls && !redis_has_tls())
    refuse(url, "this copydesk was built with a hiredis that has no TLS, as Debian 12's");
  if (rest.find('@') != std::string_view::npos)
    refuse("…",
           "user and password belong into index.user and index.password: a URL is shown in logs");
  const std::size_t slash = rest.find('/');
  parse_place(url, rest.substr(0, slash), out);
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return out;
  const auto database = number_of<std::uint32_t>(rest.substr(slash + 1));
  if (!database) refuse(url, "what follows the host is no number of a database");
  out.database = *database;
  return out;
}

}  // namespace copydesk::deduplicate
