// Whole documents: ready, changed, in which order, once.
#include <gmock/gmock.h>

#include <set>

#include "fixture.h"

namespace copydesk::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(DirectoryOnce, TakesWhatLiesThereInPathOrderAndEnds) {
  TempFolder dir;
  for (const char* name :
       {"b.txt", "a/z.html", "a.txt", "a-1.json", ".hidden.txt", "c.tmp", "x.pdf"})
    write_file(dir / name, name);
  Desk desk(dir.path(), true);
  desk.later(11);
  desk.drain();
  EXPECT_TRUE(desk.ended());
  const auto records = desk.fresh();
  ASSERT_EQ(records.size(), 4u);
  const Texts formats{records[0].format, records[1].format, records[2].format, records[3].format};
  EXPECT_EQ(formats, Texts({"json", "text", "html", "text"}));
  EXPECT_EQ(records[2].payload, "a/z.html");
  EXPECT_EQ(records[2].text("source.path"), dir / "a/z.html");
  EXPECT_EQ(records[2].position, 0u);
}

TEST(DirectoryOnce, TakesExtensionsInCapitalsToo) {
  TempFolder dir;
  for (const char* name : {"A.TXT", "B.HTML", "C.JSON", "d.jsonl.gz.tmp"})
    write_file(dir / name, name);
  Desk desk(dir.path(), true);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"A.TXT", "B.HTML", "C.JSON"}));
}

TEST(DirectoryOnce, WaitsForYoungFilesAndKeepsTheOrder) {
  TempFolder dir;
  write_file(dir / "a.txt", "young");
  Desk desk(dir.path(), true);
  EXPECT_THAT(desk.drained(), IsEmpty());
  EXPECT_FALSE(desk.ended());
  EXPECT_THAT(desk.harness().host().log_text(), HasSubstr("Waits for " + (dir / "a.txt")));
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"young"}));
  EXPECT_TRUE(desk.ended());
}

TEST(DirectoryOnce, TakesTheSnapshotOfItsStartOnly) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  Desk desk(dir.path(), true);
  write_file(dir / "b.txt", "b");
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
}

TEST(DirectoryOnce, LeavesOutAFileThatStaysOpenAndSaysSo) {
  TempFolder dir;
  write_file(dir / "a.txt", "half");
  write_file(dir / "b.txt", "whole");
  const Fd writer(::open((dir / "a.txt").c_str(), O_WRONLY | O_APPEND));
  Desk desk(dir.path(), true);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"whole"}));
  EXPECT_TRUE(desk.ended());
  EXPECT_THAT(desk.harness().host().log_text(), HasSubstr("still open for writing"));
  const auto untaken = desk.harness().host().untaken();
  ASSERT_TRUE(untaken.contains("files still open for writing, for another run"));
  EXPECT_EQ(untaken.begin()->second.kind, CD_PASSED_BY);
}

TEST(DirectoryOnce, EmitsNothingTwiceAcrossRuns) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  write_file(dir / "b.txt", "b");
  Desk desk(dir.path(), true);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a", "b"}));
  desk.settle_all();
  desk.restart();
  desk.later(12);
  EXPECT_THAT(desk.drained(), IsEmpty());
  EXPECT_TRUE(desk.ended());
}

TEST(DirectoryOnce, RewindEmitsWhatIsNotCommittedAgain) {
  TempFolder dir;
  for (const char* name : {"a.txt", "b.txt", "c.txt"}) write_file(dir / name, name);
  Desk desk(dir.path(), true);
  desk.later(11);
  desk.harness().poll(1);
  EXPECT_EQ(desk.texts(), Texts({"a.txt"}));
  desk.harness().commit();
  desk.harness().poll(1);
  EXPECT_EQ(desk.texts(), Texts({"b.txt"}));
  desk.rewind();
  EXPECT_EQ(desk.drained(), Texts({"b.txt", "c.txt"}));
  EXPECT_TRUE(desk.ended());
}

TEST(DirectoryOnce, ForgetsFilesThatAreGone) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  Desk desk(dir.path(), true);
  desk.later(11);
  desk.drain();
  desk.settle_all();
  fs::remove(dir / "a.txt");
  desk.restart();
  desk.later(12);
  desk.drain();
  desk.settle_all();
  int left = 0;
  State(desk.harness().positions().raw()).scan("", [&](auto, auto) { return ++left > 0; });
  EXPECT_EQ(left, 0);
}

TEST(Directory, RefusesAMissingFolderWithItsName) {
  TempFolder dir;
  try {
    Desk desk(dir / "nowhere");
    FAIL() << "opened";
  } catch (const std::exception& e) {
    EXPECT_THAT(e.what(), HasSubstr("nowhere: cannot be read: No such file"));
  }
}

TEST(Directory, RewrittenInPlaceIsANewVersion) {
  TempFolder dir;
  write_file(dir / "a.txt", "first");
  Desk desk(dir.path());
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"first"}));
  write_file(dir / "a.txt", "other");  // same size, same inode
  desk.drain();
  const auto records = desk.fresh();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].payload, "other");
  EXPECT_EQ(records[0].position, record_position(1, 0));
  ::chmod((dir / "a.txt").c_str(), 0600);  // touched only
  fs::rename(dir / "a.txt", dir / "b.txt");
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(Directory, TellsReusedInodesApart) {
  TempFolder dir;
  Desk desk(dir.path());
  Texts expected;
  for (int i = 0; i < 1000; ++i) {
    write_file(dir / "a.txt", "text " + std::to_string(i % 3));
    expected.push_back("text " + std::to_string(i % 3));
    desk.later(0);
    desk.harness().poll();
    fs::remove(dir / "a.txt");
  }
  EXPECT_EQ(desk.texts(), expected);
  std::set<std::string> origins;
  for (const auto& r : desk.harness().records())
    origins.insert(r.partition + "@" + std::to_string(r.position));
  EXPECT_EQ(origins.size(), 1000u);
}

