#include "deduplicate/shared_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "desk.h"
#include "frequent_key.h"
#include "redis_server.h"
#include "texts.h"

namespace copydesk::deduplicate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One of several daemons.
class SharedDesk : public DeskOf {
 public:
  struct Options {
    bool passes = false;
    milliseconds lease = seconds(30);
  };
  SharedDesk(const RedisServer& server, std::uint64_t owner)
      : SharedDesk(server, owner, Options()) {}
  SharedDesk(const RedisServer& server, std::uint64_t owner, Options options)
      : DeskOf([settings = settings_of(server, owner, options)](const std::string&) {
          return std::make_unique<SharedIndex>(settings);
        }) {}
  SharedIndex& index() { return static_cast<SharedIndex&>(*index_); }

 private:
  static SharedSettings settings_of(const RedisServer& server, std::uint64_t owner,
                                    Options options) {
    SharedSettings settings;
    settings.store = {server.settings(), "test", Policy().window, options.lease};
    settings.owner = owner;
    settings.passes = options.passes;
    return settings;
  }
};

// Calls until it waits no longer. A server that comes back makes everybody wait for some seconds.
template <class F>
auto when_ready(F&& call) {
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  while (true) {
    try {
      return call();
    } catch (const Wait&) {
      if (std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(milliseconds(5));
    }
  }
}

class Shared : public testing::Test {
 protected:
  Verdict judge(SharedDesk& desk, const std::string& id, const std::string& body,
                std::string origin = {}) {
    if (origin.empty()) origin = "inbox/" + id;
    return desk.judge(fingerprint("", body), {origin, id, now_ms}, policy);
  }
  Verdict judge_patiently(SharedDesk& desk, const std::string& id, const std::string& body) {
    return when_ready([&] { return judge(desk, id, body); });
  }

  RedisServer server;
  Policy policy;
  std::int64_t now_ms = 1'700'000'000'000;
};

TEST_F(Shared, AStoryOfOneDeskIsKnownToAnother) {
  SharedDesk a(server, 1), b(server, 2);
  EXPECT_EQ(judge(a, "a", story(1, 30)).status, Status::kUnique);
  a.commit();
  EXPECT_EQ(judge(b, "b", story(1, 30)).of, "a");
  EXPECT_EQ(judge(b, "c", story(1, 20)).status, Status::kNear);
  EXPECT_EQ(judge(b, "d", story(2, 20)).status, Status::kUnique);
}

TEST_F(Shared, ACopyOfWhatIsInHandElsewhereWaitsUntilThatIsFinal) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "a", story(1, 30));
  EXPECT_THROW(judge(b, "b", story(1, 30)), Wait);
  EXPECT_THROW(judge(b, "c", story(1, 20)), Wait);
  EXPECT_EQ(judge(b, "d", story(2, 20)).status, Status::kUnique);  // nobody else waits
  EXPECT_EQ(judge(a, "e", story(1, 30)).of, "a");                  // nor its own desk
  a.commit();
  EXPECT_EQ(judge(b, "b", story(1, 30)).of, "a");
}

TEST_F(Shared, WhatWasThrownAwayElsewhereIsNoStory) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "a", story(1, 30));
  a.rewind();
  EXPECT_EQ(judge(b, "b", story(1, 30)).status, Status::kUnique);
  EXPECT_THROW(judge(a, "a", story(1, 30)), Wait);
  b.commit();
  EXPECT_EQ(judge(a, "a", story(1, 30)).of, "b");
}

TEST_F(Shared, AWithdrawnClaimHoldsNobodyUp) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "other", story(2, 30));
  judge(a, "a", story(1, 30));
  a.commit({a.pending.size() - 1});
  EXPECT_EQ(judge(b, "b", story(1, 30)).status, Status::kUnique);
  EXPECT_EQ(judge(b, "c", story(2, 30)).of, "other");
  judge(a, "d", story(3, 30));
  a.commit({0});  // nothing but what is withdrawn
  EXPECT_EQ(judge(b, "e", story(3, 30)).status, Status::kUnique);
}

TEST_F(Shared, OfTwoDesksThatJudgeAtTheSameTimeOneComesFirst) {
  SharedDesk a(server, 1), b(server, 2);
  const Fingerprint text = fingerprint("", story(1, 30));
  const Arrival arrival{"inbox/b", "b", now_ms};
  const SearchKeys keys = keys_of(text, arrival, policy);
  b.index().begin({&keys, 1}, b);
  judge(a, "a", story(1, 20));
  EXPECT_EQ(deduplicate::judge(text, arrival, policy, b.index(), b).status, Status::kUnique);
  EXPECT_THROW(b.index().end(9, b), Wait);
  b.pending.clear();
  a.commit();
  EXPECT_EQ(judge(b, "b", story(1, 30)).of, "a");
}

