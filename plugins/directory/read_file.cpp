#include "directory/read_file.h"

#include <algorithm>

#include "directory/prefix_hash.h"

namespace copydesk::directory {
namespace {

constexpr std::string_view kRecordOption = "limits.record";
constexpr std::size_t kFirstPiece = 64u << 10;  // bytes tried first of a compressed file

std::string larger_than(std::uint64_t limit, std::string_view option) {
  return "larger than " + std::string(option) + " (" + std::to_string(limit) + " bytes): raise it" +
         (option == kRecordOption ? ", and max_article with it" : "");
}

// Room for the next piece behind `size` bytes, one byte beyond the limit at most.
std::span<char> grow(std::string& content, std::size_t size, std::uint64_t limit) {
  if (content.size() == size)
    content.resize(
        std::min<std::uint64_t>(std::max<std::size_t>(size * 2, kFirstPiece), limit + 1));
  return {content.data() + size, content.size() - size};
}

Document too_large(const Limits& limits, Compression compression) {
  Document out;
  const bool bomb = compression != Compression::kNone && limits.decompressed <= limits.record;
  out.flow = bomb ? Flow::kBomb : Flow::kEnd;
  out.too_large = !bomb;
  out.detail = bomb ? larger_than(limits.decompressed, "limits.decompressed")
                    : larger_than(limits.record, kRecordOption);
  return out;
}

}  // namespace

Document read_document(int fd, Compression compression, std::uint64_t file_size,
                       std::int64_t mtime_ns, const Limits& limits, std::string& content) {
  const bool plain = compression == Compression::kNone;
  const std::uint64_t limit = plain ? limits.record : std::min(limits.record, limits.decompressed);
  if (content.size() > kContentKept) content = std::string();
  if (plain && file_size > limit) {
    content.clear();
    Document out = too_large(limits, compression);
    out.hash = content_hash(std::to_string(file_size) + ":" + std::to_string(mtime_ns));
    return out;
  }
  content.resize(plain ? file_size + 1 : std::min<std::uint64_t>(kFirstPiece, limit + 1));
  Stream stream(fd, compression, limits.bomb);
  std::size_t size = 0;
  Flow flow = Flow::kData;
  while (flow == Flow::kData && size <= limit) {
    const Stream::Piece piece = stream.read(grow(content, size, limit));
    size += piece.size;
    flow = piece.flow;
  }
  content.resize(size);
  Document out =
      flow == Flow::kData ? too_large(limits, compression) : Document{flow, false, 0, {}};
  out.hash = content_hash(content);
  if (flow != Flow::kData && flow != Flow::kEnd) out.detail = describe(flow, stream);
  return out;
}

std::string_view code_of(Flow flow) { return flow == Flow::kBomb ? "bomb" : "corrupt"; }

std::string describe(Flow flow, const Stream& stream) {
  if (flow == Flow::kTruncated) return "the file ends inside a compressed stream";
  if (flow == Flow::kBomb)
    return std::to_string(stream.bytes_in()) + " bytes became " +
           std::to_string(stream.bytes_out()) + " (limits.ratio)";
  return "damaged, or not packed as the name says: " + stream.error();
}

}  // namespace copydesk::directory
