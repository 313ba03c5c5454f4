// Where a Redis or Valkey server is and how to sign in, as options give it.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace copydesk::deduplicate {

struct RedisSettings {
  std::string host;  // a name or an address
  std::uint16_t port = 6379;
  std::string socket;  // path of a Unix socket, instead of host and port
  bool tls = false;
  std::uint32_t database = 0;
  std::string user, password;  // empty: none
  std::string ca;              // file with the authorities to trust; empty: the system's
  std::chrono::milliseconds timeout = std::chrono::seconds(2);  // of connecting and of each answer

  // For people, without secrets: "redis://host:6379/0".
  std::string name() const;
};

// redis://HOST[:PORT][/DATABASE], rediss:// the same over TLS, unix:///PATH. Throws Config for anything else, and for
// a URL with user or password, since URLs are shown in logs.
RedisSettings parse_redis_url(std::string_view url);

}  // namespace copydesk::deduplicate
