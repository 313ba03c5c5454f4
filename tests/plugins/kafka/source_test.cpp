// The source against librdkafka's mock of a cluster: what comes, what comes again, what does not.
#include <gmock/gmock.h>

#include <thread>

#include "source_fixture.h"

namespace copydesk::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

testing::Given given(const MockCluster& cluster, const char* topics = "news",
                     const char* group = "desk") {
  return {{"brokers", cluster.brokers()},
          {"topics", topics},
          {"group", group},
          {"session_timeout", "6s"}};
}

class KafkaSourceTest : public ::testing::Test {
 protected:
  MockCluster cluster;
};

// By how the group shares its partitions.
class KafkaSourceAssignor : public KafkaSourceTest,
                            public ::testing::WithParamInterface<const char*> {
 protected:
  [[nodiscard]] testing::Given given_it() const {
    return {{"brokers", cluster.brokers()},
            {"topics", "news"},
            {"group", "desk"},
            {"session_timeout", "6s"},
            {"assignor", GetParam()}};
  }
};
INSTANTIATE_TEST_SUITE_P(All, KafkaSourceAssignor, ::testing::Values("range", "cooperative-sticky"),
                         [](const auto& one) {
                           return one.param[0] == 'r' ? "Eager" : "Cooperative";
                         });

TEST_F(KafkaSourceTest, OnceReadsToTheEndsItFound) {
  cluster.make_topic("news", 3);
  produce(cluster, "news", 0, numbered(0, 3));
  produce(cluster, "news", 2, numbered(10, 2));
  Reader reader(given(cluster), true);
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), UnorderedElementsAre("m0", "m1", "m2", "m10", "m11"));
}

TEST_F(KafkaSourceTest, ARecordTellsWhereItCameFrom) {
  cluster.make_topic("news");
  produce(cluster, "news", 0,
          {{"body", "k\xC3\xA4y", {{"lang", "de"}, {"lang", "fr"}, {"raw", "\xFF"}}},
           {"b", "\x01\xFF"}});
  Reader reader(given(cluster), true);
  reader.to_the_end();
  const auto records = reader.harness().records();
  ASSERT_EQ(records.size(), 2u);
  const testing::Record& r = records[0];
  EXPECT_EQ(r.partition, "news/0");
  EXPECT_EQ(r.position, 0u);
  EXPECT_EQ(r.payload, "body");
  EXPECT_EQ(r.text("source.topic"), "news");
  EXPECT_EQ(r.text("source.key"), "k\xC3\xA4y");
  EXPECT_EQ(r.text("source.headers.lang"), "fr");
  EXPECT_EQ(r.text("source.headers.raw"), "");
  EXPECT_EQ(records[1].position, 1u);
  EXPECT_EQ(records[1].text("source.key"), "");
  EXPECT_EQ(records[1].text("source.key_hex"), "01ff");
}

TEST_F(KafkaSourceTest, WhatHoldsNoArticleIsRefusedAndBlocksNothing) {
  cluster.make_topic("news");
  produce(cluster, "news", 0,
          {{"a"}, {"", "key", {}, true}, {""}, {std::string(3000, 'x')}, {"b"}});
  Reader reader({{"brokers", cluster.brokers()},
                 {"topics", "news"},
                 {"group", "desk"},
                 {"record_max", "2KiB"}},
                true);
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), ElementsAre("a", "!tombstone", "!empty", "!too_large", "b"));
  EXPECT_EQ(reader.harness().records()[1].text("source.key"), "key");
  EXPECT_EQ(reader.host().count("refused_messages"), 3u);
}

TEST_F(KafkaSourceTest, CommitsWhatIsSettledAndSaysWhose) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 5));
  Reader reader(given(cluster));
  ASSERT_TRUE(reader.got(5));
  Group group(cluster, "desk");
  EXPECT_EQ(group.offset("news", 0)->offset, 0);  // where it began
  reader.settle();
  ASSERT_TRUE(reader.until([&] { return group.offset("news", 0)->offset == 5; }));
  EXPECT_EQ(decode_owner(group.offset("news", 0)->metadata), kHarness);
}

