// The table's shards as files of their own, so that a start need not make the table of the whole log. Each says up to which story of
// the log it goes; what came later is entered from the log. They are derived, written one by one in turn while the stage works, and
// never synced: one that is missing, torn, of another version or of another log is not used, and its shard is made of the log.
//
// A shard is written beside the file that counts and takes its place when a commit names a log that is as long, so that no
// file goes beyond the log that is found after a crash. Not thread-safe.
//
//   table.NNN: magic | format u32 | fingerprint version u32 | shard u32 | shards u32 | next number u64 | checksum of the
//              last story's entry u32 | 0 u32 | entries u64 | checksum of all u64 | entries u64 each
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "posting_table.h"

namespace copydesk::deduplicate {

class TableFiles {
 public:
  // Which log a shard was made of, and how much of it.
  struct Cover {
    std::uint64_t next_number = 0;
    std::uint32_t last_checksum = 0;  // StoryLog::checksum_at(next_number - 1)
  };
  explicit TableFiles(std::string folder) : folder_(std::move(folder)) {}

  // False when it cannot be written.
  bool write(std::size_t shard, const PostingTable& table, const Cover& cover);
  // A commit names a log up to that number.
  void keep(std::uint64_t next_number);

  // Fills the shards whose file is whole and `fits`. Returns up to which number each goes; 0: it has nothing.
  std::vector<std::uint64_t> load(PostingTable& table,
                                  const std::function<bool(const Cover&)>& fits);
  void clear();
  std::uint64_t bytes() const;

 private:
  struct Written {
    std::size_t shard;
    std::uint64_t next_number;
  };
  std::string path(std::size_t shard) const;
  bool read(std::size_t shard, std::size_t shards, Cover& cover,
            std::vector<std::uint64_t>& entries) const;

  std::string folder_;
  std::vector<Written> written_;  // and not kept yet
};

}  // namespace copydesk::deduplicate
