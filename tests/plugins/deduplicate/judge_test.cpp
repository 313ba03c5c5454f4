#include "deduplicate/judge.h"

#include <gtest/gtest.h>

#include "desk.h"
#include "texts.h"

namespace copydesk::deduplicate {
namespace {

using std::chrono::hours;

class Judge : public testing::Test {
 protected:
  // The origin is the id unless told otherwise.
  Verdict judge_text(const std::string& id, const std::string& body, std::string origin = {}) {
    if (origin.empty()) origin = "inbox/" + id;
    return desk.judge(fingerprint("", body), {origin, id, now_ms, address, says_update}, policy);
  }

  Desk desk;
  std::uint64_t address = 0;
  bool says_update = false;
  Policy policy;
  std::int64_t now_ms = 1'700'000'000'000;
};

TEST_F(Judge, CallsTheFirstArticleUnique) {
  const Verdict v = judge_text("a", story(1, 20));
  EXPECT_EQ(v.status, Status::kUnique);
  EXPECT_EQ(v.of, "");
  EXPECT_EQ(v.group, "a");
}

TEST_F(Judge, FindsAnExactCopy) {
  judge_text("a", story(1, 20));
  const std::size_t stories = desk.stories;
  const Verdict v = judge_text("b", story(1, 20) + "\n\n");
  EXPECT_EQ(v.status, Status::kExact);
  EXPECT_EQ(v.of, "a");
  EXPECT_EQ(v.group, "a");
  EXPECT_EQ(v.similarity, 1);
  EXPECT_EQ(v.relation, Relation::kCopy);
  EXPECT_EQ(desk.stories, stories);
}

TEST_F(Judge, FindsATruncatedCopy) {
  judge_text("a", story(1, 60));
  const Verdict v = judge_text("b", story(1, 25));
  EXPECT_EQ(v.status, Status::kNear);
  EXPECT_EQ(v.of, "a");
  EXPECT_EQ(v.relation, Relation::kExcerpt);
}

TEST_F(Judge, FindsAWireEdit) {
  judge_text("a", story(1, 60));
  const Verdict v = judge_text("b", story(2, 5) + "\n\n" + story(1, 45));
  EXPECT_EQ(v.status, Status::kNear);
  EXPECT_GE(v.similarity, 0.6);
}

TEST_F(Judge, FindsACopyWithTheSameBodyAndAnotherFrame) {
  judge_text("a", story(1, 30));
  const Verdict v = judge_text("b", "Subscribe now\n" + story(1, 30) + "\nMore on this story");
  EXPECT_EQ(v.status, Status::kNear);
  EXPECT_EQ(v.relation, Relation::kCopy);
}

TEST_F(Judge, CallsAnotherStoryUnique) {
  judge_text("a", story(1, 30));
  EXPECT_EQ(judge_text("b", story(2, 30)).status, Status::kUnique);
}

TEST_F(Judge, CallsAFormWithOtherNumbersUnique) {
  const auto quake = [](const char* a, const char* b, const char* c, const char* d, const char* e) {
    return "The survey said that an earthquake of magnitude " + std::string(a) +
           " struck off the coast on Monday at " + b +
           " local time and that no damage to buildings or roads had been reported so far. The "
           "centre of the quake lay " +
           c +
           " kilometres below the sea, it added, and people in the towns along the coast felt it "
           "for about half a minute. It was the " +
           d +
           " quake of this size in the region since the beginning of the year, and the authorities "
           "asked everyone to keep away from beaches until further notice. The nearest town is " +
           e + " kilometres from the centre.";
  };
  judge_text("a", quake("5.1", "03:12", "88", "14th", "230"));
  EXPECT_EQ(judge_text("b", quake("6.4", "17:45", "12", "15th", "41")).status, Status::kUnique);
  EXPECT_EQ(judge_text("c", quake("5.1", "03:12", "88", "14th", "240")).of, "a");
}

TEST_F(Judge, ComparesAFewWordsOnlyExactly) {
  judge_text("a", "The market is closed today");
  EXPECT_EQ(judge_text("b", "The market is closed today too").status, Status::kUnique);
  EXPECT_EQ(judge_text("c", "the market is CLOSED today!").status, Status::kExact);
}

TEST_F(Judge, CallsEmptyBodiesUniqueAndRemembersNothing) {
  EXPECT_EQ(judge_text("a", "").status, Status::kUnique);
  EXPECT_EQ(judge_text("b", "").status, Status::kUnique);
  EXPECT_EQ(desk.stories, 0u);
}

TEST_F(Judge, NeverMatchesTheSameOriginComeAgain) {
  judge_text("a", story(1, 20));
  const auto before = desk.stories;
  const Verdict v = judge_text("a", story(1, 20));
  EXPECT_EQ(v.status, Status::kUnique);
  EXPECT_EQ(v.group, "a");
  EXPECT_EQ(desk.stories, before);
}

TEST_F(Judge, JudgesALongerVersionComeAgainAsBefore) {
  judge_text("a", story(1, 10));
  judge_text("b", story(1, 40));
  const Verdict again = judge_text("b", story(1, 40));
  EXPECT_EQ(again.status, Status::kNear);
  EXPECT_EQ(again.of, "a");
  EXPECT_EQ(again.relation, Relation::kExpanded);
}

TEST_F(Judge, MatchesTheSameIdFromAnotherOrigin) {
  judge_text("a", story(1, 20), "first crawl");
  EXPECT_EQ(judge_text("a", story(1, 20), "second crawl").of, "a");
}

TEST_F(Judge, IndexesALongerVersionUnderTheSameStory) {
  judge_text("a", story(1, 10));
  const Verdict longer = judge_text("b", story(1, 40));
  EXPECT_EQ(longer.of, "a");
  EXPECT_EQ(longer.relation, Relation::kExpanded);
  const std::string whole = story(1, 40);
  const Verdict tail = judge_text("c", whole.substr(whole.size() / 2));
  EXPECT_EQ(tail.status, Status::kNear);
  EXPECT_EQ(tail.of, "a");
  EXPECT_EQ(tail.group, "a");
}

TEST_F(Judge, DoesNotIndexACopyOfAboutTheSameLength) {
  judge_text("a", story(1, 40));
  const std::size_t stories = desk.stories;
  EXPECT_EQ(judge_text("b", story(1, 42)).status, Status::kNear);
  EXPECT_EQ(desk.stories, stories);
}

TEST_F(Judge, DoesNotCallAReplayedStoryACopyOfItsOwnLongerVersion) {
  judge_text("a", story(1, 10));
  judge_text("b", story(1, 40));
  EXPECT_EQ(judge_text("a", story(1, 10)).status, Status::kUnique);
}

TEST_F(Judge, KeepsToTheThreshold) {
  const std::string mixed = story(1, 30) + "\n\n" + story(2, 15);
  judge_text("a", story(1, 60));
  policy.threshold = 0.95;
  EXPECT_EQ(judge_text("b", mixed).status, Status::kUnique);
  policy.threshold = 0.3;
  EXPECT_EQ(judge_text("c", story(1, 30) + "\n\n" + story(3, 15)).status, Status::kNear);
}

TEST_F(Judge, ClaimsForUniqueArticlesAndObservesForDroppedCopies) {
  policy.longer = Claim::kObservation;
  judge_text("a", story(1, 10));
  judge_text("b", story(1, 40));
  ASSERT_EQ(desk.pending.size(), 2u);
  EXPECT_EQ(desk.pending[0].claim, Claim::kClaim);
  EXPECT_EQ(desk.pending[1].claim, Claim::kObservation);
}

TEST_F(Judge, ForgetsAfterTheWindow) {
  for (const bool commits : {false, true}) {
    Desk fresh;
    const auto judge_at = [&](const char* id, std::int64_t ms) {
      const Verdict v =
          fresh.judge(fingerprint("", story(1, 20)), {id, id, ms}, {.window = policy.window});
      if (commits) fresh.commit();
      return v;
    };
    const std::int64_t window = policy.window.count();
    judge_at("a", now_ms);
    EXPECT_EQ(judge_at("b", now_ms + window).status, Status::kExact);
    EXPECT_EQ(judge_at("c", now_ms + window + 1).status, Status::kUnique);
    EXPECT_EQ(judge_at("d", now_ms + window + 1).of, "c");
  }
}

TEST_F(Judge, AMatchBeginsTheWindowAnewWhenTold) {
  for (const bool refresh : {false, true}) {
    Desk fresh;
    const auto judge_at = [&](const char* id, std::int64_t ms, int sentences) {
      const Verdict v = fresh.judge(fingerprint("", story(1, sentences)), {id, id, ms},
                                    {.window = policy.window, .refresh = refresh});
      fresh.commit();
      return v;
    };
    const std::int64_t window = policy.window.count();
    judge_at("a", now_ms, 20);
    EXPECT_EQ(judge_at("b", now_ms + window / 2, 18).of, "a");
    EXPECT_EQ(judge_at("c", now_ms + window + window / 4, 20).of, refresh ? "a" : "");
    fresh.start();
    EXPECT_EQ(judge_at("d", now_ms + window + window / 3, 20).of, refresh ? "a" : "c");
    EXPECT_EQ(judge_at("e", now_ms + window + window / 2, 15).of, refresh ? "a" : "c");
  }
}

TEST_F(Judge, CallsALaterVersionAnUpdate) {
  judge_text("a", story(1, 30));
  says_update = true;
  EXPECT_EQ(judge_text("b", story(1, 28) + "\n\n" + story(2, 4)).relation, Relation::kUpdated);
  EXPECT_EQ(judge_text("c", story(1, 15)).relation, Relation::kExcerpt);
  says_update = false;
  EXPECT_EQ(judge_text("d", story(1, 22) + "\n\n" + story(3, 20)).relation, Relation::kUpdated);
  EXPECT_EQ(judge_text("e", story(1, 22) + "\n\n" + story(4, 7)).relation, Relation::kEdited);
  address = 7;
  judge_text("f", story(5, 30));
  EXPECT_EQ(judge_text("g", story(5, 30) + " One more.").relation, Relation::kUpdated);
}

TEST_F(Judge, TakesWhatHasTheAddressOfAStoryForAVersionOfItWhenTold) {
  for (const bool by_address : {false, true}) {
    for (const bool commits : {false, true}) {
      Desk fresh;
      policy.by_address = by_address;
      const auto judge_at = [&](const char* id, std::uint64_t at, std::uint32_t seed) {
        const Verdict v =
            fresh.judge(fingerprint("", story(seed, 20)), {id, id, now_ms, at, false}, policy);
        if (commits) fresh.commit();
        return v;
      };
      judge_at("a", 7, 1);
      const Verdict v = judge_at("b", 7, 2);
      EXPECT_EQ(v.status, by_address ? Status::kExact : Status::kUnique);
      EXPECT_EQ(v.of, by_address ? "a" : "");
      if (by_address) {
        EXPECT_EQ(v.relation, Relation::kUpdated);
        EXPECT_LT(v.similarity, 0.1);
      }
      // Copies of the new text are found without the address; another address is another story.
      EXPECT_EQ(judge_at("c", 8, 2).group, by_address ? "a" : "b");
      EXPECT_EQ(judge_at("d", 8, 3).status, Status::kUnique);
      EXPECT_EQ(judge_at("e", 0, 4).status, Status::kUnique);
      EXPECT_EQ(judge_at("f", 0, 5).status, Status::kUnique);
      EXPECT_EQ(judge_at("a", 7, 1).status, Status::kUnique);
    }
  }
}

TEST_F(Judge, FindsManyVersionsOfAnAddress) {
  policy.by_address = true;
  address = 7;
  judge_text("a", story(1, 20));
  for (std::uint32_t i = 2; i < 40; ++i)
    EXPECT_EQ(judge_text("v" + std::to_string(i), story(i, 20)).of, "a") << i;
}

TEST_F(Judge, FindsNoNearCopiesWhenTold) {
  policy.near = false;
  judge_text("a", story(1, 60));
  EXPECT_EQ(judge_text("b", story(1, 50)).status, Status::kUnique);
  EXPECT_EQ(judge_text("c", story(1, 60)).of, "a");
  EXPECT_EQ(desk.stories, 2u);
}

// Of a version at the same address, too, however much it is like the story.
TEST_F(Judge, FindsExactCopiesOfEveryVersionOfAnAddress) {
  policy.near = false;
  policy.by_address = true;
  address = 7;
  judge_text("a", story(1, 30));
  EXPECT_EQ(judge_text("b", story(1, 30) + " One more.").of, "a");
  address = 0;
  EXPECT_EQ(judge_text("c", story(1, 30) + " One more.").of, "a");
}

TEST_F(Judge, StopsListingStoriesUnderAShingleThatEveryoneHas) {
  const std::string notice =
      "This report was written by a machine from data of the exchange alone. ";
  for (std::uint32_t i = 0; i < 40; ++i) {
    EXPECT_EQ(judge_text("a" + std::to_string(i), notice + story(i + 10, 3)).status,
              Status::kUnique);
    if (i % 7 == 0) desk.commit();
  }
  desk.commit();
  desk.reads = 0;
  EXPECT_EQ(judge_text("last", notice + story(12, 3)).of, "a2");
}

TEST_F(Judge, GivesTheSameVerdictsWheneverACommitHappens) {
  const std::string notice = "This was written by a machine from data of the exchange alone. ";
  const auto run = [&](std::size_t every, bool restarts) {
    Desk own({.sync_every = 8});
    std::string verdicts;
    for (std::uint32_t i = 0; i < 300; ++i) {
      const std::string id = std::to_string(i);
      const std::string text =
          (i % 3 == 0 ? notice : "") + story(i % 67, 4 + static_cast<int>(i % 11));
      const Verdict v = own.judge(fingerprint("", text), {id, id, i * 1000},
                                  {.window = std::chrono::seconds(90)});
      verdicts += v.group + std::string(to_string(v.status)) + std::string(to_string(v.relation)) +
                  std::to_string(v.similarity) + " ";
      if (i % every == every - 1) own.commit();
      if (restarts && i % 50 == 49) {
        own.commit();
        own.start();
      }
    }
    return verdicts;
  };
  const std::string expected = run(1, false);
  for (const std::size_t every : {2, 7, 64, 1000}) EXPECT_EQ(run(every, false), expected) << every;
  EXPECT_EQ(run(3, true), expected);
}

}  // namespace
}  // namespace copydesk::deduplicate
