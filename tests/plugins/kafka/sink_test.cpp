#include "kafka/sink.h"

#include <gmock/gmock.h>
#include <copydesk/testing.hpp>

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

TEST(KafkaSink, WritesArticlesAsJsonKeyedById) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  const auto answer = h.write({article("a").title("T"), article("b")});
  EXPECT_EQ(answer.done, CD_OK);
  EXPECT_THAT(answer.results, IsEmpty());
  h.flush_and_commit();
  const auto got = cluster.read("news", 2);
  ASSERT_THAT(got, SizeIs(2));
  EXPECT_EQ(got[0].key, "a");
  EXPECT_EQ(got[0].value, R"({"id":"a","title":"T"})");
  EXPECT_EQ(got[1].key, "b");
}

TEST(KafkaSink, WritesHeadersAndABodyAlone) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()},
                            {"topic", "news"},
                            {"value", "body"},
                            {"key", ""},
                            {"headers", "{lang: '{language}', kind: article, none: '{nothing}'}"}});
  h.write({article("a").body("text").with("language", "en")});
  const auto got = cluster.read("news", 1);
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_FALSE(got[0].has_key);
  EXPECT_EQ(got[0].value, "text");
  EXPECT_EQ(got[0].headers,
            (std::map<std::string, std::string>{{"lang", "en"}, {"kind", "article"}}));
}

TEST(KafkaSink, ATopicCanVaryWithTheArticle) {
  MockCluster cluster;
  cluster.make_topic("articles.en");
  cluster.make_topic("articles.a_b");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "articles.{language}"}});
  const auto answer = h.write(
      {article("a").with("language", "en"), article("b").with("language", "a/b"), article("c")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].index, 2u);
  EXPECT_EQ(answer.results[0].status, CD_REJECT);
  EXPECT_EQ(answer.results[0].code, "no_topic");
  EXPECT_THAT(cluster.read("articles.en", 1), SizeIs(1));
  EXPECT_THAT(cluster.read("articles.a_b", 1), SizeIs(1));
}

TEST(KafkaSink, AnArticleWhoseTopicIsMissingIsRefused) {
  MockCluster cluster;
  cluster.make_topic("articles.en");
  cluster.make_topic("articles.xx");
  cluster.topic_error("articles.xx", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "articles.{language}"}});
  const auto answer =
      h.write({article("a").with("language", "xx"), article("b").with("language", "en")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].code, "unknown_topic");
  EXPECT_THAT(answer.results[0].detail, HasSubstr("articles.xx"));
}

TEST(KafkaSink, WaitsForAFixedTopicThatIsMissing) {
  MockCluster cluster;
  cluster.make_topic("news");
  cluster.topic_error("news", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Instance<KafkaSink> sink({{"brokers", cluster.brokers()}, {"topic", "news"}});
  try {
    sink.open(0, nullptr);
    FAIL();
  } catch (const StepFailed& e) {
    EXPECT_EQ(e.status, CD_RETRY);
    EXPECT_THAT(e.why, HasSubstr("no topic 'news'"));
  }
  EXPECT_THAT(sink.host().statuses().back(), HasSubstr("no topic 'news'"));
}

TEST(KafkaSink, AMessageAboveTheLimitIsRefusedWithItsSize) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h(
      {{"brokers", cluster.brokers()}, {"topic", "news"}, {"message_max", "1kB"}});
  const auto answer = h.write({article("a").body(std::string(1100, 'x')), article("b")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].code, "too_large");
  EXPECT_THAT(answer.results[0].detail, HasSubstr("1121 bytes"));
  EXPECT_THAT(answer.results[0].detail, HasSubstr("message_max is 1000"));
  EXPECT_THAT(cluster.read("news", 1), SizeIs(1));
}

