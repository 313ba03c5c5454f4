#include "daemon/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/summary.h"
#include "daemon/try_output.h"

namespace copydesk::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Terminal, AlignsColumnsByCodePoints) {
  EXPECT_EQ(table({{"A", "B"}, {"äöü", "x"}, {"1", ""}}), "A    B\näöü  x\n1    \n");
}

TEST(Terminal, LetsNoControlCharacterThrough) {
  EXPECT_EQ(one_line("a\x1b[31m\nb\xc2\x9b"
                     "c\xff",
                     100),
            "a [31m b c\xef\xbf\xbd");
  EXPECT_EQ(one_line("äöüß", 2), "äö…");
}

TEST(Terminal, PaintsOnlyWhenAsked) {
  EXPECT_EQ(Paint(false)(Ink::kRed, "x"), "x");
  EXPECT_EQ(Paint(true)(Ink::kRed, "x"), "\x1b[31mx\x1b[0m");
}

TEST(Summary, TellsWhatBecameOfTheArticlesAndWhereTheyLie) {
  config::Config config;
  config::ComponentConfig sink;
  sink.name = "archive";
  sink.options.push_back({"path", Value("/data/out.jsonl")});
  config.sinks.push_back(sink);
  pipeline::LineStatus line;
  line.state = pipeline::LineState::kFinished;
  line.counters.received = 5;
  line.counters.delivered = 3;
  line.counters.delivered_to["archive"] = 3;
  line.counters.dropped = 1;
  line.counters.dropped_by["deduplicate:exact"] = 1;
  line.counters.dead_letters = 1;
  line.counters.dead_letters_by["clean:empty"] = 1;
  const std::string text = summary(config, {{line}, 1'500'000'000}, Paint(false));
  EXPECT_THAT(text, HasSubstr("done in 1.50 s"));
  EXPECT_THAT(text, HasSubstr("received      5\n"));
  EXPECT_THAT(text, HasSubstr("3  (archive 3)"));
  EXPECT_THAT(text, HasSubstr("1  (deduplicate:exact 1)"));
  EXPECT_THAT(text, HasSubstr("1  (clean:empty 1)"));
  EXPECT_THAT(text, HasSubstr("/data/out.jsonl"));
  line.state = pipeline::LineState::kFailed;
  EXPECT_THAT(summary(config, {{line}, 0}, Paint(false)), HasSubstr("failed in"));
  line.state = pipeline::LineState::kFinished;
  EXPECT_THAT(summary(config, {{line}, 0, true}, Paint(false)), HasSubstr("stopped in"));
}

TEST(TryOutput, ShowsRemovedAndAddedLines) {
  control::TrialArticle article;
  article.label = "a.txt";
  article.decoded.media_type = "text/plain";
  control::TrialStep step;
  step.stage = "clean";
  step.before.set("title", "Old");
  step.after.set("title", "New");
  step.before.set("body", "menu\ntext");
  step.after.set("body", "text");
  step.after.set("language", "en");
  step.after.annotations = {{"body", 0, 4, "PER", "", "Text", "x:1"}};
  article.steps.push_back(step);
  article.finished = true;
  article.sinks = {"archive"};
  const std::string text = trial_text(article, Paint(false));
  for (const char* line : {"      - Old\n", "      + New\n", "      - menu\n", "        text\n",
                           "    language: \"en\"\n", "      PER  Text (x:1)\n", "  → archive\n"})
    EXPECT_THAT(text, HasSubstr(line));
  article.sinks.clear();
  EXPECT_THAT(trial_text(article, Paint(false)), HasSubstr("no_sink"));
}

}  // namespace
}  // namespace copydesk::daemon
