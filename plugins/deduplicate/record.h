// The entries the index keeps in its key-value state, and their byte forms.
//
//   'x' exact hash (8 bytes)    -> story key       the indexed article with just these words
//   'p' posting key (6 bytes)   -> story keys      the indexed articles with this shingle, oldest
//   first 's' story key (8 bytes)     -> record          what is known of one indexed article
//
// A story key is the 64-bit hash of an article's origin.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint.h"

namespace copydesk::deduplicate {

using StoryKey = std::uint64_t;

StoryKey story_key(std::string_view origin) noexcept;

std::string exact_state_key(const Fingerprint& fingerprint);
std::string posting_state_key(std::uint64_t posting_key);
std::string record_state_key(StoryKey story);

// One indexed article. A longer version of a story already known is indexed too, under that story.
struct Record {
  std::int64_t time_ms = 0;  // of the article, since 1970
  StoryKey leader = 0;       // the canonical article of the story; of itself its own key
  std::string origin;        // of the owner: an entry never matches its own article come again
  std::string leader_id;     // the id of the canonical article
  Fingerprint fingerprint;   // without posting keys
};
std::string serialize(const Record& record);
// Nothing when the bytes are of another version or damaged.
std::optional<Record> parse_record(std::string_view bytes);

// A posting with more stories than kStoriesMax says nothing about a text (a "stop-shingle"): such
// a list is neither searched nor extended, and goes when its time to live is over.
struct Posting {
  static constexpr std::size_t kStoriesMax = 16;
  std::vector<StoryKey> stories;  // at most kStoriesMax + 1

  bool is_stop() const { return stories.size() > kStoriesMax; }
};
std::string serialize(const Posting& posting);
// Nothing when the bytes are not a list of story keys of allowed length.
std::optional<Posting> parse_posting(std::string_view bytes);

}  // namespace copydesk::deduplicate
