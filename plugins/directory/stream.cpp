#include "directory/stream.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

namespace copydesk::directory {

struct Stream::Decoder {
  int fd;
  BombLimits limits;
  std::uint64_t at;
  std::uint64_t in = 0, out = 0;
  Flow end = Flow::kData;
  std::string error;

  Decoder(int file, BombLimits bomb, std::uint64_t begin) : fd(file), limits(bomb), at(begin) {}
  virtual ~Decoder() = default;
  virtual Piece read(std::span<char> to) { return raw(to); }

  Piece stop(Flow flow, std::string why = {}) {
    end = flow;
    if (!why.empty()) error = std::move(why);
    return {0, flow};
  }
  Piece raw(std::span<char> to) {
    ssize_t n;
    do n = ::pread(fd, to.data(), to.size(), static_cast<off_t>(at));
    while (n < 0 && errno == EINTR);
    if (n < 0) return stop(Flow::kUnreadable, std::strerror(errno));
    if (n == 0) return {0, Flow::kEnd};
    at += static_cast<std::uint64_t>(n);
    in += static_cast<std::uint64_t>(n);
    return {static_cast<std::size_t>(n), Flow::kData};
  }
  [[nodiscard]] bool is_bomb() const {
    return out > limits.ratio_from && out / std::max<std::uint64_t>(in, 1) > limits.ratio;
  }
};

namespace {

constexpr std::size_t kInputSize = Stream::kInput;

}  // namespace

// The loop both share: refill the input, let `step` decode, look at the limits.
template <class Decoder, class Codec>
struct Compressed : Decoder {
  Codec codec;
  std::vector<char> buffer = std::vector<char>(kInputSize);
  std::size_t begin = 0, filled = 0;

  using Decoder::Decoder;
  auto read(std::span<char> to) -> decltype(Decoder::raw(to)) override {
    std::size_t written = 0;
    while (written == 0 && !to.empty()) {
      if (begin == filled && !codec.has_pending()) {
        const auto piece = this->raw(buffer);
        if (piece.flow == Flow::kUnreadable) return piece;
        if (piece.size == 0) return this->stop(codec.at_boundary() ? Flow::kEnd : Flow::kTruncated);
        begin = 0;
        filled = piece.size;
      }
      const auto step = codec.decode({buffer.data() + begin, filled - begin}, to);
      begin += step.taken;
      written = step.given;
      this->out += written;
      if (!step.error.empty()) {
        this->end = Flow::kCorrupt;
        this->error = step.error;
      } else if (this->is_bomb()) {
        this->end = Flow::kBomb;
      }
      if (this->end != Flow::kData && written == 0) return {0, this->end};
    }
    return {written, Flow::kData};
  }
};

struct Step {
  std::size_t taken = 0, given = 0;
  std::string error;
};

struct GzipCodec {
  z_stream z{};
  bool boundary = true;  // between members: before the first byte or behind a trailer
  bool any_member = false;
  bool padding = false;
  bool full = false;  // the last step filled all the room, so more output may wait inside

  GzipCodec() {
    if (inflateInit2(&z, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  GzipCodec(const GzipCodec&) = delete;
  GzipCodec& operator=(const GzipCodec&) = delete;
  ~GzipCodec() { inflateEnd(&z); }
  [[nodiscard]] bool at_boundary() const { return boundary; }
  [[nodiscard]] bool has_pending() const { return full && !boundary; }

  Step decode(std::span<const char> from, std::span<char> to) {
    if (boundary && any_member && !from.empty() && (padding || from[0] == 0))
      return skip_padding(from);
    boundary = false;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    z.avail_in = static_cast<uInt>(from.size());
    z.next_out = reinterpret_cast<Bytef*>(to.data());
    z.avail_out = static_cast<uInt>(std::min<std::size_t>(to.size(), 1u << 30));
    const uInt room = z.avail_out;
    const int status = inflate(&z, Z_NO_FLUSH);
    Step step{from.size() - z.avail_in, room - z.avail_out, {}};
    full = z.avail_out == 0;
    if (status == Z_STREAM_END) {
      inflateReset(&z);
      boundary = any_member = true;
      full = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      step.error = z.msg ? z.msg : "bad gzip data";
    }
    return step;
  }
  Step skip_padding(std::span<const char> from) {
    padding = true;
    for (const char c : from)
      if (c != 0) return {0, 0, "bytes that are no gzip member follow the last one"};
    return {from.size(), 0, {}};
  }
};

struct ZstdCodec {
  ZSTD_DStream* stream = ZSTD_createDStream();
  bool boundary = true, full = false;

  ZstdCodec() {
    if (!stream) throw std::bad_alloc();
  }
  ZstdCodec(const ZstdCodec&) = delete;
  ZstdCodec& operator=(const ZstdCodec&) = delete;
  ~ZstdCodec() { ZSTD_freeDStream(stream); }
  [[nodiscard]] bool at_boundary() const { return boundary; }
  [[nodiscard]] bool has_pending() const { return full && !boundary; }

  Step decode(std::span<const char> from, std::span<char> to) {
    ZSTD_inBuffer in{from.data(), from.size(), 0};
    ZSTD_outBuffer out{to.data(), to.size(), 0};
    const std::size_t status = ZSTD_decompressStream(stream, &out, &in);
    Step step{in.pos, out.pos, {}};
    if (ZSTD_isError(status)) step.error = ZSTD_getErrorName(status);
    boundary = status == 0;
    full = out.pos == out.size;
    return step;
  }
};

Stream::Stream(int fd, Compression compression, BombLimits limits, std::uint64_t at) {
  using Gzip = Compressed<Decoder, GzipCodec>;
  using Zstd = Compressed<Decoder, ZstdCodec>;
  if (compression == Compression::kGzip)
    decoder_ = std::make_unique<Gzip>(fd, limits, std::uint64_t{0});
  else if (compression == Compression::kZstd)
    decoder_ = std::make_unique<Zstd>(fd, limits, std::uint64_t{0});
  else
    decoder_ = std::make_unique<Decoder>(fd, limits, at);
}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

Stream::Piece Stream::read(std::span<char> out) {
  if (decoder_->end != Flow::kData) return {0, decoder_->end};
  return decoder_->read(out);
}
std::uint64_t Stream::bytes_out() const noexcept { return decoder_->out; }
std::uint64_t Stream::bytes_in() const noexcept { return decoder_->in; }
const std::string& Stream::error() const noexcept { return decoder_->error; }

}  // namespace copydesk::directory
