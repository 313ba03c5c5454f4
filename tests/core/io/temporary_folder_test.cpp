#include "io/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
