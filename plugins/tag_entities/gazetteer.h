#pragma once
// The names to look for: entries, the forms they are written in, and the index that finds a form by
// its tokens.
//
// The index holds the hash of every prefix of every form, counted in tokens ("shanghai", "shanghai
// cooperation", "shanghai cooperation organisation"), so looking for names costs about one probe a
// capitalised word however many names there are. Short forms are not in it: they only mean something
// in an article that has the full name (document.h).
//
// Made by a GazetteerBuilder (gazetteer_builder.h), then read-only and free to share. The views that
// it returns live as long as it does.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hash_index.h"
#include "storage.h"
#include "tokenizer.h"

namespace copydesk::tag_entities {

enum class EntityType : std::uint8_t { kPer, kOrg, kLoc, kMisc };
std::string_view type_name(EntityType type);  // PER, ORG, LOC, MISC
bool parse_type(std::string_view text, EntityType& type);

// What the case of a text may be for a form to fit (matcher.h).
enum class CaseRule : std::uint8_t {
  kNormal,  // as written, or in capitals
  kExact,   // as written
  kAny,
};

inline constexpr std::size_t kFormBytesMax = 512;
inline constexpr std::size_t kFormTokensMax = 24;
inline constexpr std::size_t kHomonymsMax =
    64;  // forms with the same letters: "US" and "Us", places of one name
inline constexpr std::size_t kEntriesMax = 16'000'000;
inline constexpr std::size_t kKindsMax = 1000;

struct Entry {
  std::string_view name;  // canonical
  std::string_view id;
  std::string_view kind;  // may be empty
  EntityType type = EntityType::kMisc;
  CaseRule case_rule = CaseRule::kNormal;
  std::int16_t priority = 0;
  bool last_word_is_short = false;  // its short form is the last word of the name
  std::uint32_t group = 0;  // index of the first entry with the same id: one thing in the world
};

// Where a thing lies in the world: what decides which of several places of one name is meant, and
// whether any (places.h).
struct Locality {
  std::string_view within;  // ids separated by '|', the widest first; never empty
  std::uint32_t population = 0;

  // Calls each(id) for those ids until it says true; returns whether one did.
  template <class Each>
  bool any_around(Each each) const {
    for (std::string_view ids = within; !ids.empty();) {
      const std::size_t end = std::min(ids.find('|'), ids.size());
      if (each(ids.substr(0, end))) return true;
      ids.remove_prefix(std::min(end + 1, ids.size()));
    }
    return false;
  }
};

enum class FormUse : std::uint8_t {
  kFull,       // names the entry by itself
  kShort,      // "Putin": names it once the article has named it in full
  kFirstHalf,  // "Sino-": only before a hyphen and another name
  kDoubtful,   // "Nancy", of a place: also the name of something more frequent
  kBehind,     // "Ala.", of a place: only behind a comma and a name
};

struct Form {
  std::string_view text;  // from its first token to its last
  std::uint32_t entry = 0;
  std::uint32_t tokens = 0;
  FormUse use = FormUse::kFull;
  CaseRule case_rule = CaseRule::kNormal;
  char final =
      0;  // '.' of "U.S.", which the text may lack, or '+' of "OPEC+", which it may not; else 0
};

// The word that stands for a person of this name, as English newspapers shorten it: the last, without
// "Jr" and its like. Empty when it is an initial, a particle or the only one.
std::string_view last_word(std::string_view name, std::vector<Token>& scratch);

class Gazetteer {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::size_t entry_count() const { return entries_.size(); }
  std::size_t form_count() const { return forms_.size(); }
  std::size_t memory_bytes() const;

  Entry entry(std::uint32_t index) const;
  EntityType type_of(std::uint32_t entry) const {
    return static_cast<EntityType>(entries_[entry].type);
  }
  Form form(std::uint32_t index) const;

  bool is_locality(std::uint32_t entry) const { return entries_[entry].is_locality; }
  Locality locality(std::uint32_t entry) const;  // of one for which that holds
  // A locality lies within what has the id of this entry, or it has forms for behind one: a
  // country, a state.
  bool has_parts(std::uint32_t entry) const { return entries_[entries_[entry].group].has_parts; }

  // `extend(kStart, t)` is the hash of a name's first token, `extend(that, u)` of its first two.
  static constexpr std::uint64_t kStart = 0;
  static std::uint64_t extend(std::uint64_t prefix, std::uint64_t token) {
    const std::uint64_t mixed = (prefix ^ token) * 0xD6E8FEB86659FD93ULL;
    return mixed ^ mixed >> 32;
  }
  // False for most tokens that begin no form, by one look at a small table.
  bool may_begin(const Token& token) const {
    return small_.has(token.hash) || (token.any_upper && capital_.has(token.hash));
  }
  struct Prefix {
    std::uint32_t form = kNone;  // first form that ends here; the others follow by `next_form`
    bool longer = false;         // some form goes on
  };
  // False when no form begins like this. Of another form with as many as a few in a thousand million
  // it is said wrongly: look at the form.
  bool find(std::uint64_t hash, Prefix& prefix) const;
  std::uint32_t next_form(std::uint32_t form) const { return forms_[form].next; }

  // Written short forms of a group, in order of loading: a chain by `next_form`, kNone when there is
  // none.
  std::uint32_t first_short(std::uint32_t group) const;

 private:
  friend class GazetteerBuilder;

  struct StoredEntry {
    std::uint32_t text = 0;  // the name, behind it the id
    std::uint32_t group = 0;
    std::uint32_t name_size : 10 = 0;
    std::uint32_t id_size : 10 = 0;
    std::uint32_t kind : 10 = 0;
    std::uint32_t type : 2 = 0;
    std::int16_t priority = 0;
    std::uint8_t case_rule = 0;
    bool last_word_is_short : 1 = false;
    bool is_locality : 1 = false;
    bool has_parts : 1 = false;  // of the first entry of an id
  };
  struct StoredLocality {
    std::uint32_t entry = 0;
    std::uint32_t population = 0;
    std::uint32_t within = 0;
    std::uint32_t within_size = 0;
  };
  struct StoredForm {
    std::uint32_t text = 0;
    std::uint32_t entry = 0;
    std::uint32_t next = kNone;
    std::uint32_t size : 10 = 0;
    std::uint32_t tokens : 5 = 0;
    std::uint32_t use : 3 = 0;
    std::uint32_t final : 7 = 0;
  };
  static_assert(sizeof(StoredEntry) == 16 && sizeof(StoredForm) == 16);
  static_assert(kFormBytesMax < 1U << 10 && kKindsMax < 1U << 10 && kFormTokensMax < 1U << 5);

  // Which first tokens there are, roughly: a bit for each, more than ten times as many bits.
  struct Beginnings {
    std::vector<std::uint64_t> bits = std::vector<std::uint64_t>(1);  // a power of two
    bool has(std::uint64_t hash) const {
      return (bits[hash >> 6 & (bits.size() - 1)] >> (hash & 63) & 1) != 0;
    }
  };

  // What the index says of a prefix: the form that ends there, if any, and whether some form goes on.
  static constexpr std::uint32_t kLonger = 0x8000'0000;
  static constexpr std::uint32_t kNoForm = 0x7FFF'FFFE;

  TextStore texts_;
  std::vector<std::string> kinds_;
  Blocks<StoredEntry> entries_;
  Blocks<StoredForm> forms_;
  Blocks<StoredLocality> localities_;  // ascending by entry
  HashIndex prefixes_;
  HashIndex shorts_;            // first short form of a group
  Beginnings capital_, small_;  // of forms that begin with a capital, and of all others
};

}  // namespace copydesk::tag_entities
