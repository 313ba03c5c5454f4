#include "frame.h"

#include <zlib.h>
#include <zstd.h>

#include <limits>
#include <new>
#include <stdexcept>

namespace copydesk::file {
namespace {

constexpr int kGzipLevel = 6;
constexpr int kZstdLevel = 3;
constexpr int kGzipWindow = 15 + 16;  // the largest window, with gzip header

}  // namespace

std::string_view name_of(Form form) {
  return form == Form::gzip ? "gzip" : form == Form::zstd ? "zstd" : "none";
}

bool parse_form(std::string_view name, Form& form) {
  for (const Form f : {Form::none, Form::gzip, Form::zstd}) {
    if (name != name_of(f)) continue;
    form = f;
    return true;
  }
  return false;
}

Form form_of(std::string_view path) {
  return path.ends_with(".gz") ? Form::gzip : path.ends_with(".zst") ? Form::zstd : Form::none;
}

bool begins_frame(Form form, std::string_view head) {
  switch (form) {
    case Form::gzip: return head.starts_with("\x1f\x8b");
    case Form::zstd: return head.starts_with("\x28\xb5\x2f\xfd");
    case Form::none: break;
  }
  return true;
}

std::string_view empty_frame(Form form) {
  using namespace std::string_view_literals;
  switch (form) {
    // RFC 1952, 1951
    case Form::gzip: return "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"sv;
    // RFC 8878, with checksum
    case Form::zstd: return "\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51"sv;
    case Form::none: break;
  }
  return {};
}

Framer::Framer(Form form) : form_(form) {
  if (form_ == Form::gzip) {
    auto stream = new z_stream{};
    context_ = stream;
    if (deflateInit2(stream, kGzipLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      delete stream;
      throw std::bad_alloc();
    }
  } else if (form_ == Form::zstd) {
    auto* context = ZSTD_createCCtx();
    if (!context) throw std::bad_alloc();
    context_ = context;
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
}

Framer::~Framer() {
  if (form_ == Form::gzip) {
    deflateEnd(static_cast<z_stream*>(context_));
    delete static_cast<z_stream*>(context_);
  } else if (form_ == Form::zstd) {
    ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(context_));
  }
}

std::string_view Framer::frame(std::string_view lines) {
  if (form_ == Form::none || lines.empty()) return lines;
  return form_ == Form::gzip ? gzip(lines) : zstd(lines);
}

std::string_view Framer::gzip(std::string_view lines) {
  auto& stream = *static_cast<z_stream*>(context_);
  deflateReset(&stream);
  // zlib counts in 32 bits; one article can be larger than a spill, but not than this: the engine bounds articles.
  if (lines.size() > std::numeric_limits<uInt>::max() / 2) throw std::bad_alloc();
  out_.resize(deflateBound(&stream, static_cast<uLong>(lines.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(lines.data()));
  stream.avail_in = static_cast<uInt>(lines.size());
  stream.next_out = reinterpret_cast<Bytef*>(out_.data());
  stream.avail_out = static_cast<uInt>(out_.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::bad_alloc();
  return {out_.data(), out_.size() - stream.avail_out};
}

std::string_view Framer::zstd(std::string_view lines) {
  out_.resize(ZSTD_compressBound(lines.size()));
  const std::size_t n = ZSTD_compress2(static_cast<ZSTD_CCtx*>(context_), out_.data(), out_.size(),
                                       lines.data(), lines.size());
  if (ZSTD_isError(n)) throw std::bad_alloc();
  return {out_.data(), n};
}

}  // namespace copydesk::file
