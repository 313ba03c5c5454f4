#include "directory/stream.h"

#include "directory/read_file.h"
#include "fixture.h"

namespace copydesk::directory {
namespace {

struct Read {
  std::string content;
  Flow flow;
};
Read read_all(const std::string& path, Compression compression, std::size_t piece = 1000,
              BombLimits limits = {}) {
  const Fd fd(::open(path.c_str(), O_RDONLY));
  Stream stream(fd.get(), compression, limits);
  Read out{{}, Flow::kData};
  std::vector<char> buffer(piece);
  while (out.flow == Flow::kData) {
    const Stream::Piece got = stream.read(buffer);
    out.content.append(buffer.data(), got.size);
    out.flow = got.flow;
  }
  return out;
}
std::string sample() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(Stream, ReadsMembersAndFramesOneBehindTheOther) {
  TempFolder dir;
  const std::string text = sample();
  write_file(dir / "a.gz", gzip(text) + gzip("") + gzip("more\n") + std::string(1000, '\0'));
  write_file(dir / "a.zst", zstd(text) + zstd("more\n"));
  for (const std::size_t piece : {1, 100, 1 << 20}) {
    Read got = read_all(dir / "a.gz", Compression::kGzip, piece);
    EXPECT_TRUE(got.content == text + "more\n" && got.flow == Flow::kEnd) << piece;
    got = read_all(dir / "a.zst", Compression::kZstd, piece);
    EXPECT_TRUE(got.content == text + "more\n" && got.flow == Flow::kEnd) << piece;
  }
}

TEST(Stream, TellsTruncatedFromCorrupt) {
  TempFolder dir;
  const std::string text = sample();
  for (const auto& [packed, how] :
       {std::pair{gzip(text), Compression::kGzip}, std::pair{zstd(text), Compression::kZstd}}) {
    for (const std::size_t cut :
         {std::size_t{1}, std::size_t{5}, packed.size() / 2, packed.size() - 1}) {
      write_file(dir / "a", packed.substr(0, cut));
      EXPECT_EQ(read_all(dir / "a", how).flow, Flow::kTruncated) << cut;
    }
    write_file(dir / "a", packed + "garbage");
    const Read trailing = read_all(dir / "a", how);
    EXPECT_TRUE(trailing.flow == Flow::kCorrupt || trailing.flow == Flow::kTruncated);
    EXPECT_EQ(trailing.content, text);
    write_file(dir / "a", "");
    EXPECT_EQ(read_all(dir / "a", how).flow, Flow::kEnd);
    write_file(dir / "a", "this is no compressed file at all");
    EXPECT_EQ(read_all(dir / "a", how).flow, Flow::kCorrupt);
    // ZSTD_compress writes no checksum: damage may go unseen
    if (how == Compression::kZstd) continue;
    std::string broken = packed;
    for (std::size_t i = broken.size() / 2; i < broken.size() / 2 + 64; ++i)
      broken[i] = static_cast<char>(broken[i] ^ 0x5A);
    write_file(dir / "a", broken);
    EXPECT_EQ(read_all(dir / "a", how).flow, Flow::kCorrupt);
  }
}

TEST(Stream, StopsABombAtItsRatio) {
  TempFolder dir;
  const std::string zeros(64u << 20, '\0');
  write_file(dir / "a.gz", gzip(zeros));
  write_file(dir / "a.zst", zstd(zeros));
  for (const auto& [name, how] :
       {std::pair{"a.gz", Compression::kGzip}, std::pair{"a.zst", Compression::kZstd}}) {
    const Read got = read_all(dir / name, how, 1 << 20);
    EXPECT_EQ(got.flow, Flow::kBomb);
    EXPECT_LT(got.content.size(), 32u << 20);
  }
}

TEST(ReadDocument, KeepsToItsLimits) {
  TempFolder dir;
  std::string content;
  Limits limits;
  limits.record = 1000;
  const auto read = [&](const std::string& name, Compression how) {
    const Fd fd(::open((dir / name).c_str(), O_RDONLY));
    return read_document(fd.get(), how, fs::file_size(dir / name), 0, limits, content);
  };
  write_file(dir / "fits", std::string(1000, 'x'));
  EXPECT_FALSE(read("fits", Compression::kNone).too_large);
  EXPECT_EQ(content.size(), 1000u);
  write_file(dir / "large", std::string(1001, 'x'));
  EXPECT_TRUE(read("large", Compression::kNone).too_large);
  write_file(dir / "large.gz", gzip(std::string(1001, 'x')));
  EXPECT_TRUE(read("large.gz", Compression::kGzip).too_large);
  write_file(dir / "fits.gz", gzip(std::string(1000, 'x')));
  EXPECT_EQ(read("fits.gz", Compression::kGzip).flow, Flow::kEnd);
  EXPECT_EQ(content.size(), 1000u);
  limits.decompressed = 500;
  EXPECT_EQ(read("fits.gz", Compression::kGzip).flow, Flow::kBomb);
  EXPECT_LE(content.size(), 501u);
}

}  // namespace
}  // namespace copydesk::directory
