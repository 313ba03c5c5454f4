// What the index keeps of one story, and its byte form.
//
// A story key is the 64-bit hash of an article's origin.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fingerprint.h"

namespace copydesk::deduplicate {

using StoryKey = std::uint64_t;

StoryKey story_key(std::string_view origin) noexcept;
std::uint32_t id_hash(std::string_view id) noexcept;

// One indexed article. A longer version of a story already known is indexed too, under that story.
struct Record {
  std::int64_t time_ms = 0;  // of the article, since 1970
  StoryKey story = 0;        // the article's own: an entry never matches its own article come again
  StoryKey leader = 0;       // the canonical article of the story; of itself its own key
  std::uint64_t address = 0;  // hash of where it can be read; 0: unknown
  std::string leader_id;      // the id of the canonical article
  Fingerprint fingerprint;    // without posting keys
};
std::string serialize(const Record& record);
// Nothing when the bytes are of another version or damaged.
std::optional<Record> parse_record(std::string_view bytes);

}  // namespace copydesk::deduplicate
