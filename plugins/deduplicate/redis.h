// A connection to a Redis or Valkey server: commands are added, sent together and answered in order (a pipeline), each within a
// time limit. Not thread-safe. hiredis behind it, whose headers stay in redis.cpp; it needs SIGPIPE to be ignored, as the daemon does.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "redis_settings.h"

struct redisContext;
struct redisReply;

namespace copydesk::deduplicate {

// Whether rediss:// can be had.
bool redis_has_tls() noexcept;

// The server cannot be reached, does not answer in time, or answered an error: try later, with another connection.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One answer. Views live as long as it.
class RedisReply {
 public:
  explicit RedisReply(redisReply* reply) noexcept : reply_(reply) {}
  std::optional<std::string_view> text() const;  // nothing for nil
  std::int64_t number() const;
  std::size_t size() const;                                      // of an array
  std::optional<std::string_view> text_at(std::size_t i) const;  // of an array

 private:
  struct Free {
    void operator()(redisReply* reply) const noexcept;
  };
  std::unique_ptr<redisReply, Free> reply_;
};

class Redis {
 public:
  // Connects and signs in. Throws Unavailable.
  explicit Redis(const RedisSettings& settings);

  // The next command: its words, binary-safe. Copied.
  void add(std::span<const std::string_view> words);
  void add(std::initializer_list<std::string_view> words) { add({words.begin(), words.size()}); }
  // Sends what was added and waits for all answers. Throws Unavailable, also when one answer is an error.
  std::vector<RedisReply> run();
  std::uint64_t round_trips() const { return round_trips_; }

 private:
  struct Close {
    void operator()(redisContext* context) const noexcept;
  };
  [[noreturn]] void lose(const std::string& why);
  void open(const RedisSettings& settings);

  std::string name_;
  std::unique_ptr<redisContext, Close> context_;
  std::size_t added_ = 0;
  std::uint64_t round_trips_ = 0;
};

}  // namespace copydesk::deduplicate
