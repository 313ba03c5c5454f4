// Gazetteers that change while they are in use.
#include <gmock/gmock.h>
#include <tag_entities/stage.h>

#include <atomic>
#include <chrono>
#include <copydesk/testing.hpp>
#include <thread>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using copydesk::testing::article;
using copydesk::testing::OwnedArticle;
using copydesk::testing::StageHarness;
using test::TempFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kPatience = std::chrono::seconds(60);

template <class Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

copydesk::testing::Given watching(const TempFile& file) {
  return {{"gazetteers", file.path()}, {"model", "none"}, {"reload", "1ms"}};
}

std::string id_of(StageHarness<TagEntities>& stage, std::string_view text) {
  const OwnedArticle out = stage.run(article("a").body(std::string(text)));
  return out.annotations.empty() ? "" : out.annotations[0].id;
}

std::vector<std::string> errors_of(StageHarness<TagEntities>& stage) {
  std::vector<std::string> errors;
  for (const auto& line : stage.host().log()) {
    if (line.level == CD_LOG_ERROR) errors.push_back(line.text);
  }
  return errors;
}

TEST(Reload, TakesAFileThatChanges) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> stage(watching(file));
  EXPECT_EQ(id_of(stage, "in Atlantis"), "x:1");
  file.replace("Atlantis\tLOC\tx:2\n");
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Atlantis") == "x:2"; }));
  std::ofstream(file.path(), std::ios::app) << "Lemuria\tLOC\tx:3\n";
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Lemuria") == "x:3"; }));
  EXPECT_THAT(errors_of(stage), IsEmpty());
}

// A file that has just been written when it is read is read once more, and so is one that is
// touched; the same bytes are no news.
TEST(Reload, SaysNothingOfFilesThatHaveNotChanged) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> stage(watching(file));
  for (int i = 0; i < 3; ++i) {
    std::filesystem::last_write_time(file.path(), std::filesystem::file_time_type::clock::now());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  file.replace("Atlantis\tLOC\tx:2\n");
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Atlantis") == "x:2"; }));
  std::vector<std::string> taken;
  EXPECT_TRUE(comes_true([&] {
    taken.clear();
    for (const auto& line : stage.host().log()) {
      if (line.text.starts_with("Took")) taken.push_back(line.text);
    }
    return !taken.empty();
  }));
  EXPECT_THAT(taken, ElementsAre("Took the changed gazetteers: 1 entries."));
}

TEST(Reload, SaysThatAMendedFileIsWhatItWas) {
  const std::string good = "Atlantis\tLOC\tx:1\n";
  const TempFile file(good);
  StageHarness<TagEntities> stage(watching(file));
  file.replace("broken\n");
  ASSERT_TRUE(comes_true([&] { return !errors_of(stage).empty(); }));
  file.replace(good);
  EXPECT_TRUE(comes_true([&] {
    const auto log = stage.host().log();
    return std::any_of(log.begin(), log.end(),
                       [](const auto& l) { return l.text.starts_with("Took"); });
  }));
}

TEST(Reload, KeepsTheOldOneWhenTheNewIsBrokenAndSaysSoOnce) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> stage(watching(file));
  file.replace("Atlantis\tLOC\tx:2\nLemuria\tPLACE\tx:3\n");
  ASSERT_TRUE(comes_true([&] { return !errors_of(stage).empty(); }));
  EXPECT_EQ(id_of(stage, "in Atlantis"), "x:1");
  file.replace("Atlantis\tLOC\tx:4\n");
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Atlantis") == "x:4"; }));
  EXPECT_THAT(errors_of(stage),
              ElementsAre("The gazetteers stay as they were: " + file.path() +
                          ":2: error: unknown type 'PLACE' (PER, ORG, LOC or MISC)"));
}

TEST(Reload, KeepsTheOldOneWhenAFileIsGone) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> stage(watching(file));
  std::filesystem::remove(file.path());
  ASSERT_TRUE(comes_true([&] { return !errors_of(stage).empty(); }));
  EXPECT_THAT(errors_of(stage), ElementsAre(HasSubstr("cannot be opened: No such file")));
  EXPECT_EQ(id_of(stage, "in Atlantis"), "x:1");
  file.replace("Atlantis\tLOC\tx:2\n");
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Atlantis") == "x:2"; }));
}

