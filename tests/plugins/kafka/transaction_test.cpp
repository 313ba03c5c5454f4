// exactly_once against librdkafka's mock, which knows transactions but neither isolation nor offsets in them: what readers
// see and what `last` finds after a crash is tested on a real broker, in tests/e2e.
#include <gmock/gmock.h>
#include <copydesk/testing.hpp>

#include "kafka/sink.h"
#include "mock_cluster.h"

namespace copydesk::kafka {
namespace {
using copydesk::testing::article;
using copydesk::testing::Given;
using copydesk::testing::Instance;
using copydesk::testing::SinkHarness;
using copydesk::testing::StepFailed;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Decider {
  Decider() {
    cluster.make_topic("news");
    sink.emplace(Given{{"brokers", cluster.brokers()}, {"topic", "news"}, {"exactly_once", true}});
  }
  void commit(std::uint64_t n) {
    sink->component().prepare(n, {});
    sink->component().commit(n);
  }
  MockCluster cluster;
  std::optional<SinkHarness<KafkaSink>> sink;
};

TEST(KafkaDecider, IsOneOnlyWhenAskedTo) {
  MockCluster cluster;
  Instance<KafkaSink> plain({{"brokers", cluster.brokers()}, {"topic", "news"}});
  Instance<KafkaSink> decider(
      {{"brokers", cluster.brokers()}, {"topic", "news"}, {"exactly_once", true}});
  const auto extension = Instance<KafkaSink>::table().extension;
  EXPECT_EQ(extension(plain.self(), to_c(CD_TWO_PHASE)), nullptr);
  EXPECT_NE(extension(decider.self(), to_c(CD_TWO_PHASE)), nullptr);
}

TEST(KafkaDecider, WritesFlushesPreparesAndCommits) {
  Decider d;
  EXPECT_EQ(d.sink->component().last(), 0u);
  d.commit(1);
  EXPECT_THAT(d.sink->write({article("a"), article("b")}).results, IsEmpty());
  (void)d.sink->flush();
  d.commit(2);
  EXPECT_THAT(d.sink->write({article("c")}).results, IsEmpty());
  (void)d.sink->flush();
  d.commit(3);
  EXPECT_THAT(d.cluster.read("news", 3), SizeIs(3));
}

TEST(KafkaDecider, AMessageThatCanNeverBeWrittenFailsTheFlushOnceAndIsRefusedThen) {
  Decider d;
  d.commit(1);
  for (int time = 0; time < 2; ++time) {  // first with company, then alone
    d.cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
    EXPECT_THAT(d.sink->write({article("a")}).results, IsEmpty());
    EXPECT_THROW((void)d.sink->flush(), StepFailed);
    d.sink->rewind();
  }
  const auto answer = d.sink->write({article("a"), article("b")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].index, 0u);
  EXPECT_EQ(answer.results[0].code, "too_large");
  (void)d.sink->flush();
  d.commit(2);
  // Replayed, when the broker's limit was raised.
  EXPECT_THAT(d.sink->write({article("a")}).results, IsEmpty());
  (void)d.sink->flush();
  d.commit(3);
}

TEST(KafkaDecider, AFencedOneIsMadeAnewByOpen) {
  Decider d;
  d.commit(1);
  d.sink->write({article("a")});
  (void)d.sink->flush();
  d.cluster.fail_next(kEndTxnApi, {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH});
  d.sink->component().prepare(2, {});
  EXPECT_THROW(d.sink->component().commit(2), Retry);
  d.sink->rewind();
  d.sink->write({article("a")});
  (void)d.sink->flush();
  d.commit(2);
}

TEST(KafkaDecider, OffsetsThatAreRefusedFailThePreparation) {
  Decider d;
  d.commit(1);
  d.cluster.fail_next(kTxnOffsetCommitApi, {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED});
  EXPECT_THROW(d.sink->component().prepare(2, {}), Retry);
  EXPECT_THAT(d.sink->host().statuses().back(), HasSubstr("writing the number of the commit"));
  d.sink->rewind();
  d.commit(2);
}

TEST(KafkaDecider, EndsInTimeWhenTheBrokersAreGone) {
  const auto begin = std::chrono::steady_clock::now();
  {
    Decider d;
    d.commit(1);
    d.sink->write({article("a")});
    (void)d.sink->flush();
    d.cluster.down();
    EXPECT_THROW(d.commit(2), Retry);
    EXPECT_THROW(d.sink->rewind(), StepFailed);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(12));
}

TEST(KafkaDecider, AnInitThatHadNoAnswerGoesOnAtTheNextOpen) {
  MockCluster cluster;
  cluster.make_topic("news");
  Instance<KafkaSink> sink(
      {{"brokers", cluster.brokers()}, {"topic", "news"}, {"exactly_once", true}});
  cluster.down();
  EXPECT_THROW(sink.open(0, nullptr), StepFailed);
  cluster.up();
  for (int i = 0; i < 10; ++i) {
    try {
      sink.open(0, nullptr);
      return;
    } catch (const StepFailed& e) {
      EXPECT_EQ(e.status, CD_RETRY);
    }
  }
  FAIL() << sink.host().why();
}

TEST(Marker, NamesItsOwner) { EXPECT_EQ(to_metadata({"0123", "news"}), "copydesk/1 0123 news"); }

}  // namespace
}  // namespace copydesk::kafka
