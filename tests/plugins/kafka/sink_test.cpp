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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> keys_of(const std::vector<Received>& messages) {
  std::vector<std::string> keys;
  for (const Received& m : messages) keys.push_back(m.key);
  return keys;
}

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

TEST(KafkaSink, MessagesWithoutAKeyAreSpreadOneByOne) {
  constexpr std::size_t kArticles = 64, kShare = 10;  // of one partition; less is one in 10^8
  MockCluster cluster;
  cluster.make_topic("news", 2);
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}, {"key", ""}});
  std::vector<copydesk::testing::OwnedArticle> articles;
  for (std::size_t i = 0; i < kArticles; ++i) articles.push_back(article(std::to_string(i)));
  h.write(articles);
  EXPECT_GE(cluster.read("news", kShare, 0).size(), kShare);
  EXPECT_GE(cluster.read("news", kShare, 1).size(), kShare);
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
  EXPECT_THAT(answer.results[0].detail, HasSubstr("1191 bytes as brokers count them"));
  EXPECT_THAT(answer.results[0].detail, HasSubstr("message_max is 1000"));
  EXPECT_THAT(cluster.read("news", 1), SizeIs(1));
}

TEST(KafkaSink, AMessageOfExactlyTheLimitIsTaken) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()},
                            {"topic", "news"},
                            {"value", "body"},
                            {"key", ""},
                            {"headers", "{a: '{id}'}"},
                            {"message_max", "1kB"}});
  constexpr std::size_t kFrame = 61 + 2 + 3 + 1 + 2 + 1 + 4;  // … a header of one byte each
  const auto answer = h.write({article("x").body(std::string(1000 - kFrame, 'x')),
                               article("y").body(std::string(1001 - kFrame, 'x'))});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].index, 1u);
  EXPECT_EQ(answer.results[0].code, "too_large");
  EXPECT_THAT(cluster.read("news", 1), SizeIs(1));
}

TEST(KafkaSink, WhatIsLargerThanASegmentOfTheLogIsRefused) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE});
  h.write({article("a")});
  EXPECT_THROW((void)h.flush(), StepFailed);
  h.rewind();
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE});
  const auto answer = h.write({article("a"), article("b")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].code, "too_large");
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 1)), ElementsAre("b"));
}

TEST(KafkaSink, WhatTheBrokerFindsTooLargeIsTriedAloneBeforeItIsRefused) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  EXPECT_THAT(h.write({article("a"), article("b")}).results, IsEmpty());
  EXPECT_THROW((void)h.flush(), StepFailed);
  h.rewind();
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  const auto answer = h.write({article("a"), article("b")});
  ASSERT_THAT(answer.results, SizeIs(1));
  EXPECT_EQ(answer.results[0].index, 0u);
  EXPECT_EQ(answer.results[0].status, CD_REJECT);
  EXPECT_EQ(answer.results[0].code, "too_large");
  h.flush_and_commit();
  // Replayed, when the broker's limit was raised.
  EXPECT_THAT(h.write({article("a")}).results, IsEmpty());
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 2)), ElementsAre("b", "a"));
}

TEST(KafkaSink, WhatArrivedBeforeARewindIsNotSentAgain) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  for (int time = 0; time < 3; ++time) {
    EXPECT_THAT(h.write({article("a"), article("b")}).results, IsEmpty());
    (void)h.flush();
    h.rewind();
  }
  h.write({article("a"), article("b").title("judged anew"), article("c")});
  h.flush_and_commit();
  h.write({article("a")});  // replayed
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 5)), ElementsAre("a", "b", "b", "c", "a"));
}

// Not all of it comes again at once: first there is one that had failed, tried alone, or another partition.
TEST(KafkaSink, WhatArrivedBeforeARewindIsKnownThoughOthersAreCommittedBeforeItComes) {
  constexpr std::int64_t kLong = 3'600'000'000'000;  // ns
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  h.write({article("a"), article("b"), article("c")});
  (void)h.flush();
  h.rewind();
  h.write({article("x")});
  h.flush_and_commit();
  h.host().pass(kLong);  // the line waits for something else
  h.write({article("y")});
  h.flush_and_commit();
  h.write({article("a"), article("b"), article("z")});
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 6)), ElementsAre("a", "b", "c", "x", "y", "z"));
}

