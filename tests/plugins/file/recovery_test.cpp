#include "recovery.h"

#include <gmock/gmock.h>

#include "folder.h"

namespace copydesk::file {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

struct Recovery : testing::Test {
  Folder folder;
  TestFiles files;
  Names names{folder / "a.jsonl"};
  RecoveryOptions options;
  Recovered to(std::uint64_t segment, const std::string& text, bool rotate = false) {
    return recover(files, names, options,
                   {segment, text.size(), 5, rotate, Form::none, mark_of(text)});
  }
  std::string why(const std::function<void()>& body) {
    try {
      body();
    } catch (const Refusal& e) {
      return e.what();
    }
    return "nothing was refused";
  }
};

TEST_F(Recovery, CutsWhatCameAfterTheCommit) {
  folder.write("a.jsonl", "one\ntwo\nthr");
  const Recovered r = to(1, "one\n");
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
  EXPECT_EQ(r.position.since, 5);
  EXPECT_EQ(r.last, "one\n");
}

TEST_F(Recovery, RefusesAFileShorterThanItsPosition) {
  folder.write("a.jsonl", "on");
  const std::string text = why([&] { to(1, "one\n"); });
  EXPECT_THAT(text, HasSubstr("a.jsonl has 2 bytes, but 4 bytes are committed"));
  EXPECT_THAT(text, HasSubstr("another name"));
  EXPECT_EQ(folder.read("a.jsonl"), "on");
}

TEST_F(Recovery, RefusesAFileThatIsNotTheCommittedOne) {
  folder.write("a.jsonl", "eno\nlonger than that\n");
  EXPECT_THAT(why([&] { to(1, "one\n"); }), HasSubstr("is not the file that was committed"));
  EXPECT_EQ(folder.read("a.jsonl"), "eno\nlonger than that\n");
}

TEST_F(Recovery, RefusesATailLongerThanItsLimit) {
  options.max_tail = 10;
  folder.write("a.jsonl", "one\n" + std::string(11, 'x'));
  const std::string text = why([&] { to(1, "one\n"); });
  EXPECT_THAT(text, HasSubstr("has 15 bytes, of which 4 bytes are committed"));
  EXPECT_THAT(text, HasSubstr("max_tail (10 bytes)"));
  folder.write("a.jsonl", "one\n" + std::string(6, 'x'));
  folder.write(".a.jsonl.000002", "55555");
  EXPECT_THAT(why([&] { to(1, "one\n"); }), HasSubstr("max_tail"));
  EXPECT_TRUE(folder.has(".a.jsonl.000002"));
}

TEST_F(Recovery, RefusesAMissingFile) {
  EXPECT_THAT(why([&] { to(1, "one\n"); }),
              HasSubstr("a.jsonl is missing, but 4 bytes of it are committed"));
  EXPECT_THAT(why([&] { to(1, "one\n", true); }), HasSubstr("are missing"));
}

TEST_F(Recovery, RefusesAStateOlderThanTheOutput) {
  folder.write("a.000001.jsonl", "one\ntwo\n");
  folder.write("a.jsonl", "one\nnew\n");
  EXPECT_THAT(why([&] { to(1, "one\n"); }), HasSubstr("the state is older than the output"));
}

TEST_F(Recovery, RefusesAStateOlderThanTheOutputThatEndsASegment) {
  folder.write("a.000001.jsonl", "one\n");
  folder.write("a.000002.jsonl", "two\n");
  folder.write("a.jsonl", "three\n");
  EXPECT_THAT(why([&] { to(1, "one\n", true); }),
              HasSubstr("a.000002.jsonl is finished, but the state says"));
  EXPECT_EQ(folder.read("a.jsonl"), "three\n");
}

TEST_F(Recovery, RefusesAnotherCompression) {
  options.form = Form::gzip;
  EXPECT_THAT(why([&] { to(1, ""); }),
              HasSubstr("was written with compress: none, now it is gzip"));
}

TEST_F(Recovery, RefusesLinksAndThingsThatAreNoFiles) {
  folder.write("b", "");
  std::filesystem::create_symlink(folder / "b", folder / "a.jsonl");
  EXPECT_THROW(begin(files, names, options, 1), Refusal);
  std::filesystem::remove(folder / "a.jsonl");
  std::filesystem::create_directory(folder / "a.jsonl");
  EXPECT_THROW(begin(files, names, options, 1), Refusal);
}

TEST_F(Recovery, ForgetsARotationThatWasNotCommitted) {
  folder.write("a.jsonl", "one\ntwo\n");
  folder.write(".a.jsonl.000002", "three\n");
  to(1, "one\n");
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl"));
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
}

TEST_F(Recovery, DoesACommittedRotationToItsEndFromEveryStep) {
  const auto expect_done = [&] {
    EXPECT_EQ(to(1, "one\n", true).position.segment, 2u);
    EXPECT_THAT(folder.names(), ElementsAre("a.000001.jsonl", "a.jsonl"));
    EXPECT_EQ(folder.read("a.000001.jsonl"), "one\n");
    EXPECT_EQ(folder.read("a.jsonl"), "");
  };
  folder.write("a.jsonl", "one\n");  // before the first rename
  folder.write(".a.jsonl.000002", "two\n");
  expect_done();
  std::filesystem::rename(folder / "a.jsonl", folder / ".a.jsonl.000002");  // between the two
  expect_done();
  folder.write("a.jsonl", "two\n");  // after both
  expect_done();
  folder.write("a.jsonl", "two\n");  // after both, in the middle of the next rotation
  folder.write(".a.jsonl.000003", "three\n");
  expect_done();
  // a first rename by link, without its unlink
  std::filesystem::rename(folder / "a.jsonl", folder / ".a.jsonl.000002");
  std::filesystem::create_hard_link(folder / "a.000001.jsonl", folder / "a.jsonl");
  expect_done();
  // likewise the second
  std::filesystem::create_hard_link(folder / "a.jsonl", folder / ".a.jsonl.000002");
  expect_done();
}

TEST_F(Recovery, AFinishedSegmentMayHaveBeenTakenAway) {
  for (const char* running : {"", "new\n", "longer than the one before\n"}) {
    folder.write("a.jsonl", running);
    const Recovered r = to(1, "one\n", true);
    EXPECT_EQ(r.position.segment, 2u);
    EXPECT_EQ(r.position.length, 0u);
    EXPECT_THAT(folder.names(), ElementsAre("a.jsonl"));
    EXPECT_EQ(folder.read("a.jsonl"), "");
  }
  folder.write("a.jsonl", "one\n");  // not taken: its next file is what is missing
  EXPECT_EQ(to(1, "one\n", true).position.segment, 2u);
  EXPECT_THAT(folder.names(), ElementsAre("a.000001.jsonl", "a.jsonl"));
}

TEST_F(Recovery, NeverOverwritesAFinishedName) {
  folder.write("a.jsonl", "one\n");
  folder.write(".a.jsonl.000002", "two\n");
  folder.write("a.000001.jsonl", "somebody's");
  EXPECT_THAT(why([&] { to(1, "one\n", true); }), HasSubstr("a.000001.jsonl is in the way"));
  EXPECT_EQ(folder.read("a.000001.jsonl"), "somebody's");
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
}

TEST_F(Recovery, AFreshStateRefusesAFileThatIsThere) {
  folder.write("a.jsonl", "one\n");
  EXPECT_THAT(why([&] { begin(files, names, options, 1); }),
              HasSubstr("existing: append or existing: set_aside"));
  folder.write("a.jsonl", "");
  EXPECT_EQ(begin(files, names, options, 1).position.length, 0u);
}

TEST_F(Recovery, AFreshStateAppendsAfterAWholeLine) {
  options.existing = Existing::append;
  folder.write("a.jsonl", "one");
  EXPECT_EQ(begin(files, names, options, 1).position.length, 4u);
  EXPECT_EQ(begin(files, names, options, 1).position.length, 4u);
  EXPECT_EQ(folder.read("a.jsonl"), "one\n");
  options.form = Form::gzip;
  EXPECT_THAT(why([&] { begin(files, names, options, 1); }), HasSubstr("is not gzip"));
}

TEST_F(Recovery, AFreshStateSetsAside) {
  options.existing = Existing::set_aside;
  folder.write("a.jsonl", "one\n");
  begin(files, names, options, 1'735'689'600'000'000'000);
  folder.write("a.jsonl", "two\n");
  folder.write(".a.jsonl.000009", "three\n");
  begin(files, names, options, 1'735'689'600'000'000'000);
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl", "a.jsonl.before-20250101T000000Z",
                                          "a.jsonl.before-20250101T000000Z-1",
                                          "a.jsonl.before-20250101T000000Z-2"));
  EXPECT_EQ(folder.read("a.jsonl.before-20250101T000000Z"), "one\n");
}

TEST_F(Recovery, AFreshStateNeverReusesANumber) {
  folder.write("a.000041.jsonl", "");
  EXPECT_EQ(begin(files, names, options, 1).position.segment, 42u);
}

}  // namespace
}  // namespace copydesk::file