TEST_F(Shared, WhoSawAVoidReservationSeesThatItWasMadeAnew) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "a", story(1, 30));
  a.rewind();
  const Fingerprint text = fingerprint("", story(1, 30));
  const Arrival arrival{"inbox/b", "b", now_ms};
  const SearchKeys keys = keys_of(text, arrival, policy);
  b.index().begin({&keys, 1}, b);
  judge(a, "a", story(1, 30));
  EXPECT_EQ(deduplicate::judge(text, arrival, policy, b.index(), b).status, Status::kUnique);
  EXPECT_THROW(b.index().end(9, b), Wait);
}

TEST_F(Shared, StoriesThatShareOneFrequentKeyAloneAreNoCandidates) {
  for (const bool is_committed : {false, true}) {
    server.ask({"FLUSHALL"});
    SharedDesk a(server, 1), b(server, 2);
    expect_that_a_frequent_key_alone_finds_nothing(a, is_committed);
    if (!is_committed) continue;
    // Nor does one that another desk has in hand hold anybody up.
    put_frequent(a, 17, false);
    put_frequent(a, 18, true);
    EXPECT_EQ(find(b, {kFrequentKey}).held.size(), 0u);
    EXPECT_EQ(find(b, {kFrequentKey, kRareKey}).held.size(), 1u);
    EXPECT_EQ(find(b, {kFrequentKey}).candidates.size(), 0u);
  }
}

TEST_F(Shared, AnArticleNeverMatchesItselfOnAnotherDesk) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "a", story(1, 30), "topic/0/17");
  a.commit();
  EXPECT_EQ(judge(b, "a", story(1, 30), "topic/0/17").status, Status::kUnique);
  EXPECT_EQ(judge(b, "b", story(1, 30), "topic/0/18").of, "a");
}

TEST_F(Shared, ADeskThatDiedHoldsItsStoriesForALease) {
  // A desk without anybody who renews its lease.
  SharedStore dead({server.settings(), "test", policy.window, seconds(1)}, "id");
  const Fingerprint text = fingerprint("", story(1, 30));
  const std::vector<std::uint64_t> keys = {text.exact.low & Entry::kKeyMask};
  const Record record{now_ms, 17, 17, 0, "a", text};
  const SharedStory story_in_hand{false, {1, 1}, 1, keys, serialize(record)};
  const auto ran = static_cast<std::uint32_t>(now_ms / 1000);
  const std::vector<Reference> references = {{17, ran}};
  const std::vector<SharedStore::Change> changes = {{keys[0], "", serialize(references)}};
  const std::vector<SharedStore::Named> stories = {{17, &story_in_hand, ran}};
  dead.add_renew({1, 1});
  dead.run();
  ASSERT_TRUE(dead.reserve(changes, stories));
  EXPECT_FALSE(dead.reserve(changes, stories));

  SharedDesk b(server, 2, {.lease = seconds(1)});
  EXPECT_THROW(judge(b, "b", story(1, 30)), Wait);
  EXPECT_EQ(judge_patiently(b, "b", story(1, 30)).status, Status::kUnique);
}

// A script that fails would end the connection each time the story is sent again.
TEST_F(Shared, APostingThatIsNoneOfOursIsMended) {
  SharedStore store({server.settings(), "test", policy.window, seconds(1)}, "id");
  constexpr std::uint64_t kKey = 5;
  const SharedStory story_of_ours{true, {1, 1}, 1, {kKey}, "record"};
  const std::vector<Reference> ours = {{17, 100}, {18, 100}};
  for (const std::size_t cut : {0, 3, 9, 15}) {
    const std::string found = serialize(std::span(ours).first(1)) + std::string(cut, '!');
    SharedStore::Postings now = {{kKey, ""}};
    ASSERT_TRUE(store.read(now));
    const std::vector<SharedStore::Change> changes = {{kKey, now.at(kKey), found}};
    ASSERT_TRUE(store.reserve(changes, {}));
    store.add_enter({18, &story_of_ours, 100}, 50);
    store.run();
    ASSERT_TRUE(store.read(now));
    const auto left = parse_references(now.at(kKey));
    ASSERT_EQ(left.size(), 2u) << cut;
    EXPECT_EQ(left.front().story, 17u);
    EXPECT_EQ(left.back().story, 18u);
  }
}

