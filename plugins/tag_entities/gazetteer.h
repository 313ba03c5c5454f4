#pragma once
// The names to look for: entries, the forms they are written in, and the table that finds a form by
// its tokens.
//
// The table holds the hash of every prefix of every form, counted in tokens ("shanghai", "shanghai
// cooperation", "shanghai cooperation organisation"), so looking for names costs about one probe a
// token however many names there are. Short forms are not in it: they only mean something in an
// article that has the full name (document.h).
//
// Built by one thread, then read-only and free to share. Strings live in one arena; the views that
// `entry` and `form` return are good until the next `add`.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer.h"

namespace copydesk::tag_entities {

enum class EntityType : std::uint8_t { kPer, kOrg, kLoc, kMisc };
std::string_view type_name(EntityType type);  // PER, ORG, LOC, MISC
bool parse_type(std::string_view text, EntityType& type);

inline constexpr std::size_t kFormBytesMax = 512;
inline constexpr std::size_t kFormTokensMax = 24;
inline constexpr std::size_t kHomonymsMax =
    64;  // forms with the same letters: "US" and "Us", two people of one name
inline constexpr std::size_t kEntriesMax = 16'000'000;
inline constexpr std::size_t kArenaBytesMax = std::size_t{1} << 31;

struct Entry {
  std::string_view name;  // canonical
  std::string_view id;
  std::string_view kind;  // may be empty
  EntityType type = EntityType::kMisc;
  std::uint32_t group = 0;  // index of the first entry with the same id: one thing in the world
};

enum class FormUse : std::uint8_t {
  kFull,       // names the entry by itself
  kShort,      // "Putin": names it once the article has named it in full
  kFirstHalf,  // "Sino-": only before a hyphen and another name
};

struct Form {
  std::string_view text;  // from its first token to its last
  std::uint32_t entry = 0;
  std::uint32_t tokens = 0;
  FormUse use = FormUse::kFull;
  char final =
      0;  // '.' of "U.S.", which the text may lack, or '+' of "OPEC+", which it may not; else 0
};

enum class AddResult {
  kAdded,
  kRepeated,   // this entry or another with its id has it already
  kTaken,      // another id has it: that one was first and keeps it
  kNoLetters,  // nothing to match on
  kTooLong,
  kTooMany,  // a bound of this header is reached
};

class Gazetteer {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // Returns the entry's index, or kNone when a bound is reached.
  std::uint32_t add_entry(std::string_view name, EntityType type, std::string_view id,
                          std::string_view kind);
  // `taken_by` (may be null) is the entry that has the form when the answer is kTaken.
  AddResult add_form(std::uint32_t entry, std::string_view text, FormUse use,
                     std::uint32_t* taken_by = nullptr);

  std::size_t entry_count() const { return entries_.size(); }
  std::size_t form_count() const { return forms_.size(); }
  std::size_t memory_bytes() const;

  Entry entry(std::uint32_t index) const;
  Form form(std::uint32_t index) const;

  // The table. `extend(kStart, t)` is the hash of a name's first token, `extend(that, u)` of its
  // first two.
  static constexpr std::uint64_t kStart = 0;
  static std::uint64_t extend(std::uint64_t prefix, std::uint64_t token) {
    const std::uint64_t mixed = (prefix ^ token) * 0xD6E8FEB86659FD93ULL;
    return mixed ^ mixed >> 32;
  }
  struct Prefix {
    std::uint32_t form = kNone;  // first form that ends here; the others follow by `next_form`
    bool longer = false;         // some form goes on
  };
  // False for most tokens that begin no form, by one look at a small table.
  bool may_begin(std::uint64_t token) const {
    return (beginnings_[token >> 6 & (kBeginningWords - 1)] >> (token & 63) & 1) != 0;
  }
  // False when no form begins like this.
  bool find(std::uint64_t hash, Prefix& prefix) const;
  std::uint32_t next_form(std::uint32_t form) const { return forms_[form].next; }

  // Short forms of a group, in order of loading: a chain by `next_form`, kNone when there is none.
  std::uint32_t first_short(std::uint32_t group) const;

 private:
  struct Text {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  struct StoredEntry {
    Text name, id;
    std::uint32_t group = 0;
    std::uint16_t kind = 0;
    EntityType type = EntityType::kMisc;
  };
  struct StoredForm {
    Text text;
    std::uint32_t entry = 0;
    std::uint32_t next = kNone;
    std::uint8_t tokens = 0;
    FormUse use = FormUse::kFull;
    char final = 0;
  };
  struct Slot {
    std::uint64_t hash = 0;  // 0: empty
    std::uint32_t form = kNone;
    std::uint32_t longer = 0;
  };

  Text store(std::string_view text);
  std::string_view view(Text text) const { return {arena_.data() + text.offset, text.size}; }
  std::uint16_t kind_index(std::string_view kind);
  std::uint32_t group_of(std::string_view id, std::uint32_t entry);
  AddResult check_against(std::uint32_t chain, const StoredForm& form, std::string_view text,
                          std::uint32_t* taken_by) const;
  AddResult add_short(StoredForm form, std::string_view text);
  Slot& slot(std::uint64_t hash);
  void grow();

  std::string arena_;
  std::vector<std::string> kinds_;
  std::vector<StoredEntry> entries_;
  std::vector<StoredForm> forms_;
  static constexpr std::size_t kBeginningWords = 4096;  // 32 KB, what a core keeps close
  std::vector<std::uint64_t> beginnings_ = std::vector<std::uint64_t>(kBeginningWords);
  std::vector<Slot> slots_;  // a power of two
  std::size_t slots_used_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> shorts_;             // group -> first short form
  std::unordered_multimap<std::uint64_t, std::uint32_t> groups_by_id_;  // hash of the id -> group
  std::vector<Token> scratch_;
};

}  // namespace copydesk::tag_entities