TEST_F(KafkaSourceTest, ARewindBringsWhatIsNotCommittedAgain) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 3));
  Reader reader(given(cluster));
  ASSERT_TRUE(reader.got(3));
  reader.settle();
  produce(cluster, "news", 0, numbered(3, 3));
  ASSERT_TRUE(reader.got(6));
  reader.rewind();
  ASSERT_TRUE(reader.got(3));
  EXPECT_THAT(reader.texts(), ElementsAre("m3", "m4", "m5"));
  reader.rewind();
  ASSERT_TRUE(reader.got(3));
  EXPECT_THAT(reader.texts(), ElementsAre("m3", "m4", "m5"));
}

TEST_F(KafkaSourceTest, ARewindBeforeAnyCommitBeginsWhereItBegan) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 4));
  Group(cluster, "desk").set("news", 0, 2, "");
  Reader reader(given(cluster));
  ASSERT_TRUE(reader.got(2));
  reader.rewind();
  ASSERT_TRUE(reader.got(2));
  EXPECT_THAT(reader.texts(), ElementsAre("m2", "m3"));
}

TEST_F(KafkaSourceTest, ARestartGoesOnFromTheCommit) {
  cluster.make_topic("news", 2);
  produce(cluster, "news", 0, numbered(0, 3));
  produce(cluster, "news", 1, numbered(10, 3));
  Reader reader(given(cluster), true);
  reader.to_the_end();
  reader.settle();
  produce(cluster, "news", 1, numbered(13, 1));
  reader.restart();
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), ElementsAre("m13"));
}

TEST_F(KafkaSourceTest, StateGoesBeforeAGroupThatDidNotHearOfIt) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 3));
  Reader reader(given(cluster), true);
  reader.to_the_end();
  reader.harness().commit();  // and crashes before it settles
  reader.restart();
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), IsEmpty());
  Group group(cluster, "desk");
  EXPECT_TRUE(reader.until([&] { return group.offset("news", 0)->offset == 3; }));
}

TEST_F(KafkaSourceTest, AnOperatorsResetIsObeyed) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 4));
  Reader reader(given(cluster), true);
  reader.to_the_end();
  reader.settle();
  MockCluster reset;  // the mock does not let anybody touch a group that had members
  reset.make_topic("news");
  produce(reset, "news", 0, numbered(0, 4));
  Group(reset, "desk").set("news", 0, 1, "");
  reader.restart(given(reset));
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), ElementsAre("m1", "m2", "m3"));
  EXPECT_THAT(reader.host().log_text(), HasSubstr("to which somebody else set the group"));
  reader
      .rewind();  // nothing of it is committed: the reset still holds, though the state is ahead of it
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), ElementsAre("m1", "m2", "m3"));
}

TEST_F(KafkaSourceTest, AnotherLogUnderTheSameNameStopsItsPartition) {
  cluster.make_topic("news", 2);
  produce(cluster, "news", 0, numbered(0, 4));
  produce(cluster, "news", 1, numbered(0, 4));
  Reader reader(given(cluster), true);
  reader.to_the_end();
  reader.settle();
  MockCluster anew;
  anew.make_topic("news", 2);
  produce(anew, "news", 0, numbered(100, 6));  // longer, but not the same
  produce(anew, "news", 1, numbered(100, 2));  // shorter
  reader.restart(given(anew));
  ASSERT_TRUE(reader.until([&] { return reader.host().count("stopped_partitions") == 2; }))
      << reader.host().log_text();
  EXPECT_TRUE(reader.until([&] { return reader.why().find("stands still") != std::string::npos; }));
  EXPECT_THAT(reader.host().log_text(), HasSubstr("the topic seems to have been made anew"));
  EXPECT_THAT(reader.texts(), IsEmpty());
  EXPECT_FALSE(reader.ended());
}

// One partition of a broker that is away, say: the others are read, and it is named until it can be.
TEST_P(KafkaSourceAssignor, APartitionWithoutALeaderKeepsNoOtherWaiting) {
  cluster.make_topic("news", 3);
  for (int p = 0; p < 3; ++p) produce(cluster, "news", p, numbered(10 * p, 3));
  cluster.lead("news", 1, MockCluster::kNobody);
  Reader reader(given_it());
  ASSERT_TRUE(reader.got(6)) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), UnorderedElementsAre("m0", "m1", "m2", "m20", "m21", "m22"));
  reader.settle();
  const std::string said = "news/1 cannot be read yet: it has no leader";
  EXPECT_TRUE(reader.until([&] { return reader.status() == said; }));
  cluster.lead("news", 1, 1);
  produce(cluster, "news", 0, numbered(3, 1));
  ASSERT_TRUE(reader.got(10)) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), ::testing::IsSupersetOf({"m3", "m10", "m11", "m12"}));
  EXPECT_EQ(reader.status(), "");
  EXPECT_EQ(reader.host().count("rebalances"), 1u);
  EXPECT_THAT(reader.host().rewinds(), IsEmpty());
}