TEST_F(Shared, ADeskThatEndsOrStartsAgainHoldsNobodyUp) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "a", story(1, 30));
  a.stop();
  EXPECT_EQ(judge(b, "b", story(1, 30)).status, Status::kUnique);
  judge(b, "c", story(2, 30));
  b.start();
  EXPECT_EQ(judge(b, "d", story(2, 30)).status, Status::kUnique);
}

TEST_F(Shared, ADeskThatNeverComesToAnEndIsNotWaitedForForEver) {
  SharedDesk a(server, 1, {.lease = milliseconds(200)}), b(server, 2, {.lease = milliseconds(200)});
  judge(a, "a", story(1, 30));
  EXPECT_THROW(judge(b, "b", story(1, 30)), Wait);
  EXPECT_EQ(judge_patiently(b, "b", story(1, 30)).status, Status::kUnique);
}

TEST_F(Shared, WhatACommitMadeFinalIsWrittenAfterACrashBetweenTheTwo) {
  SharedDesk a(server, 1), b(server, 2);
  judge(a, "a", story(1, 30));
  for (const auto& put : a.pending) a.committed_state[put.key] = put.value;
  a.start();  // the commit is there, and nobody told the index
  EXPECT_EQ(judge(b, "b", story(1, 30)).of, "a");
}

TEST_F(Shared, WaitsForAServerThatIsAway) {
  server.kill();
  SharedDesk a(server, 1);
  EXPECT_THROW(judge(a, "a", story(1, 30)), Wait);
  server.start();
  EXPECT_EQ(judge_patiently(a, "a", story(1, 30)).status, Status::kUnique);
  server.kill();
  a.commit();
  EXPECT_THROW(judge(a, "b", story(2, 30)), Wait);
  server.start();
  EXPECT_EQ(judge_patiently(a, "b", story(1, 30)).of, "a");
}

TEST_F(Shared, PassesWithoutAServerWhenTold) {
  SharedDesk a(server, 1, {.passes = true}), b(server, 2);
  server.kill();
  const Verdict v = when_ready([&] { return judge(a, "a", story(1, 30)); });
  EXPECT_EQ(v.status, Status::kUnique);
  EXPECT_TRUE(v.is_unchecked);
  EXPECT_TRUE(judge(a, "b", story(1, 30)).is_unchecked);
  a.commit();
  server.start();
  // What passed is known as soon as the server is.
  EXPECT_EQ(judge_patiently(b, "c", story(1, 30)).of, "a");
}

TEST_F(Shared, AServerThatForgotEverythingGetsTheNewestStoriesAgain) {
  SharedDesk a(server, 1), b(server, 2);
  for (std::uint32_t i = 0; i < 600; ++i) judge(a, "a" + std::to_string(i), story(i, 12));
  a.commit();
  server.kill();
  server.start();
  for (std::uint32_t i = 0; i < 600; i += 37)
    EXPECT_EQ(judge_patiently(b, "b" + std::to_string(i), story(i, 12)).of,
              "a" + std::to_string(i));
  EXPECT_NE(a.index().take_warning().value_or("").find("lost its data"), std::string::npos);
}

TEST_F(Shared, AServerThatIsEmptiedInTheMiddleGetsTheNewestStoriesAgain) {
  SharedDesk a(server, 1);
  judge(a, "a", story(1, 30));
  a.commit();
  server.ask({"FLUSHALL"});
  EXPECT_THROW(judge(a, "b", story(1, 30)), Wait);
  EXPECT_EQ(judge_patiently(a, "b", story(1, 30)).of, "a");
}

TEST_F(Shared, AServerThatHangsHoldsUpNoLongerThanItsTimeLimit) {
  RedisSettings settings = server.settings();
  settings.timeout = milliseconds(100);
  Redis redis(settings);
  server.hang();
  redis.add({"PING"});
  EXPECT_THROW(redis.run(), Unavailable);
}

