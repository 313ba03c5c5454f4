#include "kafka/position.h"

#include <charconv>
#include <cstring>

namespace copydesk::kafka {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kSize = 1 + 7 * sizeof(std::uint64_t);
constexpr std::string_view kOwnerMagic = "copydesk/1 ";

void put(std::string& out, std::uint64_t n) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(n >> shift & 0xff));
}

std::uint64_t take(std::string_view& in) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < sizeof n; ++i)
    n |= std::uint64_t{static_cast<unsigned char>(in[i])} << 8 * i;
  in.remove_prefix(sizeof n);
  return n;
}

// One word into the hash, as the finish of MurmurHash3 does it.
std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
  hash = (hash ^ hash >> 32) * 0xFF51AFD7ED558CCDU;
  return hash ^ hash >> 29;
}

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  hash = mix(hash, text.size() + 0xD1B54A32D192ED03U);
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = text.size() < sizeof word ? text.size() : sizeof word;
    std::memcpy(&word, text.data(), size);
    hash = mix(hash, word);
    text.remove_prefix(size);
  }
  return hash;
}

}  // namespace

std::string encode(const Position& p) {
  std::string out{kVersion};
  out.reserve(kSize);
  put(out, p.assignment);
  put(out, p.group);
  put(out, static_cast<std::uint64_t>(p.next));
  put(out, static_cast<std::uint64_t>(p.last.offset));
  put(out, static_cast<std::uint64_t>(p.last.timestamp));
  put(out, p.last.hash);
  put(out, p.base);
  return out;
}

std::optional<Position> decode_position(std::string_view bytes) {
  if (bytes.size() != kSize || bytes.front() != kVersion) return std::nullopt;
  bytes.remove_prefix(1);
  Position p;
  p.assignment = take(bytes);
  p.group = take(bytes);
  p.next = static_cast<std::int64_t>(take(bytes));
  p.last.offset = static_cast<std::int64_t>(take(bytes));
  p.last.timestamp = static_cast<std::int64_t>(take(bytes));
  p.last.hash = take(bytes);
  p.base = take(bytes);
  return p;
}

std::uint64_t hash_of(std::string_view key, std::string_view payload) {
  return mix(mix(0x2545F4914F6CDD1DU, key), payload);
}

std::string partition_name(std::string_view topic, std::int32_t partition) {
  return std::string(topic) + "/" + std::to_string(partition);
}

std::optional<std::pair<std::string, std::int32_t>> split_partition_name(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const std::string_view digits = name.substr(slash + 1);
  std::int32_t number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0)
    return std::nullopt;
  return std::pair(std::string(name.substr(0, slash)), number);
}

std::string encode(const Owner& owner) {
  return std::string(kOwnerMagic) + owner.data_id + " " + owner.line;
}

std::optional<Owner> decode_owner(std::string_view metadata) {
  if (!metadata.starts_with(kOwnerMagic)) return std::nullopt;
  metadata.remove_prefix(kOwnerMagic.size());
  const std::size_t space = metadata.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  return Owner{std::string(metadata.substr(0, space)), std::string(metadata.substr(space + 1))};
}

}  // namespace copydesk::kafka