// It was never given to the client, and has nothing to wait for.
TEST_P(KafkaSourceAssignor, APartitionWithoutALeaderCanGoToAnotherMember) {
  cluster.make_topic("news", 2);
  for (int p = 0; p < 2; ++p) produce(cluster, "news", p, numbered(10 * p, 2));
  for (int p = 0; p < 2; ++p) cluster.lead("news", p, MockCluster::kNobody);
  Reader first(given_it());
  ASSERT_TRUE(first.until([&] { return first.host().count("rebalances") == 1; }))
      << first.host().log_text();
  Reader second(given_it());
  const std::string has[] = {"news/0 cannot be read yet: it has no leader",
                             "news/1 cannot be read yet: it has no leader"};
  ASSERT_TRUE(second.until([&] {
    first.poll();
    return (first.status() == has[0] && second.status() == has[1]) ||
           (first.status() == has[1] && second.status() == has[0]);
  })) << first.host().log_text();
  for (int p = 0; p < 2; ++p) cluster.lead("news", p, 1);
  ASSERT_TRUE(second.until([&] {
    first.poll();
    return first.harness().records().size() + second.harness().records().size() >= 4;
  })) << first.host().log_text()
      << second.host().log_text();
  EXPECT_EQ(first.harness().records().size(), 2u);
  EXPECT_EQ(second.harness().records().size(), 2u);
  for (Reader* reader : {&first, &second}) {
    EXPECT_THAT(reader->host().rewinds(), IsEmpty());
    for (const auto& line : reader->host().log()) EXPECT_LT(line.level, CD_LOG_ERROR) << line.text;
  }
}

TEST_F(KafkaSourceTest, OnceWaitsForAPartitionWithoutALeaderAfterTheOthersEnded) {
  cluster.make_topic("news", 2);
  for (int p = 0; p < 2; ++p) produce(cluster, "news", p, numbered(10 * p, 2));
  cluster.lead("news", 0, MockCluster::kNobody);
  Reader reader(given(cluster), true);
  ASSERT_TRUE(reader.until([&] { return !reader.why().empty(); })) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), ElementsAre("m10", "m11"));
  EXPECT_THAT(reader.why(), HasSubstr("news/0"));
  cluster.lead("news", 0, 1);
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), ElementsAre("m10", "m11", "m0", "m1"));
}

TEST_F(KafkaSourceTest, AGroupThatTellsItsOffsetsLaterIsAskedAgain) {
  cluster.make_topic("news", 2);
  produce(cluster, "news", 1, numbered(0, 3));
  Group(cluster, "desk").set("news", 1, 1, "");
  cluster.fail_next(kOffsetFetchApi, std::vector(5, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED));
  Reader reader(given(cluster));
  ASSERT_TRUE(reader.got(2)) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), ElementsAre("m1", "m2"));
}

// What retention does to a reader that is behind.
TEST_P(KafkaSourceAssignor, AnOffsetThatTheBrokerHasNoLongerStopsNothing) {
  cluster.make_topic("news", 2);
  for (int p = 0; p < 2; ++p) produce(cluster, "news", p, numbered(10 * p, 3));
  Reader reader(given_it());
  ASSERT_TRUE(reader.got(6));
  reader.settle();
  cluster.fail_next(kFetchApi, {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE});
  std::this_thread::sleep_for(std::chrono::seconds(1));
  for (int p = 0; p < 2; ++p) produce(cluster, "news", p, numbered(10 * p + 3, 2));
  ASSERT_TRUE(reader.got(10)) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), ::testing::IsSupersetOf({"m3", "m4", "m13", "m14"}));
  reader.rewind();
  ASSERT_TRUE(reader.got(4)) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), UnorderedElementsAre("m3", "m4", "m13", "m14"));
  EXPECT_THAT(reader.host().rewinds(), IsEmpty());
}

