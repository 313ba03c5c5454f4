// What becomes of files when their records are final.
#include <gmock/gmock.h>

#include "fixture.h"

namespace copydesk::directory {
namespace {

using ::testing::IsEmpty;

TEST(DirectorySettle, ActsByTheOutcome) {
  TempFolder dir;
  write_file(dir / "a.txt", "good");
  Desk desk(dir.path(), false, {{"after.delivered", "delete"}, {"after.dead_letter", "move:bad"}});
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"good"}));
  EXPECT_EQ(names_in(dir.path()), Texts({"a.txt"}));
  desk.settle_all();
  EXPECT_THAT(names_in(dir.path()), IsEmpty());
  write_file(dir / "b.txt", "bad");
  EXPECT_EQ(desk.drained(), Texts({"bad"}));
  desk.settle_all(CD_DELIVERED | CD_DEAD_LETTER);
  EXPECT_EQ(names_in(dir / "bad"), Texts({"b.txt"}));
  desk.later(100);
  EXPECT_THAT(desk.drained(), IsEmpty());  // the target is not read
  desk.settle_all();
  EXPECT_EQ(desk.harness().component().source().known_files(), 0u);
}

TEST(DirectorySettle, GivesNoTokenWhereNothingIsOwed) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  Desk desk(dir.path());
  desk.later(11);
  desk.drain();
  EXPECT_THAT(desk.harness().commit(), IsEmpty());
}

TEST(DirectorySettle, AFileRewrittenMeanwhileStaysAndComesAgain) {
  TempFolder dir;
  write_file(dir / "a.txt", "first");
  Desk desk(dir.path(), false, {{"after.delivered", "delete"}});
  desk.later(11);
  desk.drain();
  EXPECT_EQ(desk.texts(), Texts({"first"}));
  const auto tokens = desk.harness().commit();
  write_file(dir / "a.txt", "later");
  desk.harness().settle(tokens);
  EXPECT_EQ(read_back(dir / "a.txt"), "later");
  EXPECT_EQ(desk.drained(), Texts({"later"}));
  desk.settle_all();
  EXPECT_THAT(names_in(dir.path()), IsEmpty());
}

TEST(DirectorySettle, FindsAFileThatWasRenamedWithinTheTree) {
  TempFolder dir;
  for (const char* name : {"a.txt", "b.txt"}) write_file(dir / name, name);
  Desk desk(dir.path(), false, {{"after.delivered", "delete"}});
  desk.later(11);
  desk.drain();
  const auto tokens = desk.harness().commit();
  fs::rename(dir / "a.txt", dir / "x.txt");
  desk.drain();  // heard before the settlement
  fs::rename(dir / "b.txt", dir / "y.txt");
  desk.harness().settle(tokens);  // heard after it
  EXPECT_EQ(names_in(dir.path()), Texts({"y.txt"}));
  desk.drain();
  desk.later(100);
  desk.drain();
  EXPECT_THAT(names_in(dir.path()), IsEmpty());
  EXPECT_EQ(desk.texts(), Texts({"a.txt", "b.txt"}));
}

TEST(DirectorySettle, IsRedoneAfterACrash) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  Desk desk(dir.path(), false, {{"after.delivered", "move:done"}});
  desk.later(11);
  desk.drain();
  const auto tokens = desk.harness().commit();
  desk.harness().component().source().after().at_step = [](const char* step) {
    if (std::string_view(step) == "renamed") throw std::runtime_error("crash");
  };
  desk.harness().settle(tokens);
  desk.restart();  // gives the private name back
  EXPECT_EQ(names_in(dir.path()), Texts({"a.txt"}));
  desk.harness().settle(tokens);
  EXPECT_EQ(names_in(dir / "done"), Texts({"a.txt"}));
  desk.harness().settle(tokens);
  desk.later(200);
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectorySettle, TargetsAreResolvedByTheDaemonAndNotReadInsideTheFolder) {
  int found = 0;
  for (const cd_option& option : Directory::kOptions) {
    if (!std::string_view(option.key).starts_with("after.")) continue;
    ++found;
    EXPECT_EQ(option.type, CD_OPTION_PATH);
    EXPECT_STREQ(option.allowed, "keep|delete|move:");
  }
  EXPECT_EQ(found, 2);
  TempFolder dir;
  write_file(dir / "in/a.txt", "a");
  Desk desk(dir / "in", false, {{"after.delivered", "move:" + (dir / "in/done")}});
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
  desk.settle_all();
  EXPECT_EQ(names_in(dir / "in/done"), Texts({"a.txt"}));
  desk.later(200);
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectorySettle, LineFilesGoOnlyWhenClosedAndIdle) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"after.delivered", "delete"}});
  write_file(dir / "a.jsonl", "one\n");
  EXPECT_EQ(desk.drained(), Texts({"one"}));
  EXPECT_THAT(desk.harness().commit(), IsEmpty());
  append_file(dir / "a.jsonl", "two\n");
  desk.later(5);
  EXPECT_EQ(desk.drained(), Texts({"two"}));
  EXPECT_THAT(desk.harness().commit(), IsEmpty());
  desk.later(11);
  desk.drain();
  const auto tokens = desk.harness().commit();
  ASSERT_EQ(tokens.size(), 1u);
  append_file(dir / "a.jsonl", "three\n");  // it goes on after all
  desk.harness().settle(tokens);
  EXPECT_EQ(names_in(dir.path()), Texts({"a.jsonl"}));
  EXPECT_EQ(desk.drained(), Texts({"three"}));
  desk.later(30);
  desk.drain();
  desk.settle_all();
  EXPECT_THAT(names_in(dir.path()), IsEmpty());
}

