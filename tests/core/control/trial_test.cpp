#include "control/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace copydesk::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A stage made of functions.
class FakeStage final : public host::Stage {
 public:
  using Process = std::function<Status(Articles, EditList&)>;
  using Resolve = std::function<Status(Articles, host::StateView&, EditList&)>;
  explicit FakeStage(Process process, Resolve resolve = {})
      : process_(std::move(process)), resolve_(std::move(resolve)) {}
  bool has_process() const override { return static_cast<bool>(process_); }
  bool has_resolve() const override { return static_cast<bool>(resolve_); }
  Status open(host::StateView&, std::uint64_t) override { return {}; }
  Status process(const host::StepCall&, Articles articles, EditList& edits,
                 std::span<std::string>) override {
    return process_(articles, edits);
  }
  Status resolve(const host::StepCall&, Articles articles, std::span<const std::string>,
                 host::StateView& state, EditList& edits) override {
    return resolve_(articles, state, edits);
  }
  void committed(std::uint64_t, std::uint64_t, std::span<const host::CommittedPut>) override {}

 private:
  Process process_;
  Resolve resolve_;
};

class TrialTest : public testing::Test {
 protected:
  void stage(std::string name, FakeStage::Process process, FakeStage::Resolve resolve = {}) {
    pipeline::StagePlan plan;
    plan.name = std::move(name);
    plan.stage = std::make_unique<FakeStage>(std::move(process), std::move(resolve));
    plan_.stages.push_back(std::move(plan));
  }
  void sink(std::string name, pipeline::Predicate when = {}) {
    plan_.routes.push_back({plan_.sinks.size(), std::move(when), false});
    pipeline::SinkPlan sink;
    sink.name = std::move(name);
    plan_.sinks.push_back(std::move(sink));
  }
  void article(std::string body, std::string format = "text") {
    TrialRecord record;
    record.label = "file" + std::to_string(records_.size() + 1);
    record.record.origin = {"inbox", record.label, 0, ""};
    record.record.payload = std::move(body);
    record.record.format = std::move(format);
    records_.push_back(std::move(record));
  }
  std::vector<TrialArticle> run() {
    auto articles = run_trial(plan_, {}, std::move(records_), 1'700'000'000 * kSecond);
    EXPECT_TRUE(articles) << (articles ? "" : articles.error().message);
    return articles ? std::move(*articles) : std::vector<TrialArticle>();
  }

  pipeline::LinePlan plan_;
  std::vector<TrialRecord> records_;
};

FakeStage::Process sets(std::string field, std::string value) {
  return [=](auto articles, EditList& edits) {
    for (std::size_t i = 0; i < articles.size(); ++i)
      edits.at(i).sets.push_back({field, Value(value)});
    return Status();
  };
}

TEST_F(TrialTest, ShowsWhatEachStageChanged) {
  stage("mark", sets("labels.a", "1"));
  stage("cut", sets("body", "Short."));
  sink("archive");
  article("A long body.\n\nWith two paragraphs.");
  const auto out = run();
  ASSERT_EQ(out.size(), 1);
  ASSERT_EQ(out[0].steps.size(), 2);
  const Changes marked = changes(out[0].steps[0].before, out[0].steps[0].after);
  ASSERT_EQ(marked.fields.size(), 1);
  EXPECT_EQ(marked.fields[0].name, "labels.a");
  EXPECT_EQ(marked.fields[0].after, "\"1\"");
  EXPECT_TRUE(marked.body.empty());
  EXPECT_FALSE(changes(out[0].steps[1].before, out[0].steps[1].after).body.empty());
  EXPECT_EQ(out[0].result.text("body"), "Short.");
  EXPECT_THAT(out[0].sinks, ElementsAre("archive"));
}

TEST_F(TrialTest, TellsDroppedRejectedAndPassedBy) {
  stage("judge", [](auto articles, EditList& edits) {
    for (std::size_t i = 0; i < articles.size(); ++i) {
      if (articles[i]->text("body") == "drop") edits.at(i).drop = "unwanted";
      if (articles[i]->text("body") == "reject") edits.at(i).rejection = {"bad", "because"};
    }
    return Status();
  });
  stage("never", sets("labels.a", "1"));
  plan_.stages[1].when = [](const Article&) { return false; };
  for (const char* body : {"drop", "reject", "pass"}) article(body);
  const auto out = run();
  ASSERT_EQ(out.size(), 3);
  EXPECT_EQ(out[0].steps.back().end, TrialStep::kDropped);
  EXPECT_EQ(out[0].steps.back().reason, "unwanted");
  EXPECT_EQ(out[1].steps.back().end, TrialStep::kRejected);
  EXPECT_EQ(out[1].steps.back().detail, "because");
  EXPECT_EQ(out[2].steps.back().end, TrialStep::kPassedBy);
  EXPECT_TRUE(out[2].finished);
  EXPECT_THAT(out[2].sinks, IsEmpty());
}

TEST_F(TrialTest, LaterArticlesSeeWhatEarlierOnesPut) {
  stage("count", {}, [](auto articles, host::StateView& state, EditList& edits) {
    for (std::size_t i = 0; i < articles.size(); ++i) {
      const bool seen = state.get("k").has_value();
      edits.at(i).sets.push_back({"labels.seen", Value(seen)});
      Put put{"k", "v", false, true, 0};
      edits.at(i).puts.push_back(put);
      state.added(i, put);
    }
    return Status();
  });
  article("one");
  article("two");
  const auto out = run();
  ASSERT_EQ(out.size(), 2);
  EXPECT_EQ(*out[0].result.find("labels.seen"), Value(false));
  EXPECT_EQ(*out[1].result.find("labels.seen"), Value(true));
}

TEST_F(TrialTest, ShowsTheChildrenOfASplitAsArticles) {
  stage("halve", [](auto, EditList& edits) {
    edits.at(0).children = {{{"body", Value("left")}}, {{"body", Value("right")}}};
    return Status();
  });
  stage("mark", sets("labels.a", "1"));
  article("both");
  const auto out = run();
  ASSERT_EQ(out.size(), 3);
  EXPECT_EQ(out[0].steps.back().end, TrialStep::kSplit);
  EXPECT_EQ(out[1].label, "file1 #0");
  EXPECT_EQ(out[1].steps.size(), 1);
  EXPECT_EQ(out[2].result.text("body"), "right");
}

TEST_F(TrialTest, TellsWhatDecodeRefused) {
  stage("mark", sets("labels.a", "1"));
  article("{\"title\": ", "json");
  const auto out = run();
  ASSERT_EQ(out.size(), 1);
  EXPECT_EQ(out[0].code, "bad_json");
  EXPECT_TRUE(out[0].steps.empty());
}

TEST_F(TrialTest, EndsWhenAStageWouldStopTheLine) {
  stage("broken", [](auto, EditList&) { return Status(fatal("broken", "it is broken")); });
  article("one");
  const auto out = run_trial(plan_, {}, std::move(records_), 0);
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().message, testing::HasSubstr("it is broken"));
}

TEST(Changes, CountEntitiesByWhatTheyMean) {
  Article before, after;
  before.set("body", "Paris and Paris");
  after = before;
  after.annotations = {{"body", 0, 5, "LOC", "city", "Paris", "wd:Q90"},
                       {"body", 10, 15, "LOC", "city", "Paris", "wd:Q90"}};
  const Changes c = changes(before, after);
  ASSERT_EQ(c.added.size(), 1);
  EXPECT_EQ(c.added[0].count, 2);
  EXPECT_EQ(changes(after, before).removed.size(), 1);
  EXPECT_TRUE(changes(after, after).empty());
}

}  // namespace
}  // namespace copydesk::control
