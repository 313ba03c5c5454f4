#include "deduplicate/index.h"

#include <gtest/gtest.h>

#include "deduplicate/record.h"
#include "map_state.h"
#include "texts.h"

namespace copydesk::deduplicate {
namespace {

using std::chrono::hours;

class Index : public testing::Test {
 protected:
  // The origin is the id unless told otherwise.
  Verdict judge_text(const std::string& id, const std::string& body, std::string origin = {}) {
    if (origin.empty()) origin = "inbox/" + id;
    return judge(fingerprint("", body), {origin, id, now_ms}, policy, state);
  }

  MapState state;
  Policy policy;
  std::int64_t now_ms = 1'700'000'000'000;
};

TEST_F(Index, CallsTheFirstArticleUnique) {
  const Verdict v = judge_text("a", story(1, 20));
  EXPECT_EQ(v.status, Status::kUnique);
  EXPECT_EQ(v.of, "");
  EXPECT_EQ(v.group, "a");
}

TEST_F(Index, FindsAnExactCopy) {
  judge_text("a", story(1, 20));
  const std::size_t puts = state.puts;
  const Verdict v = judge_text("b", story(1, 20) + "\n\n");
  EXPECT_EQ(v.status, Status::kExact);
  EXPECT_EQ(v.of, "a");
  EXPECT_EQ(v.group, "a");
  EXPECT_EQ(v.similarity, 1);
  EXPECT_EQ(v.relation, Relation::kCopy);
  EXPECT_EQ(state.puts, puts);
}

TEST_F(Index, FindsATruncatedCopy) {
  judge_text("a", story(1, 60));
  const Verdict v = judge_text("b", story(1, 25));
  EXPECT_EQ(v.status, Status::kNear);
  EXPECT_EQ(v.of, "a");
  EXPECT_EQ(v.relation, Relation::kExcerpt);
}

TEST_F(Index, FindsAWireEdit) {
  judge_text("a", story(1, 60));
  const Verdict v = judge_text("b", story(2, 5) + "\n\n" + story(1, 45));
  EXPECT_EQ(v.status, Status::kNear);
  EXPECT_GE(v.similarity, 0.6);
}

TEST_F(Index, FindsACopyWithTheSameBodyAndAnotherFrame) {
  judge_text("a", story(1, 30));
  const Verdict v = judge_text("b", "Subscribe now\n" + story(1, 30) + "\nMore on this story");
  EXPECT_EQ(v.status, Status::kNear);
  EXPECT_EQ(v.relation, Relation::kCopy);
}

TEST_F(Index, CallsAnotherStoryUnique) {
  judge_text("a", story(1, 30));
  EXPECT_EQ(judge_text("b", story(2, 30)).status, Status::kUnique);
}

TEST_F(Index, CallsAFormWithOtherNumbersUnique) {
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

TEST_F(Index, ComparesAFewWordsOnlyExactly) {
  judge_text("a", "The market is closed today");
  EXPECT_EQ(judge_text("b", "The market is closed today too").status, Status::kUnique);
  EXPECT_EQ(judge_text("c", "the market is CLOSED today!").status, Status::kExact);
}

TEST_F(Index, CallsEmptyBodiesUniqueAndRemembersNothing) {
  EXPECT_EQ(judge_text("a", "").status, Status::kUnique);
  EXPECT_EQ(judge_text("b", "").status, Status::kUnique);
  EXPECT_TRUE(state.entries.empty());
}

TEST_F(Index, NeverMatchesTheSameOriginComeAgain) {
  judge_text("a", story(1, 20));
  const auto before = state.entries.size();
  const Verdict v = judge_text("a", story(1, 20));
  EXPECT_EQ(v.status, Status::kUnique);
  EXPECT_EQ(v.group, "a");
  EXPECT_EQ(state.entries.size(), before);
}

TEST_F(Index, JudgesALongerVersionComeAgainAsBefore) {
  judge_text("a", story(1, 10));
  judge_text("b", story(1, 40));
  const Verdict again = judge_text("b", story(1, 40));
  EXPECT_EQ(again.status, Status::kNear);
  EXPECT_EQ(again.of, "a");
  EXPECT_EQ(again.relation, Relation::kExpanded);
}

TEST_F(Index, MatchesTheSameIdFromAnotherOrigin) {
  judge_text("a", story(1, 20), "first crawl");
  EXPECT_EQ(judge_text("a", story(1, 20), "second crawl").of, "a");
}

TEST_F(Index, IndexesALongerVersionUnderTheSameStory) {
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

TEST_F(Index, DoesNotIndexACopyOfAboutTheSameLength) {
  judge_text("a", story(1, 40));
  const std::size_t puts = state.puts;
  EXPECT_EQ(judge_text("b", story(1, 42)).status, Status::kNear);
  EXPECT_EQ(state.puts, puts);
}

TEST_F(Index, DoesNotCallAReplayedStoryACopyOfItsOwnLongerVersion) {
  judge_text("a", story(1, 10));
  judge_text("b", story(1, 40));
  EXPECT_EQ(judge_text("a", story(1, 10)).status, Status::kUnique);
}

TEST_F(Index, ClaimsForUniqueArticlesAndObservesForDroppedCopies) {
  policy.copies = Claim::kObservation;
  judge_text("a", story(1, 10));
  for (const auto& [key, entry] : state.entries) EXPECT_EQ(entry.claim, Claim::kClaim);
  judge_text("b", story(1, 40));
  const auto record = state.entries.find(record_state_key(story_key("inbox/b")));
  ASSERT_NE(record, state.entries.end());
  EXPECT_EQ(record->second.claim, Claim::kObservation);
}

TEST_F(Index, ForgetsAfterTheWindow) {
  policy.window = hours(24);
  judge_text("a", story(1, 20));
  for (const auto& [key, entry] : state.entries) EXPECT_EQ(entry.ttl, hours(24));
  now_ms += std::chrono::milliseconds(hours(24)).count();
  EXPECT_EQ(judge_text("b", story(1, 20)).status, Status::kExact);
  now_ms += 1;
  EXPECT_EQ(judge_text("c", story(1, 20)).status, Status::kUnique);
  EXPECT_EQ(judge_text("d", story(1, 20)).of, "c");
}

TEST_F(Index, ListsNoStoryThatRanOutOfTheWindow) {
  for (int i = 0; i < 5; ++i) {
    judge_text("a" + std::to_string(i), story(1, 20));
    now_ms += policy.window.count() + 1;
  }
  for (const auto& [key, entry] : state.entries) {
    if (key[0] != 'p') continue;
    EXPECT_EQ(parse_posting(entry.value)->stories.size(), 1u);
  }
}

TEST_F(Index, FindsNoNearCopiesWhenTold) {
  policy.near = false;
  judge_text("a", story(1, 60));
  EXPECT_EQ(judge_text("b", story(1, 50)).status, Status::kUnique);
  EXPECT_EQ(judge_text("c", story(1, 60)).of, "a");
  EXPECT_EQ(state.entries.size(), 4u);
}

TEST_F(Index, KeepsToTheThreshold) {
  const std::string mixed = story(1, 30) + "\n\n" + story(2, 15);
  judge_text("a", story(1, 60));
  policy.threshold = 0.95;
  EXPECT_EQ(judge_text("b", mixed).status, Status::kUnique);
  policy.threshold = 0.3;
  EXPECT_EQ(judge_text("c", story(1, 30) + "\n\n" + story(3, 15)).status, Status::kNear);
}

TEST_F(Index, StopsListingStoriesUnderAShingleThatEveryoneHas) {
  const std::string notice =
      "This report was written by a machine from data of the exchange alone. ";
  for (std::uint32_t i = 0; i < 40; ++i) {
    EXPECT_EQ(judge_text("a" + std::to_string(i), notice + story(i + 10, 3)).status,
              Status::kUnique);
  }
  std::size_t longest = 0;
  for (const auto& [key, entry] : state.entries) {
    if (key[0] == 'p') longest = std::max(longest, parse_posting(entry.value)->stories.size());
  }
  EXPECT_EQ(longest, Posting::kStoriesMax + 1);
  EXPECT_EQ(judge_text("last", notice + story(12, 3)).of, "a2");
}

TEST_F(Index, SearchesNoListThatIsTooLong) {
  const Fingerprint f = fingerprint("", story(1, 20));
  const auto list_under_all_keys = [&](std::size_t stories) {
    Posting posting;
    for (StoryKey i = 0; i < stories; ++i) posting.stories.push_back(i);
    for (const std::uint64_t key : f.posting_keys()) {
      state.put(posting_state_key(key), serialize(posting), hours(1), Claim::kClaim);
    }
  };
  list_under_all_keys(Posting::kStoriesMax + 1);
  judge_text("a", story(1, 20));
  EXPECT_EQ(state.record_reads, 0u);
  list_under_all_keys(Posting::kStoriesMax);
  judge_text("b", story(1, 20) + " and more");
  EXPECT_EQ(state.record_reads, Posting::kStoriesMax);
}

TEST_F(Index, SkipsAndCountsEntriesItCannotRead) {
  judge_text("a", story(1, 20));
  for (auto& [key, entry] : state.entries)
    entry.value.back() = static_cast<char>(~entry.value.back());
  for (auto& [key, entry] : state.entries) entry.value.pop_back();
  const Verdict v = judge_text("b", story(1, 20));
  EXPECT_EQ(v.status, Status::kUnique);
  EXPECT_GT(v.unreadable, 0u);
  EXPECT_EQ(judge_text("c", story(1, 20)).of, "b");
}

TEST_F(Index, RefusesARecordWithAnyWrongBit) {
  const std::string good = serialize(Record{.time_ms = 5,
                                            .leader = 7,
                                            .origin = "o",
                                            .leader_id = "i",
                                            .fingerprint = fingerprint("", story(1, 20))});
  ASSERT_TRUE(parse_record(good));
  EXPECT_EQ(parse_record(good)->leader_id, "i");
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ (1 << i % 8));
    EXPECT_FALSE(parse_record(bad)) << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_record(good.substr(0, size)));
}

TEST_F(Index, IsAPureFunctionOfTheArticlesAndTheirOrder) {
  const auto run = [](MapState& into) {
    std::string verdicts;
    for (std::uint32_t i = 0; i < 200; ++i) {
      const std::string id = std::to_string(i);
      const Verdict v = judge(fingerprint("", story(i % 37, 10 + static_cast<int>(i % 11))),
                              {id, id, i}, Policy{}, into);
      verdicts += v.group + std::string(to_string(v.status)) + std::string(to_string(v.relation));
    }
    for (const auto& [key, entry] : into.entries) verdicts += key + entry.value;
    return verdicts;
  };
  MapState first, second;
  EXPECT_EQ(run(first), run(second));
}

TEST_F(Index, KeepsAnArticleInAboutFourHundredBytes) {
  for (std::uint32_t i = 0; i < 100; ++i) {
    judge_text("0123456789abcdef" + std::to_string(i), story(i, 35),
               "wire/articles.raw/3/" + std::to_string(100000 + i));
  }
  EXPECT_LT(state.bytes() / 100, 450u);
}

}  // namespace
}  // namespace copydesk::deduplicate
