#pragma once

#include <optional>
#include <string_view>

namespace copydesk::decode {

// What becomes of a value.
enum class Meaning {
  kId,
  kUri,  // an id when it is absolute and no web URL: urn:…, tag:…
  kUrl,
  kPage,  // a web URL, or an object with "@id" or "url"
  kText,
  kSection,
  kLanguage,
  kName,
  kNames,
  kWords,
  kSubjects,  // words, but only of a list
  kDate,
  kImage,
  kBody,
  kHtml,
  kVersions  // ninjs: a list of {role, contentType, value}, of which one is chosen
};

struct KnownKey {
  std::string_view key;    // lower case without '_', '-' and ':': so headline, articlebody
  std::string_view field;  // ours
  Meaning meaning;
  int rank;  // of several keys for one field the lowest wins; no two of a field have the same
  // what it means when another key won, or its value does not fit
  const KnownKey* otherwise = nullptr;
};

inline constexpr int kMappedRank = -100;  // before every other: the configuration says so

// The field a JSON key means; nullptr for one that nobody knows.
[[nodiscard]] const KnownKey* known_key(std::string_view key);

// The same where the record is linked data, or ninjs, and a key means another thing than elsewhere; nullptr where it does not.
[[nodiscard]] const KnownKey* known_linked_key(std::string_view key);
[[nodiscard]] const KnownKey* known_ninjs_key(std::string_view key);

}  // namespace copydesk::decode
