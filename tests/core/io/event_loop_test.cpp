#include "io/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/support/temp_folder.h"

namespace copydesk::io {
namespace {

using testing::HasSubstr;

// A loop that runs on a thread of its own while this lives.
class Running {
 public:
  explicit Running(EventLoop& loop) : loop_(loop), thread_([&] { loop_.run(); }) {}
  ~Running() {
    loop_.stop();
    thread_.join();
  }

 private:
  EventLoop& loop_;
  std::thread thread_;
};

TEST(EventLoop, RunsWhatOtherThreadsPostInOrder) {
  EventLoop loop;
  std::vector<int> seen;
  std::thread poster([&] {
    for (int i = 0; i < 100; ++i) loop.post([&seen, i] { seen.push_back(i); });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  poster.join();
  ASSERT_EQ(seen.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST(EventLoop, FiresATimerOnceAndAnotherAgainAndAgain) {
  EventLoop loop;
  int once = 0, often = 0;
  const auto first = loop.after(1, [&] { ++once; });
  const auto second = loop.every(kMillisecond, [&] {
    if (++often == 5) loop.stop();
  });
  loop.run();
  EXPECT_EQ(once, 1);
  EXPECT_EQ(often, 5);
}

TEST(EventLoop, StopsATimerThatIsDestroyedEvenFromItsOwnWork) {
  EventLoop loop;
  int fired = 0;
  {
    const auto gone = loop.after(1, [&] { ++fired; });
  }
  EventLoop::Timer own;
  own = loop.every(1, [&] {
    ++fired;
    own = EventLoop::Timer();
  });
  const auto end = loop.after(5 * kMillisecond, [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST(EventLoop, HandsSignalsToItsWork) {
  EventLoop loop;
  std::vector<int> seen;
  loop.on_signals({SIGUSR1, SIGUSR2}, [&](int signal) {
    seen.push_back(signal);
    if (seen.size() == 2)
      loop.stop();
    else
      ::raise(SIGUSR2);
  });
  ::raise(SIGUSR1);
  loop.run();
  EXPECT_THAT(seen, testing::ElementsAre(SIGUSR1, SIGUSR2));
}

TEST(EventLoop, RunsAgainAfterItWasStopped) {
  EventLoop loop;
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    loop.post([&] {
      ++runs;
      loop.stop();
    });
    loop.run();
  }
  EXPECT_EQ(runs, 2);
}

class ControlSocket : public testing::Test {
 protected:
  test::TempFolder folder_;
  std::string path_ = folder_.file("control");
};

TEST_F(ControlSocket, AnswersALineWithALine) {
  EventLoop loop;
  ASSERT_TRUE(
      loop.serve(path_, [](std::string line, EventLoop::Reply reply) { reply("you said " + line); })
          .ok());
  const Running running(loop);
  EXPECT_EQ(ask(path_, "status", kSecond * 10).value(), "you said status");
  EXPECT_EQ(ask(path_, "", kSecond * 10).value(), "you said ");
  const std::string large(EventLoop::kMaxLineBytes - 1, 'x');
  EXPECT_EQ(ask(path_, large, kSecond * 10).value(), "you said " + large);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(ControlSocket, TakesALateReplyFromAnotherThreadAndASecondOneNot) {
  EventLoop loop;
  std::thread late;
  ASSERT_TRUE(loop.serve(path_,
                         [&](std::string, EventLoop::Reply reply) {
                           late = std::thread([reply] {
                             reply("late");
                             reply("again");
                           });
                         })
                  .ok());
  const Running running(loop);
  EXPECT_EQ(ask(path_, "x", kSecond * 10).value(), "late");
  late.join();
}

TEST_F(ControlSocket, ServesManyAtATimeAndCutsOffWhoIsTooMuch) {
  EventLoop loop;
  std::vector<EventLoop::Reply> waiting;
  ASSERT_TRUE(loop.serve(path_,
                         [&](std::string, EventLoop::Reply reply) {
                           waiting.push_back(std::move(reply));
                           if (waiting.size() < EventLoop::kMaxClients) return;
                           for (auto& r : waiting) r("done");
                           waiting.clear();
                         })
                  .ok());
  const Running running(loop);
  std::vector<std::thread> askers;
  std::atomic<int> done{0};
  for (std::size_t i = 0; i < EventLoop::kMaxClients; ++i)
    askers.emplace_back([&] {
      const auto reply = ask(path_, "x", kSecond * 30);
      done += reply.ok() && *reply == "done";
    });
  for (auto& a : askers) a.join();
  EXPECT_EQ(done, static_cast<int>(EventLoop::kMaxClients));
  const auto too_long = ask(path_, std::string(EventLoop::kMaxLineBytes + 10, 'x'), kSecond * 30);
  EXPECT_FALSE(too_long.ok());
}

TEST_F(ControlSocket, HangsUpWhenAReplyIsDropped) {
  EventLoop loop;
  ASSERT_TRUE(loop.serve(path_, [](std::string, EventLoop::Reply) {}).ok());
  const Running running(loop);
  const auto reply = ask(path_, "x", kSecond * 30);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code, "io");
}

TEST_F(ControlSocket, TellsWhoAsksThatNobodyServesOrAnswers) {
  EXPECT_EQ(ask(path_, "x", kSecond).error().code, "not_found");
  const int silent = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(silent, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(silent, 1), 0);
  EXPECT_EQ(ask(path_, "x", kMillisecond).error().code, "timeout");
  ::close(silent);
  // the file is still there, its owner is not
  EXPECT_EQ(ask(path_, "x", kSecond).error().code, "not_found");
}

// Connects to the socket until its backlog is full; nobody accepts yet.
std::vector<int> fill_backlog(const sockaddr_un& address) {
  std::vector<int> waiting;
  for (;;) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(fd);
      return waiting;
    }
    waiting.push_back(fd);
  }
}

TEST_F(ControlSocket, WaitsForItsTurnBehindAFullBacklog) {
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  const std::vector<int> before = fill_backlog(address);
  EXPECT_EQ(ask(path_, "x", kMillisecond * 20).error().code, "timeout");
  std::thread server([&] {
    for (std::size_t i = 0; i <= before.size(); ++i) {
      const int client = ::accept(listener, nullptr, nullptr);
      char asked[2];
      if (i == before.size() && ::recv(client, asked, 2, MSG_WAITALL) == 2)
        (void)!::write(client, "done\n", 5);
      ::close(client);
    }
  });
  const auto reply = ask(path_, "x", kSecond * 30);
  server.join();
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(*reply, "done");
  for (int fd : before) ::close(fd);
  ::close(listener);
}

TEST_F(ControlSocket, ReplacesWhatACrashLeftAndNothingElse) {
  const int stale = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(stale, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(stale);
  {
    EventLoop loop;
    EXPECT_TRUE(loop.serve(path_, [](std::string, EventLoop::Reply) {}).ok());
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
  std::ofstream(path_) << "a file";
  EventLoop loop;
  EXPECT_FALSE(loop.serve(path_, [](std::string, EventLoop::Reply) {}).ok());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(ControlSocket, SaysThatAPathIsTooLongForASocket) {
  EventLoop loop;
  const std::string path = folder_.file(std::string(150, 'x'));
  const auto status = loop.serve(path, [](std::string, EventLoop::Reply) {});
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("shorter data_dir"));
  EXPECT_FALSE(ask(path, "x", kSecond).ok());
}

}  // namespace
}  // namespace copydesk::io
