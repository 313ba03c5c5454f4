#include "control/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "control/dead_letters.h"
#include "control/status.h"
#include "state/keys.h"
#include "state/memory_store.h"
#include "state/ttl.h"

namespace copydesk::control {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class ConsoleTest : public testing::Test {
 protected:
  void dead(const std::string& pipeline, std::uint64_t number,
            std::vector<pipeline::Failure> failures, Origin origin = {},
            const std::string& path = "") {
    pipeline::DeadLetter letter;
    letter.failures = std::move(failures);
    letter.attempts = 3;
    letter.at = 1'700'000'000 * kSecond;
    letter.article.id = "article-" + std::to_string(number);
    letter.article.media_type = "text/plain";
    letter.article.set("title", "A title");
    letter.article.set("body", "A body.");
    if (!path.empty()) {
      letter.article.set("source.path", path);
      letter.article.set("source.offset", 70);
    }
    letter.article.origin = std::move(origin);
    state::WriteSet writes;
    writes.put(state::keys::dead_letter(pipeline, number), pipeline::encode_dead_letter(letter));
    ASSERT_TRUE(store_.commit(writes));
  }

  Json ask(const std::string& request, bool running = true) {
    Console::Daemon daemon;
    if (running) {
      daemon.status = [this] { return lines_; };
      daemon.adopt = [this](const std::string& pipeline, std::vector<pipeline::Adoption> letters) {
        adopted_[pipeline] = std::move(letters);
      };
      daemon.replay = [this](const std::string& pipeline, std::vector<std::uint64_t> numbers) {
        replayed_[pipeline] = std::move(numbers);
      };
    }
    const std::string answer =
        Console({"1.2.3", "instance", "copydesk.yaml", 42, 0}, store_, std::move(daemon))
            .answer(request);
    EXPECT_EQ(answer.find('\n'), std::string::npos);
    return Json::parse(answer);
  }

  static pipeline::LineStatus line(std::string name, pipeline::LineState state) {
    pipeline::LineStatus out;
    out.name = std::move(name);
    out.state = state;
    return out;
  }

