#include "control/plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.h"

namespace copydesk::control {
namespace {

using testing::HasSubstr;

// Only stages of the plugin picky are there, so sources and sinks are named without being created.
class PlansTest : public testing::Test {
 protected:
  static config::Config config(std::vector<std::pair<std::string, std::string>> stage_options,
                               const host::Plugins& plugins) {
    config::Config out;
    out.data_dir = "/nowhere";
    out.engine.memory = 100;
    out.engine.commit_interval = 7;
    out.engine.batch_articles = 9;
    out.engine.once_deadline = 11;
    for (const char* name : {"first", "second"}) {
      config::PipelineConfig pipeline;
      pipeline.name = name;
      config::ComponentConfig stage;
      stage.name = "choose";
      stage.type = "picky";
      stage.spec = plugins.catalog().find(config::Kind::stage, "picky");
      stage.state_digest = "abc";
      stage.stage.attempts = 3;
      stage.stage.backoff = {1, 2};
      stage.stage.when = *config::When::parse("language == \"en\"");
      for (const auto& [key, value] : stage_options) stage.options.push_back({key, Value(value)});
      pipeline.stages.push_back(std::move(stage));
      out.pipelines.push_back(std::move(pipeline));
    }
    return out;
  }
  static PlanOptions options() {
    PlanOptions out;
    out.folder = "/nowhere";
    out.with_sources = false;
    out.clock = [] { return Nanos{0}; };
    return out;
  }

  host::Plugins plugins_{{PICKY_FOLDER}};
  config::Diagnostics diagnostics_;
};

TEST_F(PlansTest, PutsStagesAndOptionsTogether) {
  ASSERT_NE(plugins_.catalog().find(config::Kind::stage, "picky"), nullptr);
  const auto plans = build_plans(config({}, plugins_), plugins_, options(), diagnostics_);
  ASSERT_TRUE(plans);
  ASSERT_EQ(plans->size(), 2);
  const pipeline::LinePlan& plan = plans->front();
  EXPECT_EQ(plan.name, "first");
  EXPECT_EQ(plan.options.memory, 50) << "two lines share it";
  EXPECT_EQ(plan.options.commit_interval, 7);
  EXPECT_EQ(plan.options.batch_articles, 9);
  EXPECT_EQ(plan.options.once_deadline, 11);
  ASSERT_EQ(plan.stages.size(), 1);
  EXPECT_EQ(plan.stages[0].attempts, 3);
  EXPECT_EQ(plan.stages[0].backoff.max, 2);
  EXPECT_TRUE(plan.stages[0].stage->has_process());
  Article english;
  english.set("language", "en");
  EXPECT_TRUE(plan.stages[0].when(english));
  EXPECT_FALSE(plan.stages[0].when(Article()));
}

TEST_F(PlansTest, NamesWhatStoredStateBelongsTo) {
  const config::Config c = config({}, plugins_);
  EXPECT_EQ(stage_identity(c.pipelines[0].stages[0]), "org.example.picky/picky/0/abc");
}

TEST_F(PlansTest, CollectsWhatComponentsRefuse) {
  EXPECT_FALSE(build_plans(config({{"refuse", "!"}, {"drop", ""}}, plugins_), plugins_, options(),
                           diagnostics_));
  EXPECT_THAT(diagnostics_.render(false), HasSubstr("stage 'choose': '!' is no word"));
}

TEST_F(PlansTest, BuildsOnePipelineWhenAsked) {
  PlanOptions only = options();
  only.only_pipeline = "second";
  const auto plans = build_plans(config({}, plugins_), plugins_, only, diagnostics_);
  ASSERT_TRUE(plans);
  ASSERT_EQ(plans->size(), 1);
  EXPECT_EQ(plans->front().name, "second");
}

TEST(DecodeOptions, FollowTheSource) {
  config::SourceSettings settings;
  settings.format = config::Format::html;
  settings.encoding = "windows-1251";
  settings.map = {{"headline", "title"}};
  settings.max_article = 5;
  const decode::DecodeOptions out = decode_options(settings);
  EXPECT_EQ(out.format, "html");
  EXPECT_EQ(out.encoding, "windows-1251");
  EXPECT_EQ(out.map.at("headline"), "title");
  EXPECT_EQ(out.max_article, 5);
}

}  // namespace
}  // namespace copydesk::control
