// Line files: followed as they grow, whole lines, from the right place.
#include <gmock/gmock.h>

#include "fixture.h"

namespace copydesk::directory {
namespace {

using ::testing::IsEmpty;

TEST(DirectoryLines, FollowsAFileThatGrows) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  Texts expected;
  for (int i = 0; i < 100; ++i) {
    const std::string line = "{\"n\":" + std::to_string(i) + "}";
    append_file(dir / "a.jsonl", line.substr(0, 4));
    desk.drain();
    append_file(dir / "a.jsonl", line.substr(4) + "\n");
    desk.drain();
    if (i % 10 == 0) desk.harness().commit();
    expected.push_back(line);
  }
  EXPECT_EQ(desk.texts(), expected);
}

TEST(DirectoryLines, SaysWhereEachLineBegan) {
  TempFolder dir;
  write_file(dir / "a.ndjson", "one\n\n three\n");
  Desk desk(dir.path(), true);
  desk.later(11);
  desk.drain();
  const auto records = desk.fresh();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].payload, " three");
  EXPECT_EQ(records[1].position, 5u);
  EXPECT_EQ(records[1].format, "json");
  ASSERT_EQ(records[1].fields.size(), 2u);
  EXPECT_EQ(records[1].fields[1].value.integer, 5);
}

TEST(DirectoryLines, AnUnterminatedLineWaitsUntilTheFileIsClosedAndIdle) {
  TempFolder dir;
  Desk desk(dir.path());
  {
    Fd writer(::open((dir / "a.jsonl").c_str(), O_WRONLY | O_CREAT, 0600));
    ASSERT_EQ(::write(writer.get(), "one\ntwo", 7), 7);
    EXPECT_EQ(desk.drained(), Texts({"one"}));
    desk.later(11);
    EXPECT_THAT(desk.drained(), IsEmpty());  // idle, but open
  }
  desk.later(30);
  EXPECT_EQ(desk.drained(), Texts({"two"}));
  append_file(dir / "a.jsonl", "\nthree\n");
  EXPECT_EQ(desk.drained(), Texts({"three"}));
}

TEST(DirectoryLines, RestartGoesOnBehindTheCommittedLine) {
  TempFolder dir;
  std::string text;
  Texts all;
  for (int i = 0; i < 2000; ++i) {
    all.push_back("{\"line\":" + std::to_string(i) + "}");
    text += all.back() + "\n";
  }
  write_file(dir / "a.jsonl", text);
  write_file(dir / "b.jsonl.gz", gzip(text.substr(0, 9000)) + gzip(text.substr(9000)));
  write_file(dir / "c.jsonl.zst", zstd(text));
  Desk desk(dir.path(), true);
  Texts committed;
  for (int round = 0; round < 5000 && !desk.ended(); ++round) {
    desk.later(11);
    if (desk.harness().poll(700) == CD_END) break;
    const Texts got = desk.texts();
    if (round % 3 == 2) {  // lost before the commit
      round % 2 == 0 ? desk.rewind() : desk.restart();
      continue;
    }
    committed.insert(committed.end(), got.begin(), got.end());
    desk.harness().commit();
  }
  Texts expected;
  for (int i = 0; i < 3; ++i) expected.insert(expected.end(), all.begin(), all.end());
  EXPECT_EQ(committed, expected);
}

TEST(DirectoryLines, RewindRepeatsTheOrderInWhichFilesGrew) {
  TempFolder dir;
  Desk desk(dir.path());
  Texts order;
  for (int i = 0; i < 20; ++i) {
    for (const char* name : {"b.jsonl", "a.jsonl"}) {
      append_file(dir / name, std::string(name) + std::to_string(i) + "\n");
      order.push_back(std::string(name) + std::to_string(i));
      desk.drain();
    }
    write_file(dir / ("d" + std::to_string(i) + ".txt"), "doc" + std::to_string(i));
    order.push_back("doc" + std::to_string(i));
    desk.drain();
    if (i == 9) desk.harness().commit();
  }
  EXPECT_EQ(desk.texts(), order);
  desk.rewind();
  EXPECT_EQ(desk.drained(), Texts(order.begin() + 30, order.end()));
  desk.harness().commit();
  desk.rewind();
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectoryLines, ARewindGoesOnWithTheFileThatIsHalfRead) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + "\n";
  write_file(dir / "a.jsonl", text);
  desk.harness().poll(1);
  Texts got = desk.texts();
  ASSERT_GT(got.size(), 0u);
  ASSERT_LT(got.size(), 1000u);
  desk.harness().commit();  // all that went out is covered
  desk.rewind();
  const Texts rest = desk.drained();
  got.insert(got.end(), rest.begin(), rest.end());
  ASSERT_EQ(got.size(), 1000u);
  EXPECT_EQ(got.back(), "999");
}

TEST(DirectoryLines, ARewindDuringAReplayForgetsNothingOfIt) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"rescan", "7d"}});
  desk.drain();
  Texts order;
  for (int i = 0; i < 10; ++i) {
    write_file(dir / ("d" + std::to_string(i) + ".txt"), "doc" + std::to_string(i));
    order.push_back("doc" + std::to_string(i));
    desk.drain();
    append_file(dir / "a.jsonl", "line" + std::to_string(i) + "\n");
    order.push_back("line" + std::to_string(i));
    desk.drain();
  }
  for (const int polls : {0, 3, 0, 6, 1}) {
    desk.rewind();
    for (int i = 0; i < polls; ++i) desk.harness().poll(1);
  }
  desk.rewind();
  EXPECT_EQ(desk.drained(), order);
}