TEST(Reload, KeepsTheOldOneWhenAFileIsEmptied) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> stage(watching(file));
  std::ofstream(file.path(), std::ios::trunc).flush();
  ASSERT_TRUE(comes_true([&] { return !errors_of(stage).empty(); }));
  EXPECT_THAT(errors_of(stage), ElementsAre(HasSubstr("is empty now")));
  EXPECT_EQ(id_of(stage, "in Atlantis"), "x:1");
  file.replace("Atlantis\tLOC\tx:2\n");
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Atlantis") == "x:2"; }));
}

TEST(Reload, TellsTheWarningsOfWhatItTakes) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> stage(watching(file));
  file.replace("# to be filled\n");
  const auto warned = [&] {
    const auto log = stage.host().log();
    return std::any_of(log.begin(), log.end(), [&](const auto& l) {
      return l.level == CD_LOG_WARN &&
             l.text == file.path() + ": warning: the file has no entry: no names come from it";
    });
  };
  EXPECT_TRUE(comes_true(warned));
}

TEST(Reload, LooksNoMoreWhenToldSo) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  StageHarness<TagEntities> never(
      {{"gazetteers", file.path()}, {"model", "none"}, {"reload", "0s"}});
  StageHarness<TagEntities> stage(watching(file));
  file.replace("Atlantis\tLOC\tx:2\n");
  EXPECT_TRUE(comes_true([&] { return id_of(stage, "in Atlantis") == "x:2"; }));
  EXPECT_EQ(id_of(never, "in Atlantis"), "x:1");
}

// Every batch sees one gazetteer, however often it changes under it.
TEST(Reload, TagsABatchWithOneGazetteer) {
  const auto rows = [](int generation) {
    std::string out;
    for (int i = 0; i < 200; ++i) {
      out += "Name" + std::to_string(i) + "\tLOC\tx:" + std::to_string(generation) + "\t\tk" +
             std::to_string(generation) + "\n";
    }
    return out;
  };
  const TempFile file(rows(0));
  StageHarness<TagEntities> stage(watching(file));
  std::string text;
  for (int i = 0; i < 200; ++i) text += "Name" + std::to_string(i) + ", ";
  const std::vector<OwnedArticle> given(4, article("a").body(text));

  std::atomic<bool> done = false;
  std::atomic<int> newest = 0;
  std::vector<std::string> mixed(3);
  std::vector<std::thread> workers;
  for (std::string& problem : mixed) {
    workers.emplace_back([&] {
      const cd_call call{sizeof(cd_call), 0, 0, 1};
      while (!done && problem.empty()) {
        const copydesk::testing::OwnedBatch batch(given);
        copydesk::testing::RecordingEdit record;
        copydesk::testing::CarryStore store(given.size());
        Edit edit(record.raw());
        Carry carry(store.raw());
        std::as_const(stage.component()).process(Call(call), Batch(batch.raw()), edit, carry);
        std::vector<OwnedArticle> out = given;
        record.apply(out);
        const std::string id = out[0].annotations.empty() ? "none" : out[0].annotations[0].id;
        for (const OwnedArticle& a : out) {
          if (a.annotations.size() != 200) problem = "names are missing";
          for (const auto& n : a.annotations) {
            if (n.id != id || n.kind != "k" + id.substr(2)) problem = id + " and " + n.id;
          }
        }
        newest = std::max(newest.load(), std::atoi(id.c_str() + 2));
      }
    });
  }
  for (int generation = 1; generation <= 20; ++generation) {
    file.replace(rows(generation));
    EXPECT_TRUE(comes_true([&] { return newest == generation; })) << generation;
  }
  done = true;
  for (std::thread& worker : workers) worker.join();
  EXPECT_THAT(mixed, ::testing::Each(""));
}

}  // namespace
}  // namespace copydesk::tag_entities
