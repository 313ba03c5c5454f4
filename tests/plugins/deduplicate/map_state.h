// A KeyValue in a std::map, with what a test wants to know about the puts.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deduplicate/index.h"

namespace copydesk::deduplicate {

class MapState : public KeyValue {
 public:
  struct Entry {
    std::string value;
    std::chrono::milliseconds ttl{};
    Claim claim = Claim::kClaim;
  };

  std::vector<std::optional<std::string>> multi_get(std::span<const std::string> keys) override {
    std::vector<std::optional<std::string>> values;
    for (const std::string& key : keys) {
      record_reads += key.starts_with('s');
      const auto at = entries.find(key);
      values.push_back(at == entries.end() ? std::nullopt : std::optional(at->second.value));
    }
    return values;
  }

  void put(std::string_view key, std::string_view value, std::chrono::milliseconds ttl,
           Claim claim) override {
    entries[std::string(key)] = {std::string(value), ttl, claim};
    ++puts;
  }

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [key, entry] : entries) sum += key.size() + entry.value.size();
    return sum;
  }

  std::map<std::string, Entry> entries;
  std::size_t puts = 0;
  std::size_t record_reads = 0;
};

}  // namespace copydesk::deduplicate
