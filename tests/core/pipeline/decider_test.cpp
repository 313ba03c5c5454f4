#include "pipeline/decider.h"

#include <gtest/gtest.h>

namespace copydesk::pipeline {
namespace {

TEST(Decider, TakesThePreparedCommitThatTheTransactionCarried) {
  EXPECT_EQ(*decide({.committed = 6, .decided = 5, .prepared = 7}, 7), Decision::kApply);
  EXPECT_EQ(*decide({.committed = 0, .decided = 0, .prepared = 1}, 1), Decision::kApply);
}

TEST(Decider, ThrowsAwayThePreparedCommitThatItDidNot) {
  EXPECT_EQ(*decide({.committed = 6, .decided = 5, .prepared = 7}, 5), Decision::kDiscard);
  EXPECT_EQ(*decide({.committed = 0, .decided = 0, .prepared = 1}, 0), Decision::kDiscard);
}

TEST(Decider, HasNothingToDoWithoutAPreparedCommit) {
  EXPECT_EQ(*decide({.committed = 6, .decided = 5}, 5), Decision::kNothing);
  EXPECT_EQ(*decide({.committed = 6, .decided = 6}, 0), Decision::kNothing)
      << "an expired marker has nothing to say";
  EXPECT_EQ(*decide({}, 0), Decision::kNothing);
}

TEST(Decider, RefusesAStoreThatIsOlderThanTheOutput) {
  for (const DecisionState& store : {DecisionState{.committed = 6, .decided = 5},
                                     DecisionState{.committed = 5, .decided = 5, .prepared = 6}}) {
    const auto decision = decide(store, 7);
    ASSERT_FALSE(decision.ok());
    EXPECT_EQ(decision.error().code, "ahead");
    EXPECT_EQ(decision.error().cls, ErrorClass::kFatal);
  }
}

TEST(Decider, RefusesToGuessWhenTheMarkerIsGone) {
  const auto decision = decide({.committed = 6, .decided = 5, .prepared = 7}, 0);
  ASSERT_FALSE(decision.ok());
  EXPECT_EQ(decision.error().code, "marker_lost");
}

TEST(Decider, KeepsAPreparedCommitAsItWas) {
  state::WriteSet writes;
  writes.put("a", "1");
  writes.put("b", "");
  writes.erase("c");
  writes.erase_prefix("d");
  const std::string stored = encode_prepared(42, writes);
  const auto read = decode_prepared(stored);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->commit, 42U);
  ASSERT_EQ(read->writes.size(), writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    EXPECT_EQ(read->writes.writes()[i].key, writes.writes()[i].key);
    EXPECT_EQ(read->writes.writes()[i].value, writes.writes()[i].value);
    EXPECT_EQ(read->writes.writes()[i].key_end, writes.writes()[i].key_end);
  }
  for (std::size_t cut = 0; cut < stored.size(); ++cut)
    EXPECT_FALSE(decode_prepared(std::string_view(stored).substr(0, cut)).ok()) << cut;
}

}  // namespace
}  // namespace copydesk::pipeline
