#include "base/fault.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace copydesk {
namespace {

TEST(Fault, DoesNothingUnlessArmed) {
  EXPECT_EQ(fault::arm(""), "");
  fault_point("after_commit");
}

TEST(Fault, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(fault::arm("after_lunch"), "");
  EXPECT_NE(fault::arm("after_commit:0"), "");
  EXPECT_NE(fault::arm("after_commit:x"), "");
  EXPECT_NE(fault::arm("after_commit:"), "");
  fault_point("after_commit");
}

TEST(FaultDeathTest, KillsAtTheNamedPoint) {
  EXPECT_EXIT(
      {
        (void)fault::arm("after_commit");
        fault_point("before_commit");
        fault_point("after_commit");
      },
      testing::KilledBySignal(SIGKILL), "");
}

TEST(FaultDeathTest, CountsToTheOneThatWasMeant) {
  EXPECT_EXIT(
      {
        (void)fault::arm("after_write:3");
        fault_point("after_write");
        fault_point("after_write");
        fprintf(stderr, "two passed\n");
        fault_point("after_write");
      },
      testing::KilledBySignal(SIGKILL), "two passed");
}

}  // namespace
}  // namespace copydesk
