#include "telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

namespace copydesk {
namespace {

using testing::ElementsAre;

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_writer_for_test([this](std::string_view line) { lines_.emplace_back(line); });
    log::init(log::Level::kInfo, log::Format::kText);
  }
  void TearDown() override { log::set_writer_for_test({}); }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesTheMessageFirstThenItsFields) {
  log::warn("Sink is slow.", {"sink", "archive"}, {"wait_ms", 1200}, {"ratio", 0.5},
            {"parked", false}, {"bytes", 7UL});
  EXPECT_THAT(
      lines_,
      ElementsAre("Sink is slow. sink=archive wait_ms=1200 ratio=0.5 parked=false bytes=7"));
}

TEST_F(LogTest, QuotesWhatWouldBeReadWrong) {
  const std::string path = "a b";
  log::info("Opened.", {"path", path}, {"empty", ""}, {"line", "x\ny"}, {"quote", "a\"b"},
            {"bare", std::string_view("a/b")});
  EXPECT_THAT(
      lines_,
      ElementsAre("Opened. path=\"a b\" empty=\"\" line=\"x\\ny\" quote=\"a\\\"b\" bare=a/b"));
}

TEST_F(LogTest, WritesJsonWhenToldTo) {
  log::init(log::Level::kInfo, log::Format::kJson);
  log::error("State \"broke\".", {"path", "a\\b\x01"}, {"n", -1},
             {"x", std::numeric_limits<double>::infinity()}, {"ok", true});
  EXPECT_THAT(
      lines_,
      ElementsAre(
          R"({"level":"error","message":"State \"broke\".","path":"a\\b\u0001","n":-1,"x":null,"ok":true})"));
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  log::debug("Not seen.");
  EXPECT_FALSE(log::enabled(log::Level::kDebug));
  log::init(log::Level::kDebug, log::Format::kText);
  log::debug("Seen.");
  EXPECT_THAT(lines_, ElementsAre("Seen."));
}

TEST_F(LogTest, HoldsBackLinesThatSayTheSameAgain) {
  for (int i = 0; i < 5; ++i) log::warn("Sink is slow.", {"sink", "a"}, {"wait_ms", i});
  log::warn("Sink is slow.", {"sink", "b"}, {"wait_ms", 1});
  log::error("Sink is slow.", {"sink", "a"});
  EXPECT_EQ(lines_.size(), 3U);
  log::flush();
  ASSERT_EQ(lines_.size(), 4U);
  EXPECT_EQ(lines_.back(), "A line was repeated. line=\"Sink is slow.\" held_back=4");
}

TEST_F(LogTest, MayBeUsedFromManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 100; ++i)
        log::info("Line.", {"id", std::to_string(t) + "/" + std::to_string(i)});
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(lines_.size(), 400U);
}

TEST(LogNames, AreReadAndRefused) {
  EXPECT_EQ(log::parse_level("warn").value(), log::Level::kWarn);
  EXPECT_EQ(log::parse_format("json").value(), log::Format::kJson);
  EXPECT_FALSE(log::parse_level("loud").ok());
  EXPECT_FALSE(log::parse_format("xml").ok());
}

}  // namespace
}  // namespace copydesk
