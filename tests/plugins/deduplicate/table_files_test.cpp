#include "deduplicate/table_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "desk.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::size_t kShard = 2;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint32_t i = 0; i < 40; ++i) table.insert(key(i), i);
  }
  // All in one of four shards.
  static std::uint64_t key(std::uint64_t i) { return kShard << 32 | (i * 2654435761 & 0xFFFFFFFF); }

  std::vector<std::uint64_t> load(PostingTable& into) {
    return TableFiles(folder.path()).load(into, [&](const TableFiles::Cover& cover) {
      return cover.next_number == 1000 && cover.last_checksum == 77;
    });
  }
  std::string file() const { return folder.path() + "/table.002"; }
  static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) const {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << bytes;
  }

  TemporaryFolder folder;
  TableFiles files{folder.path()};
  PostingTable table{2};
};

TEST_F(Files, BringAShardBack) {
  ASSERT_TRUE(files.write(kShard, table, {1000, 77}));
  files.keep(1000);
  PostingTable loaded(2);
  EXPECT_EQ(load(loaded), (std::vector<std::uint64_t>{0, 0, 1000, 0}));
  EXPECT_EQ(loaded.entries(kShard), table.entries(kShard));
  for (std::uint32_t i = 0; i < 40; ++i) {
    std::vector<std::uint32_t> found;
    loaded.each(key(i), [&](std::uint32_t number) { found.push_back(number); });
    EXPECT_EQ(found, std::vector<std::uint32_t>{i});
  }
  loaded.insert(key(3), 99);
  EXPECT_EQ(loaded.size(), 41u);
}

TEST_F(Files, CountOnlyWhenACommitNamesALogThatIsAsLong) {
  ASSERT_TRUE(files.write(kShard, table, {1000, 77}));
  files.keep(999);
  PostingTable loaded(2);
  EXPECT_EQ(load(loaded), std::vector<std::uint64_t>(4));
  EXPECT_EQ(loaded.size(), 0u);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Files, OfAnotherLogAreNotUsed) {
  for (const TableFiles::Cover& other :
       {TableFiles::Cover{1001, 77}, TableFiles::Cover{1000, 78}}) {
    ASSERT_TRUE(files.write(kShard, table, other));
    files.keep(2000);
    PostingTable loaded(2);
    EXPECT_EQ(load(loaded), std::vector<std::uint64_t>(4));
    EXPECT_EQ(loaded.size(), 0u);
  }
}

TEST_F(Files, ThatAreTornOrChangedAtAnyByteAreNotUsed) {
  ASSERT_TRUE(files.write(kShard, table, {1000, 77}));
  files.keep(1000);
  const std::string whole = read(file());
  ASSERT_GT(whole.size(), 300u);
  for (std::size_t at = 0; at <= whole.size(); ++at) {
    for (const bool cuts : {true, false}) {
      std::string changed = cuts ? whole.substr(0, at) : whole;
      if (cuts && at == whole.size()) changed += "12345678";
      if (!cuts && at < whole.size()) changed[at] = static_cast<char>(changed[at] ^ 4);
      if (!cuts && at == whole.size()) continue;
      write(changed);
      PostingTable loaded(2);
      EXPECT_EQ(load(loaded), std::vector<std::uint64_t>(4)) << at << cuts;
      EXPECT_EQ(loaded.size(), 0u);
    }
  }
}

TEST_F(Files, ThatGrewAreNotReadIntoMemory) {
  ASSERT_TRUE(files.write(kShard, table, {1000, 77}));
  files.keep(1000);
  std::filesystem::resize_file(file(),
                               std::filesystem::file_size(file()) + (std::uint64_t{1} << 36));
  PostingTable loaded(2);
  EXPECT_EQ(load(loaded), (std::vector<std::uint64_t>{0, 0, 0, 0}));
}

TEST_F(Files, OfAnotherShardAreNotUsed) {
  ASSERT_TRUE(files.write(kShard, table, {1000, 77}));
  files.keep(1000);
  std::filesystem::rename(file(), folder.path() + "/table.001");
  PostingTable loaded(2);
  EXPECT_EQ(load(loaded), std::vector<std::uint64_t>(4));
}

}  // namespace
}  // namespace copydesk::deduplicate
