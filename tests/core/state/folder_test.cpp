#include "state/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "core/support/temp_folder.h"
#include "io/files.h"

namespace copydesk::state {
namespace {

using testing::HasSubstr;

class FolderTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    std::ofstream(path_ + "/" + name) << content;
  }
  std::string read(const std::string& name) {
    return io::read_file(path_ + "/" + name, 4096).value();
  }
  test::TempFolder folder_;
  std::string path_ = folder_.file("a/data");
};

TEST_F(FolderTest, IsCreatedWithItsMarks) {
  const auto opened = DataFolder::open(path_, "0.1.0");
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(read("FORMAT"), "written_by=0.1.0\nformat=1\nreadable_since=1\n");
  EXPECT_EQ(opened->instance_id().size(), 32U);
  EXPECT_EQ(opened->path(), path_);
  EXPECT_EQ(opened->file("state"), path_ + "/state");
}

TEST_F(FolderTest, KeepsItsInstanceForEver) {
  const std::string id = DataFolder::open(path_, "0.1.0").value().instance_id();
  EXPECT_EQ(DataFolder::open(path_, "0.2.0").value().instance_id(), id);
  EXPECT_NE(DataFolder::open(folder_.file("other"), "0.1.0").value().instance_id(), id);
}

TEST_F(FolderTest, RefusesASecondDaemonAndNamesTheFirst) {
  auto first = std::optional(DataFolder::open(path_, "0.1.0").value());
  const auto second = DataFolder::open(path_, "0.1.0");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().cls, ErrorClass::kConfig);
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
  DataFolder moved = std::move(*first);
  first.reset();
  EXPECT_FALSE(DataFolder::open(path_, "0.1.0").ok());
  moved = DataFolder::open(folder_.file("other"), "0.1.0").value();
  EXPECT_TRUE(DataFolder::open(path_, "0.1.0").ok());
}

TEST_F(FolderTest, RefusesWhatANewerDaemonWroteAndSaysSo) {
  (void)DataFolder::open(path_, "0.1.0").value();
  write("FORMAT", "written_by=3.2.1\nformat=7\nreadable_since=5\n");
  const auto opened = DataFolder::open(path_, "0.1.0");
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("copydesk 3.2.1"));
  EXPECT_THAT(opened.error().message, HasSubstr("format 7"));
}

TEST_F(FolderTest, ReadsWhatANewerDaemonLeftReadableAndKeepsItsMark) {
  (void)DataFolder::open(path_, "0.1.0").value();
  write("FORMAT", "written_by=3.2.1\nformat=2\nreadable_since=1\nsomething_new=yes\n");
  const auto opened = DataFolder::open(path_, "0.1.0");
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->format_found(), 2);
  EXPECT_THAT(read("FORMAT"), HasSubstr("written_by=3.2.1"));
}

TEST_F(FolderTest, RefusesDamagedMarks) {
  (void)DataFolder::open(path_, "0.1.0").value();
  for (const char* damage : {"", "format=1\n", "format=x\nreadable_since=1\n",
                             "format=-1\nreadable_since=1\n", "format=1 \nreadable_since=1\n"}) {
    write("FORMAT", damage);
    const auto opened = DataFolder::open(path_, "0.1.0");
    ASSERT_FALSE(opened.ok()) << damage;
    EXPECT_THAT(opened.error().message, HasSubstr("damaged"));
  }
  write("FORMAT", "format=1\nreadable_since=1\n");
  write("instance", "short");
  EXPECT_THAT(DataFolder::open(path_, "0.1.0").error().message, HasSubstr("instance"));
}

TEST_F(FolderTest, SaysWhenItCannotBeCreated) {
  std::ofstream(folder_.file("file")) << "x";
  const auto opened = DataFolder::open(folder_.file("file/data"), "0.1.0");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().cls, ErrorClass::kConfig);
  EXPECT_THAT(opened.error().message, HasSubstr("data_dir"));
}

}  // namespace
}  // namespace copydesk::state
