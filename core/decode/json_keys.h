#pragma once

#include <optional>
#include <string_view>

namespace copydesk::decode {

// What becomes of a value.
enum class Meaning { kId, kUrl, kText, kName, kNames, kWords, kDate, kImage, kBody, kHtml };

struct KnownKey {
  std::string_view key;    // lower case without '_' and '-': so headline, article_body, datePublished
  std::string_view field;  // ours
  Meaning meaning;
  int rank;                // of several keys for one field the lowest wins
};

// The field a JSON key means; nullptr for one that nobody knows.
[[nodiscard]] const KnownKey* known_key(std::string_view key);

}  // namespace copydesk::decode
