#include "directory/position.h"

#include <copydesk/bytes.hpp>

namespace copydesk::directory {
namespace {

constexpr char kVersion = 1;

void append_text(std::string& out, std::string_view text) {
  bytes::append_varint(out, text.size());
  out.append(text);
}

bool read_header(bytes::Reader& in, char letter) {
  const char read = in.number<char>();
  return read == letter && in.number<char>() == kVersion;
}

constexpr std::uint64_t kDone = 1, kRefused = 2, kSkipping = 4, kEnded = 8, kTail = 16;

std::uint64_t flags_of(const Position& p) {
  std::uint64_t flags = 0;
  if (p.done) flags |= kDone;
  if (p.refused) flags |= kRefused;
  if (p.skipping) flags |= kSkipping;
  if (p.ended) flags |= kEnded;
  if (p.tail) flags |= kTail;
  return flags;
}

}  // namespace

std::string encode(const Position& p) {
  std::string out{'P', kVersion};
  bytes::append_varint(out, flags_of(p));
  bytes::append_varint(out, p.generation);
  bytes::append_varint(out, p.offset);
  bytes::append_varint(out, p.size);
  bytes::append_varint(out, static_cast<std::uint64_t>(p.ctime_ns));
  bytes::append_number(out, p.hash);
  return out.append(p.path);
}

std::optional<Position> decode_position(std::string_view bytes) {
  bytes::Reader in(bytes);
  if (!read_header(in, 'P')) return std::nullopt;
  Position p;
  const std::uint64_t flags = in.varint();
  p.done = (flags & kDone) != 0;
  p.refused = (flags & kRefused) != 0;
  p.skipping = (flags & kSkipping) != 0;
  p.ended = (flags & kEnded) != 0;
  p.tail = (flags & kTail) != 0;
  p.generation = static_cast<std::uint16_t>(in.varint());
  p.offset = in.varint();
  p.size = in.varint();
  p.ctime_ns = static_cast<std::int64_t>(in.varint());
  p.hash = in.number<std::uint64_t>();
  p.path = in.rest();
  return in.ok() ? std::optional(std::move(p)) : std::nullopt;
}

std::string encode(const Token& t) {
  std::string out{'T', kVersion};
  bytes::append_varint(out, t.id.device);
  bytes::append_varint(out, t.id.inode);
  bytes::append_varint(out, static_cast<std::uint64_t>(t.id.birth_ns));
  bytes::append_varint(out, t.size);
  bytes::append_varint(out, static_cast<std::uint64_t>(t.ctime_ns));
  bytes::append_varint(out, static_cast<std::uint64_t>(t.mtime_ns));
  bytes::append_number(out, t.hash);
  for (const std::string* text : {&t.root, &t.path, &t.delivered, &t.dead_letter})
    append_text(out, *text);
  return out;
}

std::optional<Token> decode_token(std::string_view bytes) {
  bytes::Reader in(bytes);
  if (!read_header(in, 'T')) return std::nullopt;
  Token t;
  t.id.device = in.varint();
  t.id.inode = in.varint();
  t.id.birth_ns = static_cast<std::int64_t>(in.varint());
  t.size = in.varint();
  t.ctime_ns = static_cast<std::int64_t>(in.varint());
  t.mtime_ns = static_cast<std::int64_t>(in.varint());
  t.hash = in.number<std::uint64_t>();
  for (std::string* text : {&t.root, &t.path, &t.delivered, &t.dead_letter}) {
    *text = in.text_of(in.varint());
  }
  return in.ok() ? std::optional(std::move(t)) : std::nullopt;
}

}  // namespace copydesk::directory
