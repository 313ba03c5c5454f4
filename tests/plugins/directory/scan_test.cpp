#include "directory/scan.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "directory/writers.h"
#include "fixture.h"

namespace copydesk::directory {
namespace {

Listing list(const TempFolder& dir, std::vector<std::string> include = {"**"},
             std::vector<std::string> exclude = {"**/.*"}) {
  const Fd root(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY));
  return list_files(root.get(), "", {Globs(include), Globs(exclude), {"done", ""}},
                    [](int, const std::string&) {});
}

TEST(Scan, ListsInByteOrderOfThePath) {
  TempFolder dir;
  for (const char* name : {"a/x", "a-b", "a.txt", "a0", "b", "a/b/c", "A", "é"})
    write_file(dir / name, "x");
  Texts sorted = list(dir).files;
  EXPECT_EQ(sorted, Texts({"A", "a-b", "a.txt", "a/b/c", "a/x", "a0", "b", "é"}));
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
}

TEST(Scan, LeavesOutWhatIsNotMeant) {
  TempFolder dir;
  for (const char* name : {".git/a.txt", "x/.hidden.txt", "done/old.txt", "a.txt", "a.html",
                           ".copydesk-0123456789abcdef-a.txt"})
    write_file(dir / name, "x");
  ::mkfifo((dir / "pipe.txt").c_str(), 0600);
  fs::create_symlink("pipe.txt", dir / "to_pipe.txt");
  fs::create_directory_symlink(dir.path(), dir / "loop");
  fs::create_directory_symlink(dir.path(), dir / "loop.txt");
  const Listing listing = list(dir, {"**/*.txt"});
  EXPECT_EQ(listing.files, Texts({"a.txt"}));
  EXPECT_EQ(listing.left_over, Texts({".copydesk-0123456789abcdef-a.txt"}));
  EXPECT_TRUE(listing.complete);
  EXPECT_EQ(listing.passed_by.count, 1u);
  EXPECT_EQ(listing.passed_by.example, "a.html");
  EXPECT_EQ(listing.folder_links.count, 2u);
  EXPECT_EQ(listing.no_files.count, 2u);
}

TEST(Scan, SaysWhatIsNestedTooDeeply) {
  TempFolder dir;
  std::string path = "d";
  for (std::size_t i = 0; i < kMaxDepth + 1; ++i) path += "/d";
  write_file(dir / (path + "/a"), "x");
  const Listing listing = list(dir);
  EXPECT_FALSE(listing.complete);
  EXPECT_THAT(listing.problems, ::testing::ElementsAre(::testing::HasSubstr("nested too deeply")));
}

TEST(Writers, SeesAnOpenWriter) {
  TempFolder dir;
  write_file(dir / "a", "x");
  Writers writers;
  const Fd reader(::open((dir / "a").c_str(), O_RDONLY));
  FileStat st;
  ASSERT_EQ(stat_file(reader.get(), "", Links::kFollow, st), 0);
  EXPECT_EQ(writers.of(reader.get(), st.id, 0), Writer::kNone);
  {
    const Fd writer(::open((dir / "a").c_str(), O_WRONLY));
    EXPECT_EQ(writers.of(reader.get(), st.id, 0), Writer::kSome);
  }
  EXPECT_EQ(writers.of(reader.get(), st.id, 0), Writer::kNone);
}

// Another user's file: a lease is not permitted, other users' processes cannot be seen.
TEST(Writers, DoesNotClaimToKnowWithoutPermission) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  TempFolder dir;
  write_file(dir / "a", "x");
  ::chmod(dir.path().c_str(), 0755);
  const Fd writer(::open((dir / "a").c_str(), O_WRONLY));
  Writers writers;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    const Fd reader(::open((dir / "a").c_str(), O_RDONLY));
    FileStat st;
    if (stat_file(reader.get(), "", Links::kFollow, st) != 0) ::_exit(2);
    const Writer answer = writers.of(reader.get(), st.id, 0);
    ::_exit(answer == Writer::kNone
                ? 3
                : 0);  // its own descriptor or what it may see of others: never a plain no
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace copydesk::directory
