#include "io/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "core/support/temp_folder.h"

namespace copydesk::io {
namespace {

// TMPDIR is the test's own while this lives.
class Named {
 public:
  explicit Named(const std::string& folder) {
    if (const char* was = std::getenv("TMPDIR")) was_ = was;
    ::setenv("TMPDIR", folder.c_str(), 1);
  }
  ~Named() { was_ ? ::setenv("TMPDIR", was_->c_str(), 1) : ::unsetenv("TMPDIR"); }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;

 private:
  std::optional<std::string> was_;
};

TEST(TemporaryFolder, LiesWhereItIsToldAndGoesAwayWithAllInIt) {
  const test::TempFolder outer;
  const Named named(outer.path().string());
  {
    const TemporaryFolder folder("some-");
    ASSERT_TRUE(folder.made().ok());
    EXPECT_THAT(folder.path(), testing::StartsWith(outer.file("some-")));
    std::ofstream(folder.path() + "/file") << "x";
  }
  EXPECT_TRUE(std::filesystem::is_empty(outer.path()));
}

// A process that makes one, puts a file into it and is killed; gives back the folder's name.
std::string left_by_a_kill(const std::string& parent) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    const TemporaryFolder folder("some-");
    std::ofstream(folder.path() + "/copy.so") << "x";
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  for (const auto& entry : std::filesystem::directory_iterator(parent))
    if (std::filesystem::exists(entry.path() / "copy.so")) return entry.path().string();
  return {};
}

TEST(TemporaryFolder, RemovesWhatAKilledProcessLeftAndNothingElse) {
  const test::TempFolder outer;
  const Named named(outer.path().string());
  const TemporaryFolder in_use("some-");
  std::filesystem::create_directory(outer.path() / "some-backup");
  std::ofstream(outer.file("some-backup/file")) << "somebody's";
  std::ofstream(outer.file("some-a_file")) << "x";
  std::filesystem::create_directory_symlink(outer.path() / "some-backup",
                                            outer.path() / "some-a_link");
  const std::string left = left_by_a_kill(outer.path().string());
  ASSERT_FALSE(left.empty());
  const TemporaryFolder other("other-");
  EXPECT_TRUE(std::filesystem::exists(left));
  const TemporaryFolder next("some-");
  EXPECT_FALSE(std::filesystem::exists(left));
  for (const std::string& path : {in_use.path(), next.path(), outer.file("some-backup/file"),
                                  outer.file("some-a_file"), outer.file("some-a_link")})
    EXPECT_TRUE(std::filesystem::exists(path)) << path;
}

TEST(TemporaryFolder, NamesTheFolderThatIsMissing) {
  const test::TempFolder outer;
  const Named named(outer.file("none"));
  const TemporaryFolder folder("some-");
  ASSERT_FALSE(folder.made().ok());
  EXPECT_EQ(folder.path(), "");
  EXPECT_EQ(folder.made().error().code, "not_found");
  EXPECT_THAT(folder.made().error().message, testing::HasSubstr(outer.file("none")));
}

}  // namespace
}  // namespace copydesk::io
