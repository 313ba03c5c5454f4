// The shared index as keys of a Redis or Valkey server. All have one hash tag, {PREFIX}, so that a script finds all it touches in one
// slot of a cluster (behind the prefix stands the fingerprints' version, so that desks of different versions never meet):
//
//   {PREFIX}k + key    the stories that have the key: 16 bytes each, a Reference
//   {PREFIX}s + story  one story, final or reserved (SharedStory)
//   {PREFIX}o + owner  there while that desk lives: its generation, u64. Another generation's reservations are void
//   {PREFIX}id         made at random with the first connection: another one means that the data are others
//
// Every key expires: owners after `lease`, everything else after `window`. Functions take many things and send them in one round
// trip; all throw Unavailable. Not thread-safe.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record.h"
#include "redis.h"

namespace copydesk::deduplicate {

struct SharedOwner {
  std::uint64_t id = 0;          // of a desk's stage: the same after a restart
  std::uint64_t generation = 0;  // another one after each restart and rewind
  friend bool operator==(const SharedOwner&, const SharedOwner&) = default;
};

struct SharedStory {
  bool is_final = false;  // a commit of its owner has it; else reserved
  SharedOwner owner;
  std::uint64_t sequence = 0;       // the owner's: tells which of its stories is older
  std::vector<std::uint64_t> keys;  // of 40 bits, that lead to it
  std::string record;               // of record.h, serialized
  // Another one each time that the story is reserved, so that a posting never looks as before.
  std::uint32_t mark() const { return static_cast<std::uint32_t>(owner.generation + sequence); }
};
std::string serialize(const SharedStory& story);
std::optional<SharedStory> parse_shared_story(std::string_view bytes);

struct Reference {
  StoryKey story = 0;
  std::uint32_t seconds = 0;  // when it ran, since 1970
  std::uint32_t mark = 0;     // SharedStory::mark()
};
std::string serialize(std::span<const Reference> references);
std::vector<Reference> parse_references(std::string_view bytes);

class SharedStore {
 public:
  struct Settings {
    RedisSettings server;
    std::string prefix;
    std::chrono::milliseconds window{}, lease{};
  };
  // Connects. `fresh_id` becomes the id of a server without one.
  SharedStore(const Settings& settings, const std::string& fresh_id);

  const std::string& id() const { return id_; }

  using Postings =
      std::unordered_map<std::uint64_t, std::string>;  // serialized references; empty: none
  // Of the keys in `postings`. False: the server has another id than at the beginning.
  bool read(Postings& postings);
  std::vector<std::optional<SharedStory>> read(std::span<const StoryKey> stories);
  // The generations of those that live.
  std::vector<std::optional<std::uint64_t>> read_owners(std::span<const std::uint64_t> owners);

  struct Change {
    std::uint64_t key = 0;
    std::string from, to;  // serialized references
  };
  struct Named {
    StoryKey key = 0;
    const SharedStory* story = nullptr;
    std::uint32_t seconds = 0;  // when it ran
  };
  // All or nothing: false when a posting is not as in `from` any more.
  bool reserve(std::span<const Change> changes, std::span<const Named> stories);
  // Stories whose postings are there.
  void add_write(const Named& story);
  // Stories with their postings; those that are there already are not doubled. References from before `since` go.
  void add_enter(const Named& story, std::uint32_t since);
  // A reservation of that owner goes, if it is there.
  void add_withdraw(StoryKey story, const SharedOwner& owner);
  // The owner lives for another lease.
  void add_renew(const SharedOwner& owner);
  // Sends what the functions above added.
  void run() { redis_.run(); }

  std::uint64_t round_trips() const { return redis_.round_trips(); }

 private:
  std::string posting_key(std::uint64_t key) const;
  std::string story_key(StoryKey story) const;
  std::string owner_key(std::uint64_t owner) const;

  Redis redis_;
  std::string prefix_, id_key_, window_ms_, lease_ms_, id_;
};

}  // namespace copydesk::deduplicate
