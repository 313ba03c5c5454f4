// What lies in the folder and becomes no record: told, and not once too often.
#include <gmock/gmock.h>

#include "fixture.h"

namespace copydesk::directory {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Directory, TellsWhatNoPatternTakesOnceInTheLogAndAlwaysInTheStatus) {
  TempFolder dir, elsewhere;
  write_file(dir / "a.txt", "a");
  write_file(dir / "x.dat", "x");
  write_file(dir / "sub/y.dat", "y");
  write_file(dir / ".hidden.dat", "z");
  write_file(dir / "half.tmp", "z");
  fs::create_directory_symlink(elsewhere.path(), dir / "linked");
  Desk desk(dir.path());
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
  auto untaken = desk.harness().host().untaken();
  ASSERT_EQ(untaken.size(), 2u);
  const testing::Untaken files = untaken["files that no pattern of include takes"];
  EXPECT_EQ(files.kind, CD_PASSED_BY);
  EXPECT_EQ(files.count, 2u);
  EXPECT_EQ(untaken["links to folders, which are not followed"].example, dir / "linked");
  fs::remove(dir / "sub/y.dat");
  desk.later(100);
  desk.drain();
  EXPECT_EQ(desk.harness().host().untaken()["files that no pattern of include takes"].count, 1u);
  fs::remove(dir / "x.dat");
  fs::remove(dir / "linked");
  desk.later(200);
  desk.drain();
  EXPECT_THAT(desk.harness().host().untaken(), IsEmpty());
  const std::string log = desk.harness().host().log_text();
  EXPECT_THAT(log, HasSubstr("are left alone: 2, such as " + files.example));
  EXPECT_EQ(log.find("left alone"), log.rfind("left alone"));
}

TEST(Directory, TellsOfLinksThatLeadNowhereAndOfWhatIsNoFile) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  ::mkfifo((dir / "pipe.txt").c_str(), 0600);
  fs::create_symlink("/dev/zero", dir / "zero.txt");
  fs::create_symlink("b", dir / "b.txt");
  fs::create_symlink("loop.txt", dir / "loop.txt");
  Desk desk(dir.path(), false, {{"rescan", "60s"}});
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
  auto untaken = desk.harness().host().untaken();
  ASSERT_EQ(untaken.size(), 2u);
  EXPECT_EQ(untaken["pipes, sockets and devices"].count, 2u);
  EXPECT_EQ(untaken["links that lead nowhere"].count, 2u);
  EXPECT_EQ(untaken["links that lead nowhere"].kind, CD_PASSED_BY);
  write_file(dir / "b", "b");
  fs::remove(dir / "loop.txt");
  desk.later(100);
  EXPECT_EQ(desk.drained(), Texts({"b"}));
  untaken = desk.harness().host().untaken();
  EXPECT_EQ(untaken.count("links that lead nowhere"), 0u);
}

TEST(Directory, TellsOfItsOwnFolderWhereThatCannotBeRead) {
  TempFolder dir;
  Desk watching(dir.path());
  fs::rename(dir.path(), dir.path() + ".away");
  watching.later(61);
  watching.drain();
  const auto untaken = watching.harness().host().untaken();
  fs::rename(dir.path() + ".away", dir.path());
  ASSERT_EQ(untaken.size(), 1u);
  EXPECT_EQ(untaken.begin()->first, "folders that cannot be read");
  EXPECT_EQ(untaken.begin()->second.kind, CD_LEFT);
}

// A name that no system call takes, since all of the path is too long.
TEST(Directory, TellsOfAFileWhosePathIsTooLong) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  const std::string name(250, 'f');
  int at = ::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 16; ++i) {
    ASSERT_EQ(::mkdirat(at, name.c_str(), 0700), 0);
    const int next = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(at);
    at = next;
  }
  const std::string file = std::string(200, 'x') + ".txt";
  const int fd = ::openat(at, file.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_GE(fd, 0);
  ::close(fd);
  ::close(at);
  Desk desk(dir.path());
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
  auto untaken = desk.harness().host().untaken();
  ASSERT_EQ(untaken.size(), 1u);
  EXPECT_EQ(untaken.begin()->second.kind, CD_LEFT);
}

// A file of /proc that a reader of it gets an error from.
TEST(DirectoryOnce, TellsWhatItLeftAlsoAfterARewind) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  fs::create_symlink("/proc/self/mem", dir / "b.txt");
  Desk desk(dir.path(), true);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
  EXPECT_TRUE(desk.ended());
  for (int i = 0; i < 2; ++i) {
    const auto untaken = desk.harness().host().untaken();
    ASSERT_EQ(untaken.size(), 1u);
    const auto& [what, told] = *untaken.begin();
    EXPECT_EQ(what, "files that cannot be read");
    EXPECT_EQ(told.kind, CD_LEFT);
    EXPECT_EQ(told.count, 1u);
    EXPECT_EQ(told.example, dir / "b.txt");
    desk.rewind();
    desk.drain();
  }
  EXPECT_THAT(desk.harness().host().log_text(), HasSubstr("b.txt: Input/output error"));
}

}  // namespace
}  // namespace copydesk::directory
