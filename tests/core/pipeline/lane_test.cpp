#include "pipeline/lane.h"

#include <gtest/gtest.h>

#include <functional>

namespace copydesk::pipeline {
namespace {

// A stage whose steps are given by the test.
class TestStage final : public host::Stage {
 public:
  std::function<Status(Articles, EditList&)> on_process;
  std::function<Status(Articles, host::StateView&, EditList&)> on_resolve;
  std::vector<std::size_t> sizes;  // of the batches it was called with

  bool has_process() const override { return static_cast<bool>(on_process); }
  bool has_resolve() const override { return static_cast<bool>(on_resolve); }
  Status open(host::StateView&, std::uint64_t) override { return {}; }
  void committed(std::uint64_t, std::uint64_t, std::span<const host::CommittedPut>) override {}
  Status process(const host::StepCall&, Articles articles, EditList& edits,
                 std::span<std::string>) override {
    sizes.push_back(articles.size());
    return on_process(articles, edits);
  }
  Status resolve(const host::StepCall&, Articles articles, std::span<const std::string>,
                 host::StateView& state, EditList& edits) override {
    sizes.push_back(articles.size());
    return on_resolve(articles, state, edits);
  }
};

class TestWatch final : public CrashWatch {
 public:
  std::map<std::string, unsigned> suspicions;  // by id
  void enter(const std::string&, const std::vector<const Item*>&) override {}
  void leave() override {}
  unsigned suspicion(const Item& item) const override {
    const auto it = suspicions.find(item.article.id);
    return it == suspicions.end() ? 0 : it->second;
  }
  std::string suspect_key(const Item& item) const override { return item.article.id; }
};

class NoState final : public ResolveState {
 public:
  int kept = 0, forgotten = 0;
  void begin() override {}
  void keep(std::vector<Item*>& items) override { kept += static_cast<int>(items.size()); }
  void forget() override { ++forgotten; }
  std::optional<std::string_view> get(std::string_view) override { return std::nullopt; }
  void multi_get(std::span<const std::string_view>,
                 std::span<std::optional<std::string_view>>) override {}
  void scan(std::string_view,
            const std::function<bool(std::string_view, std::string_view)>&) override {}
  void added(std::size_t, const Put&) override {}
};

struct LaneTest : ::testing::Test {
  LinePlan plan;
  TestWatch watch;
  TestStage* stage = nullptr;
  Batch batch;