// As what another member of the source's group has now.
TEST(KafkaSink, WhatArrivedBeforeARewindAndDoesNotComeAgainIsForgottenInTheEnd) {
  constexpr std::int64_t kMinute = 60'000'000'000;  // ns
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  h.write({article("a")});
  (void)h.flush();
  h.rewind();
  std::vector<std::string> keys{"a"};
  for (int i = 0; i < 120; ++i) {
    keys.push_back("x" + std::to_string(i));
    h.write({article(keys.back())});
    h.flush_and_commit();
    h.host().pass(kMinute / 10);
  }
  h.write({article("a")});  // an operator has it read again
  h.flush_and_commit();
  keys.emplace_back("a");
  EXPECT_EQ(keys_of(cluster.read("news", keys.size())), keys);
}

// The daemon writes when it took an article in hand, twice: after a rewind those times are others.
TEST(KafkaSink, AnArticleThatArrivedIsKnownThoughItsTimesAreOthers) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  const auto read_at = [](const std::string& id, const std::string& time, const std::string& text) {
    return article(id)
        .with("ingested_at", time)
        .body(text)
        .with("source.component", "raw")
        .with("source.received_at", time);
  };
  h.write({read_at("a", "08:00", "text"), read_at("b", "08:00", "text"), article("c").body("c")});
  (void)h.flush();
  h.rewind();
  h.write({read_at("a", "09:00", "text"), read_at("b", "09:00", "other"), article("c").body("c")});
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 4)), ElementsAre("a", "b", "c", "b"));
}

// Also where key, topic or headers tell those times.
TEST(KafkaSink, AnArticleThatArrivedIsKnownThoughItsHeadersTellOtherTimes) {
  MockCluster cluster;
  cluster.make_topic("news");
  const auto read_at = [](const std::string& id, const std::string& time, const std::string& kind) {
    return article(id)
        .with("ingested_at", time)
        .body("text")
        .with("kind", kind)
        .with("source.component", "raw")
        .with("source.received_at", time);
  };
  for (const bool body : {true, false}) {
    SCOPED_TRACE(body);
    SinkHarness<KafkaSink> h(
        {{"brokers", cluster.brokers()},
         {"topic", "news"},
         {"value", body ? "body" : "json"},
         {"key", "ingested_at"},
         {"headers",
          "{at: '{kind} at {ingested_at}', in: '{source.received_at|never}', id: '{id}'}"}});
    h.write({read_at("a", "08:00", "brief"), read_at("b", "08:00", "brief")});
    (void)h.flush();
    h.rewind();
    h.write({read_at("a", "09:00", "brief"), read_at("b", "09:00", "story")});
    h.flush_and_commit();
  }
  const auto got = cluster.read("news", 6);
  EXPECT_THAT(keys_of(got), ElementsAre("08:00", "08:00", "09:00", "08:00", "08:00", "09:00"));
  EXPECT_EQ(got[2].headers.at("id"), "b");
  EXPECT_EQ(got[2].headers.at("at"), "story at 09:00");
  EXPECT_EQ(got[5].headers.at("id"), "b");
}

TEST(KafkaSink, ADeadLetterThatArrivedIsKnownThoughItDiedAgain) {
  MockCluster cluster;
  cluster.make_topic("dead");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()},
                            {"topic", "dead"},
                            {"headers", "{code: '{failed.code}', at: '{failed.at}'}"}});
  const auto died_at = [](const std::string& id, const std::string& time, const std::string& code) {
    return article(id)
        .body("text")
        .with("failed.code", code)
        .with("failed.at", time)
        .with("source.component", "raw");
  };
  h.write({died_at("a", "08:00", "empty"), died_at("b", "08:00", "empty")});
  (void)h.flush();
  h.rewind();
  h.write({died_at("a", "09:00", "empty"), died_at("b", "09:00", "too_large")});
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("dead", 3)), ElementsAre("a", "b", "b"));
}

