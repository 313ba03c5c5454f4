#include "file_sink.h"

#include <gmock/gmock.h>
#include <copydesk/testing.hpp>

#include "folder.h"

namespace copydesk::file {
namespace {
using copydesk::testing::article;
using copydesk::testing::SinkHarness;
using copydesk::testing::StepFailed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(FileSink, WritesOneJsonObjectALine) {
  const Folder folder;
  SinkHarness<File> h({{"path", folder / "out/articles.jsonl"}});
  const auto answer = h.write({article("a").title("T"), article("b").body("x\ny")});
  EXPECT_EQ(answer.done, CD_OK);
  EXPECT_TRUE(answer.results.empty());
  EXPECT_EQ(folder.read("out/articles.jsonl"),
            "{\"id\":\"a\",\"title\":\"T\"}\n{\"id\":\"b\",\"body\":\"x\\ny\"}\n");
  EXPECT_EQ(h.host().count("written_bytes"), folder.read("out/articles.jsonl").size());
}

TEST(FileSink, ARestartUndoesWhatWasNotCommitted) {
  const Folder folder;
  SinkHarness<File> h({{"path", folder / "a.jsonl"}});
  h.write({article("a")});
  h.flush_and_commit();
  h.write({article("b")});
  h.flush();
  h.restart();
  EXPECT_EQ(folder.read("a.jsonl"), "{\"id\":\"a\"}\n");
  h.write({article("c")});
  h.rewind();
  EXPECT_EQ(folder.read("a.jsonl"), "{\"id\":\"a\"}\n");
}

TEST(FileSink, RotatesAndCompresses) {
  const Folder folder;
  SinkHarness<File> h(
      {{"path", folder / "a.jsonl.zst"}, {"rotate.size", "1KiB"}, {"rotate.every", "1h"}});
  h.write({article("a")});
  h.flush_and_commit();
  h.host().pass(3'600'000'000'000);
  h.write({article("b")});
  h.flush_and_commit();
  h.write({article("c")});
  h.flush_and_commit();
  EXPECT_THAT(folder.names(), ElementsAre("a.000001.jsonl.zst", "a.jsonl.zst"));
  EXPECT_EQ(unpacked(Form::zstd, folder.read("a.000001.jsonl.zst")),
            "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  EXPECT_EQ(unpacked(Form::zstd, folder.read("a.jsonl.zst")), "{\"id\":\"c\"}\n");
  EXPECT_EQ(h.host().count("finished_segments"), 1u);
}

TEST(FileSink, ACommitItNeverHeardOfIsHonouredOnStart) {
  const Folder folder;
  SinkHarness<File> h({{"path", folder / "a.jsonl"}, {"rotate.size", "1KiB"}});
  h.write({article("a").body(std::string(2000, 'x'))});
  h.record(h.flush());
  h.write({article("lost")});
  h.restart();
  EXPECT_THAT(folder.names(), ElementsAre("a.000001.jsonl", "a.jsonl"));
  EXPECT_EQ(folder.read("a.jsonl"), "");
}

TEST(FileSink, WhatAPersonMustMendIsFatalAndSaysHow) {
  const Folder folder;
  folder.write("a.jsonl", "mine\n");
  try {
    SinkHarness<File> h({{"path", folder / "a.jsonl"}});
    FAIL();
  } catch (const StepFailed& e) {
    EXPECT_EQ(e.status, CD_FATAL);
    EXPECT_THAT(e.why, HasSubstr("existing: append"));
  }
  SinkHarness<File> h({{"path", folder / "a.jsonl"}, {"existing", "append"}});
  h.write({article("a")});
  EXPECT_EQ(folder.read("a.jsonl"), "mine\n{\"id\":\"a\"}\n");
  EXPECT_THROW(h.restart_on("nonsense"), StepFailed);
}

TEST(FileSink, APathThatIsAFolderIsAWrongConfiguration) {
  try {
    SinkHarness<File> h({{"path", "/somewhere/"}});
    FAIL();
  } catch (const StepFailed& e) {
    EXPECT_EQ(e.status, CD_CONFIG);
  }
}

TEST(FileSink, ALargeBatchIsWrittenInPieces) {
  const Folder folder;
  SinkHarness<File> h({{"path", folder / "a.jsonl"}});
  std::vector<copydesk::testing::OwnedArticle> articles;
  for (int i = 0; i < 12; ++i)
    articles.push_back(article(std::to_string(i)).body(std::string(1 << 20, 'x')));
  h.write(articles);
  h.flush_and_commit();
  EXPECT_EQ(std::filesystem::file_size(folder / "a.jsonl"), h.host().count("written_bytes"));
  EXPECT_GT(h.host().count("written_bytes"), 12u << 20);
}

}  // namespace
}  // namespace copydesk::file
