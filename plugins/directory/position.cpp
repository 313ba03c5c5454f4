#include "directory/position.h"

namespace copydesk::directory {
namespace {

constexpr char kVersion = 1;

void put_number(std::string& out, std::uint64_t n) {
  while (n >= 0x80) {
    out.push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  out.push_back(static_cast<char>(n));
}

void put_fixed(std::string& out, std::uint64_t n) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(n >> shift));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}

// Takes values off the front; once something is missing, `ok` stays false and zeros come back.
struct Reader {
  std::string_view rest;
  bool ok = true;

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64 && !rest.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest.front());
      rest.remove_prefix(1);
      n |= std::uint64_t{byte & 0x7Fu} << shift;
      if ((byte & 0x80) == 0) return n;
    }
    ok = false;
    return 0;
  }
  std::uint64_t fixed() {
    if (rest.size() < 8) {
      ok = false;
      return 0;
    }
    std::uint64_t n = 0;
    for (int i = 0; i < 8; ++i)
      n |= std::uint64_t{static_cast<unsigned char>(rest[static_cast<std::size_t>(i)])} << (8 * i);
    rest.remove_prefix(8);
    return n;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (!ok || size > rest.size()) {
      ok = false;
      return {};
    }
    std::string out(rest.substr(0, size));
    rest.remove_prefix(size);
    return out;
  }
  bool header(char letter) {
    if (rest.size() < 2 || rest[0] != letter || rest[1] != kVersion) return false;
    rest.remove_prefix(2);
    return true;
  }
};

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
  put_number(out, flags_of(p));
  put_number(out, p.generation);
  put_number(out, p.offset);
  put_number(out, p.size);
  put_number(out, static_cast<std::uint64_t>(p.ctime_ns));
  put_fixed(out, p.hash);
  return out.append(p.path);
}

std::optional<Position> decode_position(std::string_view bytes) {
  Reader in{bytes};
  if (!in.header('P')) return std::nullopt;
  Position p;
  const std::uint64_t flags = in.number();
  p.done = (flags & kDone) != 0;
  p.refused = (flags & kRefused) != 0;
  p.skipping = (flags & kSkipping) != 0;
  p.ended = (flags & kEnded) != 0;
  p.tail = (flags & kTail) != 0;
  p.generation = static_cast<std::uint16_t>(in.number());
  p.offset = in.number();
  p.size = in.number();
  p.ctime_ns = static_cast<std::int64_t>(in.number());
  p.hash = in.fixed();
  p.path = in.rest;
  return in.ok ? std::optional(std::move(p)) : std::nullopt;
}

std::string encode(const Token& t) {
  std::string out{'T', kVersion};
  put_number(out, t.id.device);
  put_number(out, t.id.inode);
  put_number(out, static_cast<std::uint64_t>(t.id.birth_ns));
  put_number(out, t.size);
  put_number(out, static_cast<std::uint64_t>(t.ctime_ns));
  put_number(out, static_cast<std::uint64_t>(t.mtime_ns));
  put_fixed(out, t.hash);
  for (const std::string* text : {&t.root, &t.path, &t.delivered, &t.dead_letter})
    put_text(out, *text);
  return out;
}

std::optional<Token> decode_token(std::string_view bytes) {
  Reader in{bytes};
  if (!in.header('T')) return std::nullopt;
  Token t;
  t.id.device = in.number();
  t.id.inode = in.number();
  t.id.birth_ns = static_cast<std::int64_t>(in.number());
  t.size = in.number();
  t.ctime_ns = static_cast<std::int64_t>(in.number());
  t.mtime_ns = static_cast<std::int64_t>(in.number());
  t.hash = in.fixed();
  for (std::string* text : {&t.root, &t.path, &t.delivered, &t.dead_letter}) *text = in.text();
  return in.ok ? std::optional(std::move(t)) : std::nullopt;
}

}  // namespace copydesk::directory
