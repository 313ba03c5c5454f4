// The byte form of a fingerprint:
//   version u8 | flags u8 | words u32 | exact 2 x u64 | numbers u64 | names 2 x u64, not in version 3 | level u8
//   shingle count u8 | count of each level above `level`, u8 each, up to and with the first 0
//   values u16 each | [key count u8, keys 6 bytes each] | checksum u32 of everything before it
// The counts replace one level byte per shingle: there are about six of them.
#include "fingerprint.h"

#include <copydesk/bytes.hpp>

#include "checksum.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::uint8_t kFlagKeys = 1;
constexpr std::uint8_t kLevelMax = 64;

void append_shingles(std::string& out, const Fingerprint& f) {
  bytes::append_number(out, f.level);
  bytes::append_number(out, f.shingle_count);
  std::size_t at_level = f.shingle_count;
  for (int level = f.level + 1; at_level > 0; ++level) {
    while (at_level > 0 && f.shingles[at_level - 1].level < level) --at_level;
    bytes::append_number(out, static_cast<std::uint8_t>(at_level));
  }
  std::size_t at = out.size();
  out.resize(at + 2 * f.shingle_count);
  for (const Shingle& shingle : f.sample()) {
    out[at++] = static_cast<char>(shingle.value);
    out[at++] = static_cast<char>(shingle.value >> 8);
  }
}

bool read_shingles(bytes::Reader& in, Fingerprint& f) {
  f.level = in.number<std::uint8_t>();
  f.shingle_count = in.number<std::uint8_t>();
  if (f.level > kLevelMax || f.shingle_count > Fingerprint::kShinglesMax) return false;
  std::size_t at_level = f.shingle_count;
  for (std::uint8_t level = f.level; at_level > 0; ++level) {
    const auto above = in.number<std::uint8_t>();
    if (!in.ok() || above > at_level || level > kLevelMax) return false;
    while (at_level > above) f.shingles[--at_level].level = level;
  }
  const std::string_view values = in.text_of(2 * f.shingle_count);
  if (!in.ok()) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(values[i]); };
  for (std::size_t i = 0; i < f.shingle_count; ++i)
    f.shingles[i].value = static_cast<std::uint16_t>(byte(2 * i) | byte(2 * i + 1) << 8);
  return true;
}

void append_keys(std::string& out, const Fingerprint& f) {
  bytes::append_number(out, f.key_count);
  for (const std::uint64_t key : f.posting_keys()) {
    bytes::append_number(out, static_cast<std::uint32_t>(key));
    bytes::append_number(out, static_cast<std::uint16_t>(key >> 32));
  }
}

bool read_keys(bytes::Reader& in, Fingerprint& f) {
  f.key_count = in.number<std::uint8_t>();
  if (f.key_count > Fingerprint::kKeysMax) return false;
  for (std::size_t i = 0; i < f.key_count; ++i) {
    const std::uint64_t low = in.number<std::uint32_t>();
    f.keys[i] = low | std::uint64_t{in.number<std::uint16_t>()} << 32;
  }
  return in.ok();
}

std::optional<Fingerprint> read_checked(bytes::Reader in) {
  Fingerprint f;
  const auto version = in.number<std::uint8_t>();
  if (!is_comparable(version)) return std::nullopt;
  const auto flags = in.number<std::uint8_t>();
  f.words = in.number<std::uint32_t>();
  f.exact.low = in.number<std::uint64_t>();
  f.exact.high = in.number<std::uint64_t>();
  f.numbers = in.number<std::uint64_t>();
  if (version > 3) {
    for (std::uint64_t& bits : f.names.bits) bits = in.number<std::uint64_t>();
  }
  if (!read_shingles(in, f)) return std::nullopt;
  if ((flags & kFlagKeys) != 0 && !read_keys(in, f)) return std::nullopt;
  if (!in.finished()) return std::nullopt;
  return f;
}

}  // namespace

std::string serialize(const Fingerprint& fingerprint, Keys keys) {
  constexpr std::size_t kUsualSize = 256;
  std::string out;
  out.reserve(kUsualSize);
  bytes::append_number(out, kFingerprintVersion);
  bytes::append_number(out, keys == Keys::kKept ? kFlagKeys : std::uint8_t{0});
  bytes::append_number(out, fingerprint.words);
  bytes::append_number(out, fingerprint.exact.low);
  bytes::append_number(out, fingerprint.exact.high);
  bytes::append_number(out, fingerprint.numbers);
  for (const std::uint64_t bits : fingerprint.names.bits) bytes::append_number(out, bits);
  append_shingles(out, fingerprint);
  if (keys == Keys::kKept) append_keys(out, fingerprint);
  bytes::append_number(out, checksum(out));
  return out;
}

std::optional<Fingerprint> parse(std::string_view bytes) {
  if (bytes.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::string_view checked = bytes.substr(0, bytes.size() - sizeof(std::uint32_t));
  bytes::Reader tail(bytes.substr(checked.size()));
  if (tail.number<std::uint32_t>() != checksum(checked)) return std::nullopt;
  return read_checked(bytes::Reader(checked));
}

}  // namespace copydesk::deduplicate
