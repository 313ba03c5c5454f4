#include "host/in_call.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <latch>
#include <thread>

namespace copydesk::host {
namespace {

using Calls = std::vector<std::string>;

TEST(InCall, NamesWhatEachThreadIsIn) {
  EXPECT_EQ(calls_under_way(), Calls());
  std::latch inside(1), done(1);
  std::thread other([&] {
    const InCall in("sink 'out' of plugin org.out", "write");
    inside.count_down();
    done.wait();
  });
  inside.wait();
  EXPECT_EQ(calls_under_way(), Calls({"write of sink 'out' of plugin org.out"}));
  done.count_down();
  other.join();
  EXPECT_EQ(calls_under_way(), Calls());
}

TEST(InCall, TellsTheLongestCallOfAnOwner) {
  const int mine = 0, others = 0;
  EXPECT_FALSE(longest_call(&mine));
  const InCall in("stage 'x'", "process", &mine);
  ASSERT_TRUE(longest_call(&mine));
  EXPECT_STREQ(longest_call(&mine)->function, "process");
  EXPECT_FALSE(longest_call(&others));
}

TEST(InCall, CutsALongName) {
  const InCall in(std::string(5000, 'x'), "open");
  EXPECT_EQ(calls_under_way(), Calls({"open of " + std::string(192, 'x')}));
}

TEST(InCallDeathTest, ACrashIsNamedOnStderr) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const InCall in("stage 'tag' of plugin org.tag", "process");
        tell_crash(SIGSEGV);
        ::_exit(7);
      },
      ::testing::ExitedWithCode(7),
      "copydesk: SIGSEGV in process of stage 'tag' of plugin org.tag: the plugin has crashed\n");
}

TEST(InCallDeathTest, ACrashOutsideOfPluginsNamesNone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        { const InCall in("stage 'tag'", "process"); }
        tell_crash(SIGSEGV);
        ::_exit(7);
      },
      ::testing::ExitedWithCode(7), "^$");
}

}  // namespace
}  // namespace copydesk::host
