#include "state/keys.h"

#include "base/bytes.h"

namespace copydesk::state::keys {
namespace {

std::string numbered_key(char table, std::string_view name, std::uint64_t number) {
  std::string key = prefix(table, name);
  append_u64(key, number);
  return key;
}

// A reader behind the table byte; one that is not ok when the key is of another table.
ByteReader open(char table, std::string_view key) {
  if (!key.empty() && key.front() == table) return ByteReader(key.substr(1));
  ByteReader none({});
  (void)none.u64();
  return none;
}

}  // namespace

std::string table(char table) { return {table}; }

std::string prefix(char table, std::string_view first) {
  std::string key;
  key.reserve(first.size() + 16);
  key.push_back(table);
  append_string(key, first);
  return key;
}

std::string prefix(char table, std::string_view first, std::string_view second) {
  std::string key = prefix(table, first);
  append_string(key, second);
  return key;
}

std::string meta(std::string_view name) { return kMeta + std::string(name); }
std::string identity(std::string_view pipeline, std::string_view stage) {
  return prefix(kIdentity, pipeline, stage);
}
std::string source_position(std::string_view source, std::string_view partition) {
  return prefix(kSourcePosition, source, partition);
}
std::string sink_position(std::string_view pipeline, std::string_view sink) {
  return prefix(kSinkPosition, pipeline, sink);
}
std::string stage_state(std::string_view pipeline, std::string_view stage, std::string_view key) {
  return prefix(kStageState, pipeline, stage).append(key);
}
std::string settlement(std::string_view source, std::uint64_t seq) {
  return numbered_key(kSettlement, source, seq);
}
std::string dead_letter(std::string_view pipeline, std::uint64_t seq) {
  return numbered_key(kDeadLetter, pipeline, seq);
}
std::string adopted(std::string_view pipeline, std::string_view identity) {
  return prefix(kAdopted, pipeline).append(identity);
}
std::string fate(std::string_view pipeline, std::string_view origin_key) {
  return prefix(kFate, pipeline).append(origin_key);
}
std::string batch_range(std::string_view pipeline, std::uint64_t seq) {
  return numbered_key(kBatchRange, pipeline, seq);
}
std::string prepared(std::string_view pipeline) { return prefix(kPrepared, pipeline); }

std::string crash_suspect(std::uint64_t origin_hash) {
  std::string key = table(kCrashSuspect);
  append_u64(key, origin_hash);
  return key;
}

std::optional<Names> two_names(char table, std::string_view key) {
  ByteReader reader = open(table, key);
  const Names names{reader.string(), reader.string()};
  if (!reader.ok() || (table != kStageState && !reader.done())) return std::nullopt;
  return names;
}

std::optional<Numbered> numbered(char table, std::string_view key) {
  ByteReader reader = open(table, key);
  const Numbered out{reader.string(), reader.u64()};
  if (!reader.done()) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> crash_suspect_hash(std::string_view key) {
  ByteReader reader = open(kCrashSuspect, key);
  const std::uint64_t hash = reader.u64();
  if (!reader.done()) return std::nullopt;
  return hash;
}

std::optional<std::string_view> name_of(char table, std::string_view key) {
  ByteReader reader = open(table, key);
  const std::string_view name = reader.string();
  if (!reader.ok()) return std::nullopt;
  return name;
}

}  // namespace copydesk::state::keys