TEST(Directory, TakesEmptyFilesAndFilesWithOneBeginning) {
  TempFolder dir;
  write_file(dir / "0.txt", "");
  write_file(dir / "1.txt", "x");
  for (int i = 0; i < 300; ++i)
    write_file(dir / ("n" + std::to_string(i) + ".txt"),
               std::string(4096, 'n') + std::to_string(i));
  Desk desk(dir.path());
  desk.later(11);
  const Texts texts = desk.drained();
  ASSERT_EQ(texts.size(), 302u);
  EXPECT_EQ(texts[0], "");
  EXPECT_EQ(texts[1], "x");
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), 302u);
}

TEST(Directory, CopesWithStrangeEntries) {
  TempFolder dir;
  write_file(dir / "sub/a.txt", "a");
  write_file(dir / "new\nline.txt", "n");
  write_file(dir / "bad\xFF.txt", "b");
  ::mkfifo((dir / "pipe.txt").c_str(), 0600);
  fs::create_directory_symlink("..", dir / "sub/loop");
  fs::create_symlink("nowhere", dir / "dangling.txt");
  fs::create_symlink("dangling2.txt", dir / "dangling2.txt");
  fs::create_symlink("sub/a.txt", dir / "link.txt");
  fs::create_hard_link(dir / "sub/a.txt", dir / "hard.txt");
  fs::create_directories(dir / "folder.txt");
  Desk desk(dir.path());
  desk.later(11);
  desk.drain();
  const auto records = desk.fresh();
  ASSERT_EQ(records.size(), 3u);  // the file with three names once
  EXPECT_EQ(records[0].text("source.path"), dir / "bad\\xff.txt");
  EXPECT_EQ(records[1].payload, "a");
  EXPECT_EQ(records[2].text("source.path"), dir / "new\nline.txt");
}

TEST(Directory, ComplainsOnceAboutWhatItCannotRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  TempFolder dir;
  ::chmod(dir.path().c_str(), 0755);
  write_file(dir / "a.txt", "secret");
  ::chmod((dir / "a.txt").c_str(), 0);
  write_file(dir / "b.txt", "open");
  Desk desk(dir.path(), false, {{"poll", "always"}});
  ASSERT_EQ(::seteuid(65534), 0);
  desk.later(11);
  const Texts first = desk.drained();
  desk.later(100);
  desk.drain();
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(first, Texts({"open"}));
  const std::string log = desk.harness().host().log_text();
  EXPECT_EQ(log.find("a.txt: Permission denied"), log.rfind("a.txt: Permission denied"));
  EXPECT_THAT(log, HasSubstr("a.txt: Permission denied"));
  EXPECT_GE(desk.harness().host().count("unreadable_files"), 2u);
  EXPECT_THAT(desk.harness().host().statuses(), ::testing::Contains("1 unreadable file"));
  ::chmod((dir / "a.txt").c_str(), 0644);
  desk.later(200);
  EXPECT_EQ(desk.drained(), Texts({"secret"}));
}

TEST(Directory, RefusesWhatIsTooLargeCorruptOrABomb) {
  TempFolder dir;
  write_file(dir / "a.txt", std::string(5000, 'x'));
  write_file(dir / "b.txt.gz", "no gzip");
  write_file(dir / "c.txt.gz", gzip(std::string(1 << 20, 'x')));
  write_file(dir / "d.txt.zst", zstd("fine"));
  write_file(dir / "e.txt.gz", gzip("cut short").substr(0, 20));
  Desk desk(dir.path(), true, {{"limits.record", "4KiB"}, {"limits.decompressed", "2KiB"}});
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"!too_large", "!corrupt", "!bomb", "fine", "!corrupt"}));
  EXPECT_EQ(desk.harness().records()[1].text("refused.detail"),
            "damaged, or not packed as the name says: incorrect header check");
  desk.settle_all();
  desk.restart();
  desk.later(12);
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(Directory, SaysWhichOptionLetsALargeFileThrough) {
  TempFolder dir;
  write_file(dir / "a.json", "[" + std::string(5000, ' ') + "]");
  write_file(dir / "b.jsonl", std::string(5000, 'x') + "\n");
  write_file(dir / "c.txt", std::string(5000, 'x'));
  Desk desk(dir.path(), true, {{"limits.record", "4KiB"}});
  desk.later(11);
  desk.drain();
  const auto records = desk.fresh();
  ASSERT_EQ(records.size(), 3u);
  for (const testing::Record& r : records)
    EXPECT_THAT(r.text("refused.detail"),
                HasSubstr("limits.record (4096 bytes): raise it, and max_article with it"));
  EXPECT_THAT(records[0].text("refused.detail"), HasSubstr("one a line (.jsonl)"));
  EXPECT_THAT(records[2].text("refused.detail"), Not(HasSubstr("jsonl")));
}

TEST(Directory, KeepsToTheSizeOfAPoll) {
  TempFolder dir;
  for (int i = 0; i < 10; ++i)
    write_file(dir / (std::to_string(i) + ".txt"), std::string(1000, 'x'));
  Desk desk(dir.path());
  desk.later(11);
  desk.harness().poll(2500);
  EXPECT_EQ(desk.fresh().size(), 3u);
  desk.harness().host().ask_to_return(true);
  desk.harness().poll(1 << 20);
  EXPECT_EQ(desk.fresh().size(), 1u);
}

}  // namespace
}  // namespace copydesk::directory
