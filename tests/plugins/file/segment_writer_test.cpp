#include "segment_writer.h"

#include <gmock/gmock.h>

#include "folder.h"

namespace copydesk::file {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

struct Writer : testing::Test {
  Folder folder;
  TestFiles files;
  std::vector<std::string> warnings;
  WriterOptions options;
  std::optional<SegmentWriter> writer;
  SegmentWriter& start(Form form = Form::none) {
    options.path = folder / "a.jsonl";
    options.recovery.form = form;
    writer.emplace(files, options, [this](std::string_view text) { warnings.emplace_back(text); });
    writer->open(std::nullopt, 1);
    writer->committed(writer->flush(1));
    return *writer;
  }
  Position commit(std::int64_t now = 1) {
    const Position p = writer->flush(now);
    writer->committed(p);
    return p;
  }
};

TEST_F(Writer, AFullDiskUndoesTheBatchAndItIsWrittenLater) {
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  int left = 2;
  files.fail = [&](const std::string& op) { return op == "write" && left-- > 0 ? ENOSPC : 0; };
  try {
    write_batch(w, {"two", "three"});
    FAIL();
  } catch (const Trouble& e) {
    EXPECT_THAT(e.what(), HasSubstr("a.jsonl: write: No space left on device"));
  }
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
  EXPECT_THROW(write_batch(w, {"two", "three"}), Trouble);
  write_batch(w, {"two", "three"});
  EXPECT_EQ(commit().length, 14u);
  EXPECT_EQ(folder.read("a.jsonl"), "one\ntwo\nthree\n");
}

TEST_F(Writer, AFileThatIsTakenAwayCutOrReplacedUnderItsHandsIsNotCommittedInto) {
  const auto remove = [this] { std::filesystem::remove(folder / "a.jsonl"); };
  const auto cut = [this] { std::filesystem::resize_file(folder / "a.jsonl", 0); };
  const auto rename = [this] {
    std::filesystem::rename(folder / "a.jsonl", folder / "a.jsonl.1");
    folder.write("a.jsonl", "");
  };
  const auto append = [this] {
    std::ofstream(folder / "a.jsonl", std::ios::app) << "a line that is longer than ours\n";
  };
  options.recovery.existing = Existing::set_aside;
  int i = 0;
  for (const auto& disturb : std::vector<std::function<void()>>{remove, cut, rename, append}) {
    SegmentWriter& w = start();
    write_batch(w, {"one"});
    const Position before = commit();
    write_batch(w, {"two"});
    disturb();
    try {
      (void)w.flush(1);
      ADD_FAILURE() << i;
    } catch (const Trouble& e) {
      EXPECT_THAT(e.what(), HasSubstr("a.jsonl was removed, replaced or changed"));
    }
    EXPECT_THROW(write_batch(w, {"three"}), Trouble) << i;
    if (i == 1) {  // cut, and then written behind where it ended
      std::filesystem::resize_file(folder / "a.jsonl", 4);
      folder.write("a.jsonl", "one\n");
      w.open(before, 1);
      disturb();
      EXPECT_THROW(write_batch(w, {"a line"}), Refusal);
      EXPECT_EQ(folder.read("a.jsonl"), "");
    }
    if (i++ < 3) {
      EXPECT_THROW(w.open(before, 1), Refusal) << i;
    } else {
      w.open(before, 1);
      EXPECT_EQ(folder.read("a.jsonl"), "one\n");
    }
    writer.reset();
  }
}

TEST_F(Writer, AStateThatKnowsLessThanWasCommittedIsRefused) {
  options.rotate_bytes = 9;
  SegmentWriter& w = start();
  std::vector<Position> past;
  for (const char* line : {"one", "two", "three", "four"}) {
    write_batch(w, {line});
    past.push_back(commit());
  }
  const std::string running = folder.read("a.jsonl");
  writer.reset();
  for (const Position& older : {past[0], past[1], past[2]}) {
    SegmentWriter again(files, options, [](std::string_view) {});
    try {
      again.open(older, 1);
      ADD_FAILURE() << to_text(older);
    } catch (const Refusal& e) {
      EXPECT_THAT(e.what(), HasSubstr("the state is older than the output"));
      EXPECT_THAT(e.what(), HasSubstr(".a.jsonl.lock"));
    }
  }
  EXPECT_EQ(folder.read("a.jsonl"), running);
  SegmentWriter again(files, options, [](std::string_view) {});
  again.open(past.back(), 1);
}

TEST_F(Writer, WhatTheLockFileSaysIsTakenOnlyWhole) {
  write_batch(start(), {"one"});
  const Position first = commit();
  write_batch(*writer, {"two"});
  commit();
  writer.reset();
  const std::string whole = folder.read(".a.jsonl.lock").substr(0, 30);
  const std::size_t end = whole.find("committed 1 8\n");
  ASSERT_NE(end, std::string::npos) << whole;
  for (std::size_t size = 0; size < end + 13; ++size) {
    folder.write(".a.jsonl.lock", whole.substr(0, size));
    LockFile lock;
    lock.take(files, folder / ".a.jsonl.lock", "");
    EXPECT_EQ(lock.reach(), Reach()) << size;
  }
  folder.write(".a.jsonl.lock", "4711");  // as written by an earlier version
  SegmentWriter again(files, options, [](std::string_view) {});
  again.open(first, 1);
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
}

TEST_F(Writer, ATornWriteThatCouldNotBeCutIsCutBeforeTheNext) {
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  bool sick = true;
  files.fail = [&](const std::string& op) {
    return sick && (op == "write" || op == "truncate") ? EIO : 0;
  };
  EXPECT_THROW(write_batch(w, {"a much longer line"}), Trouble);
  EXPECT_NE(folder.read("a.jsonl"), "one\n");
  EXPECT_THROW(w.flush(1), Trouble);
  sick = false;
  write_batch(w, {"x"});
  commit();
  EXPECT_EQ(folder.read("a.jsonl"), "one\nx\n");
}

TEST_F(Writer, ABatchInSeveralPiecesIsUndoneAsAWhole) {
  options.spill_bytes = 4;
  for (const Form form : {Form::none, Form::gzip, Form::zstd}) {
    options.recovery.existing = Existing::set_aside;
    SegmentWriter& w = start(form);
    write_batch(w, {"one"});
    int writes = 0;
    files.fail = [&](const std::string& op) { return op == "write" && ++writes == 3 ? ENOSPC : 0; };
    EXPECT_THROW(write_batch(w, {"four", "five", "six", "seven"}), Trouble);
    files.fail = [](const std::string&) { return 0; };
    write_batch(w, {"four", "five"});
    w.open(commit(), 1);  // the mark of the position knows nothing of what was undone
    EXPECT_EQ(unpacked(form, folder.read("a.jsonl")), "one\nfour\nfive\n");
    writer.reset();
  }
}

TEST_F(Writer, ABatchThatBreaksAfterAPieceIsCutAway) {
  options.spill_bytes = 4;
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  w.begin(1);
  w.lines() += "a piece that is written at once\n";
  w.spill_if_full();
  w.abort();
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
  w.open(commit(), 1);
}

TEST_F(Writer, SmallBatchesShareAFrameAndSurviveAFullDisk) {
  SegmentWriter& w = start(Form::gzip);
  write_batch(w, {"one"});
  write_batch(w, {"two"});
  EXPECT_EQ(unpacked(Form::gzip, folder.read("a.jsonl")), "");
  int left = 1;
  files.fail = [&](const std::string& op) { return op == "write" && left-- > 0 ? ENOSPC : 0; };
  EXPECT_THROW(w.flush(1), Trouble);
  commit();
  EXPECT_EQ(unpacked(Form::gzip, folder.read("a.jsonl")), "one\ntwo\n");
}

TEST_F(Writer, ACompressedSegmentWithoutArticlesIsWholeToo) {
  options.rotate_bytes = 1;
  for (const Form form : {Form::gzip, Form::zstd}) {
    const auto is_empty = [&] {
      return !folder.read("a.jsonl").empty() && unpacked(form, folder.read("a.jsonl")).empty();
    };
    options.recovery.max_tail = 0;  // the empty frame is no tail
    SegmentWriter& w = start(form);
    EXPECT_TRUE(is_empty());
    w.open(std::nullopt, 1);  // an earlier start that committed nothing
    EXPECT_TRUE(is_empty());
    w.open(commit(), 1);
    EXPECT_TRUE(is_empty());
    write_batch(w, {"x"});
    const Position end = commit();
    EXPECT_TRUE(end.rotate);
    EXPECT_TRUE(is_empty());
    w.open(end, 1);
    EXPECT_TRUE(is_empty());
    writer.reset();
    for (const std::string& name : folder.names()) {
      EXPECT_EQ(unpacked(form, folder.read(name)), name == "a.jsonl" ? "" : "x\n");
      std::filesystem::remove(folder / name);
    }
  }
}

TEST_F(Writer, AnEmptyFrameThatCannotBeWrittenIsLeftOut) {
  bool sick = true;
  files.fail = [&](const std::string& op) { return sick && op == "write" ? ENOSPC : 0; };
  SegmentWriter& w = start(Form::zstd);
  sick = false;
  write_batch(w, {"one"});
  const Position p = commit();
  EXPECT_EQ(p.length, folder.read("a.jsonl").size());
  EXPECT_EQ(unpacked(Form::zstd, folder.read("a.jsonl")), "one\n");
}

TEST_F(Writer, AFailedFsyncIsNeverTriedAgainOnTheSameDescriptor) {
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  const Position p = commit();
  write_batch(w, {"two"});
  bool sick = true;
  files.fail = [&](const std::string& op) { return sick && op == "sync" ? EIO : 0; };
  EXPECT_THROW(w.flush(1), Trouble);
  sick = false;
  const int syncs = files.counts["sync"];
  EXPECT_THROW(w.flush(1), Trouble);
  EXPECT_THROW(write_batch(w, {"three"}), Trouble);
  EXPECT_EQ(files.counts["sync"], syncs);
  w.open(p, 1);
  write_batch(w, {"two"});
  commit();
  EXPECT_EQ(folder.read("a.jsonl"), "one\ntwo\n");
}

TEST_F(Writer, OpenOnAnOpenWriterIsARewind) {
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  const Position p = commit();
  write_batch(w, {"two"});
  (void)w.flush(1);
  write_batch(w, {"three"});
  w.open(p, 1);
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
}

TEST_F(Writer, FlushWithoutNewLinesSyncsNothing) {
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  const Position p = commit();
  const int syncs = files.counts["sync"];
  EXPECT_EQ(commit(), p);
  EXPECT_EQ(files.counts["sync"], syncs);
}

TEST_F(Writer, RotatesBySizeOnlyWhenTheCommitIsKnown) {
  options.rotate_bytes = 8;
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  EXPECT_FALSE(commit().rotate);
  const Position before = w.flush(1);
  write_batch(w, {"two"});
  const Position p = w.flush(1);
  EXPECT_TRUE(p.rotate);
  w.committed(before);
  write_batch(w, {"three and more"});
  EXPECT_FALSE(w.flush(1).rotate) << "the forerunner has not got its name yet";
  EXPECT_THAT(folder.names(), ElementsAre(".a.jsonl.000002", "a.jsonl"));
  w.committed(p);
  EXPECT_THAT(folder.names(), ElementsAre("a.000001.jsonl", "a.jsonl"));
  EXPECT_EQ(folder.read("a.000001.jsonl"), "one\ntwo\n");
  EXPECT_EQ(folder.read("a.jsonl"), "three and more\n");
  EXPECT_EQ(w.segments_finished(), 1u);
}

TEST_F(Writer, ALaterCommitFinishesAnEarlierRotation) {
  options.rotate_bytes = 4;
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  (void)w.flush(1);
  write_batch(w, {"two"});
  const Position later = w.flush(1);
  w.open(later, 1);
  EXPECT_EQ(folder.read("a.000001.jsonl"), "one\n");
  EXPECT_EQ(folder.read("a.jsonl"), "two\n");
}

TEST_F(Writer, RotatesByAgeOfTheFirstWrite) {
  options.rotate_ns = 100;
  SegmentWriter& w = start();
  EXPECT_FALSE(commit(5000).rotate);
  write_batch(w, {"one"}, 5000);
  EXPECT_FALSE(commit(5099).rotate);
  w.open(w.flush(5099), 5099);
  EXPECT_TRUE(commit(5100).rotate) << "the age is kept over a restart";
  write_batch(w, {"two"}, 5100);
  EXPECT_FALSE(commit(5199).rotate);
}

TEST_F(Writer, ATakenNumberIsSkipped) {
  options.rotate_bytes = 4;
  SegmentWriter& w = start();
  folder.write("a.000001.jsonl", "somebody's");
  write_batch(w, {"one"});
  const Position p = commit();
  EXPECT_EQ(p.segment, 2u);
  EXPECT_EQ(folder.read("a.000001.jsonl"), "somebody's");
  EXPECT_EQ(folder.read("a.000002.jsonl"), "one\n");
  w.open(p, 1);
  EXPECT_THAT(folder.names(), ElementsAre("a.000001.jsonl", "a.000002.jsonl", "a.jsonl"));
}

TEST_F(Writer, AFileInTheWayIsToldAndWritingGoesOn) {
  options.rotate_bytes = 4;
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  const Position p = w.flush(1);
  folder.write("a.000001.jsonl", "somebody's");
  w.committed(p);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("a.000001.jsonl is in the way"));
  write_batch(w, {"two"});
  const Position q = commit();
  EXPECT_EQ(folder.read("a.000001.jsonl"), "somebody's");
  std::filesystem::remove(folder / "a.000001.jsonl");
  w.open(q, 1);
  EXPECT_EQ(folder.read("a.000001.jsonl"), "one\n");
  EXPECT_EQ(folder.read("a.jsonl"), "two\n");
}

TEST_F(Writer, ARotationIsPutOffWhenTheNextFileCannotBeMade) {
  options.rotate_bytes = 4;
  SegmentWriter& w = start();
  write_batch(w, {"one"});
  bool full = true;
  files.fail = [&](const std::string& op) { return full && op == "open" ? ENOSPC : 0; };
  EXPECT_FALSE(commit().rotate);
  EXPECT_EQ(warnings.size(), 1u);
  full = false;
  EXPECT_TRUE(commit().rotate);
}

TEST_F(Writer, TwoWritersCannotShareAFile) {
  start();
  SegmentWriter second(files, options, [](std::string_view) {});
  try {
    second.open(std::nullopt, 1);
    FAIL();
  } catch (const Refusal& e) {
    EXPECT_THAT(e.what(), HasSubstr("is written by another sink (process " +
                                    std::to_string(::getpid()) + ")"));
  }
  writer->close();
  second.open(std::nullopt, 1);
}

}  // namespace
}  // namespace copydesk::file