TEST(DirectorySettle, ATokenWithoutRecordsIsRepeatedByARewind) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"after.delivered", "delete"}});
  write_file(dir / "a.jsonl", "one\n");
  desk.drain();
  desk.harness().commit();
  desk.later(11);
  desk.drain();  // the token is out, not committed
  desk.rewind();
  EXPECT_THAT(desk.drained(), IsEmpty());
  desk.settle_all();
  EXPECT_THAT(names_in(dir.path()), IsEmpty());
}

TEST(DirectorySettle, TriesAgainWhatCouldNotBeDone) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  write_file(dir / "done", "a file where the folder should be");
  Desk desk(dir.path(), false, {{"after.delivered", "move:done"}});
  desk.later(11);
  desk.drain();
  desk.settle_all();
  EXPECT_TRUE(fs::exists(dir / "a.txt"));
  EXPECT_THAT(desk.harness().host().log_text(), ::testing::HasSubstr("could not be put away"));
  EXPECT_EQ(desk.harness().host().statuses().back(), "1 file could not be put away");
  EXPECT_EQ(desk.harness().host().still_kept(), 1u);
  fs::remove(dir / "done");
  desk.later(100);
  desk.drain();
  EXPECT_EQ(names_in(dir / "done"), Texts({"a.txt"}));
  EXPECT_EQ(desk.harness().host().statuses().back(), "");
  EXPECT_EQ(desk.harness().host().still_kept(), 0u);
}

TEST(DirectorySettle, KeepsOwedWhatCouldNotBeDoneUntilAnotherStartCan) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  write_file(dir / "b.txt", "b");
  write_file(dir / "done", "a file where the folder should be");
  Desk desk(dir.path(), true, {{"after.delivered", "move:done"}});
  desk.later(11);
  desk.drain();
  EXPECT_TRUE(desk.ended());
  const auto tokens = desk.harness().commit();
  desk.harness().settle(tokens);
  EXPECT_EQ(desk.harness().host().take_unsettled(), std::vector<std::uint32_t>({0, 1}));
  desk.restart();
  desk.harness().settle(tokens);  // as at every start, while they are owed
  EXPECT_EQ(desk.harness().host().take_unsettled(), std::vector<std::uint32_t>({0, 1}));
  fs::remove(dir / "done");
  desk.restart();
  desk.harness().settle(tokens);
  EXPECT_THAT(desk.harness().host().take_unsettled(), IsEmpty());
  EXPECT_EQ(names_in(dir / "done"), Texts({"a.txt", "b.txt"}));
  EXPECT_THAT(desk.drained(), IsEmpty());
}

// Whoever mends the configuration does not mean the files of before to go where they could not go.
TEST(DirectorySettle, WhatCannotBeDoneIsDoneAsTheOptionsSayNow) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  write_file(dir / "done", "a file where the folder should be");
  Desk before(dir.path(), true, {{"after.delivered", "move:done"}});
  before.later(11);
  before.drain();
  const auto tokens = before.harness().commit();
  before.harness().settle(tokens);
  EXPECT_TRUE(fs::exists(dir / "a.txt"));
  Desk desk(dir.path(), true, {{"after.delivered", "move:archive"}});
  desk.later(11);
  desk.drain();
  desk.harness().settle(tokens);
  EXPECT_THAT(desk.harness().host().take_unsettled(), IsEmpty());
  EXPECT_EQ(names_in(dir / "archive"), Texts({"a.txt"}));
}

}  // namespace
}  // namespace copydesk::directory