TEST_F(KafkaSourceTest, StartsWhereItIsTold) {
  cluster.make_topic("news", 2);
  produce(cluster, "news", 0, numbered(0, 4));
  produce(cluster, "news", 1, numbered(10, 2));
  {
    Reader reader(
        {{"brokers", cluster.brokers()}, {"topics", "news"}, {"group", "a"}, {"start", "latest"}},
        true);
    reader.to_the_end();
    EXPECT_THAT(reader.texts(), IsEmpty());
  }
  Reader reader({{"brokers", cluster.brokers()},
                 {"topics", "news"},
                 {"group", "b"},
                 {"start", "offsets"},
                 {"offsets", "{news/0: 2}"}},
                true);
  reader.to_the_end();
  EXPECT_THAT(reader.texts(), UnorderedElementsAre("m2", "m3", "m10", "m11"));
}

// Partitions that were added while nobody looked hold what nobody has read, whatever `start` says of what was there before.
TEST_F(KafkaSourceTest, LatestReadsPartitionsThatWereAddedMeanwhileFromTheirBeginning) {
  cluster.make_topic("old", 1);
  cluster.make_topic("news", 3);
  for (int p = 0; p < 3; ++p) produce(cluster, "news", p, numbered(10 * p, 2));
  produce(cluster, "old", 0, numbered(90, 2));
  Group(cluster, "desk").set("news", 0, 1, "");
  const auto latest = [&](const char* topics) {
    return testing::Given{
        {"brokers", cluster.brokers()}, {"topics", topics}, {"group", "desk"}, {"start", "latest"}};
  };
  for (const char* topics : {"[news, old]", "[^ne, ^old$]"}) {
    SCOPED_TRACE(topics);
    Reader reader(latest(topics), true);
    reader.to_the_end();  // of `old` nothing is known
    EXPECT_THAT(reader.texts(), UnorderedElementsAre("m1", "m10", "m11", "m20", "m21"));
  }
}

TEST_F(KafkaSourceTest, LatestReadsATopicOfAPatternThatComesLaterFromItsBeginning) {
  cluster.make_topic("news-1");
  produce(cluster, "news-1", 0, numbered(0, 2));
  Reader reader({{"brokers", cluster.brokers()},
                 {"topics", "^news-"},
                 {"group", "desk"},
                 {"start", "latest"},
                 {"librdkafka", "{topic.metadata.refresh.interval.ms: 200}"}});
  Group group(cluster, "desk");
  ASSERT_TRUE(reader.until([&] { return group.offset("news-1", 0).has_value(); }));
  cluster.make_topic("news-2");
  produce(cluster, "news-2", 0, numbered(10, 2));
  produce(cluster, "news-1", 0, numbered(2, 1));
  ASSERT_TRUE(reader.got(3)) << reader.host().log_text();
  EXPECT_THAT(reader.texts(), UnorderedElementsAre("m2", "m10", "m11"));
}

