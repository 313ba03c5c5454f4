#include "base/fault.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace copydesk {
namespace {

int ended_by(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(Fault, KillsAtTheNamedPointAndCount) {
  EXPECT_EQ(ended_by([] {
              (void)fault::arm("after_commit");
              fault_point("after_commit");
            }),
            SIGKILL);
  EXPECT_EQ(ended_by([] {
              (void)fault::arm("after_commit:3");
              for (int i = 0; i < 3; ++i) fault_point("after_commit");
            }),
            SIGKILL);
  EXPECT_EQ(ended_by([] {
              (void)fault::arm("after_commit:3");
              for (int i = 0; i < 2; ++i) fault_point("after_commit");
              for (int i = 0; i < 9; ++i) fault_point("after_flush");
            }),
            0);
}

TEST(Fault, DoesNothingUnarmed) {
  EXPECT_EQ(fault::arm(""), "");
  fault_point("after_commit");
}

TEST(Fault, RefusesWhatItDoesNotKnow) {
  for (const char* spec : {"nowhere", "after_commit:", "after_commit:0", "after_commit:x",
                           "after_commit:-1", "after_commit:2x", ":1"})
    EXPECT_NE(fault::arm(spec), "") << spec;
  EXPECT_FALSE(fault::armed);
}

}  // namespace
}  // namespace copydesk
