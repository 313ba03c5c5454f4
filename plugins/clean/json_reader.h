// A small, forgiving JSON reader for JSON-LD blocks in web pages. They are often not quite JSON:
// raw line breaks in strings, trailing commas and semicolons, a comment or CDATA mark around the
// whole. What can be read is read.
//
// All memory belongs to the document; pure, any thread. Bounds: kJsonDepthMax, kJsonNodesMax; what
// lies beyond is left out.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::clean {

inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonNodesMax = 20'000;
inline constexpr std::size_t kJsonBytesMax = 1 << 20;

enum class JsonType : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct JsonNode {
  JsonType type = JsonType::kNull;
  std::string key;                // of a member of an object
  std::string text;               // of a string; the digits of a number; "true" or "false"
  std::uint32_t next = 0;         // sibling, 0 for none
  std::uint32_t first_child = 0;  // 0 for none
};

class JsonDocument {
 public:
  // Nothing at all gives a single null.
  explicit JsonDocument(std::string_view text);

  const JsonNode& root() const { return nodes_[1]; }
  const JsonNode* first_child(const JsonNode& node) const { return at(node.first_child); }
  const JsonNode* next(const JsonNode& node) const { return at(node.next); }
  // The member of this name, or null.
  const JsonNode* member(const JsonNode& object, std::string_view key) const;
  // The string under this name, or empty.
  std::string_view text(const JsonNode& object, std::string_view key) const;

 private:
  const JsonNode* at(std::uint32_t index) const { return index ? &nodes_[index] : nullptr; }
  std::vector<JsonNode> nodes_;  // [0] is unused, [1] the root
};

}  // namespace copydesk::clean