// Each answer about topics makes the last messages be read again, since the log may be another by then.
TEST_F(KafkaSourceTest, WhatIsReadAgainToRecogniseALogComesOnce) {
  constexpr int kRounds = 40, kEach = 25, kPartitions = 3;
  cluster.make_topic("news", kPartitions);
  Reader reader({{"brokers", cluster.brokers()},
                 {"topics", "news"},
                 {"group", "desk"},
                 {"librdkafka", "{topic.metadata.refresh.interval.ms: 50}"}});
  for (int round = 0; round < kRounds; ++round) {
    for (int p = 0; p < kPartitions; ++p)
      produce(cluster, "news", p, numbered(10'000 * p + kEach * round, kEach));
    reader.poll();
    if (round % 10 == 9) reader.settle();
    if (round % 10 == 4) reader.rewind();  // what was not committed comes again
  }
  const auto committed = [&] {
    for (int p = 0; p < kPartitions; ++p) {
      const auto told = Group(cluster, "desk").offset("news", p);
      if (!told || told->offset != kRounds * kEach) return false;
    }
    return true;
  };
  ASSERT_TRUE(reader.until([&] {
    reader.settle();
    return committed();
  })) << reader.host().log_text();
  std::map<std::string, std::uint64_t> next;
  for (const testing::Record& r : reader.harness().records()) {
    std::uint64_t& expected = next.try_emplace(r.partition, r.position).first->second;
    EXPECT_EQ(r.position, expected) << r.partition;
    expected = r.position + 1;
  }
  EXPECT_EQ(next.size(), 3u);
  EXPECT_EQ(reader.host().count("stopped_partitions"), 0u);
  EXPECT_THAT(reader.host().rewinds(), IsEmpty());
}

TEST_F(KafkaSourceTest, ATopicThatIsNotThereIsNamed) {
  cluster.topic_error("nwes", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Reader reader(given(cluster, "nwes"));
  EXPECT_TRUE(reader.until([&] { return !reader.why().empty(); }));
  EXPECT_THAT(reader.why(), HasSubstr("topic 'nwes' does not exist on 127.0.0.1"));
}

TEST_F(KafkaSourceTest, BrokersThatAreNotThereAreNamed) {
  Reader reader({{"brokers", "127.0.0.1:1"}, {"topics", "news"}, {"group", "desk"}});
  EXPECT_TRUE(reader.until([&] { return !reader.why().empty(); }));
  EXPECT_THAT(reader.why(), HasSubstr("no broker answers (127.0.0.1:1"));
}

TEST_F(KafkaSourceTest, EndsInTimeWithoutBrokers) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 3));
  auto reader = std::make_unique<Reader>(given(cluster));
  ASSERT_TRUE(reader->got(3));
  cluster.down();
  const auto before = Steady::now();
  reader.reset();
  EXPECT_LT(Steady::now() - before, std::chrono::seconds(10));
}

// The daemon does not wait for a broker that takes its time over a rebalance, and what it leaves behind must not speak to
// a host that may be gone.
TEST_F(KafkaSourceTest, WhatIsLeftBehindAtTheEndIsSilent) {
  constexpr int kSlow =
      4500;  // ms; more than a second for leaving and two of grace, less than a request waits
  cluster.make_topic("news");
  Reader reader(given(cluster));
  cluster.fail_next(kOffsetFetchApi, std::vector(20, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED));
  ASSERT_TRUE(reader.until([&] { return reader.host().count("rebalances") == 1; }));
  rd_kafka_mock_broker_set_rtt(cluster.get(), 1, kSlow);
  std::this_thread::sleep_for(std::chrono::milliseconds(700));  // the next try has begun
  const MockCluster other;
  reader.restart(given(other));
  ASSERT_THAT(reader.host().log_text(), HasSubstr("is left behind"));
  const std::size_t said = reader.host().statuses().size();
  std::this_thread::sleep_for(std::chrono::seconds(5));
  EXPECT_EQ(reader.host().statuses().size(), said) << reader.host().log_text();
  EXPECT_EQ(reader.host().count("rebalances"), 1u);
}

TEST_F(KafkaSourceTest, AMemberThatJoinsGetsItsShareAndNothingComesTwice) {
  cluster.make_topic("news", 4);
  for (int p = 0; p < 4; ++p) produce(cluster, "news", p, numbered(10 * p, 5));
  Reader first(given(cluster));
  ASSERT_TRUE(first.got(20));
  // It settles what it has, as the daemon does, so the partitions go over in order. The mock takes no offsets once
  // a member joins, as a broker would, so they are there before.
  first.settle();
  Group group(cluster, "desk");
  ASSERT_TRUE(first.until([&] {
    for (int p = 0; p < 4; ++p)
      if (const auto told = group.offset("news", p); !told || told->offset != 5) return false;
    return true;
  })) << first.host().log_text();
  Reader second(given(cluster));
  ASSERT_TRUE(second.until([&] {
    first.poll();
    first.settle();
    return second.host().count("rebalances") > 0 && first.host().count("rebalances") > 2;
  })) << first.host().log_text();
  for (int p = 0; p < 4; ++p) produce(cluster, "news", p, numbered(10 * p + 5, 2));
  std::set<std::string> all;
  ASSERT_TRUE(second.until([&] {
    first.poll();
    first.settle();
    second.settle();
    return first.harness().records().size() + second.harness().records().size() >= 28;
  })) << first.host().log_text();
  for (Reader* reader : {&first, &second})
    for (const std::string& text : reader->texts()) EXPECT_TRUE(all.insert(text).second) << text;
  EXPECT_EQ(all.size(), 28u);
  EXPECT_FALSE(second.texts().empty());
  EXPECT_THAT(first.host().rewinds(), IsEmpty());
}

