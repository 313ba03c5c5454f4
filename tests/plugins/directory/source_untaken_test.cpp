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
