#include "state/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "state/memory_store.h"

namespace copydesk::state {
namespace {

using testing::ElementsAre;
using Pairs = std::vector<std::pair<std::string, std::string>>;

class OverlayTest : public testing::Test {
 protected:
  void stored(const std::string& key, const std::string& value) {
    WriteSet set;
    set.put(key, value);
    ASSERT_TRUE(store_.commit(set).ok());
  }
  std::optional<std::string> get(std::uint64_t batch, std::string_view key) {
    return overlay_.get(batch, key).value();
  }
  Pairs scan(std::uint64_t batch, std::string_view prefix, std::size_t most = 1000) {
    Pairs out;
    EXPECT_TRUE(overlay_
                    .scan(batch, prefix,
                          [&](std::string_view k, std::string_view v) {
                            out.emplace_back(k, v);
                            return out.size() < most;
                          })
                    .ok());
    return out;
  }
  MemoryStore store_;
  Overlay overlay_{store_};
};

TEST_F(OverlayTest, GivesTheNewestPutNotLaterThanTheReader) {
  stored("k", "A");
  overlay_.add(7, 0, "k", "B", false);
  overlay_.add(9, 0, "k", "C", false);
  EXPECT_EQ(get(6, "k"), "A");
  EXPECT_EQ(get(7, "k"), "B");
  EXPECT_EQ(get(8, "k"), "B");
  EXPECT_EQ(get(9, "k"), "C");
  EXPECT_EQ(get(100, "k"), "C");
}

TEST_F(OverlayTest, LetsTheLaterPutOfOneBatchWin) {
  overlay_.add(1, 0, "k", "first", false);
  overlay_.add(1, 5, "k", "second", false);
  EXPECT_EQ(get(1, "k"), "second");
}

TEST_F(OverlayTest, HidesWhatAPutErased) {
  stored("k", "A");
  overlay_.add(3, 0, "k", std::nullopt, false);
  EXPECT_EQ(get(3, "k"), std::nullopt);
  EXPECT_EQ(get(2, "k"), "A");
  EXPECT_TRUE(scan(3, "k").empty());
  EXPECT_EQ(scan(2, "k").size(), 1U);
}

TEST_F(OverlayTest, AnswersManyKeysFromBothInTheirPlaces) {
  stored("a", "sa");
  stored("c", "sc");
  stored("d", "sd");
  overlay_.add(1, 0, "b", "pb", false);
  overlay_.add(1, 0, "c", "pc", false);
  overlay_.add(1, 0, "d", std::nullopt, false);
  const std::vector<std::string_view> keys{"a", "b", "c", "d", "e", "a"};
  std::vector<std::optional<std::string>> out;
  ASSERT_TRUE(overlay_.multi_get(1, keys, out).ok());
  EXPECT_THAT(out, ElementsAre("sa", "pb", "pc", std::nullopt, std::nullopt, "sa"));
  ASSERT_TRUE(overlay_.multi_get(0, keys, out).ok());
  EXPECT_THAT(out, ElementsAre("sa", std::nullopt, "sc", "sd", std::nullopt, "sa"));
}

TEST_F(OverlayTest, ScansBothInKeyOrder) {
  stored("k2", "s");
  stored("k4", "s");
  stored("k6", "s");
  stored("x", "s");
  overlay_.add(1, 0, "k5", "p", false);
  overlay_.add(1, 0, "k1", "p", false);
  overlay_.add(1, 0, "k4", "p", false);
  overlay_.add(2, 0, "k7", "p", false);
  overlay_.add(1, 0, "k2", std::nullopt, false);
  EXPECT_THAT(scan(1, "k"), ElementsAre(std::pair("k1", "p"), std::pair("k4", "p"),
                                        std::pair("k5", "p"), std::pair("k6", "s")));
  EXPECT_THAT(scan(2, "k", 2), ElementsAre(std::pair("k1", "p"), std::pair("k4", "p")));
  EXPECT_EQ(scan(2, "k").size(), 5U);
}

TEST_F(OverlayTest, KnowsWhichClaimsWereRead) {
  overlay_.add(1, 0, "a", "1", true);
  overlay_.add(1, 1, "b", "1", true);
  overlay_.add(1, 2, "c", "1", false);
  overlay_.add(1, 3, "s1", "1", true);
  EXPECT_FALSE(overlay_.was_read(1, 0));
  EXPECT_TRUE(overlay_.has_claims(1, 0));
  EXPECT_FALSE(overlay_.has_claims(1, 2));
  (void)get(0, "a");  // an earlier batch sees the store, not the claim
  EXPECT_FALSE(overlay_.was_read(1, 0));
  (void)get(2, "a");
  (void)get(2, "c");
  EXPECT_TRUE(overlay_.was_read(1, 0));
  EXPECT_FALSE(overlay_.was_read(1, 1));
  EXPECT_FALSE(overlay_.was_read(1, 2));  // an observation is no claim
  const std::vector<std::string_view> keys{"x", "b"};
  std::vector<std::optional<std::string>> out;
  ASSERT_TRUE(overlay_.multi_get(5, keys, out).ok());
  EXPECT_TRUE(overlay_.was_read(1, 1));
  EXPECT_FALSE(overlay_.was_read(1, 3));
  (void)scan(2, "s");
  EXPECT_TRUE(overlay_.was_read(1, 3));
}

TEST_F(OverlayTest, DoesNotCountAClaimThatANewerPutHid) {
  overlay_.add(1, 0, "k", "old", true);
  overlay_.add(2, 0, "k", "new", true);
  (void)get(3, "k");
  EXPECT_FALSE(overlay_.was_read(1, 0));
  EXPECT_TRUE(overlay_.was_read(2, 0));
}

TEST_F(OverlayTest, WithdrawsClaimsAndKeepsObservations) {
  stored("k", "store");
  overlay_.add(1, 0, "k", "claim", true);
  overlay_.add(1, 0, "seen", "observation", false);
  overlay_.add(1, 1, "other", "claim", true);
  overlay_.withdraw(1, 0);
  overlay_.withdraw(1, 0);
  overlay_.withdraw(9, 9);
  EXPECT_EQ(get(2, "k"), "store");
  EXPECT_EQ(get(2, "seen"), "observation");
  EXPECT_EQ(get(2, "other"), "claim");
  WriteSet set;
  overlay_.collect(1, set);
  EXPECT_EQ(set.size(), 2U);
  overlay_.retire(1);
  EXPECT_EQ(overlay_.size(), 0U);
  EXPECT_EQ(overlay_.bytes(), 0U);
}

TEST_F(OverlayTest, CommitsWhatItShowed) {
  overlay_.add(1, 0, "a", "1", false);
  overlay_.add(1, 1, "a", "2", false);
  overlay_.add(2, 0, "b", "1", false);
  overlay_.add(3, 0, "a", std::nullopt, false);
  WriteSet set;
  overlay_.collect(2, set);
  ASSERT_TRUE(store_.commit(set).ok());
  overlay_.retire(2);
  EXPECT_EQ(overlay_.size(), 1U);
  EXPECT_EQ(get(2, "a"), "2");
  EXPECT_EQ(get(3, "a"), std::nullopt);
  EXPECT_EQ(get(3, "b"), "1");
}

TEST_F(OverlayTest, ForgetsInARewindEverythingFromTheBatchOn) {
  overlay_.add(1, 0, "a", "1", false);
  overlay_.add(2, 0, "a", "2", false);
  overlay_.add(2, 0, "b", "2", false);
  overlay_.add(3, 0, "c", "3", false);
  (void)scan(3, "");
  overlay_.drop_from(2);
  EXPECT_EQ(get(9, "a"), "1");
  EXPECT_EQ(get(9, "b"), std::nullopt);
  EXPECT_EQ(scan(9, "").size(), 1U);
  overlay_.add(2, 0, "b", "again", false);
  EXPECT_EQ(get(2, "b"), "again");
  EXPECT_EQ(scan(9, "").size(), 2U);
}

TEST_F(OverlayTest, PassesOnTheErrorsOfTheStore) {
  store_.fail_commit(MemoryStore::Fault::kBefore);
  WriteSet set;
  set.put("x", "y");
  (void)store_.commit(set);
  overlay_.add(1, 0, "held", "1", false);
  EXPECT_EQ(overlay_.get(1, "x").error().code, "poisoned");
  EXPECT_TRUE(overlay_.get(1, "held").ok());
  std::vector<std::optional<std::string>> out;
  const std::vector<std::string_view> keys{"held", "x"};
  EXPECT_FALSE(overlay_.multi_get(1, keys, out).ok());
  EXPECT_FALSE(overlay_.scan(1, "", [](std::string_view, std::string_view) { return true; }).ok());
}

// Against a model that keeps the whole content per batch.
TEST_F(OverlayTest, AgreesWithASimpleModelUnderAnySchedule) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    MemoryStore store;
    Overlay overlay(store);
    struct Change {
      std::uint32_t article;
      std::string key;
      std::optional<std::string> value;
      bool claim;
    };
    std::map<std::uint64_t, std::vector<Change>> model;
    std::map<std::string, std::string> committed;
    std::uint64_t newest = 1, done = 0;
    const auto view = [&](std::uint64_t batch) {
      auto content = committed;
      for (const auto& [n, changes] : model)
        if (n <= batch)
          for (const auto& c : changes)
            c.value ? (void)(content[c.key] = *c.value) : (void)content.erase(c.key);
      return content;
    };
    for (int step = 0; step < 200; ++step) {
      const unsigned what = pick(20);
      if (what < 9) {
        const std::uint64_t batch = done + 1 + pick(static_cast<unsigned>(newest - done));
        Change c{pick(3), "k" + std::to_string(pick(12)), std::to_string(step), pick(2) == 0};
        if (pick(4) == 0) c.value.reset();
        overlay.add(batch, c.article, c.key, c.value, c.claim);
        model[batch].push_back(c);
      } else if (what < 11) {
        ++newest;
      } else if (what == 11) {
        const std::uint64_t batch = done + 1 + pick(static_cast<unsigned>(newest - done));
        overlay.drop_from(batch);
        model.erase(model.lower_bound(batch), model.end());
      } else if (what == 12 && newest > done + 1) {
        ++done;
        committed = view(done);
        model.erase(model.begin(), model.upper_bound(done));
        WriteSet set;
        overlay.collect(done, set);
        ASSERT_TRUE(store.commit(set).ok());
        overlay.retire(done);
      } else if (what == 13 && !model.empty()) {
        auto& [batch, changes] = *model.begin();
        const std::uint32_t article = pick(3);
        overlay.withdraw(batch, article);
        std::erase_if(changes, [&](const Change& c) { return c.article == article && c.claim; });
      } else {
        const std::uint64_t batch = done + pick(static_cast<unsigned>(newest - done) + 2);
        const auto content = view(batch);
        const std::string key = "k" + std::to_string(pick(12));
        const auto expected = content.contains(key) ? std::optional(content.at(key)) : std::nullopt;
        ASSERT_EQ(overlay.get(batch, key).value(), expected) << "seed " << seed << " step " << step;
        std::map<std::string, std::string> seen;
        ASSERT_TRUE(overlay
                        .scan(batch, "k",
                              [&](std::string_view k, std::string_view v) {
                                EXPECT_TRUE(seen.empty() || seen.rbegin()->first < k);
                                seen.emplace(k, v);
                                return true;
                              })
                        .ok());
        ASSERT_EQ(seen, content) << "seed " << seed << " step " << step;
      }
    }
    overlay.drop_from(0);
    EXPECT_EQ(overlay.size(), 0U);
    EXPECT_EQ(overlay.bytes(), 0U);
  }
}

TEST_F(OverlayTest, ServesReadersWhileBatchesCommit) {
  std::thread writer([&] {
    for (std::uint64_t batch = 1; batch <= 300; ++batch) {
      overlay_.add(batch, 0, "n", std::to_string(batch), true);
      if (batch % 3 != 0) continue;
      WriteSet set;
      overlay_.collect(batch, set);
      ASSERT_TRUE(store_.commit(set).ok());
      overlay_.retire(batch);
    }
  });
  int last = 0;
  while (last < 300) {
    const auto value = get(~0ULL, "n");
    const int now = value ? std::stoi(*value) : 0;
    ASSERT_GE(now, last);  // never an older one, not even in the moment of a commit
    last = now;
  }
  writer.join();
}

}  // namespace
}  // namespace copydesk::state
