#include "deduplicate/stage.h"

#include <gtest/gtest.h>

#include <copydesk/testing.hpp>

#include "texts.h"

namespace copydesk::deduplicate {
namespace {

using testing::article;
using Harness = testing::StageHarness<Deduplicate>;

constexpr std::int64_t kHour = 3'600'000'000'000;

TEST(Deduplicate, MarksTheFirstUniqueAndTheSecondACopy) {
  Harness stage;
  const auto out = stage.run({article("a").body(story(1, 60)), article("b").body(story(1, 60)),
                              article("c").body(story(1, 30))});
  EXPECT_EQ(out[0].text("dedup.status"), "unique");
  EXPECT_EQ(out[0].text("dedup.group"), "a");
  EXPECT_FALSE(out[0].has("dedup.of"));
  EXPECT_EQ(out[1].text("dedup.status"), "exact");
  EXPECT_EQ(out[1].text("dedup.of"), "a");
  EXPECT_EQ(out[2].text("dedup.status"), "near");
  EXPECT_EQ(out[2].text("dedup.group"), "a");
  EXPECT_EQ(out[2].text("dedup.relation"), "excerpt");
  EXPECT_EQ(out[2].find("dedup.similarity")->real, 1.0);
  EXPECT_TRUE(out[2].alive());
}

TEST(Deduplicate, DropsCopiesWhenTold) {
  Harness stage({{"action", "drop"}});
  const auto whole = story(1, 40);
  const auto out = stage.run({article("a").body(whole), article("b").body(whole + "\n\n")});
  EXPECT_TRUE(out[0].alive());
  EXPECT_EQ(out[1].dropped, "duplicate");
  const auto tail = stage.run(article("c").body(whole.substr(whole.size() / 2)));
  EXPECT_EQ(tail.dropped, "duplicate");
  EXPECT_EQ(tail.text("dedup.of"), "a");
}

TEST(Deduplicate, LetsVersionsGoOnThatSayMore) {
  struct Case {
    const char* keep;
    bool expanded, edited, updated;
  };
  for (const Case& c : {Case{"first", false, false, false}, Case{"longest", true, false, true},
                        Case{"latest", true, true, true}}) {
    Harness stage({{"action", "drop"}, {"keep", c.keep}});
    stage.run(article("a").body(story(1, 30)));
    const auto edited = stage.run(article("b").body(story(1, 22) + "\n\n" + story(2, 7)));
    EXPECT_EQ(edited.text("dedup.relation"), "edited");
    EXPECT_EQ(edited.alive(), c.edited) << c.keep;
    const auto updated =
        stage.run(article("c").title("CORRECTED-News").body(story(1, 28) + "\n\n" + story(3, 4)));
    EXPECT_EQ(updated.text("dedup.relation"), "updated");
    EXPECT_EQ(updated.alive(), c.updated) << c.keep;
    const auto expanded = stage.run(article("d").body(story(1, 50)));
    EXPECT_EQ(expanded.text("dedup.relation"), "expanded");
    EXPECT_EQ(expanded.alive(), c.expanded) << c.keep;
    EXPECT_EQ(stage.run(article("e").body(story(1, 50).substr(2000))).text("dedup.of"), "a");
  }
}

TEST(Deduplicate, KnowsHowTitlesCallAnUpdate) {
  for (const char* title :
       {"UPDATE 2-Oil falls", "CORRECTED-Oil falls", "UPDATED: Oil falls", "WRAPUP 1-Oil falls",
        "REFILE-Oil falls", "Correction: Oil falls", "Update: Oil falls", "Update 3: Oil falls",
        "(UPDATED) Oil falls", "[Updated] Oil falls", "(Update 2) Oil falls", "Korrektur: Oil"})
    EXPECT_TRUE(says_update(title)) << title;
  for (const char* title :
       {"Update on the war", "Updates from the court", "Corrections officer held",
        "Corrected figures show growth", "Updated phones sell well", "", "(", "Oil falls (update)",
        "Updating: how"})
    EXPECT_FALSE(says_update(title)) << title;
}

TEST(Deduplicate, FindsThePageOfAText) {
  Harness stage;
  stage.run(article("a").body(story(1, 20)));
  auto page = article("b").body("<html><body><p>" + story(1, 20) + "</p></body></html>");
  page.media_type = "text/html";
  EXPECT_EQ(stage.run(page).text("dedup.status"), "exact");
}

TEST(Deduplicate, TellsOfItsIndex) {
  Harness stage;
  for (std::uint32_t i = 0; i < 10; ++i) stage.run(article(std::to_string(i)).body(story(i, 12)));
  const auto tell = [&](std::vector<std::string> arguments) {
    return stage.component().inspect("dedup", arguments, State(stage.state().raw()));
  };
  EXPECT_NE(tell({"stats"}).find("behind the log: 10"), std::string::npos);
  EXPECT_THROW(tell({}), Config);
}

// What `copydesk state dedup forget ID` would do, on the state of a stage that stands still.
std::string forget(Harness& stage, const std::string& id) {
  std::map<std::string, std::optional<std::string>> changed;
  Changes changes(
      [](void* context, cd_string key, cd_bytes value) {
        auto& out = *static_cast<std::map<std::string, std::optional<std::string>>*>(context);
        out[std::string(view(key))] =
            value.data != nullptr ? std::optional(std::string(view(value))) : std::nullopt;
      },
      &changed);
  const std::vector<std::string> arguments = {"forget", id};
  std::string said =
      stage.component().amend("dedup", arguments, State(stage.state().raw()), changes);
  for (const auto& [key, value] : changed) {
    if (value) {
      stage.state().put(key, *value);
    } else {
      stage.state().erase(key);
    }
  }
  return said;
}

std::size_t forgotten_in(Harness& stage) {
  std::size_t count = 0;
  State(stage.state().raw()).scan(kForgetPrefix, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  return count;
}

TEST(Deduplicate, ForgetsWhatAnOperatorNames) {
  Harness stage;
  for (const char* id : {"a", "b"}) stage.run(article(id).body(story(id[0], 20)));
  EXPECT_NE(forget(stage, "a").find("copies of what 'a' said"), std::string::npos);
  EXPECT_NE(stage.component()
                .inspect("dedup", std::vector<std::string>{"stats"}, State(stage.state().raw()))
                .find("forgotten by operators: 1\n"),
            std::string::npos);
  stage.restart();
  EXPECT_EQ(stage.run(article("c").body(story('a', 20))).text("dedup.status"), "unique");
  EXPECT_EQ(stage.run(article("d").body(story('b', 20))).text("dedup.of"), "b");
}

TEST(Deduplicate, SaysThatWhatItShallForgetIsNotThere) {
  Harness stage;
  stage.run(article("a").body(story(1, 20)));
  stage.run(article("b").body(story(1, 20)));
  for (const char* id : {"A", "b", "", "c"}) {
    try {
      forget(stage, id);
      ADD_FAILURE() << id;
    } catch (const Config& e) {
      EXPECT_NE(std::string(e.what()).find("has the id '" + std::string(id) + "'"),
                std::string::npos);
    }
  }
  EXPECT_EQ(forgotten_in(stage), 0U);
  EXPECT_NO_THROW(forget(stage, "a"));
}

// What the log has no story for any more is not kept for ever.
TEST(Deduplicate, ForgettingLeavesNothingBehindForEver) {
  Harness stage;
  const std::int64_t start_ms = stage.host().now() / 1'000'000;
  for (const char* id : {"a", "b", "c", "d", "e"}) stage.run(article(id).body(story(id[0], 20)));
  for (const char* id : {"a", "b", "c"}) forget(stage, id);
  forget(stage, "a");
  EXPECT_EQ(forgotten_in(stage), 3U);
  IndexPosition position;
  position.numbers.oldest = static_cast<std::uint32_t>(start_ms / 1000);
  stage.state().put(std::string(kPositionKey), serialize(position));
  forget(stage, "d");
  EXPECT_EQ(forgotten_in(stage), 4U);
  position.numbers.oldest += 1;
  stage.state().put(std::string(kPositionKey), serialize(position));
  forget(stage, "e");
  EXPECT_EQ(forgotten_in(stage), 1U);
}

TEST(Deduplicate, ForgetsABoundedNumber) {
  Harness stage;
  const std::int64_t now_ms = stage.host().now() / 1'000'000;
  for (std::size_t i = 0; i < Forgotten::kMax; ++i)
    stage.state().put(Forgotten::key_of(std::to_string(i)), Forgotten::value_of(now_ms));
  EXPECT_THROW(forget(stage, "one more"), Config);
  stage.run(article("7").body(story(7, 20)));
  EXPECT_NO_THROW(forget(stage, "7"));
  EXPECT_EQ(forgotten_in(stage), Forgotten::kMax);
}

TEST(Deduplicate, RemembersOverBatchesAndRestarts) {
  Harness stage;
  stage.run(article("a").body(story(1, 20)));
  stage.restart();
  EXPECT_EQ(stage.run(article("b").body(story(1, 20))).text("dedup.of"), "a");
}

TEST(Deduplicate, HasForgottenWhatWasNotCommitted) {
  Harness stage;
  stage.run_uncommitted({article("a").body(story(1, 20))});
  stage.rewind();
  EXPECT_EQ(stage.run(article("b").body(story(1, 20))).text("dedup.status"), "unique");
}

TEST(Deduplicate, JudgesTheSameArticleComeAgainAsBefore) {
  Harness stage;
  stage.run(article("a").body(story(1, 20)));
  EXPECT_EQ(stage.run(article("a").body(story(1, 20))).text("dedup.status"), "unique");
}

TEST(Deduplicate, GivesTheSameVerdictsForAnyBatchSize) {
  std::vector<testing::OwnedArticle> articles;
  for (std::uint32_t i = 0; i < 60; ++i) {
    articles.push_back(
        article(std::to_string(i)).body(story(i % 17, 10 + static_cast<int>(i % 7))));
  }
  Harness one_by_one, at_once;
  const auto together = at_once.run(articles);
  for (std::size_t i = 0; i < articles.size(); ++i) {
    EXPECT_EQ(one_by_one.run(articles[i]).text("dedup.group"), together[i].text("dedup.group"));
  }
}

TEST(Deduplicate, ForgetsAfterTheWindow) {
  Harness stage({{"window", "2h"}});
  stage.run(article("a").body(story(1, 20)));
  stage.host().pass(kHour);
  EXPECT_EQ(stage.run(article("b").body(story(1, 20))).text("dedup.status"), "exact");
  stage.host().pass(2 * kHour);
  EXPECT_EQ(stage.run(article("c").body(story(1, 20))).text("dedup.status"), "unique");
}

TEST(Deduplicate, RemovesTheVerdictAnArticleCameInWith) {
  Harness stage;
  auto came = article("a").body(story(1, 20));
  came.put("dedup.of", "other");
  const auto out = stage.run(came);
  EXPECT_EQ(out.text("dedup.status"), "unique");
  EXPECT_FALSE(out.has("dedup.of"));
}

TEST(Deduplicate, TakesArticlesWithoutTitleOrBody) {
  Harness stage;
  const auto out = stage.run({article("a"), article("b"), article("c").title("Only a headline")});
  for (const auto& a : out) EXPECT_EQ(a.text("dedup.status"), "unique");
}

}  // namespace
}  // namespace copydesk::deduplicate
