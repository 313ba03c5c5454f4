#include "table_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <copydesk/bytes.hpp>
#include <cstdio>
#include <filesystem>

#include "file_bytes.h"
#include "fingerprint.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace copydesk::deduplicate {
namespace {

constexpr std::string_view kMagic = "cdtable\n", kNew = ".new";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kHeaderBytes = 8 + 4 + 4 + 4 + 4 + 8 + 4 + 4 + 8 + 8;

std::string header_of(std::size_t shard, std::size_t shards, const TableFiles::Cover& cover,
                      std::span<const std::uint64_t> entries) {
  std::string out(kMagic);
  bytes::append_number(out, kFormat);
  bytes::append_number(out, std::uint32_t{kFingerprintVersion});
  bytes::append_number(out, static_cast<std::uint32_t>(shard));
  bytes::append_number(out, static_cast<std::uint32_t>(shards));
  bytes::append_number(out, cover.next_number);
  bytes::append_number(out, cover.last_checksum);
  bytes::append_number(out, std::uint32_t{0});
  bytes::append_number(out, std::uint64_t{entries.size()});
  const std::uint64_t of_header = XXH3_64bits(out.data(), out.size());
  bytes::append_number(
      out, std::uint64_t{XXH3_64bits_withSeed(entries.data(), entries.size_bytes(), of_header)});
  return out;
}

}  // namespace

std::string TableFiles::path(std::size_t shard) const {
  char name[32];
  std::snprintf(name, sizeof name, "table.%03zu", shard);
  return folder_ + "/" + name;
}

bool TableFiles::write(std::size_t shard, const PostingTable& table, const Cover& cover) {
  const std::vector<std::uint64_t> entries = table.entries(shard);
  const std::string header = header_of(shard, table.shard_count(), cover, entries);
  const std::string name = path(shard) + std::string(kNew);
  const OwnedFile file(::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || write_at(file.get(), header, 0) != header.size()) return false;
  const std::string_view body(reinterpret_cast<const char*>(entries.data()),
                              entries.size() * sizeof(std::uint64_t));
  if (write_at(file.get(), body, header.size()) != body.size()) return false;
  written_.push_back({shard, cover.next_number});
  return true;
}

void TableFiles::keep(std::uint64_t next_number) {
  std::erase_if(written_, [&](const Written& written) {
    if (written.next_number > next_number) return false;
    const std::string name = path(written.shard);
    ::rename((name + std::string(kNew)).c_str(), name.c_str());
    return true;
  });
}

std::vector<std::uint64_t> TableFiles::load(PostingTable& table,
                                            const std::function<bool(const Cover&)>& fits) {
  written_.clear();
  std::vector<std::uint64_t> covered(table.shard_count());
  std::vector<std::uint64_t> entries;
  for (std::size_t shard = 0; shard < covered.size(); ++shard) {
    ::unlink((path(shard) + std::string(kNew)).c_str());
    Cover cover;
    if (!read(shard, covered.size(), cover, entries) || !fits(cover)) continue;
    if (table.restore(shard, entries)) covered[shard] = cover.next_number;
  }
  return covered;
}

bool TableFiles::read(std::size_t shard, std::size_t shards, Cover& cover,
                      std::vector<std::uint64_t>& entries) const {
  const OwnedFile file(::open(path(shard).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return false;
  const std::uint64_t size = file_size(file.get());
  std::string header(kHeaderBytes, '\0');
  if (size < kHeaderBytes || (size - kHeaderBytes) % sizeof(std::uint64_t) != 0 ||
      read_at(file.get(), header.data(), header.size(), 0) != header.size())
    return false;
  constexpr std::size_t kNumberAt = 8 + 4 * 4;
  bytes::Reader in(std::string_view(header).substr(kNumberAt));
  cover.next_number = in.number<std::uint64_t>();
  cover.last_checksum = in.number<std::uint32_t>();
  (void)in.number<std::uint32_t>();
  // A file that grew is not read: nothing else would bound the memory it takes.
  if (in.number<std::uint64_t>() != (size - kHeaderBytes) / sizeof(std::uint64_t)) return false;
  entries.resize((size - kHeaderBytes) / sizeof(std::uint64_t));
  const std::size_t body = entries.size() * sizeof(std::uint64_t);
  if (read_at(file.get(), reinterpret_cast<char*>(entries.data()), body, kHeaderBytes) != body)
    return false;
  return header == header_of(shard, shards, cover, entries);
}

void TableFiles::clear() {
  written_.clear();
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder_, ignored)) {
    if (file.path().filename().string().starts_with("table."))
      std::filesystem::remove(file.path(), ignored);
  }
}

std::uint64_t TableFiles::bytes() const {
  std::uint64_t sum = 0;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder_, ignored)) {
    if (file.path().filename().string().starts_with("table.")) sum += file.file_size(ignored);
  }
  return sum;
}

}  // namespace copydesk::deduplicate