// What a scraper calls by the same name lies behind that, in `extra`.
TEST(KafkaSink, ATimeOfTheScraperIsNotTakenForOurs) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  const auto read_at = [](const std::string& id, const std::string& time, const std::string& of) {
    return article(id)
        .with("source.component", "raw")
        .with("source.received_at", time)
        .with("extra.by", "spider")
        .with("extra.received_at", of);
  };
  h.write({read_at("a", "08:00", "07:00"), read_at("b", "08:00", "07:00")});
  (void)h.flush();
  h.rewind();
  h.write({read_at("a", "09:00", "07:00"), read_at("b", "09:00", "07:30")});
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 3)), ElementsAre("a", "b", "b"));
  EXPECT_THAT(
      cluster.read("news", 1)[0].value,
      HasSubstr(
          R"(,"source":{"component":"raw","received_at":"08:00"},"extra":{"by":"spider","received_at":)"));
}

TEST(KafkaSink, WhatIsStillOnItsWayAtARewindIsWaitedFor) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h(
      {{"brokers", cluster.brokers()}, {"topic", "news"}, {"linger", "300ms"}});
  h.write({article("a"), article("b")});
  h.rewind();
  h.write({article("b"), article("a"), article("c")});
  h.flush_and_commit();
  EXPECT_THAT(keys_of(cluster.read("news", 3)), ElementsAre("a", "b", "c"));
}

TEST(KafkaSink, ARetriableErrorOfABrokerIsTheClientsBusiness) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                  RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  EXPECT_THAT(h.write({article("a")}).results, IsEmpty());
  h.flush_and_commit();
  EXPECT_THAT(cluster.read("news", 1), SizeIs(1));
}

TEST(KafkaSink, AnAclThatIsMissingForAFixedTopicIsWaitedFor) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.fail_next(kProduceApi, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  EXPECT_THAT(h.write({article("a")}).results, IsEmpty());
  EXPECT_THROW((void)h.flush(), StepFailed);
  EXPECT_THAT(h.host().why(), HasSubstr("authorization"));
  EXPECT_THAT(h.host().statuses().back(), HasSubstr("authorization"));
  h.rewind();
  for (int i = 0; i < 5 && !h.write({article("a")}).results.empty(); ++i) {
  }
  h.flush_and_commit();
  EXPECT_EQ(h.host().statuses().back(), "");
  EXPECT_THAT(cluster.read("news", 1), SizeIs(1));
}

TEST(KafkaSink, BrokersThatAreGoneAreToldOnceAndWaitedFor) {
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h(
      {{"brokers", cluster.brokers()}, {"topic", "news"}, {"delivery_timeout", "1s"}});
  h.write({article("a")});
  h.flush_and_commit();
  cluster.down();
  h.write({article("b")});
  EXPECT_THROW((void)h.flush(), StepFailed);
  cluster.up();
  const auto written = [&] {
    h.rewind();
    h.write({article("b")});
    try {
      h.flush_and_commit();
    } catch (const StepFailed&) {
      return false;
    }
    return true;
  };
  for (int tries = 0; !written(); ++tries) ASSERT_LT(tries, 20);
  std::size_t warnings = 0;
  for (const auto& line : h.host().log()) warnings += line.level >= CD_LOG_WARN ? 1 : 0;
  EXPECT_LE(warnings, 1u) << h.host().log_text();
}

TEST(KafkaSink, ACancelledTicketIsNotAnswered) {
  constexpr std::uint64_t kTicket = 1000;
  MockCluster cluster;
  cluster.make_topic("news");
  SinkHarness<KafkaSink> h({{"brokers", cluster.brokers()}, {"topic", "news"}});
  cluster.down();
  h.write({article("a")});
  h.component().flush(kTicket);
  h.cancel(kTicket);
  cluster.up();
  h.rewind();
  h.write({article("a"), article("b")});
  h.flush_and_commit();
  EXPECT_FALSE(h.host().ticket(kTicket).flushed.has_value());
  EXPECT_THAT(keys_of(cluster.read("news", 2)), ElementsAre("a", "b"));
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
