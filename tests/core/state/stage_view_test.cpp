#include "state/stage_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state/keys.h"
#include "state/memory_store.h"

namespace copydesk::state {
namespace {

using testing::ElementsAre;

class StageViewTest : public testing::Test {
 protected:
  StageView at(std::uint64_t batch, Nanos now, std::string_view stage = "dedup") {
    return StageView(overlay_, keys::stage_state("news", stage), batch, now);
  }
  MemoryStore store_;
  Overlay overlay_{store_};
};

TEST_F(StageViewTest, SeesItsOwnKeysAndNoOthers) {
  at(1, 10).put(0, "k", "mine", 0, false);
  at(1, 10, "other").put(0, "k", "theirs", 0, false);
  EXPECT_EQ(at(2, 20).get("k").value(), "mine");
  EXPECT_EQ(at(2, 20, "other").get("k").value(), "theirs");
  EXPECT_EQ(at(2, 20, "third").get("k").value(), std::nullopt);
}

TEST_F(StageViewTest, HidesWhatHasExpired) {
  at(1, 10).put(0, "short", "x", 5, false);
  at(1, 10).put(0, "long", "y", 500, false);
  const std::vector<std::string_view> keys{"short", "long"};
  std::vector<std::optional<std::string>> out;
  ASSERT_TRUE(at(2, 14).multi_get(keys, out).ok());
  EXPECT_THAT(out, ElementsAre("x", "y"));
  ASSERT_TRUE(at(2, 15).multi_get(keys, out).ok());
  EXPECT_THAT(out, ElementsAre(std::nullopt, "y"));
  EXPECT_EQ(at(2, 15).get("short").value(), std::nullopt);
  std::vector<std::string> seen;
  ASSERT_TRUE(at(2, 15)
                  .scan("",
                        [&](std::string_view k, std::string_view v) {
                          seen.push_back(std::string(k) + "=" + std::string(v));
                          return true;
                        })
                  .ok());
  EXPECT_THAT(seen, ElementsAre("long=y"));
}

TEST_F(StageViewTest, SeesTheSameAfterTheCommitAndAfterExpiredStateIsErased) {
  at(1, 10).put(0, "a", "1", 100, true);
  at(1, 10).put(1, "b", "2", 5, false);
  at(2, 11).erase(0, "gone", false);
  WriteSet set;
  overlay_.collect(2, set);
  ASSERT_TRUE(store_.commit(set).ok());
  overlay_.retire(2);
  store_.set_now(50);
  for (int erased = 0; erased < 2; ++erased) {
    EXPECT_EQ(at(3, 50).get("a").value(), "1");
    EXPECT_EQ(at(3, 50).get("b").value(), std::nullopt);
    store_.erase_expired();
  }
  EXPECT_EQ(store_.snapshot().size(), 1U);
}

}  // namespace
}  // namespace copydesk::state