  void SetUp() override {
    auto owned = std::make_unique<TestStage>();
    stage = owned.get();
    StagePlan s;
    s.name = "stage";
    s.stage = std::move(owned);
    plan.stages.push_back(std::move(s));
    for (int i = 0; i < 8; ++i) {
      Item item;
      item.article.id = std::to_string(i);
      item.article.origin = {"src", "p", static_cast<std::uint64_t>(i), ""};
      item.article.set("body", Value("text " + std::to_string(i)));
      item.origin_hash = hash_of(item.article.origin);
      item.number = batch.next_number++;
      batch.items.push_back(std::move(item));
    }
  }
  StepEnd process(bool last = false) {
    return Lane(plan, watch).process(batch, 0, std::nullopt, last);
  }
};

TEST_F(LaneTest, ABatchThatFailsIsHalvedUntilItsCauseStandsAlone) {
  stage->on_process = [](auto articles, EditList& edits) -> Status {
    for (const Article* a : articles)
      if (a->id == "5") return reject("failed", "cannot read 5");
    for (std::size_t i = 0; i < articles.size(); ++i)
      edits.at(i).sets.push_back({"seen", Value(true)});
    return {};
  };
  EXPECT_FALSE(process().error);
  for (const Item& item : batch.items) {
    EXPECT_EQ(item.fate, item.article.id == "5" ? Fate::kDead : Fate::kLive);
    EXPECT_EQ(item.article.find("seen") != nullptr, item.article.id != "5");
  }
  EXPECT_EQ(batch.items[5].failure.code, "failed");
  EXPECT_EQ(batch.items[5].failure.detail, "cannot read 5");
}

TEST_F(LaneTest, AWrongEditMakesOneDeadLetterAndLeavesTheOthersUntouched) {
  stage->on_process = [](auto, EditList& edits) -> Status {
    edits.at(2).annotations.push_back({"body", 0, 4000, "PER", "", "", "", 1.0});
    edits.at(3).annotations.push_back({"body", 0, 4, "PER", "", "", "", 1.0});
    return {};
  };
  EXPECT_FALSE(process().error);
  EXPECT_EQ(batch.items[2].fate, Fate::kDead);
  EXPECT_EQ(batch.items[2].failure.code, "bad_edit");
  EXPECT_TRUE(batch.items[2].article.annotations.empty());
  EXPECT_EQ(batch.items[3].article.annotations.size(), 1U);
}

TEST_F(LaneTest, ARetryOwesItsArticlesAndTheLastAttemptFindsTheCause) {
  stage->on_process = [](auto articles, EditList&) -> Status {
    for (const Article* a : articles)
      if (a->id == "1") return retry("busy", "try later");
    return {};
  };
  EXPECT_EQ(process().retry.size(), 8U);
  EXPECT_TRUE(process(true).retry.empty());
  EXPECT_EQ(batch.items[1].fate, Fate::kDead);
  EXPECT_EQ(batch.items[0].fate, Fate::kLive);
}

TEST_F(LaneTest, AWaitRefusesNoArticleHoweverLongItTakes) {
  stage->on_process = [](auto, EditList&) -> Status {
    return retry(std::string(host::kWaitCode), "no server");
  };
  const StepEnd end = process(true);
  EXPECT_EQ(end.retry.size(), 8U);
  EXPECT_TRUE(end.waits);
  EXPECT_EQ(end.why, "no server");
  for (const Item& item : batch.items) EXPECT_EQ(item.fate, Fate::kLive);
}

TEST_F(LaneTest, ASuspectOfACrashRunsAloneAndAtTheSecondCrashNotAtAll) {
  watch.suspicions = {{"3", 1}, {"6", 2}};
  stage->on_process = [](auto, EditList&) -> Status { return {}; };
  EXPECT_FALSE(process().error);
  EXPECT_EQ(stage->sizes, (std::vector<std::size_t>{3, 1, 3}));
  EXPECT_EQ(batch.items[6].fate, Fate::kDead);
  EXPECT_EQ(batch.items[6].failure.code, "crashed");
}

TEST_F(LaneTest, StatePutInProcessIsAWrongEdit) {
  stage->on_process = [](auto, EditList& edits) -> Status {
    edits.at(0).puts.push_back({"k", "v", false, true, 0});
    return {};
  };
  EXPECT_FALSE(process().error);
  EXPECT_EQ(batch.items[0].failure.code, "bad_edit");
}

TEST_F(LaneTest, ChildrenStandBehindTheirParentAndGoOnBehindTheStage) {
  stage->on_process = [](auto, EditList& edits) -> Status {
    edits.at(0).children = {{Field{"body", Value("a")}}, {Field{"body", Value("b")}}};
    return {};
  };
  EXPECT_FALSE(process().error);
  ASSERT_EQ(batch.items.size(), 10U);
  EXPECT_EQ(batch.items[0].fate, Fate::kSplit);
  EXPECT_EQ(batch.items[1].article.id, "0/0");
  EXPECT_EQ(batch.items[2].article.text("body"), "b");
  EXPECT_EQ(batch.items[2].entry, 1U);
  EXPECT_EQ(batch.items[3].article.id, "1");
}

TEST_F(LaneTest, AnArticleRefusedInResolveIsTakenOutAndTheOthersAreJudgedAnew) {
  stage->on_resolve = [](auto articles, host::StateView&, EditList& edits) -> Status {
    for (std::size_t i = 0; i < articles.size(); ++i) {
      edits.at(i).puts.push_back({"story", articles[i]->id, false, true, 0});
      if (articles[i]->id == "2") edits.at(i).rejection = {"bad", "no"};
    }
    return {};
  };
  NoState state;
  EXPECT_FALSE(Lane(plan, watch).resolve(batch, 0, state, std::nullopt, false).error);
  EXPECT_EQ(stage->sizes, (std::vector<std::size_t>{8, 7}));
  EXPECT_EQ(state.kept, 7);
  EXPECT_EQ(state.forgotten, 1);
  EXPECT_EQ(batch.items[2].fate, Fate::kDead);
  EXPECT_TRUE(batch.items[2].puts.empty());
}

TEST_F(LaneTest, AFixedEndWithholdsTheClaimsAndEndsTheSame) {
  FixedFate fate{Fate::kLive, kDecode, "", {}, {}};
  batch.items[4].fixed = &fate;
  stage->on_resolve = [](auto articles, host::StateView&, EditList& edits) -> Status {
    for (std::size_t i = 0; i < articles.size(); ++i) {
      edits.at(i).puts.push_back({"claim", "", false, true, 0});
      edits.at(i).puts.push_back({"seen", "", false, false, 0});
    }
    return {};
  };
  NoState state;
  EXPECT_FALSE(Lane(plan, watch).resolve(batch, 0, state, std::nullopt, false).error);
  ASSERT_EQ(batch.items[4].puts.size(), 1U);
  EXPECT_EQ(batch.items[4].puts[0].put.key, "seen");
  EXPECT_EQ(batch.items[5].puts.size(), 2U);
}

TEST_F(LaneTest, AFatalErrorStopsTheLineAndNamesTheStage) {
  stage->on_process = [](auto, EditList&) -> Status { return fatal("broken", "no model"); };
  const StepEnd end = process();
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->message, "stage: no model");
}

}  // namespace
}  // namespace copydesk::pipeline
