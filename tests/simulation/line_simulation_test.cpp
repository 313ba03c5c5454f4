#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "simulation/world.h"

// The design's commit rules against the real line, 10,000 schedules in all. One environment variable runs one seed alone,
// another more of them; a failing seed is named.
namespace copydesk::simulation {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t absent) {
  const char* text = std::getenv(name);
  return text == nullptr ? absent : std::strtoull(text, nullptr, 10);
}

struct Totals {
  std::uint64_t withdrawals = 0;
  int crashes = 0;
};

Totals run_schedules(const Scenario& scenario, std::uint64_t share_percent) {
  Totals totals;
  const std::uint64_t one = number_from("COPYDESK_SIM_SEED", 0);
  const std::uint64_t schedules =
      number_from("COPYDESK_SIM_SCHEDULES", 10'000) * share_percent / 100;
  for (std::uint64_t seed = one != 0 ? one : 1; seed <= (one != 0 ? one : schedules); ++seed) {
    World world(seed, scenario);
    for (const std::string& what : world.run()) ADD_FAILURE() << "seed " << seed << ": " << what;
    totals.withdrawals += world.withdrawals();
    totals.crashes += world.crashes();
    if (::testing::Test::HasFailure()) break;
  }
  return totals;
}

TEST(LineSimulation, CrashesLoseNothingAndDoubleNothing) {
  EXPECT_GT(run_schedules({}, 10).crashes, 0);
}

TEST(LineSimulation, RefusedArticlesWithdrawTheirClaims) {
  Scenario s;
  s.rejects = true;
  EXPECT_GT(run_schedules(s, 15).withdrawals, 0U);
}

TEST(LineSimulation, ArticlesDroppedBehindTheirClaimWithdrawIt) {
  Scenario s;
  s.late = true;
  EXPECT_GT(run_schedules(s, 10).withdrawals, 0U);
}

TEST(LineSimulation, StagesThatFailAreHalvedToTheirCause) {
  Scenario s;
  s.poison = s.flaky = true;
  run_schedules(s, 10);
}

TEST(LineSimulation, ChildrenOfASplitHaveTheirOwnEnds) {
  Scenario s;
  s.splits = s.rejects = s.late = true;
  run_schedules(s, 10);
}

TEST(LineSimulation, WritesOfTheStoreWithUnknownOutcomeAreDecidedByReading) {
  Scenario s;
  s.store_faults = s.rejects = true;
  run_schedules(s, 15);
}

TEST(LineSimulation, TwoSourcesShareOneLine) {
  Scenario s;
  s.sources = 2;
  s.rejects = s.late = s.flaky = true;
  run_schedules(s, 15);
}

TEST(LineSimulation, ADeciderHoldsEachCommitOnceWhateverItsOutcomeLooksLike) {
  Scenario s;
  s.decider = s.rejects = s.store_faults = true;
  EXPECT_GT(run_schedules(s, 25).crashes, 0);
}

TEST(LineSimulation, WhatASourceLostIsForgottenAndComesAgain) {
  Scenario s;
  s.rewinds = s.decider = s.rejects = s.flaky = true;
  run_schedules(s, 15);
}

TEST(LineSimulation, ASinkForDeadLettersGetsEachOnce) {
  Scenario s;
  s.tells_dead = s.rejects = s.poison = s.late = s.store_faults = true;
  EXPECT_GT(run_schedules(s, 15).withdrawals, 0U);
  s.decider = true;
  run_schedules(s, 15);
}

TEST(LineSimulation, CuredDeadLettersAreDeliveredOnceAndOnlyWhereOwed) {
  Scenario s;
  s.rejects = s.poison = s.replay = true;
  run_schedules(s, 15);
}

TEST(LineSimulation, WhatASourceCannotSettleYetStaysOwedUntilItIs) {
  Scenario s;
  s.keeps = s.rejects = s.store_faults = true;
  EXPECT_GT(run_schedules(s, 15).crashes, 0);
  s.sources = 2;
  s.rewinds = true;
  run_schedules(s, 5);
}

TEST(LineSimulation, ARerunOfASeedDoesTheSame) {
  Scenario s;
  s.sources = 2;
  s.rejects = s.late = s.flaky = s.store_faults = true;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    World first(seed, s), second(seed, s);
    first.run();
    second.run();
    EXPECT_EQ(first.output(), second.output()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace copydesk::simulation
