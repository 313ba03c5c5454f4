#include "pipeline/resolve_state.h"

#include <gtest/gtest.h>

#include "state/keys.h"
#include "state/memory_store.h"
#include "state/ttl.h"

namespace copydesk::pipeline {
namespace {

struct CallStateTest : ::testing::Test {
  state::MemoryStore store;
  state::Overlay overlay{store};
  std::string prefix = state::keys::stage_state("news", "deduplicate");

  Batch batch(std::uint64_t sequence) {
    Batch b;
    b.sequence = sequence;
    b.time = 1000 * kSecond;
    return b;
  }
  static Put claim(std::string key, std::string value) {
    return {std::move(key), std::move(value), false, true, 0};
  }
  static std::vector<Item> items(std::vector<Put> puts) {
    std::vector<Item> out(1);
    for (Put& p : puts) out[0].puts.push_back({0, std::move(p)});
    return out;
  }
  static std::vector<Item*> pointers(std::vector<Item>& all) {
    std::vector<Item*> out;
    for (Item& i : all) out.push_back(&i);
    return out;
  }
};

TEST_F(CallStateTest, AnArticleSeesWhatTheOneBeforeItInTheSameCallPut) {
  const Batch b = batch(1);
  CallState state(overlay, prefix, b, 0);
  state.begin();
  state.added(0, claim("story", "first"));
  EXPECT_EQ(state.get("story"), "first");
}

TEST_F(CallStateTest, WhatAFailedCallPutIsForgotten) {
  const Batch b = batch(1);
  CallState state(overlay, prefix, b, 0);
  state.begin();
  state.added(0, claim("story", "first"));
  state.forget();
  EXPECT_EQ(state.get("story"), std::nullopt);
}

TEST_F(CallStateTest, WhatIsKeptIsSeenByLaterBatchesAndCountsAsReadOnlyThen) {
  const Batch first = batch(1), second = batch(2);
  CallState state(overlay, prefix, first, 0);
  state.begin();
  state.added(0, claim("story", "first"));
  auto kept = items({claim("story", "first")});
  auto kept_pointers = pointers(kept);
  state.keep(kept_pointers);
  EXPECT_FALSE(overlay.was_read(1, 0));
  CallState later(overlay, prefix, second, 0);
  later.begin();
  EXPECT_EQ(later.get("story"), "first");
  EXPECT_TRUE(overlay.was_read(1, 0));
}

TEST_F(CallStateTest, AClaimReadInItsOwnCallCountsAsRead) {
  const Batch b = batch(1);
  CallState state(overlay, prefix, b, 0);
  state.begin();
  state.added(0, claim("story", "first"));
  EXPECT_EQ(state.get("story"), "first");  // the article behind it
  auto kept = items({claim("story", "first")});
  auto kept_pointers = pointers(kept);
  state.keep(kept_pointers);
  EXPECT_TRUE(overlay.was_read(1, 0));
}

TEST_F(CallStateTest, AScanMergesTheStoreAndTheCallInKeyOrder) {
  state::WriteSet writes;
  writes.put(state::keys::stage_state("news", "deduplicate", "b"), state::with_expiry(0, "store"));
  writes.put(state::keys::stage_state("news", "deduplicate", "c"), state::with_expiry(0, "store"));
  ASSERT_TRUE(store.commit(writes).ok());
  const Batch b = batch(1);
  CallState state(overlay, prefix, b, 0);
  state.begin();
  state.added(0, claim("a", "call"));
  state.added(0, {"c", "", true, false, 0});
  std::string seen;
  state.scan("", [&](std::string_view key, std::string_view value) {
    seen += std::string(key) + "=" + std::string(value) + " ";
    return true;
  });
  EXPECT_EQ(seen, "a=call b=store ");
}

TEST_F(CallStateTest, AFailedReadOfTheStoreIsRemembered) {
  store.fail_commit(state::MemoryStore::Fault::kBefore);
  state::WriteSet writes;
  writes.put("x", "y");
  ASSERT_FALSE(store.commit(writes).ok());
  const Batch b = batch(1);
  CallState state(overlay, prefix, b, 0);
  state.begin();
  EXPECT_EQ(state.get("story"), std::nullopt);
  EXPECT_TRUE(state.error().has_value());
}

}  // namespace
}  // namespace copydesk::pipeline
