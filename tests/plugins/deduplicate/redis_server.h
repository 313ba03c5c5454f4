// A real redis-server on a Unix socket in a folder of its own, stopped and erased at the end.
#pragma once
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "deduplicate/redis.h"
#include "desk.h"

namespace copydesk::deduplicate {

class RedisServer {
 public:
  enum class Keeps { kNothing, kEverything };  // over a kill
  explicit RedisServer(Keeps keeps = Keeps::kNothing) : keeps_(keeps) {
    ::signal(SIGPIPE, SIG_IGN);
    start();
  }
  ~RedisServer() { kill(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  RedisSettings settings() const {
    RedisSettings settings;
    settings.socket = folder_.path() + "/redis.sock";
    settings.timeout = std::chrono::seconds(20);
    return settings;
  }
  // What a client answers to a command without spaces in its words.
  std::vector<RedisReply> ask(std::initializer_list<std::string_view> words) {
    Redis redis(settings());
    redis.add(words);
    return redis.run();
  }

  void kill() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  // SIGSTOP: it is there and answers nobody.
  void hang() { ::kill(process_, SIGSTOP); }
  void start() {
    std::vector<std::string> words = {
        "redis-server", "--port", "0", "--unixsocket", settings().socket,      "--dir",
        folder_.path(), "--save", "",  "--logfile",    folder_.path() + "/log"};
    if (keeps_ == Keeps::kEverything)
      words.insert(words.end(), {"--appendonly", "yes", "--appendfsync", "always"});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (posix_spawnp(&process_, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
      throw std::runtime_error("redis-server is missing: tools/dev setup installs it");
    wait();
  }

 private:
  void wait() {
    for (int tries = 0; tries < 10'000; ++tries) {
      try {
        ask({"PING"});
        return;
      } catch (const Unavailable&) {
        if (waitpid(process_, nullptr, WNOHANG) != 0) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    }
    process_ = 0;
    throw std::runtime_error("redis-server did not start");
  }

  Keeps keeps_;
  TemporaryFolder folder_;
  pid_t process_ = 0;
};

}  // namespace copydesk::deduplicate