TEST(KafkaSink, WhatTheBrokerFindsTooLargeIsTriedAloneBeforeItIsRefused) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi,
                    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  auto answer = h.write({article("a"), article("b")});
  ASSERT_THAT(answer.results, SizeIs(2));
  EXPECT_EQ(answer.results[0].status, CD_RETRY);
  EXPECT_EQ(answer.results[1].status, CD_RETRY);
  answer = h.write({article("a"), article("b")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].index, 0u);
  EXPECT_EQ(answer.results[0].status, CD_REJECT);
  EXPECT_EQ(answer.results[0].code, "too_large");
}

TEST(KafkaSink, ARetriableErrorOfABrokerIsTheClientsBusiness) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                  RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  EXPECT_THAT(h.write({article("a")}).results, IsEmpty());
  EXPECT_THAT(cluster.read("news", 1), SizeIs(1));
}

TEST(KafkaSink, AnAclThatIsMissingForAFixedTopicIsWaitedFor) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  const auto answer = h.write({article("a")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].status, CD_RETRY);
  EXPECT_EQ(answer.results[0].code, "topic_authorization_failed");
  EXPECT_THAT(h.host().statuses().back(), HasSubstr("authorization"));
  for (int i = 0; i < 5 && !h.write({article("a")}).results.empty(); ++i) {
  }
  EXPECT_EQ(h.host().statuses().back(), "");
}

TEST(KafkaSink, BrokersThatAreGoneAreToldOnceAndWaitedFor) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h(
      {{"brokers", cluster.brokers()}, {"topic", "news"}, {"delivery_timeout", "1s"}});
  h.write({article("a")});
  cluster.down();
  const auto answer = h.write({article("b")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].status, CD_RETRY);
  cluster.up();
  int tries = 0;
  while (!h.write({article("b")}).results.empty()) ASSERT_LT(++tries, 20);
  std::size_t warnings = 0;
  for (const auto& line : h.host().log()) warnings += line.level >= CD_LOG_WARN ? 1 : 0;
  EXPECT_LE(warnings, 1u) << h.host().log_text();
}

TEST(KafkaSink, ACancelledTicketIsNotAnswered) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.down();
  const auto ticket = h.begin_write({article("a")});
  h.cancel(ticket);
  cluster.up();
  h.rewind();
  EXPECT_THAT(h.write({article("b")}).results, IsEmpty());
  EXPECT_FALSE(h.host().ticket(ticket).done.has_value());
  const auto got = cluster.read("news", 1);
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_EQ(got[0].key, "b");
}

TEST(KafkaSink, EndsInTimeWhenTheBrokersAreGone) {
  MockCluster cluster;
  cluster.make_topic("news");
  const auto begin = std::chrono::steady_clock::now();
  {
    SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
    cluster.down();
    std::vector<copydesk::testing::OwnedArticle> many;
    for (int i = 0; i < 500; ++i)
      many.push_back(article(std::to_string(i)).body(std::string(1000, 'x')));
    h.cancel(h.begin_write(std::move(many)));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(KafkaSink, WithoutAnyBrokerOpenSaysWhyAndReturns) {
  Instance<KafkaSink> sink({{"brokers", "127.0.0.1:1"}, {"topic", "news"}});
  const auto begin = std::chrono::steady_clock::now();
  try {
    sink.open(0, nullptr);
    FAIL();
  } catch (const StepFailed& e) {
    EXPECT_EQ(e.status, CD_RETRY);
    EXPECT_THAT(e.why, HasSubstr("no broker answers"));
    EXPECT_THAT(e.why, HasSubstr("refused"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(KafkaSink, AFullQueueIsWaitedForAndLosesNothing) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()},
                            {"topic", "news"},
                            {"linger", "0ms"},
                            {"librdkafka", "{queue.buffering.max.messages: 3}"}});
  std::vector<copydesk::testing::OwnedArticle> many;
  for (int i = 0; i < 50; ++i) many.push_back(article(std::to_string(i)));
  EXPECT_THAT(h.write(std::move(many)).results, IsEmpty());
  const auto got = cluster.read("news", 50);
  ASSERT_THAT(got, SizeIs(50));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)].key, std::to_string(i));
}

}  // namespace
}  // namespace copydesk::kafka
