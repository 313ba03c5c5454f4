#include "control/dead_record.h"

#include <gtest/gtest.h>

#include "article/json.h"
#include "base/bytes.h"
#include "pipeline/dead_letter.h"
#include "state/keys.h"
#include "state/memory_store.h"

namespace copydesk::control {
namespace {

constexpr Nanos kThen = 1'700'000'000 * kSecond;
const std::string kInstance = "0123456789abcdef";

// As the sink for dead letters is told it.
std::string told(pipeline::Item item) {
  pipeline::write_failure(item, {kInstance, "news", 9, kThen});
  std::string json;
  write_json(item.article, json);
  return json;
}

pipeline::Item item(std::string body) {
  pipeline::Item out;
  out.article.id = "own-id";
  out.article.origin = {"raw", "a topic/3", 77, "2/0"};
  out.article.media_type = "text/plain";
  out.article.received_at = kThen - kSecond;
  out.article.set("title", "A \"title\"");
  out.article.set("body", Value(std::move(body)));
  out.article.set("labels.desk", "wire");
  out.article.set("dedup.status", "unique");
  out.article.set("source.topic", "a topic");
  out.article.set("source.offset", 77);
  out.article.set("source.headers.from", "here");
  return out;
}

pipeline::Item refused_by_sinks() {
  pipeline::Item out = item("A text of some length.");
  out.answers = {{0, true, {}},
                 {1, false, {"search", "bad", "a field"}},
                 {2, false, {"archive", "full", ""}},
                 {9, false, {"graves", "full", ""}}};
  return out;
}

pipeline::Item refused_by(int stage, pipeline::Failure failure, std::string body) {
  pipeline::Item out = item(std::move(body));
  out.fate = pipeline::Fate::kDead;
  out.failed_stage = stage;
  out.failure = std::move(failure);
  return out;
}

TEST(DeadRecord, TellsWhoseItIsAndWhereTheArticleCameFrom) {
  const auto record = read_dead_record(told(refused_by_sinks()));
  ASSERT_TRUE(record.ok()) << record.error().message;
  EXPECT_EQ(record->instance, kInstance);
  EXPECT_EQ(record->pipeline, "news");
  EXPECT_EQ(record->origin, "raw a topic/3 77/2/0");
  EXPECT_EQ(pipeline::parse_origin(record->origin), refused_by_sinks().article.origin);
  EXPECT_EQ(record->attempts, 1U);
  DeadFilter filter;
  filter.component = "archive";
  EXPECT_TRUE(matches(filter, *record));
  filter.pipeline = "other";
  EXPECT_FALSE(matches(filter, *record));
}

TEST(DeadRecord, IsNoOtherJson) {
  for (const char* text : {"", "{", "[]", "{\"title\":\"x\"}", "{\"failed\":1}",
                           "{\"failed\":{\"component\":\"clean\"}}"})
    EXPECT_FALSE(read_dead_record(text).ok()) << text;
}

TEST(DeadRecord, ThatSinksRefusedComesBackForThoseSinksThroughAllStages) {
  const auto taken = adoption(told(refused_by_sinks()), kThen + kSecond);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  const pipeline::DeadLetter& letter = taken->letter;
  EXPECT_EQ(letter.resume, pipeline::kStagesThenSinks);
  ASSERT_EQ(letter.failures.size(), 2U);
  EXPECT_EQ(letter.failures[0].component, "search");
  EXPECT_EQ(letter.failures[0].detail, "a field");
  EXPECT_EQ(letter.failures[1].component, "archive");
  EXPECT_EQ(letter.at, kThen);
  const Article& article = letter.article;
  EXPECT_EQ(article.id, "own-id");
  EXPECT_EQ(article.origin, refused_by_sinks().article.origin);
  EXPECT_EQ(article.received_at, kThen - kSecond);
  EXPECT_EQ(article.text("title"), "A \"title\"");
  EXPECT_EQ(article.text("body"), "A text of some length.");
  EXPECT_EQ(article.text("labels.desk"), "wire");
  EXPECT_EQ(article.text("source.headers.from"), "here");
  EXPECT_EQ(*article.find("source.offset"), Value(77));
  EXPECT_EQ(article.find("dedup.status"), nullptr) << "this daemon's stages say it anew";
  for (const Field& f : article.fields())
    EXPECT_EQ(f.name.find("failed"), std::string::npos) << f.name;
}

TEST(DeadRecord, ThatAStageRefusedBeginsAtTheFirstStage) {
  const auto taken =
      adoption(told(refused_by(1, {"clean", "failed", ""}, "<p>Text &amp; more")), kThen);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->letter.resume, pipeline::kStagesThenRoutes);
  EXPECT_EQ(taken->letter.article.text("body"), "<p>Text &amp; more");
}

TEST(DeadRecord, ThatDecodeRefusedHasItsBytes) {
  pipeline::Item dead =
      refused_by(pipeline::kDecode, {"decode", "bad_json", "cut"}, "{\"title\": \"x\n");
  dead.article.media_type = "application/json";
  dead.article.unset("title");
  const auto taken = adoption(told(std::move(dead)), kThen);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->letter.resume, "decode");
  const decode::RawRecord record = decode::record_of(taken->letter.article);
  EXPECT_EQ(record.payload, "{\"title\": \"x\n");
  EXPECT_EQ(record.format, "json");
  EXPECT_EQ(record.origin.key(), refused_by_sinks().article.origin.key());
}

TEST(DeadRecord, OfOneOriginHasOneIdentityHoweverOftenItWasRefused) {
  pipeline::Item again = refused_by_sinks();
  again.replay = pipeline::Replay{1, 4, {}};
  const auto first = adoption(told(refused_by_sinks()), kThen),
             later = adoption(told(std::move(again)), kThen);
  ASSERT_TRUE(first.ok() && later.ok());
  EXPECT_EQ(first->identity, later->identity);
  EXPECT_EQ(later->letter.attempts, 5U);
  state::MemoryStore store;
  EXPECT_EQ(*adopted_as(store, "news", first->identity), std::nullopt);
  state::WriteSet writes;
  std::string number;
  append_u64(number, 17);
  writes.put(state::keys::adopted("news", first->identity), number);
  ASSERT_TRUE(store.commit(writes));
  EXPECT_EQ(*adopted_as(store, "news", later->identity), 17U);
  EXPECT_EQ(*adopted_as(store, "other", later->identity), std::nullopt);
}

TEST(Origin, IsReadBackAndNothingElseIs) {
  for (const Origin& origin :
       {Origin{"raw", "t/0", 0, ""}, Origin{"a", "", 18446744073709551615U, "1"},
        Origin{"in", "with spaces 12", 3, "4/5"}})
    EXPECT_EQ(pipeline::parse_origin(pipeline::origin_text(origin)), origin);
  for (const char* text : {"", "raw", "raw 1", " t 1", "raw t x", "raw t -1", "raw t 1/",
                           "raw t 1x", "raw t 18446744073709551616"})
    EXPECT_EQ(pipeline::parse_origin(text), std::nullopt) << text;
}

}  // namespace
}  // namespace copydesk::control