TEST(DirectoryLines, AShorterFileOrAnotherBeginningIsANewVersion) {
  TempFolder dir;
  write_file(dir / "a.jsonl", "one\ntwo\n");
  Desk desk(dir.path());
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"one", "two"}));
  write_file(dir / "a.jsonl", "six\n");
  desk.drain();
  auto records = desk.fresh();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].position, record_position(1, 0));
  write_file(dir / "a.jsonl", "ten\nmore\n");
  desk.drain();
  records = desk.fresh();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].position, record_position(2, 4));
  fs::rename(dir / "a.jsonl", dir / "b.jsonl");
  append_file(dir / "b.jsonl", "and on\n");
  EXPECT_EQ(desk.drained(), Texts({"and on"}));
}

TEST(DirectoryLines, AFileWrittenOverWhileItIsReadBeginsAgain) {
  const auto lines = [](const std::string& word) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += word + " " + std::to_string(100'000 + i) + " and on\n";
    return text;
  };
  TempFolder dir;
  write_file(dir / "a.jsonl", lines("one"));
  Desk desk(dir.path());
  desk.later(11);
  desk.harness().poll(100'000);
  const std::size_t old_ones = desk.texts().size();
  ASSERT_GT(old_ones, 1'000u);
  ASSERT_LT(old_ones, 20'000u);
  write_file(dir / "a.jsonl", "x\n" + lines("two"));  // longer, and no line where one was
  std::size_t whole = 0;
  Texts texts = desk.drained();
  for (const std::string& text : texts) {
    if (text == "x") continue;
    ASSERT_TRUE(text.size() == 17 && text.ends_with(" and on")) << text;
    if (text.starts_with("two")) ++whole;
  }
  EXPECT_EQ(whole, 20'000u);
}

TEST(DirectoryLines, AFileWrittenOverByOneOfTheSameSizeIsReadAgain) {
  TempFolder dir;
  write_file(dir / "a.jsonl", std::string(70, '1') + "\n" + std::string(300'000, '1') + "\n");
  Desk desk(dir.path());
  desk.later(11);
  desk.harness().poll(1);  // the first line, and the beginning of the second waits in memory
  ASSERT_EQ(desk.texts().size(), 1u);
  write_file(dir / "a.jsonl", std::string(70, '1') + "\n" + std::string(300'000, '2') + "\n");
  EXPECT_EQ(desk.drained(), Texts({std::string(300'000, '2')}));
}

TEST(DirectoryLines, PassesOverALineThatIsTooLongAndGoesOn) {
  TempFolder dir;
  write_file(dir / "a.jsonl",
             "one\n" + std::string(3'000'000, 'x') + "\ntwo\n" + std::string(3'000'000, 'y'));
  Desk desk(dir.path(), false, {{"limits.record", "1MiB"}});
  EXPECT_EQ(desk.drained(), Texts({"one", "!too_large", "two", "!too_large"}));
  desk.harness().commit();
  desk.restart();
  append_file(dir / "a.jsonl", "rest\nthree\n");
  desk.later(1);
  EXPECT_EQ(desk.drained(), Texts({"three"}));
}

TEST(DirectoryLines, ATruncatedStreamIsWaitedForAndThenRefused) {
  TempFolder dir;
  std::string text;
  for (int i = 0; i < 4'000; ++i) text += "{\"n\":" + std::to_string(i * 7919) + "}\n";
  const std::string packed = gzip(text);
  Desk desk(dir.path());
  write_file(dir / "a.jsonl.gz", packed.substr(0, packed.size() / 2));
  write_file(dir / "b.jsonl.gz", packed.substr(0, packed.size() / 2));
  const std::size_t half = desk.drained().size();
  EXPECT_GT(half, 2'000u);
  append_file(dir / "a.jsonl.gz", packed.substr(packed.size() / 2));
  const std::size_t rest = desk.drained().size();
  EXPECT_EQ(half / 2 + rest, 4'000u);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"!corrupt"}));  // b, settled now
  desk.later(200);
  EXPECT_THAT(desk.drained(), IsEmpty());
  desk.settle_all();
  desk.restart();
  desk.later(300);
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectoryLines, StopsABombBehindTheLinesBeforeIt) {
  TempFolder dir;
  write_file(dir / "a.jsonl.gz", gzip("fine\n" + std::string(40u << 20, ' ') + "\n"));
  Desk desk(dir.path(), true);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"fine", "!bomb"}));
  EXPECT_TRUE(desk.ended());
}

TEST(DirectoryLines, OnceEndsAlthoughAFileIsAlwaysBeingWritten) {
  TempFolder dir;
  const Fd writer(::open((dir / "a.jsonl").c_str(), O_WRONLY | O_CREAT, 0600));
  ASSERT_EQ(::write(writer.get(), "one\nhalf", 8), 8);
  Desk desk(dir.path(), true);
  EXPECT_EQ(desk.drained(), Texts({"one"}));
  EXPECT_FALSE(desk.ended());
  ASSERT_EQ(::write(writer.get(), " done\nthen\nan", 13), 13);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"half done", "then"}));
  desk.later(30);
  desk.drain();
  EXPECT_TRUE(desk.ended());
}

}  // namespace
}  // namespace copydesk::directory