TEST_F(KafkaSourceTest, WhatIsNotFinalInTimeIsGivenUpAndRewound) {
  cluster.make_topic("news", 2);
  for (int p = 0; p < 2; ++p) produce(cluster, "news", p, numbered(10 * p, 5));
  const testing::Given hasty{{"brokers", cluster.brokers()},
                             {"topics", "news"},
                             {"group", "desk"},
                             {"session_timeout", "6s"},
                             {"revoke_timeout", "200ms"}};
  Reader first(hasty), second(hasty);
  ASSERT_TRUE(first.got(10));
  const auto late = first.harness().commit();  // final, but it is never told
  ASSERT_TRUE(second.until([&] {
    first.poll();
    return second.harness().records().size() >= 5;
  })) << second.host().log_text();
  EXPECT_FALSE(first.host().rewinds().empty());
  first.harness().settle(late);  // of an assignment that is over
  first.rewind();
  // The state is ahead of the group: what stayed here does not come again.
  EXPECT_FALSE(
      first.until([&] { return !first.harness().records().empty(); }, std::chrono::seconds(1)));
}

TEST_F(KafkaSourceTest, OffsetsBoardWithTheGroupsMetadata) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 3));
  Reader reader(given(cluster));
  ASSERT_TRUE(reader.got(3));
  const auto tokens = reader.harness().commit();
  ASSERT_FALSE(tokens.empty());  // one a poll
  const cd_settled item{sizeof(cd_settled), CD_DELIVERED, to_c(tokens.back().first),
                        to_bytes(tokens.back().second)};
  const cd_settled* const items[] = {&item};
  const auto passenger = decode_passenger(reader.harness().component().board(items));
  ASSERT_TRUE(passenger);
  EXPECT_FALSE(passenger->group.empty());
  ASSERT_EQ(passenger->offsets.size(), 1u);
  EXPECT_EQ(passenger->offsets[0], (PassengerOffset{"news", 0, 3, encode(kHarness)}));
  reader.restart();
  reader.poll();
  EXPECT_THROW(reader.harness().component().board(items), Retry);
}

// Assignments are told apart by when they began. What was committed under one that begins "before" those of the state
// still counts, though the group did not hear of it.
TEST_F(KafkaSourceTest, AClockThatWentBackHidesNothingThatWasCommitted) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 3));
  Reader reader(given(cluster), false, false);
  reader.host().pass(3'600'000'000'000);
  ASSERT_TRUE(reader.got(3));
  reader.settle();
  Group group(cluster, "desk");
  ASSERT_TRUE(reader.until([&] { return group.offset("news", 0)->offset == 3; }));
  reader.host().pass(-3'600'000'000'000);
  reader.restart();
  produce(cluster, "news", 0, numbered(3, 3));
  ASSERT_TRUE(reader.got(3));
  cluster.fail_next(kOffsetCommitApi,
                    std::vector(1000, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE));
  reader.settle();
  const auto before = reader.host().count("rebalances");
  cluster.fail_next(kHeartbeatApi, {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID});
  ASSERT_TRUE(reader.until([&] { return reader.host().count("rebalances") >= before + 2; }));
  produce(cluster, "news", 0, numbered(6, 1));
  ASSERT_TRUE(reader.got(4));
  EXPECT_THAT(reader.texts(), ElementsAre("m3", "m4", "m5", "m6"));
}

TEST_F(KafkaSourceTest, ACommitThatFailsIsTriedAgain) {
  cluster.make_topic("news");
  produce(cluster, "news", 0, numbered(0, 3));
  Reader reader(given(cluster));
  ASSERT_TRUE(reader.got(3));
  cluster.fail_next(kOffsetCommitApi, {RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE});
  reader.settle();
  Group group(cluster, "desk");
  EXPECT_TRUE(reader.until([&] { return group.offset("news", 0)->offset == 3; }))
      << reader.host().log_text();
}

}  // namespace
}  // namespace copydesk::kafka