  state::MemoryStore store_;
  std::vector<pipeline::LineStatus> lines_{line("news", pipeline::LineState::kIdle)};
  std::map<std::string, std::vector<std::uint64_t>> replayed_;
  std::map<std::string, std::vector<pipeline::Adoption>> adopted_;
};

TEST_F(ConsoleTest, TellsTheStatusOfEveryLine) {
  lines_[0].counters.received = 5;
  lines_[0].counters.delivered_to["archive"] = 4;
  const Json answer = ask(R"({"command":"status"})");
  EXPECT_EQ(answer["ok"], true);
  EXPECT_EQ(answer["status"]["pid"], 42);
  const Json& news = answer["status"]["lines"][0];
  EXPECT_EQ(news["state"], "idle");
  EXPECT_EQ(news["received"], 5);
  EXPECT_EQ(news["delivered_to"]["archive"], 4);
  EXPECT_FALSE(news.contains("why"));
  EXPECT_FALSE(news.contains("words"));
  lines_[0].words["inbox"] = "the folder is missing";
  EXPECT_EQ(ask(R"({"command":"status"})")["status"]["lines"][0]["words"]["inbox"],
            "the folder is missing");
}

TEST_F(ConsoleTest, TellsPrometheusWhatLinesAndComponentsCount) {
  lines_[0].counters.received = 5;
  lines_[0].counters.dropped_by = {{"deduplicate:duplicate", 2}};
  lines_[0].counters.delivered_to = {{"archive", 3}};
  lines_[0].counted["wire"] = {{"lost-messages", "Gone \"early\".", {}, {}, 7}};
  lines_[0].untaken["inbox"] = {{true, "files that cannot be read", 1, "a.txt"}};
  lines_.push_back(line("other", pipeline::LineState::kWaiting));
  const std::string text = ask(R"({"command":"metrics"})")["metrics"].get<std::string>();
  for (const char* expected :
       {"copydesk_info{version=\"1.2.3\",instance=\"instance\"} 1\n",
        "# TYPE copydesk_received_total counter\n"
        "copydesk_received_total{pipeline=\"news\"} 5\n"
        "copydesk_received_total{pipeline=\"other\"} 0\n",
        "copydesk_dropped_by_total{pipeline=\"news\",component=\"deduplicate\","
        "reason=\"duplicate\"} 2\n",
        "copydesk_delivered_to_total{pipeline=\"news\",sink=\"archive\"} 3\n",
        "copydesk_line_state{pipeline=\"other\",state=\"waiting\"} 1\n",
        "copydesk_line_state{pipeline=\"other\",state=\"idle\"} 0\n",
        "copydesk_line_well{pipeline=\"news\"} 1\ncopydesk_line_well{pipeline=\"other\"} 0\n",
        "# HELP copydesk_component_lost_messages_total Gone \"early\".\n",
        "copydesk_component_lost_messages_total{pipeline=\"news\",component=\"wire\"} 7\n",
        "kind=\"left\",what=\"files that cannot be read\"} 1\n"})
    EXPECT_THAT(text, HasSubstr(expected));
  EXPECT_EQ(ask(R"({"command":"metrics"})", false)["error"], "no daemon is running");
}

TEST_F(ConsoleTest, IsWellWhileEveryLineRunsIdlesOrDrains) {
  lines_ = {line("a", pipeline::LineState::kRunning), line("b", pipeline::LineState::kIdle),
            line("c", pipeline::LineState::kDraining)};
  EXPECT_EQ(ask(R"({"command":"health"})")["well"], true);
}

TEST_F(ConsoleTest, SaysWhyItIsNotWell) {
  lines_.push_back(line("wire", pipeline::LineState::kWaiting));
  lines_[1].component = "search";
  lines_[1].why = "connection refused";
  const Json answer = ask(R"({"command":"health"})");
  EXPECT_EQ(answer["well"], false);
  EXPECT_THAT(answer["why"].get<std::vector<std::string>>(),
              ElementsAre("pipeline 'wire' is waiting (search): connection refused"));
}

TEST_F(ConsoleTest, SurvivesAReasonThatIsNoUtf8) {
  lines_[0].state = pipeline::LineState::kFailed;
  lines_[0].why = "\xff";
  EXPECT_EQ(ask(R"({"command":"health"})")["ok"], true);
}

TEST_F(ConsoleTest, ListsDeadLettersAlsoWhereNoDaemonRuns) {
  dead("news", 1, {{"clean", "empty", "no text"}});
  dead("news", 2, {{"search", "bad", std::string(1000, 'x')}, {"archive", "full", ""}});
  const Json answer = ask(R"({"command":"dead_list"})", false);
  EXPECT_EQ(answer["total"], 2);
  EXPECT_EQ(answer["dead_letters"][0]["number"], 1);
  EXPECT_EQ(answer["dead_letters"][0]["code"], "empty");
  EXPECT_EQ(answer["dead_letters"][0]["at"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(answer["dead_letters"][1]["failures"], 2);
  EXPECT_LT(answer["dead_letters"][1]["detail"].get<std::string>().size(), 300);
}

TEST_F(ConsoleTest, ListsWhereDeadLettersCameFrom) {
  dead("news", 1, {{"decode", "empty", ""}}, {"inbox", "1:2", 0, "3"}, "/in/pages.jsonl");
  dead("news", 2, {{"decode", "empty", ""}}, {"wire", "raw/0", 5, ""});
  const Json letters = ask(R"({"command":"dead_list"})")["dead_letters"];
  EXPECT_EQ(letters[0]["from"], "/in/pages.jsonl @70 part 3");
  EXPECT_EQ(letters[1]["from"], "wire raw/0 5");
}

TEST_F(ConsoleTest, ListsWhatIsAskedForAndCountsTheRest) {
  for (std::uint64_t i = 1; i <= 5; ++i)
    dead("news", i, {{"clean", i == 3 ? "other" : "empty", ""}});
  dead("wire", 1, {{"clean", "empty", ""}});
  EXPECT_EQ(ask(R"({"command":"dead_list","limit":2})")["dead_letters"].size(), 2);
  EXPECT_EQ(ask(R"({"command":"dead_list","limit":2})")["total"], 6);
  EXPECT_EQ(ask(R"({"command":"dead_list","code":"other"})")["dead_letters"][0]["number"], 3);
  EXPECT_EQ(ask(R"({"command":"dead_list","pipeline":"wire"})")["total"], 1);
  EXPECT_EQ(ask(R"({"command":"dead_list","component":"nobody"})")["total"], 0);
}

TEST_F(ConsoleTest, ReplaysNothingWhenANumberIsWrong) {
  dead("news", 1, {{"clean", "empty", ""}});
  EXPECT_EQ(ask(R"({"command":"dead_replay","numbers":[1,99]})")["error"],
            "there is no such dead letter: 99");
  EXPECT_EQ(ask(R"({"command":"dead_replay","numbers":[1],"code":"other"})")["error"],
            "there is no such dead letter: 1");
  EXPECT_TRUE(replayed_.empty());
  EXPECT_EQ(ask(R"({"command":"dead_replay","numbers":[1]})")["replaying"], Json({{"news", {1}}}));
}

TEST_F(ConsoleTest, ReplaysByOriginAndByTries) {
  dead("news", 1, {{"clean", "empty", ""}});
  const std::string origin = pipeline::origin_text(Origin{});
  EXPECT_EQ(ask(Json({{"command", "dead_replay"}, {"origins", {origin}}}).dump())["replaying"],
            Json({{"news", {1}}}));
  EXPECT_EQ(ask(Json({{"command", "dead_replay"}, {"origins", {"raw t/0 5"}}}).dump())["replaying"]
                .size(),
            0);
  EXPECT_EQ(ask(R"({"command":"dead_list","attempts":2})")["total"], 0);
  EXPECT_EQ(ask(R"({"command":"dead_list","attempts":3})")["total"], 1);
}

TEST_F(ConsoleTest, ShowsWhatAStageRemembersInPieces) {
  const auto ask_state = [this](const std::string& prefix, const std::string& from) {
    return ask(Json({{"command", "state_scan"},
                     {"pipeline", "news"},
                     {"stage", "clean"},
                     {"prefix", prefix},
                     {"from", from}})
                   .dump(),
               false);
  };
  state::WriteSet writes;
  const auto put = [&](const std::string& stage, const std::string& key, Nanos expires,
                       const std::string& value) {
    writes.put(state::keys::stage_state("news", stage, key), state::with_expiry(expires, value));
  };
  put("clean", "a", state::kNever, "not asked for");
  put("clean", "s1", state::kNever, std::string(Console::kScannedBytes, 'x'));
  put("clean", "s2", kSecond, "expired in 1970");
  put("clean", std::string("s\xff", 2), state::kNever, "last");
  put("clean2", "s3", state::kNever, "another stage's");
  ASSERT_TRUE(store_.commit(writes));

  const Json first = ask_state(to_hex("s"), "");
  ASSERT_EQ(first["entries"].size(), 1);
  EXPECT_EQ(first["entries"][0][0], to_hex("s1"));
  EXPECT_EQ(first["next"], to_hex("s2"));
  const Json second = ask_state(to_hex("s"), first["next"]);
  EXPECT_EQ(second["entries"], Json::array({Json::array({"73ff", to_hex("last")})}));
  EXPECT_FALSE(second.contains("next"));
  EXPECT_EQ(ask_state("xyz", "")["ok"], false);
}

TEST_F(ConsoleTest, TakesADeadLetterOfAnotherDaemonOnce) {
  const Json failed = {{"instance", "other"},    {"pipeline", "news"}, {"step", "sink"},
                       {"component", "archive"}, {"code", "full"},     {"origin", "raw t/0 5"},
                       {"attempts", 2}};
  const Json letter = {
      {"schema", "copydesk/article/1"}, {"id", "a"}, {"body", "A body."}, {"failed", failed}};
  const std::string request = Json({{"command", "dead_adopt"}, {"letter", letter}}).dump();
  EXPECT_EQ(ask(request)["new"], true);
  ASSERT_EQ(adopted_["news"].size(), 1U);
  EXPECT_EQ(adopted_["news"][0].letter.attempts, 2U);
  state::WriteSet writes;
  std::string number;
  append_u64(number, 17);
  writes.put(state::keys::adopted("news", adopted_["news"][0].identity), number);
  ASSERT_TRUE(store_.commit(writes));
  EXPECT_EQ(ask(request)["new"], false);
  EXPECT_THAT(replayed_["news"], ElementsAre(17)) << "if it is still there";
  EXPECT_EQ(ask(request, false)["ok"], false);
  EXPECT_EQ(ask(R"({"command":"dead_adopt","letter":{"body":"x"}})")["ok"], false);
  lines_[0].name = "elsewhere";
  EXPECT_THAT(ask(request)["error"].get<std::string>(), HasSubstr("runs no pipeline 'news'"));
}

TEST_F(ConsoleTest, ShowsTheWholeArticleWithWhatFailed) {
  dead("news", 7, {{"search", "bad", "a \"quoted\" reason"}, {"archive", "full", ""}});
  const Json letter = ask(R"({"command":"dead_show","number":7})", false)["dead_letter"];
  EXPECT_EQ(letter["body"], "A body.");
  EXPECT_EQ(letter["id"], "article-7");
  EXPECT_EQ(letter["failed"]["pipeline"], "news");
  EXPECT_EQ(letter["failed"]["component"], "search");
  EXPECT_EQ(letter["failed"]["detail"], "a \"quoted\" reason");
  EXPECT_EQ(letter["failed"]["attempts"], 3);
  EXPECT_EQ(letter["failed"]["also"][0]["code"], "full");
}

TEST_F(ConsoleTest, WantsThePipelineWhenSeveralHaveTheNumber) {
  dead("news", 7, {{"a", "b", ""}});
  dead("wire", 7, {{"a", "b", ""}});
  EXPECT_THAT(ask(R"({"command":"dead_show","number":7})")["error"].get<std::string>(),
              HasSubstr("news, wire"));
  EXPECT_EQ(ask(R"({"command":"dead_show","number":7,"pipeline":"wire"})")["dead_letter"]["failed"]
                                                                          ["pipeline"],
            "wire");
  EXPECT_THAT(ask(R"({"command":"dead_show","number":8})")["error"].get<std::string>(),
              HasSubstr("no dead letter 8"));
}

TEST_F(ConsoleTest, ReplaysWhatMatches) {
  dead("news", 1, {{"clean", "empty", ""}});
  dead("news", 2, {{"search", "bad", ""}});
  dead("news", 3, {{"search", "bad", ""}});
  const Json answer = ask(R"({"command":"dead_replay","component":"search"})");
  EXPECT_EQ(answer["replaying"]["news"], Json::parse("[2,3]"));
  EXPECT_THAT(replayed_["news"], ElementsAre(2, 3));
}

TEST_F(ConsoleTest, ReplaysNothingWhereALineCannot) {
  dead("news", 1, {{"clean", "empty", ""}});
  dead("gone", 1, {{"clean", "empty", ""}});
  EXPECT_THAT(ask(R"({"command":"dead_replay"})")["error"].get<std::string>(),
              HasSubstr("no pipeline 'gone'"));
  EXPECT_TRUE(replayed_.empty());
  lines_[0].state = pipeline::LineState::kFailed;
  EXPECT_THAT(ask(R"({"command":"dead_replay","pipeline":"news"})")["error"].get<std::string>(),
              HasSubstr("is failed"));
}

TEST_F(ConsoleTest, RefusesWhatItCannotDo) {
  for (const char* request :
       {"", "[]", "nonsense", "{}", R"({"command":7})", R"({"command":"fly"})",
        R"({"command":"dead_show"})", R"({"command":"dead_show","number":-1})",
        R"({"command":"dead_list","limit":"x"})", R"({"command":"dead_replay","numbers":["x"]})"}) {
    const Json answer = ask(request);
    EXPECT_EQ(answer["ok"], false) << request;
    EXPECT_FALSE(answer["error"].get<std::string>().empty()) << request;
  }
  EXPECT_EQ(ask(R"({"command":"status"})", false)["error"], "no daemon is running");
}

TEST_F(ConsoleTest, SaysThatAStoredDeadLetterIsDamaged) {
  state::WriteSet writes;
  writes.put(state::keys::dead_letter("news", 1), "garbage");
  ASSERT_TRUE(store_.commit(writes));
  EXPECT_THAT(ask(R"({"command":"dead_list"})")["error"].get<std::string>(),
              HasSubstr("dead letter 1"));
}

}  // namespace
}  // namespace copydesk::control