// What README.md says that its user must be allowed.
TEST_F(Shared, AnAclUserNeedsFewRights) {
  server.ask({"ACL", "SETUSER", "desk", "on", ">sesame", "~{test:*}*", "+get", "+mget", "+set",
              "+eval", "+del", "+auth", "+select"});
  SharedSettings settings;
  settings.store = {server.settings(), "test", policy.window, seconds(30)};
  settings.store.server.user = "desk";
  settings.store.server.password = "sesame";
  settings.store.server.database = 1;
  DeskOf desk([&](const std::string&) { return std::make_unique<SharedIndex>(settings); });
  const auto judge_as = [&](const char* id) {
    return desk.judge(fingerprint("", story(1, 20)), {id, id, now_ms}, policy);
  };
  judge_as("a");
  desk.commit({0});
  judge_as("a");
  judge_as("b");
  desk.commit();
  desk.start();
  EXPECT_EQ(judge_as("c").of, "a");
}

TEST_F(Shared, ABatchTakesAFewRoundTrips) {
  SharedDesk desk(server, 1);
  std::vector<Fingerprint> texts;
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; i < 512; ++i) {
    texts.push_back(fingerprint("", story(i % 300, 12)));
    ids.push_back("a" + std::to_string(i));
  }
  for (std::size_t from = 0; from < texts.size(); from += 256) {
    std::vector<Article> batch;
    for (std::size_t i = from; i < from + 256; ++i)
      batch.push_back({texts[i], {ids[i], ids[i], now_ms}});
    const std::uint64_t before = desk.index().round_trips();
    desk.judge(batch, policy);
    desk.commit();
    EXPECT_LE(desk.index().round_trips() - before, 5u);
  }
}

TEST_F(Shared, PlacesInTheStateAreUsedAgain) {
  SharedDesk desk(server, 1);
  for (std::uint32_t batch = 0; batch < 60; ++batch) {
    for (std::uint32_t i = 0; i < 256; ++i) {
      const std::string id = std::to_string(batch * 256 + i);
      judge(desk, id, story(batch * 256 + i, 4));
    }
    desk.commit();
  }
  EXPECT_LE(desk.committed_state.size(), SharedLink::kKept + 2500);
  desk.start();
  EXPECT_EQ(judge(desk, "x", story(0, 4)).of, "0");
  EXPECT_EQ(judge(desk, "y", story(15'000, 4)).of, "15000");
}

TEST_F(Shared, RefusesTheStateOfAnotherKindOfIndex) {
  SharedDesk desk(server, 1);
  desk.committed_state["l"] = "\x02 something";
  EXPECT_THROW(desk.start(), Fatal);
}

// Copies of all kinds, windows, refreshes, commits and restarts: the verdicts are those of the embedded index.
TEST_F(Shared, GivesTheVerdictsOfTheEmbeddedIndex) {
  for (const bool by_address : {false, true}) {
    Desk embedded;
    SharedDesk shared(server, by_address ? 7 : 8);
    policy.refresh = true;
    policy.by_address = by_address;
    std::mt19937 random(by_address);
    server.ask({"FLUSHALL"});
    shared.start();
    struct Made {
      Fingerprint text;
      std::uint64_t address;
    };
    std::map<std::string, Made> made;  // some come again, with the text they had
    for (int batch = 0; batch < 120; ++batch) {
      now_ms += std::chrono::milliseconds(std::chrono::hours(random() % 48)).count();
      std::vector<Article> articles;
      for (int i = 0; i < 16; ++i) {
        const auto seed = static_cast<std::uint32_t>(random() % 150);
        std::string body = story(seed, 12 + static_cast<int>(random() % 30));
        if (random() % 4 == 0) body += "\n\n" + story(1000, 4);  // furniture that many have
        if (random() % 5 == 0) body = body.substr(body.size() / 3);
        const auto& [id, one] = *made.try_emplace("in/" + std::to_string(random() % 1500),
                                                  Made{fingerprint("", body), random() % 90})
                                     .first;
        articles.push_back({one.text, {id, id, now_ms, one.address, false}});
      }
      const auto a = embedded.judge(articles, policy);
      const auto b = when_ready([&] { return shared.judge(articles, policy); });
      for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(a[i].status, b[i].status) << batch << " " << i;
        ASSERT_EQ(a[i].of, b[i].of) << batch << " " << i;
        ASSERT_EQ(a[i].similarity, b[i].similarity);
        ASSERT_EQ(a[i].relation, b[i].relation);
      }
      if (random() % 3 != 0) embedded.commit(), shared.commit();
      if (random() % 10 == 0) embedded.rewind(), shared.rewind();
      if (random() % 20 == 0) embedded.start(), shared.start();
    }
  }
}

}  // namespace
}  // namespace copydesk::deduplicate
