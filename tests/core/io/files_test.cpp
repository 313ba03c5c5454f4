#include "io/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "core/support/temp_folder.h"

namespace copydesk::io {
namespace {

using testing::HasSubstr;

TEST(Files, GivesBackWhatWasWritten) {
  const test::TempFolder folder;
  const std::string file = folder.file("a");
  const std::string content = "binary \0 content" + std::string(200'000, '\xFF');
  ASSERT_TRUE(write_file_atomic(file, content).ok());
  EXPECT_EQ(read_file(file, 1 << 20).value(), content);
  ASSERT_TRUE(write_file_atomic(file, "").ok());
  EXPECT_EQ(read_file(file, 0).value(), "");
}

TEST(Files, LeavesNothingBesideAnAtomicWrite) {
  const test::TempFolder folder;
  ASSERT_TRUE(write_file_atomic(folder.file("a"), "1").ok());
  ASSERT_TRUE(write_file_atomic(folder.file("a"), "2").ok());
  std::filesystem::create_directory(folder.file("taken"));
  EXPECT_FALSE(write_file_atomic(folder.file("taken"), "x").ok());
  std::filesystem::remove(folder.file("taken"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, ReadsNoMoreThanAllowed) {
  const test::TempFolder folder;
  ASSERT_TRUE(write_file_atomic(folder.file("a"), std::string(100, 'x')).ok());
  EXPECT_TRUE(read_file(folder.file("a"), 100).ok());
  const auto cut = read_file(folder.file("a"), 99);
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code, "too_large");
  EXPECT_THAT(cut.error().message, HasSubstr("99 bytes"));
  EXPECT_EQ(read_file("/dev/zero", 300'000).error().code, "too_large");
}

TEST(Files, CopiesWholeAndOverWhatWasThere) {
  const test::TempFolder folder;
  const std::string content(3'000'000, '\x7F');
  ASSERT_TRUE(write_file_atomic(folder.file("a"), content).ok());
  ASSERT_TRUE(write_file_atomic(folder.file("b"), content + "more").ok());
  ASSERT_TRUE(copy_file(folder.file("a"), folder.file("b")).ok());
  EXPECT_EQ(read_file(folder.file("b"), 4 << 20).value(), content);
}

TEST(Files, ACopyTellsThatTheDiskIsFullAndWhichFileFailed) {
  const test::TempFolder folder;
  ASSERT_TRUE(write_file_atomic(folder.file("a"), "content").ok());
  const Status full = copy_file(folder.file("a"), "/dev/full");
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, "no_space");
  EXPECT_THAT(full.error().message, HasSubstr("/dev/full"));
  EXPECT_EQ(copy_file(folder.file("none"), folder.file("b")).error().code, "not_found");
  EXPECT_EQ(copy_file(folder.file("a"), folder.file("no/b")).error().code, "not_found");
  EXPECT_FALSE(copy_file(folder.path().string(), folder.file("b")).ok());
}

TEST(Files, NamesThePathAndTheCause) {
  const test::TempFolder folder;
  const auto missing = read_file(folder.file("none"), 10);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "not_found");
  EXPECT_THAT(missing.error().message, HasSubstr(folder.file("none")));
  EXPECT_EQ(read_file(folder.path().string(), 10).error().code, "io");
  EXPECT_EQ(write_file_atomic(folder.file("no/such/folder"), "x").error().code, "not_found");
  EXPECT_EQ(system_error("x", "write", ENOSPC).code, "no_space");
  EXPECT_EQ(system_error("x", "write", EDQUOT).cls, ErrorClass::kRetry);
  EXPECT_EQ(system_error("x", "open", EACCES).code, "denied");
  EXPECT_EQ(system_error("x", "open", EMFILE).cls, ErrorClass::kRetry);
}

TEST(Files, MakesFoldersAndSaysWhenAFileIsInTheWay) {
  const test::TempFolder folder;
  EXPECT_TRUE(make_folders(folder.file("a/b/c")).ok());
  EXPECT_TRUE(make_folders(folder.file("a/b/c")).ok());
  EXPECT_TRUE(sync_folder(folder.file("a/b")).ok());
  std::ofstream(folder.file("file")) << "x";
  EXPECT_FALSE(make_folders(folder.file("file")).ok());
  EXPECT_FALSE(make_folders(folder.file("file/below")).ok());
  EXPECT_FALSE(sync_folder(folder.file("none")).ok());
}

TEST(Files, TellsTheFreeSpaceOfADisk) {
  const test::TempFolder folder;
  EXPECT_GT(free_space(folder.path().string()).value(), 0U);
  EXPECT_EQ(free_space(folder.file("none")).error().code, "not_found");
}

TEST(Files, SaysWhetherFoldersCouldBeMadeAndMakesNone) {
  const test::TempFolder folder;
  std::ofstream(folder.file("plain")) << "x";
  EXPECT_TRUE(can_make_folders(folder.path().string()).ok());
  EXPECT_TRUE(can_make_folders(folder.file("a/b/c")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a"));
  for (const char* below : {"plain", "plain/a/b"}) {
    const Status status = can_make_folders(folder.file(below));
    ASSERT_FALSE(status.ok()) << below;
    EXPECT_THAT(status.error().message, testing::HasSubstr(folder.file("plain"))) << below;
  }
}

}  // namespace
}  // namespace copydesk::io
